import { AppError, ERROR_STATUS, type ErrorCode, isOutcomeUnknown, toAppError } from '../core/errors.ts'
import type { Claimed, IdempotencyBook } from '../core/idempotency.ts'
import { isPartlyKept } from '../operations/database/batch.ts'
import type { Answer } from './answer.ts'
import type { RestContext } from './rest-deps.ts'
import type { RestRequest } from './rest-request.ts'

/**
 * Carries a POST with an `Idempotency-Key` out once; the same one again gets the same answer. What failed before anything was
 * kept is forgotten, so that it can be tried again.
 */
export async function once(
  request: RestRequest,
  context: RestContext,
  book: IdempotencyBook,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const key = request.conditions?.idempotencyKey
  if (key === undefined || request.verb !== 'POST') return work()
  if (!/^[\x21-\x7e]{1,255}$/.test(key))
    throw new AppError('bad_request', 'Idempotency-Key takes 1 to 255 visible ASCII characters.')
  const { caller } = context
  const claimed = await book.claim({
    scope: JSON.stringify([caller.label, caller.userId, caller.appId, request.service, key]),
    request: JSON.stringify([request.path, meaningOf(request.query), request.wrap, request.body]),
    rights: caller.policy.key,
  })
  if (claimed.state === 'new') return carryOut(request, claimed, work)
  if (claimed.state !== 'done') throw refused(claimed.state)
  request.setHeader?.('idempotency-replayed', 'true')
  return toldAgain(claimed.ending)
}

async function carryOut(
  request: RestRequest,
  claimed: Extract<Claimed, { state: 'new' }>,
  work: () => Promise<Answer>,
): Promise<Answer> {
  try {
    const answer = await work()
    // What was done is done: without its end kept, the key stays taken.
    if (typeof answer === 'string') await claimed.finish(JSON.stringify({ text: answer })).catch(() => {})
    return answer
  } catch (thrown) {
    const error = toAppError(thrown)
    if (isPartlyKept(error)) await claimed.finish(JSON.stringify({ error: errorText(error) })).catch(() => {})
    // Nothing is known of what was kept: then the key stays taken, too.
    else if (!isPerhapsKept(error, request)) await claimed.release().catch(() => {})
    throw thrown
  }
}

/** A routine commits as it likes: one that was stopped may have done its work. */
function isPerhapsKept(error: AppError, { path }: RestRequest): boolean {
  const isRoutine = path[0] === '_proc' || path[0] === '_func'
  return isOutcomeUnknown(error) || (isRoutine && STOPPED.has(error.code))
}

const STOPPED: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['timeout', 'unavailable', 'internal'])

/** Credentials say who asks, not what. */
function meaningOf(query: RestRequest['query']): object {
  const { api_key: _, session_token: __, ...rest } = query
  return rest
}

function errorText({ code, message, context, wireCode, hint }: AppError): object {
  return { code, message, context, wireCode, hint }
}

interface Told {
  readonly text?: string
  readonly error?: {
    readonly code: ErrorCode
    readonly message: string
    readonly context?: unknown
    readonly wireCode?: number
    readonly hint?: string
  }
}

function toldAgain(ending: string): string {
  const told: unknown = JSON.parse(ending)
  if (!isTold(told)) throw new AppError('internal', 'A kept answer cannot be read.')
  if (told.text !== undefined) return told.text
  const { code = 'internal', message = '', ...details } = told.error ?? {}
  throw new AppError(code, message, details)
}

/** What `carryOut` wrote, encrypted by us: only its form is looked at. */
function isTold(told: unknown): told is Told {
  if (typeof told !== 'object' || told === null) return false
  if ('text' in told) return typeof told.text === 'string'
  const error = 'error' in told ? told.error : undefined
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code in ERROR_STATUS
  )
}

function refused(state: Exclude<Claimed['state'], 'new' | 'done'>): AppError {
  const { message, hint, retryable } = REFUSED[state]
  return new AppError('conflict', message, {
    hint,
    retryable: retryable ?? false,
    context: { reason: state },
  })
}

const REFUSED: Record<
  Exclude<Claimed['state'], 'new' | 'done'>,
  { readonly message: string; readonly hint: string; readonly retryable?: true }
> = {
  running: {
    message: 'A request with this Idempotency-Key is being carried out.',
    hint: 'Send it again in a moment.',
    retryable: true,
  },
  lost: {
    message: 'A request with this Idempotency-Key began, and it is not known whether it was carried out.',
    hint: 'Read the records to see, then use another key.',
  },
  done_untold: {
    message: 'The request with this Idempotency-Key was carried out; its answer cannot be told again.',
    hint: 'Read the records instead.',
  },
  other_request: {
    message: 'This Idempotency-Key was used for another request.',
    hint: 'Use a new key for every request.',
  },
}
