import { ProtocolErrorCode } from '@modelcontextprotocol/server'
import type { FastifyRequest } from 'fastify'
import { toAppError } from '../core/errors.ts'
import { parseJson } from '../http/json-text.ts'

/** The call a message is, however much of the rest of it holds: what is no call is answered without touching a database. */
export function callIn(message: unknown) {
  if (!isItem(message) || message.method !== 'tools/call' || !isItem(message.params)) return undefined
  const { name, arguments: args } = message.params
  return { name: String(name), args: isItem(args) ? args : {} }
}

function isItem(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

type Body =
  | { readonly message: unknown }
  | { readonly refused: { readonly code: number; readonly message: string } }

/** The JSON-RPC message of a request. Batches left the protocol with 2025-06-18. */
export function bodyOf({ body }: FastifyRequest): Body {
  const text = typeof body === 'string' ? body : ''
  try {
    const message = parseJson(text)
    if (!Array.isArray(message)) return { message }
    return {
      refused: {
        code: ProtocolErrorCode.InvalidRequest,
        message: 'Batches are not supported: send one message per request.',
      },
    }
  } catch (thrown) {
    return {
      refused: { code: ProtocolErrorCode.ParseError, message: `Parse error: ${toAppError(thrown).message}` },
    }
  }
}
