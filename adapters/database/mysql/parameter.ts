import type { ExecuteValues } from 'mysql2'

/**
 * A bound value, typed as the server will see it: `bigint` is a whole number, `number` a double, `{ decimal }` the text of an
 * exact number, `string` text, `Buffer` bytes. Comparing a column with a value of another type would have the server convert
 * the column: `'abc' = 0` is true there.
 */
export type Parameter = null | number | bigint | string | Buffer | { readonly decimal: string }

/** What of the driver makes values that carry their type. */
export type DriverTypes = Pick<typeof import('mysql2').TypedParameter, 'LONGLONG' | 'NEWDECIMAL'>

export function toDriver(parameter: Parameter, types: DriverTypes): ExecuteValues {
  if (typeof parameter === 'bigint')
    return parameter > MAX_SIGNED ? types.LONGLONG.unsigned(parameter) : types.LONGLONG(parameter)
  if (parameter === null || typeof parameter !== 'object' || Buffer.isBuffer(parameter)) return parameter
  return types.NEWDECIMAL(parameter.decimal)
}

const MAX_SIGNED = 2n ** 63n - 1n
