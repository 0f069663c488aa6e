import type { Field } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { findByName } from '../../../src/core/names.ts'
import { typeName } from './type-name.ts'
import { type Written, writtenRows } from './written-rows.ts'

/**
 * PostgreSQL does not say which column a value was too long (22001) or too large (22003) for: the values are compared with what
 * the fields declare. Nothing when none of them breaks its limit: then it was a trigger's, or a sum.
 */
export function brokenLimits(state: string, subject: Written, cause: Error): AppError | undefined {
  const breaks = state === TOO_LONG ? isTooLong : state === OUT_OF_RANGE ? isOutOfRange : undefined
  const { table } = subject
  if (!breaks || !table) return undefined
  const rows = writtenRows(subject)
  const fields = subject.written
    .flatMap((name) => findByName(table.fieldByName, name) ?? [])
    .filter((field) => rows.some((row) => breaks(row[field.name] ?? row[field.column ?? ''] ?? null, field)))
  const [first] = fields
  if (!first) return undefined
  const what = state === TOO_LONG ? 'is too long' : 'is out of range'
  const named = fields.map(({ name, dbType }) => `'${name}' ${what} (${dbType})`)
  return new AppError('bad_request', `The value of field ${named.join(', of field ')}.`, {
    context: { table: table.name, field: first.name, fields: fields.map(({ name }) => name) },
    cause,
  })
}

const TOO_LONG = '22001'
const OUT_OF_RANGE = '22003'

/** Characters, not units of UTF-16; spaces at the end do not count. */
function isTooLong(value: unknown, { length }: Field): boolean {
  return typeof value === 'string' && length !== undefined && [...value.replace(/ +$/, '')].length > length
}

const WHOLE: Readonly<Record<string, bigint>> = {
  smallint: 2n ** 15n,
  integer: 2n ** 31n,
  bigint: 2n ** 63n,
}
const FLOATING: Readonly<Record<string, number>> = {
  real: 3.4028235677973366e38,
  'double precision': Number.MAX_VALUE,
}

function isOutOfRange(given: unknown, { dbType, precision, scale = 0 }: Field): boolean {
  const value = typeof given === 'number' ? String(given) : given
  if (typeof value !== 'string' || !/^\s*[-+]?[\d.]+(e[-+]?\d+)?\s*$/i.test(value)) return false
  const { base } = typeName(dbType)
  const end = WHOLE[base]
  if (end !== undefined) return isOutside(value, end)
  const largest = FLOATING[base]
  if (largest !== undefined) return Math.abs(Number(value)) > largest
  return precision !== undefined && Math.abs(Number(value)) >= 10 ** (precision - scale) - 0.5 * 10 ** -scale
}

function isOutside(value: string, end: bigint): boolean {
  const number = /^\s*[-+]?\d+\s*$/.test(value)
    ? BigInt(value.replace('+', ''))
    : BigInt(Math.round(Number(value)))
  return number >= end || number < -end
}
