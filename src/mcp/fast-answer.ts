import { ProtocolErrorCode, SERVER_INFO_META_KEY } from '@modelcontextprotocol/server'
import type { ToolAnswer } from './answer.ts'
import { callTool, type McpDeps, type McpSession } from './call-tool.ts'
import type { PlainRequest } from './fast-path.ts'
import { LIST_CACHE, listFailure, unknownTool } from './sdk-server.ts'

/** Answers a plain request with the JSON-RPC response as text: the SDK's answer, made without the SDK. */
export type FastAnswer = (session: McpSession, request: PlainRequest, signal: AbortSignal) => Promise<string>

export function fastAnswer(deps: McpDeps): FastAnswer {
  const modern = modernPart(deps)
  return async (session, { id, era, call }, signal) => {
    const tail = era === 'modern' ? modern : undefined
    if (!call) return listAnswer(deps, session, { id, tail, signal })
    const answer = await callTool(deps, session, { ...call, signal })
    if (!answer) return failed(id, ProtocolErrorCode.InvalidParams, unknownTool(call.name))
    return succeeded(id, callMembers(answer) + (tail?.call ?? ''))
  }
}

/** What results carry since 2026-07-28, as members of their JSON object. */
function modernPart({ serverInfo }: McpDeps): { readonly call: string; readonly list: string } {
  const call = `,"resultType":"complete","_meta":${JSON.stringify({ [SERVER_INFO_META_KEY]: serverInfo })}`
  return { call, list: `,"ttlMs":${LIST_CACHE.ttlMs},"cacheScope":"${LIST_CACHE.cacheScope}"${call}` }
}

type Id = PlainRequest['id']

interface ListRequest {
  readonly id: Id
  readonly tail: { readonly list: string } | undefined
  readonly signal: AbortSignal
}

async function listAnswer(
  { catalogues }: McpDeps,
  session: McpSession,
  { id, tail, signal }: ListRequest,
): Promise<string> {
  try {
    const { json } = await catalogues.of(session.service, await session.caller(), signal)
    return succeeded(id, `"tools":${json}${tail?.list ?? ''}`)
  } catch (thrown) {
    return failed(id, ProtocolErrorCode.InternalError, listFailure(thrown, session))
  }
}

function callMembers({ text, json, isError }: ToolAnswer): string {
  const content = `"content":[{"type":"text","text":${JSON.stringify(text)}}]`
  return `${content}${json === undefined ? '' : `,"structuredContent":${json}`}${isError ? ',"isError":true' : ''}`
}

function succeeded(id: Id, members: string): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{${members}}}`
}

function failed(id: Id, code: number, message: string): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } })
}
