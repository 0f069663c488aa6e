import { ProtocolErrorCode } from '@modelcontextprotocol/server'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AppError } from '../core/errors.ts'
import { setRetryHeaders } from '../http/error-envelope.ts'

export const JSON_TYPE = 'application/json'

/** JSON-RPC leaves -32000 to -32019 to servers; the AppError's own code is in `data`. */
const SERVER_ERROR = -32_000

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

/** Answers a request that does not get as far as JSON-RPC, and leaves the error on it for the log line. */
export function sendRefusal(request: FastifyRequest, reply: FastifyReply, error: AppError): FastifyReply {
  request.failure = error
  const { code, status, message, hint } = error
  // RFC 9110 §11.6.1, RFC 6750 §3
  if (code === 'unauthenticated') reply.header('www-authenticate', 'Bearer realm="sluice"')
  setRetryHeaders(reply, error)
  const data = { code, ...(hint ? { hint } : {}) }
  return sendRpcError(reply, {
    status,
    code: code === 'internal' ? ProtocolErrorCode.InternalError : SERVER_ERROR,
    message,
    data,
  })
}

export function sendMethodNotAllowed(reply: FastifyReply): FastifyReply {
  const message = 'Method not allowed: POST JSON-RPC messages to this address.'
  return sendRpcError(reply.header('allow', 'POST'), { status: 405, code: SERVER_ERROR, message })
}

export function sendUnsupportedType(reply: FastifyReply): FastifyReply {
  return sendRpcError(reply, {
    status: 415,
    code: SERVER_ERROR,
    message: 'Unsupported Media Type: Content-Type must be application/json.',
  })
}
