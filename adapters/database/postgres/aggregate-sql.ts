import { sql } from 'kysely'
import type { Aggregate } from '../../../src/core/database/query.ts'
import { AppError } from '../../../src/core/errors.ts'
import type { Fragment } from '../sql/dialect.ts'
import type { ColumnKind } from '../sql/value-type.ts'
import { keyAs } from './key-types.ts'
import { isComposite, typeName } from './type-name.ts'

/** Aggregates that PostgreSQL has not of every type; undefined: its own. Throws `bad_request` for values without a least one. */
export function aggregateSql(aggregate: Aggregate, column: Fragment, kind: ColumnKind): Fragment | undefined {
  const { function: name, distinct } = aggregate
  const { base, isArray } = typeName(kind.dbType)
  const own = sql.raw(name.toLowerCase())
  if (isArray) return undefined
  const key = keyAs(column, kind)
  switch (name) {
    case 'COUNT_DISTINCT':
      return key === column ? undefined : sql`count(distinct ${key})`
    case 'SUM':
    case 'AVG': {
      const number = NUMBER_OF[`${name} ${base}`]
      return number && sql`${own}(${distinct ? sql.raw('distinct ') : NOTHING}${column}::${number})`
    }
    case 'MIN':
    case 'MAX':
      if (base === 'boolean') return sql`${sql.raw(name === 'MIN' ? 'bool_and' : 'bool_or')}(${column})`
      // A cast without a length would cut it.
      if (base === 'bit') return sql`${own}(${column}::bit varying::text collate "C")::bit varying`
      if (base === 'bytea') return sql`decode(${own}(encode(${column}, 'hex') collate "C"), 'hex')`
      if (AS_THEIR_TEXTS.has(base)) return sql`${own}(${column}::text collate "C")::${sql.raw(base)}`
      if (base === 'xid' || base === 'cid') return sql`${own}((${column}::text)::bigint)::text`
      if (WITHOUT_LEAST.test(base) || isComposite(kind)) throw noLeast(aggregate, kind)
      return key === column ? undefined : sql`${own}(${key})`
    default:
      return undefined
  }
}

const NOTHING = sql``

/** Numbers that it sums or averages as other types alone. */
const NUMBER_OF: Readonly<Record<string, Fragment>> = {
  'SUM oid': sql`bigint`,
  'AVG oid': sql`bigint`,
  'AVG money': sql`numeric`,
}

/** Their order is that of their texts by code point. */
const AS_THEIR_TEXTS: ReadonlySet<string> = new Set(['uuid', 'macaddr', 'macaddr8', 'bit varying'])

const WITHOUT_LEAST = /^(?:jsonb?|tsvector|tsquery|(?:int[48]|num|ts|tstz|date)(?:multi)?range)$/

function noLeast({ function: name, field }: Aggregate, { dbType }: ColumnKind): AppError {
  return new AppError('bad_request', `${name} cannot be asked for: '${field}' is ${dbType}.`, {
    hint: 'COUNT and COUNT_DISTINCT take such fields; of records, order by it and read the first.',
  })
}
