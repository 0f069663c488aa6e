import type {
  ListResourcesResult,
  ListResourceTemplatesResult,
  ReadResourceResult,
  Server,
  ServerContext,
} from '@modelcontextprotocol/server'
import type { McpDeps } from './call-tool.ts'
import { pageOf } from './list-page.ts'
import { type ManySession, sessionAtAddress } from './many-session.ts'
import { resourcesOf, templatesOf } from './resources.ts'
import { AT_ADDRESS, noSuchResource, readResource, unknownCursor } from './sdk-resources.ts'

/** The resources of all services that a caller may use: their addresses name the service. */
export function addManyResources(
  server: Server,
  deps: McpDeps,
  sessionOf: (context: ServerContext) => ManySession,
): void {
  server.setRequestHandler('resources/list', async ({ params }, context): Promise<ListResourcesResult> => {
    const caller = await sessionOf(context).caller()
    const parts = await deps.many.each(caller, context.mcpReq.signal)
    const all = parts.flatMap(({ service, catalogue }) => resourcesOf(catalogue, service))
    const page = pageOf(all.toSorted(byAddress), {
      seal: deps.services.seal,
      scope: ['resources of all', caller.policy.key],
      cursor: params?.cursor,
      keyOf: ({ uri }) => uri,
    })
    if (!page) throw unknownCursor()
    return { resources: [...page.items], ...(page.nextCursor ? { nextCursor: page.nextCursor } : {}) }
  })
  server.setRequestHandler(
    'resources/templates/list',
    async ({ params }, context): Promise<ListResourceTemplatesResult> => {
      if (params?.cursor !== undefined) throw unknownCursor()
      const parts = await deps.many.each(await sessionOf(context).caller(), context.mcpReq.signal)
      return {
        resourceTemplates: parts.flatMap(({ service, catalogue }) => templatesOf(catalogue, service)),
      }
    },
  )
  server.setRequestHandler('resources/read', AT_ADDRESS, ({ uri }, context) =>
    readAtAddress(deps, sessionOf(context), uri, context.mcpReq.signal),
  )
}

/** One answer for services that do not exist, those of others, and all that `readResource` has one answer for. */
async function readAtAddress(
  deps: McpDeps,
  { isCounted: _, ...session }: ManySession,
  uri: string,
  signal: AbortSignal,
): Promise<ReadResourceResult> {
  const one = await sessionAtAddress(deps.services, session, uri)
  if (!one) throw noSuchResource(uri)
  return await readResource(deps, one, uri, signal)
}

function byAddress(a: { readonly uri: string }, b: { readonly uri: string }): number {
  return a.uri < b.uri ? -1 : 1
}
