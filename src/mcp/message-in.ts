import { ProtocolErrorCode } from '@modelcontextprotocol/server'
import type { FastifyRequest } from 'fastify'
import { toAppError } from '../core/errors.ts'
import { parseJson } from '../http/json-text.ts'
import { meantCall } from './meant-call.ts'

/** The call a message is, however much of the rest of it holds: what is no call is answered without touching a database. */
export function callIn(message: unknown) {
  if (!isItem(message) || message.method !== 'tools/call' || !isItem(message.params)) return undefined
  const { name, arguments: args } = message.params
  return meantCall({ name: typeof name === 'string' ? name : '', args: isItem(args) ? args : {} })
}

/** What tools answer as well, without being called by name. */
const ANSWERED_BY_TOOLS: ReadonlySet<unknown> = new Set([
  'resources/read',
  'prompts/get',
  'completion/complete',
])

/** True for a message that runs a tool behind another name. */
export function callsWithin(message: unknown): boolean {
  return isItem(message) && ANSWERED_BY_TOOLS.has(message.method)
}

function isItem(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

type Body =
  | { readonly message: unknown }
  | { readonly refused: { readonly code: number; readonly message: string } }

/** The JSON-RPC message of a request. Batches left the protocol with 2025-06-18. */
export function bodyOf({ body }: Pick<FastifyRequest, 'body'>): Body {
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
