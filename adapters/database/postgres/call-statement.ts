import { sql } from 'kysely'
import type { CallQuery } from '../../../src/core/database/query.ts'
import { valueClassOf } from '../../../src/core/database/schema.ts'
import type { Value } from '../../../src/core/database/value.ts'
import type { Fragment } from '../sql/dialect.ts'
import { postgresDialect } from './dialect.ts'
import type { Argument } from './routines.ts'
import type { Signature } from './signature.ts'

/**
 * The call of this very signature: every argument is there and has its type, so no other overload can be meant. Types and
 * defaults are SQL of the catalogue, values are bound.
 */
export function callStatement(
  { schema, name, arguments: declared, columns }: Signature,
  { routine, arguments: given }: Pick<CallQuery, 'routine' | 'arguments'>,
): Fragment {
  const isProcedure = routine.kind === 'procedure'
  const passed = declared.filter(({ parameter }) => isProcedure || parameter.mode !== 'OUT')
  const values = passed.map((argument) => valueSql(argument, given))
  const call = sql`${sql.id(schema, name)}(${values.length > 0 ? sql.join(values) : sql``})`
  if (isProcedure) return sql`call ${call}`
  if (columns.length === 0) return sql`select null::text as ${sql.id(name)} from ${call}`
  return sql`select * from ${call} as r(${sql.join(columns.map((column) => sql.id(column.name)))})`
}

function valueSql(argument: Argument, given: CallQuery['arguments']): Fragment {
  const { name, mode, isVariadic } = argument.parameter
  const value = mode !== 'OUT' && Object.hasOwn(given, name) ? given[name] : undefined
  const written = value === undefined ? absentSql(argument) : boundSql(value, argument)
  const typed = sql`(${written})::${sql.raw(argument.cast)}`
  return isVariadic ? sql`variadic ${typed}` : typed
}

function absentSql({ parameter }: Argument): Fragment {
  if (parameter.default !== undefined) return sql.raw(parameter.default)
  return parameter.isVariadic ? sql.raw(`'{}'`) : sql`null`
}

function boundSql(value: Value, { parameter: { type, dbType } }: Argument): Fragment {
  const kind = { type: valueClassOf(type), dbType }
  const bound = sql`${postgresDialect.bind(value, kind, 'store')}`
  return postgresDialect.writeAs?.(bound, kind) ?? bound
}
