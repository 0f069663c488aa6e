import type { WindowCounters } from '../../core/cache/window-counters.ts'
import type { Caller } from '../../core/caller.ts'
import { AppError } from '../../core/errors.ts'
import { networkOf } from '../network-of.ts'

/** Tool calls a minute; undefined: as many as come. */
export interface CallRates {
  /** Of one API key, or of one person or holder of a token. */
  readonly perCaller?: number | undefined
  /** Of all callers in one role. */
  readonly perRole?: number | undefined
  /** From one address of clients. */
  readonly perAddress?: number | undefined
}

/** Limits of tool calls by configuration, besides those that administrators make. */
export interface CallLimits {
  /** Undefined when no limit applies. Rejects with `too_many_requests` when one is used up; then none has counted. */
  count(caller: Caller, address: string): Promise<void> | undefined
}

const MINUTE_MS = 60_000

export function createCallLimits(options: {
  readonly rates: CallRates
  readonly counters: WindowCounters
  readonly now?: () => number
}): CallLimits {
  const { rates, counters, now = Date.now } = options
  const { perCaller, perRole, perAddress } = rates
  const take = async (wanted: readonly { readonly key: string; readonly most: number }[]) => {
    const full = await counters.take(wanted.map((one) => ({ ...one, windowMs: MINUTE_MS })))
    if (full.length === 0) return
    const leftMs = Math.max(...full.map((one) => one.leftMs))
    const limit = Math.min(...full.flatMap(({ at }) => wanted[at]?.most ?? []))
    throw usedUp(limit, leftMs, now())
  }
  return {
    count(caller, address) {
      const { roleId } = caller
      const wanted = [
        ...(perCaller === undefined ? [] : [{ key: `call:caller:${callerKey(caller)}`, most: perCaller }]),
        ...(perRole === undefined || roleId === undefined
          ? []
          : [{ key: `call:role:${roleId}`, most: perRole }]),
        ...(perAddress === undefined
          ? []
          : [{ key: `call:address:${networkOf(address)}`, most: perAddress }]),
      ]
      return wanted.length === 0 ? undefined : take(wanted)
    },
  }
}

/** A key of an app is one caller; so is a person, whatever they come with. */
function callerKey({ userId, appId, label }: Caller): string {
  if (userId !== undefined) return `user:${userId}`
  return appId === undefined ? label : `app:${appId}`
}

function usedUp(limit: number, leftMs: number, now: number): AppError {
  const seconds = Math.max(1, Math.ceil(leftMs / 1000))
  return new AppError('too_many_requests', 'Too many tool calls.', {
    retryable: true,
    hint: `Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
    rate: { limit, retryAfterSeconds: seconds, resetsAt: Math.ceil((now + leftMs) / 1000) },
  })
}
