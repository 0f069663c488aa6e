import {
  type CallToolResult,
  type ListToolsResult,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { toAppError } from '../core/errors.ts'
import type { ToolAnswer } from './answer.ts'
import { callTool, type McpDeps, type McpSession } from './call-tool.ts'
import { errorAnswer } from './error-answer.ts'
import { instructionsFor } from './instructions.ts'
import { questionResult, sdkAsking } from './sdk-asking.ts'

/** How long a client may keep a list of tools (2026-07-28); `private` because it follows the caller's role. */
export const LIST_CACHE = { ttlMs: 60_000, cacheScope: 'private' } as const

/** An SDK server for one request, session or connection: the SDK speaks the protocol, our tables answer. Serves every revision. */
export function sdkServer(
  deps: McpDeps,
  service: string,
  sessionOf: (context: ServerContext) => McpSession,
): Server {
  const server = new Server(deps.serverInfo, {
    capabilities: { tools: {} },
    instructions: instructionsFor(service),
    cacheHints: { 'tools/list': LIST_CACHE, 'server/discover': LIST_CACHE },
  })
  server.setRequestHandler('tools/list', (_request, context) =>
    listTools(deps, sessionOf(context), context.mcpReq.signal),
  )
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    const { name, arguments: args = {} } = params
    const session = sessionOf(context)
    const asking = await sdkAsking(deps, session, { server, context, name, args })
    const answer = await callTool(deps, session, { name, args, signal: context.mcpReq.signal, asking })
    if (answer && 'question' in answer) return questionResult(answer.question)
    if (!answer) throw new ProtocolError(ProtocolErrorCode.InvalidParams, unknownTool(params.name))
    return callResult(answer)
  })
  return server
}

/** The same for tools that do not exist and tools that this caller does not have. */
export function unknownTool(name: string): string {
  return `Unknown tool: ${name.slice(0, 100)}. tools/list shows the tools there are.`
}

async function listTools(deps: McpDeps, session: McpSession, signal: AbortSignal): Promise<ListToolsResult> {
  try {
    const { descriptions } = await deps.catalogues.of(session.service, await session.caller(), signal)
    // The SDK types schemas as mutable JSON values; ours are readonly and made by zod.
    return { tools: descriptions as unknown as ListToolsResult['tools'] }
  } catch (thrown) {
    throw new ProtocolError(ProtocolErrorCode.InternalError, listFailure(thrown, session))
  }
}

/** What to say when the list cannot be computed, because the service does not open. */
export function listFailure(thrown: unknown, session: McpSession): string {
  const error = toAppError(thrown)
  session.report(error)
  return errorAnswer(error).text
}

function callResult({ text, structured, isError }: ToolAnswer): CallToolResult {
  const content = [{ type: 'text' as const, text }]
  return {
    content,
    ...(structured ? { structuredContent: { ...structured } } : {}),
    ...(isError ? { isError } : {}),
  }
}
