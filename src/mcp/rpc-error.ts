import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AppError } from '../core/errors.ts'
import { setRetryHeaders } from '../http/error-envelope.ts'

export const JSON_TYPE = 'application/json'

/** As JSON-RPC says it. */
const INTERNAL_ERROR = -32_603
/** JSON-RPC leaves -32000 to -32019 to servers; the AppError's own code is in `data`. */
const SERVER_ERROR = -32_000
/** As the SDK's own sessions say it. */
const SESSION_NOT_FOUND = -32_001

export interface RpcError {
  readonly status: number
  readonly code: number
  readonly message: string
  readonly data?: unknown
}

/** An error told by HTTP status, before there is a JSON-RPC request to answer: its id is null. */
export function sendRpcError(reply: FastifyReply, { status, code, message, data }: RpcError): FastifyReply {
  const error = { code, message, ...(data === undefined ? {} : { data }) }
  return reply
    .code(status)
    .header('content-type', JSON_TYPE)
    .send(JSON.stringify({ jsonrpc: '2.0', id: null, error }))
}

/**
 * Answers a request that does not get as far as JSON-RPC, and leaves the error on it for the log line. `challenge` asks for
 * another token.
 */
export function sendRefusal(
  request: FastifyRequest,
  reply: FastifyReply,
  error: AppError,
  challenge: string | undefined,
): FastifyReply {
  request.failure = error
  const { code, status, message, hint } = error
  // RFC 9110 §11.6.1, RFC 6750 §3
  if (challenge !== undefined) reply.header('www-authenticate', challenge)
  setRetryHeaders(reply, error)
  const data = { code, ...(hint ? { hint } : {}) }
  return sendRpcError(reply, {
    status,
    code: code === 'internal' ? INTERNAL_ERROR : SERVER_ERROR,
    message,
    data,
  })
}

/** GET and DELETE are for sessions: of requests without one, POST is the only method in any case. */
export function sendMethodNotAllowed(reply: FastifyReply, hasSessions: boolean): FastifyReply {
  const message = 'Method not allowed: POST JSON-RPC messages to this address.'
  return sendRpcError(reply.header('allow', hasSessions ? 'POST, GET, DELETE' : 'POST'), {
    status: 405,
    code: SERVER_ERROR,
    message,
  })
}

export function sendUnsupportedType(reply: FastifyReply): FastifyReply {
  return sendRpcError(reply, {
    status: 415,
    code: SERVER_ERROR,
    message: 'Unsupported Media Type: Content-Type must be application/json.',
  })
}

/** 2025-11-25, Session Management: the client begins a new one. */
export function sendNoSession(reply: FastifyReply): FastifyReply {
  const message = 'There is no such session: initialize again.'
  return sendRpcError(reply, { status: 404, code: SESSION_NOT_FOUND, message })
}
