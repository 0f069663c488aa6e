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
import { z } from 'zod'
import { AppError } from '../core/errors.ts'
import { NOBODY_TO_ASK } from './asking.ts'
import { callTool, type McpDeps, type McpSession } from './call-tool.ts'
import { catalogueFailure, catalogueFor } from './catalogue-for.ts'
import { type OpenedExport, openExport } from './exports.ts'
import { pageOf } from './list-page.ts'
import { callOfUri, mimeTypeOf, resourcesOf, takesTable, templatesOf } from './resources.ts'
import { MOST_URIS, type WatchedUris } from './subscription.ts'

/** `resources/list`, `resources/templates/list` and `resources/read`: what the caller's tools would answer, by addresses. */
export function addResources(
  server: Server,
  deps: McpDeps,
  sessionOf: (context: ServerContext) => McpSession,
  watched: WatchedUris | undefined,
): void {
  server.setRequestHandler('resources/list', ({ params }, context) =>
    listResources(deps, sessionOf(context), params?.cursor, context.mcpReq.signal),
  )
  server.setRequestHandler('resources/templates/list', ({ params }, context) =>
    listTemplates(deps, sessionOf(context), params?.cursor, context.mcpReq.signal),
  )
  server.setRequestHandler('resources/read', AT_ADDRESS, ({ uri }, context) => {
    // The door counts calls of tools; this one it did not see.
    const { isCounted: _, ...uncounted } = sessionOf(context)
    return readResource(deps, uncounted, uri, context.mcpReq.signal)
  })
  if (!watched) return
  server.setRequestHandler('resources/subscribe', AT_ADDRESS, async ({ uri }, context) => {
    const resources = resourcesOf(
      await catalogueFor(deps, sessionOf(context), context.mcpReq.signal),
      sessionOf(context).service,
    )
    if (!resources.some((resource) => resource.uri === uri)) throw noSuchResource(uri)
    if (watched.uris.size >= MOST_URIS)
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `No more than ${MOST_URIS} resources at a time.`,
      )
    watched.uris.add(uri)
    await watched.added()
    return {}
  })
  server.setRequestHandler('resources/unsubscribe', AT_ADDRESS, async ({ uri }) => {
    watched.uris.delete(uri)
    return {}
  })
}

/** Told to the SDK, which would call a missing or wrong address a fault of ours (−32603, not −32602). */
export const AT_ADDRESS = { params: z.looseObject({ uri: z.string() }) }

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
  const exported = await openExport(deps, session, uri, signal)
  if (exported) return await readExport(session, { uri, exported })
  const catalogue = await catalogueFor(deps, session, signal)
  const wanted = callOfUri(uri, session.service, catalogue.tools)
  if (!wanted?.tool.resource) throw noSuchResource(uri)
  const { tool, args } = wanted
  if (takesTable(tool) && !catalogue.tablesOf(tool).includes(args.table_name ?? '')) throw noSuchResource(uri)
  const answer = await callTool(deps, session, { name: tool.name, args, signal, asking: NOBODY_TO_ASK })
  if (!answer || 'question' in answer) throw noSuchResource(uri)
  if (answer.code === 'not_found' || answer.code === 'forbidden') throw noSuchResource(uri)
  if (answer.isError) throw new ProtocolError(ProtocolErrorCode.InternalError, answer.text)
  const text = wanted.tool.resource.as === 'json' ? (answer.json ?? '') : answer.text
  return { contents: [{ uri, mimeType: mimeTypeOf(wanted.tool.resource), text }] }
}

interface Exported {
  readonly uri: string
  readonly exported: OpenedExport
}

/** Most characters of an export that is not written as it is read. */
const MOST_HELD = 16 * 1024 * 1024

async function readExport(
  session: McpSession,
  { uri, exported: { mimeType, parts } }: Exported,
): Promise<ReadResourceResult> {
  let text = ''
  try {
    for await (const part of parts) {
      text += part
      if (text.length > MOST_HELD)
        throw new AppError('payload_too_large', 'The export is too large for this connection.', {
          hint: 'Read it over HTTP without a session, or export less.',
        })
    }
  } catch (thrown) {
    throw new ProtocolError(ProtocolErrorCode.InternalError, catalogueFailure(thrown, session))
  }
  return { contents: [{ uri, mimeType, text }] }
}

export function noSuchResource(uri: string): ResourceNotFoundError {
  return new ResourceNotFoundError(uri, 'There is no such resource. resources/list shows those there are.')
}

export function unknownCursor(): ProtocolError {
  return new ProtocolError(
    ProtocolErrorCode.InvalidParams,
    'The cursor is not one of this list. Begin without one.',
  )
}
