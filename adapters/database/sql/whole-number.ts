import type { Value } from '../../../src/core/database/value.ts'

/** Digits, perhaps with a point and an exponent. */
export const NUMBER = /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i

const WHOLE = /^\s*[-+]?\d+\s*$/

/** A value as the whole number it is, of any size; undefined for others. */
export function wholeNumber(value: Exclude<Value, null>): bigint | undefined {
  switch (typeof value) {
    case 'bigint':
      return value
    case 'boolean':
      return value ? 1n : 0n
    case 'number':
      return Number.isInteger(value) ? BigInt(value) : undefined
    case 'string':
      return WHOLE.test(value) ? BigInt(value.trim().replace(/^\+/, '')) : undefined
    default:
      return undefined
  }
}
