import { sql } from 'kysely'
import type { Aggregate } from '../../../src/core/database/query.ts'
import type { Table } from '../../../src/core/database/schema.ts'
import type { ColumnNames } from './column-names.ts'
import type { Fragment, SqlDialect } from './dialect.ts'
import type { Columns } from './filter-sql.ts'
import type { SelectShape } from './shape.ts'
import { kindOfAggregate, kindOfField } from './value-type.ts'

export function aggregateSql<P>(
  aggregate: Aggregate,
  { stored }: ColumnNames,
  table: Table,
  dialect: SqlDialect<P>,
): Fragment {
  const { function: name, field, distinct } = aggregate
  if (field === '*') return sql`count(*)`
  const own = dialect.aggregate?.(aggregate, stored(field), kindOfField(field, table))
  if (own) return own
  if (name === 'COUNT_DISTINCT') return sql`count(distinct ${stored(field)})`
  return sql`${sql.raw(name.toLowerCase())}(${distinct ? sql.raw('distinct ') : NOTHING}${stored(field)})`
}

/** Not every engine knows aliases in HAVING, and one may be the name of another column: what they stand for is written out. */
export function groupColumns<P>(
  { aggregates }: SelectShape,
  table: Table,
  names: ColumnNames,
  dialect: SqlDialect<P>,
): Columns {
  const aliases = new Map(aggregates.map((aggregate) => [aggregate.alias, aggregate]))
  return {
    sql: (name) => {
      const aggregate = aliases.get(name)
      if (aggregate) return aggregateSql(aggregate, names, table, dialect)
      const value = keySql(name, names, table, dialect)
      // It has one value in each group.
      return dialect.havingByAggregate && isVirtual(table, name) ? sql`min(${value})` : value
    },
    kind: (name) => {
      const aggregate = aliases.get(name)
      return aggregate ? kindOfAggregate(aggregate, table) : kindOfField(name, table)
    },
  }
}

/** A field as rows are grouped by it. */
export function keySql<P>(
  name: string,
  names: ColumnNames,
  table: Table,
  { keyAs }: SqlDialect<P>,
): Fragment {
  const column = names.stored(name)
  return keyAs?.(column, kindOfField(name, table)) ?? column
}

function isVirtual({ fieldByName }: Table, name: string): boolean {
  return fieldByName.get(name.toLowerCase())?.isVirtual === true
}

const NOTHING = sql``
