import type { Comparison } from '../../../src/core/database/query.ts'

/** The whole numbers that a column can hold at most. */
export interface IntegerRange {
  readonly least: bigint
  readonly most: bigint
}

export const SIGNED_64: IntegerRange = { least: -(2n ** 63n), most: 2n ** 63n - 1n }

interface Compared {
  readonly op: Comparison
  readonly value: bigint
}

/** A comparison with a number outside of the range, as one inside of it that is true and false (and unknown) for the same rows. */
export function insideRange({ op, value }: Compared, { least, most }: IntegerRange): Compared {
  if (value > most) return { op: OF_SMALLER.has(op) ? '<=' : '>', value: most }
  if (value < least) return { op: OF_LARGER.has(op) ? '>=' : '<', value: least }
  return { op, value }
}

export function isInside(value: unknown, { least, most }: IntegerRange): boolean {
  return typeof value !== 'bigint' || (value >= least && value <= most)
}

const OF_SMALLER: ReadonlySet<Comparison> = new Set(['<', '<=', '!='])
const OF_LARGER: ReadonlySet<Comparison> = new Set(['>', '>=', '!='])
