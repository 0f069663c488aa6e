import { createHash, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import type { Seal } from '../../../core/seal.ts'

/** What is about to be written. */
export interface Extent {
  readonly count: number
  /** Of the keys of the rows; absent where the request names them itself. */
  readonly digest?: string
  /** The keys themselves, then; no part of a code. */
  keys?(): readonly string[]
}

/** Minutes that a confirmation holds. */
export const CONFIRM_MINUTES = 10

/** The confirmation of this much, under this scope, for the next minutes. No two are the same. */
export function consentCode(extent: Extent, scope: string, seal: Seal): string {
  const expires = Date.now() + CONFIRM_MINUTES * 60_000
  const { count, digest } = extent
  return seal.seal(JSON.stringify({ count, digest, expires, once: randomUUID() }), scope)
}

const sealed = z.object({ count: z.int(), digest: z.string().optional(), expires: z.int() })

/** Whether a confirmation was given for this scope, whether or not it still holds. */
export function isOfScope(code: string, scope: string, seal: Seal): boolean {
  return seal.open(code, scope) !== undefined
}

/** What a confirmation holds for. Throws `conflict` for one of another scope, a made up one, and one that is too old. */
export function openCode(code: string, scope: string, seal: Seal): Extent {
  const text = seal.open(code, scope)
  if (text === undefined)
    throw unconfirmed('confirmation_invalid', 'The confirmation is not for this call by this caller.')
  const { expires, count, digest } = sealed.parse(JSON.parse(text))
  if (expires < Date.now()) throw unconfirmed('confirmation_expired', 'The confirmation is too old.')
  return { count, ...(digest !== undefined && { digest }) }
}

/** Throws `conflict` where what was confirmed is not what would be written now. */
export function requireSame(confirmed: Extent, now: Extent): void {
  if (confirmed.count === now.count && confirmed.digest === now.digest) return
  const { count } = now
  const message =
    confirmed.count === count
      ? 'Other rows are selected now than when it was confirmed.'
      : `Not ${confirmed.count} but ${count} ${count === 1 ? 'row is' : 'rows are'} selected now.`
  throw unconfirmed('confirmation_outdated', message)
}

/** Why a write is not made; `reason` is for machines. */
export function unconfirmed(reason: string, message: string): AppError {
  return new AppError('conflict', `${message} Nothing was changed.`, {
    hint: 'Make the same call without a confirmation to get a new one.',
    context: { reason },
  })
}

export function usedAlready(): AppError {
  return unconfirmed('confirmation_used', 'The confirmation was used already: it holds once.')
}

/** The same for the same rows, in whatever order. */
export function digestOf(keys: readonly string[]): string {
  const hash = createHash('sha256')
  for (const key of keys.toSorted()) hash.update(`${key.length}:${key}`)
  return hash.digest('base64url').slice(0, 22)
}
