import {
  CLIENT_CAPABILITIES_META_KEY,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { toAppError } from '../core/errors.ts'
import { type Asking, createAsking, NOBODY_TO_ASK, type OpenQuestion } from './asking.ts'
import type { McpDeps, McpSession } from './call-tool.ts'
import { canAsk } from './fast-path.ts'

const KEY = 'confirm'

/**
 * The asking of one `tools/call`: where the client can, by a result that asks for input (2026-07-28), which the SDK turns into a request to the client
 * on connections of 2025. Rejects with −32602 for a `requestState` that does not hold.
 */
export async function sdkAsking(
  deps: McpDeps,
  session: McpSession,
  { server, context, name, args }: AskingCall,
): Promise<Asking> {
  const { mcpReq } = context
  const state = mcpReq.requestState()
  const declared: unknown = Reflect.get(mcpReq.envelope ?? {}, CLIENT_CAPABILITIES_META_KEY)
  const capabilities = declared ?? server.getClientCapabilities()
  if (state === undefined && !canAsk(capabilities)) return NOBODY_TO_ASK
  const { useOnce, services } = deps
  const call = { service: session.service, caller: await session.caller(), tool: name, args }
  const brought = { state: typeof state === 'string' ? state : undefined, answer: answerIn(context) }
  try {
    return createAsking({ seal: services.seal, useOnce }, call, brought)
  } catch (thrown) {
    const { message } = toAppError(thrown)
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, message, { reason: 'invalid_request_state' })
  }
}

interface AskingCall {
  readonly server: Server
  readonly context: ServerContext
  readonly name: string
  readonly args: Readonly<Record<string, unknown>>
}

/** The question as the client is to show it: a form with one box. */
export function questionResult({ message, state }: OpenQuestion): InputRequiredResult {
  const confirm = {
    type: 'boolean' as const,
    title: 'Do it',
    description: 'Nothing is done unless this is set.',
  }
  const requestedSchema = { type: 'object' as const, properties: { [KEY]: confirm }, required: [KEY] }
  return inputRequired({
    inputRequests: { [KEY]: inputRequired.elicit({ mode: 'form', message, requestedSchema }) },
    requestState: state,
  })
}

/** Whatever is not a clear yes is a no. */
function answerIn({ mcpReq }: ServerContext): 'yes' | 'no' | undefined {
  const response = inputResponse(mcpReq.inputResponses, KEY)
  if (response.kind === 'missing') return undefined
  return response.kind === 'elicit' && response.action === 'accept' && response.content?.[KEY] === true
    ? 'yes'
    : 'no'
}
