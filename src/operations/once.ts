import { AppError, ERROR_STATUS, type ErrorCode, isOutcomeUnknown, toAppError } from '../core/errors.ts'
import type { Claimed, IdempotencyBook } from '../core/idempotency.ts'
import { isPartlyKept } from './database/batch.ts'

/** A request that its caller wants carried out once. */
interface OnceRequest {
  readonly book: IdempotencyBook
  /** As the caller chose it. */
  readonly key: string
  /** What the caller calls it: `Idempotency-Key`. */
  readonly keyName: string
  /** Who asks whom: the key is known there alone. */
  readonly scope: readonly unknown[]
  /** All that it asks. */
  readonly request: string
  /** What it sends besides, which is known when it was read: its digest. */
  readonly content?: { digest(): Promise<string> } | undefined
  /** What the caller may do: an answer is told again only under the same rights. */
  readonly rights: string
  /** The answer that follows, an error or not, is the one of before. */
  onReplay?(): void
  /** After this error something may have been kept, though nobody knows. */
  isPerhapsKept?(error: AppError): boolean
}

/** What the work answered now, or what it answered before as text. */
type OnceAnswer<T> =
  | { readonly answer: T; readonly replayed?: never }
  | { readonly answer?: never; readonly replayed: string }

/**
 * Carries work out once; the same request again gets the same answer. What failed before anything was kept is forgotten, so that
 * it can be tried again. `textOf` is the answer as text; undefined: it is not told again. Throws `conflict` for a key that is
 * taken.
 */
export async function once<T>(
  asked: OnceRequest,
  work: () => Promise<T>,
  textOf: (answer: T) => string | undefined,
): Promise<OnceAnswer<T>> {
  const { book, key, keyName, scope, request, rights } = asked
  if (!/^[\x21-\x7e]{1,255}$/.test(key))
    throw new AppError('bad_request', `${keyName} takes 1 to 255 visible ASCII characters.`)
  const claimed = await book.claim({ scope: JSON.stringify([...scope, key]), request, rights })
  if (claimed.state === 'new') return { answer: await carryOut(asked, claimed, work, textOf) }
  if (claimed.state !== 'done') throw refused(claimed.state, keyName)
  const told = readEnding(claimed.ending)
  if (told.content !== undefined && told.content !== (await asked.content?.digest()))
    throw refused('other_request', keyName)
  asked.onReplay?.()
  return { replayed: toldAgain(told) }
}

async function carryOut<T>(
  { content, isPerhapsKept = isOutcomeUnknown }: OnceRequest,
  claimed: Extract<Claimed, { state: 'new' }>,
  work: () => Promise<T>,
  textOf: (answer: T) => string | undefined,
): Promise<T> {
  try {
    const answer = await work()
    const text = textOf(answer)
    // What was done is done: without its end kept, the key stays taken.
    if (text !== undefined) await tellEnd(claimed, text, content).catch(() => {})
    return answer
  } catch (thrown) {
    const error = toAppError(thrown)
    if (isPartlyKept(error)) await claimed.finish(JSON.stringify({ error: errorText(error) })).catch(() => {})
    // Nothing is known of what was kept: then the key stays taken, too.
    else if (!isPerhapsKept(error)) await claimed.release().catch(() => {})
    throw thrown
  }
}

async function tellEnd(
  claimed: Extract<Claimed, { state: 'new' }>,
  text: string,
  content: OnceRequest['content'],
): Promise<void> {
  await claimed.finish(JSON.stringify({ text, ...(content && { content: await content.digest() }) }))
}

function errorText({ code, message, context, wireCode, hint }: AppError): object {
  return { code, message, context, wireCode, hint }
}

interface Told {
  readonly text?: string
  readonly content?: string
  readonly error?: {
    readonly code: ErrorCode
    readonly message: string
    readonly context?: unknown
    readonly wireCode?: number
    readonly hint?: string
  }
}

function readEnding(ending: string): Told {
  const told: unknown = JSON.parse(ending)
  if (isTold(told)) return told
  throw new AppError('internal', 'A kept answer cannot be read.')
}

function toldAgain(told: Told): string {
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

function refused(state: Exclude<Claimed['state'], 'new' | 'done'>, keyName: string): AppError {
  const { message, hint, retryable } = REFUSED[state]
  return new AppError('conflict', message.replace('Idempotency-Key', keyName), {
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
