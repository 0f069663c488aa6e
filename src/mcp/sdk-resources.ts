import {
  type ListResourcesResult,
  type ListResourceTemplatesResult,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  ResourceNotFoundError,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { NOBODY_TO_ASK } from './asking.ts'
import { callTool, type McpDeps, type McpSession } from './call-tool.ts'
import { catalogueFor } from './catalogue-for.ts'
import { pageOf } from './list-page.ts'
import { callOfUri, mimeTypeOf, resourcesOf, takesTable, templatesOf } from './resources.ts'

/** `resources/list`, `resources/templates/list` and `resources/read`: what the caller's tools would answer, by addresses. */
export function addResources(
  server: Server,
  deps: McpDeps,
  sessionOf: (context: ServerContext) => McpSession,
): void {
  server.setRequestHandler('resources/list', ({ params }, context) =>
    listResources(deps, sessionOf(context), params?.cursor, context.mcpReq.signal),
  )
  server.setRequestHandler('resources/templates/list', ({ params }, context) =>
    listTemplates(deps, sessionOf(context), params?.cursor, context.mcpReq.signal),
  )
  server.setRequestHandler('resources/read', ({ params }, context) =>
    readResource(deps, sessionOf(context), params.uri, context.mcpReq.signal),
  )
}

async function listResources(
  deps: McpDeps,
  session: McpSession,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<ListResourcesResult> {
  const { service } = session
  const catalogue = await catalogueFor(deps, session, signal)
  const { policy } = await session.caller()
  const page = pageOf(resourcesOf(catalogue, service), {
    seal: deps.services.seal,
    scope: ['resources', service, policy.key],
    cursor,
    keyOf: ({ uri }) => uri,
  })
  if (!page) throw unknownCursor()
  return { resources: [...page.items], ...(page.nextCursor ? { nextCursor: page.nextCursor } : {}) }
}

async function listTemplates(
  deps: McpDeps,
  session: McpSession,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<ListResourceTemplatesResult> {
  if (cursor !== undefined) throw unknownCursor()
  const catalogue = await catalogueFor(deps, session, signal)
  return { resourceTemplates: templatesOf(catalogue, session.service) }
}

/** One answer for addresses that are none, tables that do not exist, and what the caller may not read. */
export async function readResource(
  deps: McpDeps,
  session: McpSession,
  uri: string,
  signal: AbortSignal,
): Promise<ReadResourceResult> {
  const catalogue = await catalogueFor(deps, session, signal)
  const wanted = callOfUri(uri, session.service, catalogue.tools)
  if (!wanted?.tool.resource) throw noSuchResource(uri)
  const { tool, args } = wanted
  if (takesTable(tool) && !catalogue.tablesOf(tool).includes(args.table_name ?? '')) throw noSuchResource(uri)
  // The door counts calls of tools; this one it did not see.
  const { isCounted: _, ...uncounted } = session
  const answer = await callTool(deps, uncounted, { name: tool.name, args, signal, asking: NOBODY_TO_ASK })
  if (!answer || 'question' in answer) throw noSuchResource(uri)
  if (answer.code === 'not_found' || answer.code === 'forbidden') throw noSuchResource(uri)
  if (answer.isError) throw new ProtocolError(ProtocolErrorCode.InternalError, answer.text)
  const text = wanted.tool.resource.as === 'json' ? (answer.json ?? '') : answer.text
  return { contents: [{ uri, mimeType: mimeTypeOf(wanted.tool.resource), text }] }
}

function noSuchResource(uri: string): ResourceNotFoundError {
  return new ResourceNotFoundError(uri, 'There is no such resource. resources/list shows those there are.')
}

export function unknownCursor(): ProtocolError {
  return new ProtocolError(
    ProtocolErrorCode.InvalidParams,
    'The cursor is not one of this list. Begin without one.',
  )
}
