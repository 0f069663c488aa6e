import { ProtocolError, ProtocolErrorCode, Server, type ServerContext } from '@modelcontextprotocol/server'
import type { McpDeps } from './call-tool.ts'
import { catalogueFailure } from './catalogue-for.ts'
import { instructionsForMany } from './instructions.ts'
import type { ManySession } from './many-session.ts'
import { addManyCompletion } from './sdk-many-completion.ts'
import { addManyPrompts } from './sdk-many-prompts.ts'
import { addManyResources } from './sdk-many-resources.ts'
import { unknownCursor } from './sdk-resources.ts'
import { answerCall, CACHE_HINTS, QUESTIONS, toListResult } from './sdk-server.ts'
import type { WatchedUris } from './subscription.ts'

/** Like `sdkServer`, for all the services that a caller may use: calls, prompts and completions name one. */
export function manyServer(
  deps: McpDeps,
  sessionOf: (context: ServerContext) => ManySession,
  watched?: WatchedUris,
): Server {
  const listChanged = watched === undefined ? {} : { listChanged: true }
  const server = new Server(deps.serverInfo, {
    capabilities: { tools: listChanged, resources: listChanged, prompts: listChanged, completions: {} },
    instructions: instructionsForMany(),
    cacheHints: CACHE_HINTS,
    inputRequired: QUESTIONS,
  })
  server.setRequestHandler('tools/list', async ({ params }, context) => {
    if (params?.cursor !== undefined) throw unknownCursor()
    const session = sessionOf(context)
    try {
      const { descriptions } = await deps.many.of(await session.caller(), context.mcpReq.signal)
      return toListResult(descriptions)
    } catch (thrown) {
      throw new ProtocolError(ProtocolErrorCode.InternalError, catalogueFailure(thrown, session))
    }
  })
  server.setRequestHandler('tools/call', ({ params }, context) =>
    answerCall(deps, sessionOf(context), { server, context, params }),
  )
  addManyResources(server, deps, sessionOf)
  addManyPrompts(server, deps, sessionOf)
  addManyCompletion(server, deps, sessionOf)
  return server
}
