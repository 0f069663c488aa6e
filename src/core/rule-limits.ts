import { z } from 'zod'

/** What a rule limits, for one request. */
export interface RuleLimits {
  /** Most rows that it may write in a table. */
  readonly maxAffectedRows?: number | undefined
  /** Most rows of a table in its answer. */
  readonly maxRows?: number | undefined
  /** Longest time that it may take, in milliseconds. */
  readonly timeoutMs?: number | undefined
}

const LONGEST_MS = 24 * 60 * 60 * 1_000

/** As the wire has them. */
export const ruleLimits = z
  .strictObject({
    max_affected_rows: z.int('must be a whole number').min(0, 'must not be negative').optional(),
    max_rows: z.int('must be a whole number').min(1, 'must be at least 1').optional(),
    timeout_ms: z
      .int('must be a whole number')
      .min(1, 'must be at least 1')
      .max(LONGEST_MS, 'must be at most a day')
      .optional(),
  })
  .refine((limits) => Object.keys(limits).length > 0, 'must have max_affected_rows, max_rows or timeout_ms')
export type WireLimits = z.output<typeof ruleLimits>

export function limitsFromWire({ max_affected_rows, max_rows, timeout_ms }: WireLimits): RuleLimits {
  return {
    ...(max_affected_rows !== undefined && { maxAffectedRows: max_affected_rows }),
    ...(max_rows !== undefined && { maxRows: max_rows }),
    ...(timeout_ms !== undefined && { timeoutMs: timeout_ms }),
  }
}

/** Undefined where they say nothing. */
export function limitsToWire(limits: RuleLimits | undefined) {
  const { maxAffectedRows, maxRows, timeoutMs } = limits ?? {}
  const wire = {
    ...(maxAffectedRows !== undefined && { max_affected_rows: maxAffectedRows }),
    ...(maxRows !== undefined && { max_rows: maxRows }),
    ...(timeoutMs !== undefined && { timeout_ms: timeoutMs }),
  }
  return Object.keys(wire).length > 0 ? wire : undefined
}

/** The lowest of each; undefined where none says anything. */
export function lowestLimits(all: readonly (RuleLimits | undefined)[]): RuleLimits | undefined {
  const lowest = (name: keyof RuleLimits) => {
    const said = all.flatMap((limits) => limits?.[name] ?? [])
    return said.length > 0 ? { [name]: Math.min(...said) } : {}
  }
  const limits = { ...lowest('maxAffectedRows'), ...lowest('maxRows'), ...lowest('timeoutMs') }
  return Object.keys(limits).length > 0 ? limits : undefined
}
