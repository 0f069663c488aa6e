import { Readable } from 'node:stream'
import { type AppError, type ErrorCode, isOutcomeUnknown } from '../core/errors.ts'
import type { IdempotencyBook } from '../core/idempotency.ts'
import { once as carriedOutOnce } from '../operations/once.ts'
import type { Answer } from './answer.ts'
import { flag } from './options.ts'
import type { RestContext } from './rest-deps.ts'
import type { RestRequest } from './rest-request.ts'
import { StreamedBody } from './streamed-body.ts'

/** Carries a POST with an `Idempotency-Key` out once; the same one again gets the same answer. One that is only tried does not use the key. */
export async function once(
  request: RestRequest,
  context: RestContext,
  book: IdempotencyBook,
  work: (request: RestRequest) => Promise<Answer>,
): Promise<Answer> {
  const key = request.conditions?.idempotencyKey
  if (key === undefined || request.verb !== 'POST' || isTried(request)) return work(request)
  const { caller } = context
  const { body } = request
  const content = body instanceof Readable ? new StreamedBody(body, context.importLimitBytes) : undefined
  const asked = {
    book,
    key,
    keyName: 'Idempotency-Key',
    scope: [caller.label, caller.userId, caller.appId, request.service],
    request: JSON.stringify([request.path, meaningOf(request.query), request.wrap, bodyOf(request)]),
    content,
    rights: caller.policy.key,
    onReplay: () => request.setHeader?.('idempotency-replayed', 'true'),
    isPerhapsKept: (error: AppError) => isPerhapsKept(error, request),
  }
  const done = await carriedOutOnce(
    asked,
    () => work(content ? { ...request, body: content } : request),
    (made) => (typeof made === 'string' ? made : undefined),
  )
  return done.replayed ?? done.answer
}

/** Where a dry run has no meaning it is refused, and nothing is done. */
function isTried(request: RestRequest): boolean {
  const [resource] = request.path
  return (resource === '_table' || resource === '_batch') && flag(request, 'dry_run')
}

/** A routine commits as it likes: one that was stopped may have done its work. */
function isPerhapsKept(error: AppError, { path }: RestRequest): boolean {
  const isRoutine = path[0] === '_proc' || path[0] === '_func'
  return isOutcomeUnknown(error) || (isRoutine && STOPPED.has(error.code))
}

const STOPPED: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['timeout', 'unavailable', 'internal'])

/** A body that is still to come is compared when it was read. */
function bodyOf({ body, isText }: RestRequest): unknown {
  return body instanceof Readable ? { isText } : body
}

/** Credentials say who asks, not what. */
function meaningOf(query: RestRequest['query']): object {
  const { api_key: _, session_token: __, ...rest } = query
  return rest
}
