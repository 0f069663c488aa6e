import type { WindowCounters } from '../../core/cache/window-counters.ts'
import type { Caller } from '../../core/caller.ts'
import { AppError } from '../../core/errors.ts'
import { UNRESTRICTED } from '../../core/policy.ts'
import { createLimitIndex, type LimitIndex } from './limit-index.ts'
import { counterKey, type LimitedRequest, type LimitRule, periodMs } from './limit-rule.ts'

/** How many requests may be made: asked by both doors, of whoever calls. */
export interface RequestLimits {
  /** Undefined when no limit applies. Rejects with `too_many_requests` when one of them is used up; then none has counted. */
  count(request: LimitedRequest): Promise<void> | undefined
  /** One entry for each limit that is on. */
  usage(): Promise<readonly LimitUsage[]>
}

export interface LimitUsage {
  readonly id: number
  readonly name: string
  readonly rate: number
  /** Of a limit for each user one for each who has called; of any other, one. */
  readonly counters: readonly {
    readonly key: string
    readonly count: number
    /** Until it starts over. */
    readonly leftMs: number
  }[]
}

export function createRequestLimits(options: {
  /** The same list until a limit changes. */
  readonly rules: () => readonly LimitRule[]
  readonly counters: WindowCounters
  /** Told for each limit that refuses a request. */
  readonly onExceeded?: (rule: LimitRule) => void
  readonly now?: () => number
}): RequestLimits {
  const { rules, counters, onExceeded = () => {}, now = Date.now } = options
  let built: { readonly of: readonly LimitRule[]; readonly index: LimitIndex } | undefined
  const indexOf = (latest: readonly LimitRule[]): LimitIndex => {
    if (built?.of !== latest) built = { of: latest, index: createLimitIndex(latest) }
    return built.index
  }
  const take = async (limits: readonly LimitRule[], caller: Caller) => {
    const wanted = limits.map((rule) => ({
      key: counterKey(rule, caller),
      most: rule.rate,
      windowMs: periodMs(rule),
    }))
    const full = await counters.take(wanted)
    const exceeded = full.flatMap(({ at, leftMs }) => {
      const rule = limits[at]
      return rule ? [{ rule, leftMs }] : []
    })
    for (const { rule } of exceeded) onExceeded(rule)
    if (exceeded.length > 0) throw refusal(exceeded, now())
  }
  return {
    count(request) {
      const latest = rules()
      if (latest.length === 0) return undefined
      const limits = indexOf(latest)(request)
      return limits.length === 0 || isMending(request) ? undefined : take(limits, request.caller)
    },
    usage: () => Promise.all(rules().map((rule) => usageOf(rule, counters))),
  }
}

/** A limit that lets nobody in could else not be taken back. */
function isMending({ caller, service, resource }: LimitedRequest): boolean {
  if (caller.policy.key !== UNRESTRICTED.key || service !== 'system') return false
  return /^limit(?:_cache)?(?:\/|$)/.test(resource().toLowerCase())
}

async function usageOf(rule: LimitRule, counters: WindowCounters): Promise<LimitUsage> {
  const { id, name, rate, isEachUser, keyText, resetMark } = rule
  const shared = `${id}:${resetMark}:${keyText}`
  const keys = isEachUser ? await counters.keysFrom(`${shared}:`) : [shared]
  const states = await Promise.all(
    keys.map(async (key) => ({
      key: key.slice(`${id}:${resetMark}:`.length),
      ...(await counters.stateOf(key)),
    })),
  )
  return { id, name, rate, counters: states }
}

/** dreamfactory-rest §9.1. Whom a limit is about is not told. */
function refusal(
  exceeded: readonly { readonly rule: LimitRule; readonly leftMs: number }[],
  now: number,
): AppError {
  const leftMs = Math.max(...exceeded.map((one) => one.leftMs))
  const rate = Math.min(...exceeded.map(({ rule }) => rule.rate))
  const seconds = Math.max(1, Math.ceil(leftMs / 1000))
  return new AppError('too_many_requests', 'API limit(s) exceeded. ', {
    retryable: true,
    hint: `Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
    context: exceeded.map(({ rule: { id, name, type, period, ...rule } }) => ({
      id,
      name,
      object: {
        id,
        name,
        type,
        rate: rule.rate,
        period,
        verb: rule.verb ?? null,
        endpoint: rule.endpoint ?? null,
      },
    })),
    rate: { limit: rate, retryAfterSeconds: seconds, resetsAt: Math.ceil((now + leftMs) / 1000) },
  })
}
