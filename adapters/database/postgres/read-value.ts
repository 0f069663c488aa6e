import { sql } from 'kysely'
import type { ResultColumn } from '../sql/connection.ts'
import type { Fragment } from '../sql/dialect.ts'
import { LARGE_MEAN } from '../sql/exact-number.ts'
import { isComposite, typeName } from './type-name.ts'

/**
 * SQL of a column's value such that `row_to_json` writes it as `Row` has it (core/database/value.ts); nothing where that
 * does so by itself. JSON of PostgreSQL writes numbers with all their digits and moments in ISO 8601.
 */
export function readValue(column: Fragment, kind: ResultColumn): Fragment | undefined {
  if (kind.dbType === '') return readAggregate(column, kind)
  const { base, precision, isArray } = typeName(kind.dbType)
  if (AS_IT_IS.has(base) || isShort(base, precision) || isComposite(kind)) return undefined
  const exact = EXACT[base]
  if (isArray) return exact ? readArray(column, exact) : sql`to_json(${column}::text[])`
  if (exact) return eitherWay(exact, exact.as(column))
  if (base === 'bytea') return sql`translate(encode(${column}, 'base64'), E'\\n', '')`
  return sql`${column}::text`
}

/** Their JSON is theirs on the wire, in arrays too. Of numbers: those that a double holds. */
const AS_IT_IS: ReadonlySet<string> = new Set([
  'smallint',
  'integer',
  'real',
  'double precision',
  'boolean',
  'date',
  'time without time zone',
  'time with time zone',
  'interval',
  'uuid',
  // Their text has a mask that they do not show.
  'inet',
  'cidr',
  'text',
  'character varying',
  'character',
  '"char"',
  'name',
  'json',
  'jsonb',
])

/** So many significant digits survive in a double (IEEE 754 binary64). */
const DOUBLE_DIGITS = 15

function isShort(base: string, precision: number | undefined): boolean {
  return base === 'numeric' && precision !== undefined && precision <= DOUBLE_DIGITS
}

/** Numbers that may have more digits than a double: then they are texts. */
interface ExactType {
  /** The value as a type that JSON writes as a number. */
  readonly as: (column: Fragment) => Fragment
  readonly isArrayOf: Fragment
  /** SQL that is true when a double would change the number, given what `as` makes. */
  readonly isLong: (number: Fragment) => Fragment
}

/** ±(2^53 − 1) */
const isUnsafe = (number: Fragment) => sql`${number} not between -9007199254740991 and 9007199254740991`
/** From float8 to numeric PostgreSQL keeps 15 digits. What float8 cannot hold at all must not get there: it would fail. */
const isRounded = (number: Fragment) =>
  sql`case when ${isOutside(number)} then true else ${number} <> ${rounded(number)} end`
const isOutside = (number: Fragment) => sql`${number} <> 0 and abs(${number}) not between 1e-300 and 1e300`
const rounded = (number: Fragment) => sql`${number}::float8::numeric`
const isLongMean = (number: Fragment) =>
  sql`abs(${number}) >= ${sql.raw(String(LARGE_MEAN))} and ${number} <> ${rounded(number)}`
const withoutZeros = (number: Fragment) =>
  sql`regexp_replace(${number}::text, '(\\.[0-9]*[1-9])0+$|\\.0+$', '\\1')`

const EXACT: Readonly<Record<string, ExactType>> = {
  bigint: { as: (column) => column, isArrayOf: sql`bigint[]`, isLong: isUnsafe },
  oid: { as: (column) => sql`${column}::bigint`, isArrayOf: sql`bigint[]`, isLong: isUnsafe },
  numeric: { as: (column) => column, isArrayOf: sql`numeric[]`, isLong: isRounded },
  money: { as: (column) => sql`${column}::numeric`, isArrayOf: sql`numeric[]`, isLong: isRounded },
}

function eitherWay({ isLong }: Pick<ExactType, 'isLong'>, number: Fragment): Fragment {
  return sql`case when ${isLong(number)} then to_json(${number}::text) else to_json(${number}) end`
}

/** All elements are texts when one of them must be: the kinds are not mixed. */
function readArray(column: Fragment, { isArrayOf, isLong }: ExactType): Fragment {
  const numbers = sql`${column}::${isArrayOf}`
  const element = sql.id('e')
  const hasLong = sql`exists (select from unnest(${numbers}) ${element} where ${isLong(element)})`
  return sql`case when ${hasLong} then to_json(${numbers}::text[]) else to_json(${numbers}) end`
}

/** Counts are safe integers. A mean seldom ends: what is shown has the digits of a double, or all of a large one (exact-number.ts). */
function readAggregate(column: Fragment, { type, computed }: ResultColumn): Fragment | undefined {
  if (!computed || (type !== 'integer' && type !== 'decimal')) return undefined
  const number = sql`${column}::numeric`
  if (computed === 'mean')
    return sql`case when ${isOutside(number)} then to_json(${number}) when ${isLongMean(number)} then to_json(${withoutZeros(number)}) else to_json(${rounded(number)}) end`
  return eitherWay({ isLong: type === 'integer' ? isUnsafe : isRounded }, number)
}
