import {
  type CallToolResult,
  type ListToolsResult,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
  type ServerEvent,
} from '@modelcontextprotocol/server'
import type { ToolAnswer } from './answer.ts'
import { callTool, type McpDeps, type McpSession } from './call-tool.ts'
import { catalogueFor } from './catalogue-for.ts'
import { instructionsFor } from './instructions.ts'
import { questionResult, sdkAsking } from './sdk-asking.ts'
import { addCompletion } from './sdk-completion.ts'
import { progressOf } from './sdk-progress.ts'
import { addPrompts } from './sdk-prompts.ts'
import { addResources, unknownCursor } from './sdk-resources.ts'
import type { WatchedUris } from './subscription.ts'

/** How long a client may keep a list of tools (2026-07-28); `private` because it follows the caller's role. */
export const LIST_CACHE = { ttlMs: 60_000, cacheScope: 'private' } as const

/** What is read may be another thing at once. */
export const READ_CACHE = { ttlMs: 0, cacheScope: 'private' } as const

const CACHE_HINTS = {
  'tools/list': LIST_CACHE,
  'resources/list': LIST_CACHE,
  'resources/templates/list': LIST_CACHE,
  'resources/read': READ_CACHE,
  'prompts/list': LIST_CACHE,
  'server/discover': LIST_CACHE,
} as const

/**
 * An SDK server for one request, session or connection: the SDK speaks the protocol, our tables answer. Serves every revision.
 * Without `watched`, it has no way to tell of changes and does not say that it would.
 */
export function sdkServer(
  deps: McpDeps,
  service: string,
  sessionOf: (context: ServerContext) => McpSession,
  watched?: WatchedUris,
): Server {
  const listChanged = watched === undefined ? {} : { listChanged: true }
  const subscribe = watched === undefined ? {} : { subscribe: true }
  const server = new Server(deps.serverInfo, {
    capabilities: {
      tools: listChanged,
      resources: { ...listChanged, ...subscribe },
      prompts: listChanged,
      completions: {},
    },
    instructions: instructionsFor(service),
    cacheHints: CACHE_HINTS,
  })
  server.setRequestHandler('tools/list', async ({ params }, context) => {
    if (params?.cursor !== undefined) throw unknownCursor()
    return await listTools(deps, sessionOf(context), context.mcpReq.signal)
  })
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    const { name, arguments: args = {} } = params
    const session = sessionOf(context)
    const asking = await sdkAsking(deps, session, { server, context, name, args })
    const { signal } = context.mcpReq
    const progress = progressOf(context)
    const call = { name, args, signal, asking, onProgress: progress?.onProgress }
    const answer = await callTool(deps, session, call).finally(progress?.end)
    if (answer && 'question' in answer) return questionResult(answer.question)
    if (!answer) throw new ProtocolError(ProtocolErrorCode.InvalidParams, unknownTool(params.name))
    return callResult(answer)
  })
  addResources(server, deps, sessionOf, watched)
  addPrompts(server, deps, sessionOf)
  addCompletion(server, deps, sessionOf)
  return server
}

/** The same for tools that do not exist and tools that this caller does not have. */
export function unknownTool(name: string): string {
  return `Unknown tool: ${name.slice(0, 100)}. tools/list shows the tools there are.`
}

async function listTools(deps: McpDeps, session: McpSession, signal: AbortSignal): Promise<ListToolsResult> {
  const { descriptions } = await catalogueFor(deps, session, signal)
  // The SDK types schemas as mutable JSON values; ours are readonly and made by zod.
  return { tools: descriptions as unknown as ListToolsResult['tools'] }
}

function callResult({ text, structured, isError, link }: ToolAnswer): CallToolResult {
  const linked = link ? [{ type: 'resource_link' as const, ...link }] : []
  return {
    content: [{ type: 'text', text }, ...linked],
    ...(structured ? { structuredContent: { ...structured } } : {}),
    ...(isError ? { isError } : {}),
  }
}

/** Tells a connected client what a watch found. */
export function sendEvent(server: Server, event: ServerEvent): Promise<void> {
  switch (event.kind) {
    case 'tools_list_changed':
      return server.sendToolListChanged()
    case 'prompts_list_changed':
      return server.sendPromptListChanged()
    case 'resources_list_changed':
      return server.sendResourceListChanged()
    case 'resource_updated':
      return server.sendResourceUpdated({ uri: event.uri })
  }
}
