import {
  type CallToolResult,
  type InputRequiredResult,
  type ListToolsResult,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
  type ServerEvent,
} from '@modelcontextprotocol/server'
import type { ToolAnswer } from './answer.ts'
import { HOLDS_MS } from './asking.ts'
import { callTool, type McpDeps, type McpSession } from './call-tool.ts'
import { catalogueFor } from './catalogue-for.ts'
import type { ToolDescription } from './describe-tool.ts'
import { instructionsFor } from './instructions.ts'
import { addressed } from './many-call.ts'
import type { AnySession } from './many-session.ts'
import { meantCall } from './meant-call.ts'
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

export const CACHE_HINTS = {
  'tools/list': LIST_CACHE,
  'resources/list': LIST_CACHE,
  'resources/templates/list': LIST_CACHE,
  'resources/read': READ_CACHE,
  'prompts/list': LIST_CACHE,
  'server/discover': LIST_CACHE,
} as const

/** A question that is not answered in time ends its call. */
export const QUESTIONS = { roundTimeoutMs: HOLDS_MS } as const

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
    inputRequired: QUESTIONS,
  })
  server.setRequestHandler('tools/list', async ({ params }, context) => {
    if (params?.cursor !== undefined) throw unknownCursor()
    return await listTools(deps, sessionOf(context), context.mcpReq.signal)
  })
  server.setRequestHandler('tools/call', ({ params }, context) =>
    answerCall(deps, sessionOf(context), { server, context, params }),
  )
  addResources(server, deps, sessionOf, watched)
  addPrompts(server, deps, sessionOf)
  addCompletion(server, deps, sessionOf)
  return server
}

interface CallRequest {
  readonly server: Server
  readonly context: ServerContext
  readonly params: {
    readonly name: string
    readonly arguments?: Readonly<Record<string, unknown>> | undefined
  }
}

/** `tools/call`. Rejects with −32602 for a tool that the caller does not have. */
export async function answerCall(
  deps: McpDeps,
  from: AnySession,
  { server, context, params }: CallRequest,
): Promise<CallToolResult | InputRequiredResult> {
  const { question = { isOpen: false } } = from
  question.isOpen = false
  const meant = meantCall({ name: params.name, args: params.arguments ?? {} })
  const { name } = meant
  const { signal } = context.mcpReq
  const call = await addressed(deps, from, { ...meant, signal })
  if ('answer' in call) return callResult(call.answer, name)
  const { session, args } = call
  const asking = await sdkAsking(deps, session, { server, context, name, args })
  const progress = progressOf(context)
  const answer = await callTool(deps, session, {
    name,
    args,
    signal,
    asking,
    onProgress: progress?.onProgress,
  }).finally(progress?.end)
  if (answer && 'question' in answer) {
    question.isOpen = true
    return questionResult(answer.question)
  }
  return callResult(answer, name)
}

/** The same for tools that do not exist and tools that this caller does not have. */
export function unknownTool(name: string): string {
  return `Unknown tool: ${name.slice(0, 100)}. tools/list shows the tools there are.`
}

async function listTools(deps: McpDeps, session: McpSession, signal: AbortSignal): Promise<ListToolsResult> {
  return toListResult((await catalogueFor(deps, session, signal)).descriptions)
}

export function toListResult(descriptions: readonly ToolDescription[]): ListToolsResult {
  // The SDK types schemas as mutable JSON values; ours are readonly and made by zod.
  return { tools: descriptions as unknown as ListToolsResult['tools'] }
}

function callResult(answer: ToolAnswer | undefined, name: string): CallToolResult {
  if (!answer) throw new ProtocolError(ProtocolErrorCode.InvalidParams, unknownTool(name))
  const { text, structured, isError, link } = answer
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
