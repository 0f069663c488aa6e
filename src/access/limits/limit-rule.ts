import type { Caller } from '../../core/caller.ts'
import type { Verb } from '../../core/policy.ts'

/** A limit that is on (dreamfactory-rest §9.1). What it does not name it counts together. */
export interface LimitRule {
  readonly id: number
  readonly name: string
  readonly type: string
  /** Requests a period. */
  readonly rate: number
  readonly period: 'minute' | 'hour' | 'day' | '7-day' | '30-day'
  /** What it counts, in one text: `instance.user:5.verb:GET.minute`. */
  readonly keyText: string
  /** Another number starts its counters over. */
  readonly resetMark: number
  readonly userId?: number | undefined
  /** Each caller has a counter of their own. */
  readonly isEachUser: boolean
  readonly roleId?: number | undefined
  /** In lower case. */
  readonly service?: string | undefined
  /** A resource of the service, as components of roles are written. */
  readonly endpoint?: string | undefined
  readonly verb?: Verb | undefined
}

/** A request to a service that the caller reaches. */
export interface LimitedRequest {
  readonly caller: Caller
  readonly service: string
  readonly verb: Verb
  /** `_table/orders/5`; asked only when a limit depends on it. */
  readonly resource: () => string
}

const SECONDS = { minute: 60, hour: 3_600, day: 86_400, '7-day': 604_800, '30-day': 2_592_000 } as const

export function periodMs({ period }: LimitRule): number {
  return SECONDS[period] * 1000
}

/** The counter of a limit that a caller's requests go to. */
export function counterKey({ id, keyText, resetMark, isEachUser }: LimitRule, caller: Caller): string {
  const counter = `${id}:${resetMark}:${keyText}`
  return isEachUser ? `${counter}:${identityOf(caller)}` : counter
}

/** Without a user, each key is one. */
function identityOf({ userId, appId, kind, label }: Caller): string {
  if (userId !== undefined) return `user:${userId}`
  if (appId !== undefined) return `app:${appId}`
  return kind === 'user' ? label : kind
}
