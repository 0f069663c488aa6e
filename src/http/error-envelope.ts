import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError, toAppError } from '../core/errors.ts'
import { scopesMissing } from '../core/missing-scope.ts'
import { didYouMean } from '../core/names.ts'

export const JSON_TYPE = 'application/json; charset=utf-8'

/**
 * The REST error body (dreamfactory-rest §8.1): `code` is the status unless the error sets its own, `context` null when
 * there is none. `hint` is ours, and absent when nothing helps.
 */
export function errorEnvelope(error: AppError): string {
  const hint = error.hint ?? didYouMean(error.didYouMean ?? [])
  return JSON.stringify({
    error: {
      code: error.wireCode ?? error.status,
      context: error.context ?? null,
      message: error.message,
      status_code: error.status,
      ...(hint && { hint }),
    },
  })
}

/** When to come back, for errors that pass (dreamfactory-rest §9.1). */
export function setRetryHeaders(reply: FastifyReply, error: AppError): void {
  const { code, retryable, rate } = error
  if (code !== 'too_many_requests' && !(code === 'unavailable' && retryable)) return
  reply.header('retry-after', rate?.retryAfterSeconds ?? secondsIn(error))
  if (!rate) return
  reply.header('x-ratelimit-limit', rate.limit).header('x-ratelimit-remaining', 0)
  reply.header('x-ratelimit-reset', rate.resetsAt)
}

/** As the error knows them (`context.retry_after`), else one. */
function secondsIn({ context }: AppError): number {
  const seconds =
    typeof context === 'object' && context !== null ? Reflect.get(context, 'retry_after') : undefined
  return typeof seconds === 'number' ? seconds : 1
}

/** The text of an error, and what it is. */
export interface ErrorText {
  readonly contentType: string
  readonly write: (error: AppError) => string
}

const AS_JSON: ErrorText = { contentType: JSON_TYPE, write: errorEnvelope }

/** Answers with an error, and leaves it on the request for the log line. */
export function sendError(
  request: FastifyRequest,
  reply: FastifyReply,
  thrown: unknown,
  { contentType, write } = AS_JSON,
): FastifyReply {
  const error = toAppError(thrown)
  request.failure = error
  // RFC 9110 §11.6.1, RFC 6750 §3
  if (error.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer realm="sluice"')
  const scope = scopesMissing(error)
  if (scope !== undefined)
    reply.header('www-authenticate', `Bearer realm="sluice", error="insufficient_scope", scope="${scope}"`)
  setRetryHeaders(reply, error)
  reply.header('content-type', contentType).header('cache-control', 'no-store')
  return reply.code(error.status).send(write(error))
}

/** Errors of the HTTP layer itself (body too large, unreadable, …) as ours; anything unknown becomes a mute `internal`. */
export function fromHttpError(thrown: unknown, bodyLimitBytes: number): AppError {
  if (thrown instanceof AppError) return thrown
  const { code, statusCode } = httpErrorOf(thrown)
  if (statusCode === 413) {
    return new AppError('payload_too_large', `The request body is larger than ${bodyLimitBytes} bytes.`, {
      hint: 'Send fewer records per request.',
      cause: thrown,
    })
  }
  if (statusCode === 415) return new AppError('bad_request', 'Unrecognized payload type', { cause: thrown })
  if (code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH') {
    return new AppError('bad_request', 'The request body is not as long as its Content-Length says.', {
      cause: thrown,
    })
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new AppError('bad_request', 'The request could not be read.', { cause: thrown })
  }
  return toAppError(thrown)
}

function httpErrorOf(thrown: unknown): { code?: unknown; statusCode?: number } {
  if (typeof thrown !== 'object' || thrown === null) return {}
  const code = 'code' in thrown ? thrown.code : undefined
  const statusCode =
    'statusCode' in thrown && typeof thrown.statusCode === 'number' ? { statusCode: thrown.statusCode } : {}
  return { code, ...statusCode }
}
