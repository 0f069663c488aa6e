import { ProtocolErrorCode, SERVER_INFO_META_KEY } from '@modelcontextprotocol/server'
import { AppError } from '../core/errors.ts'
import type { ToolAnswer } from './answer.ts'
import { type Asking, NOBODY_TO_ASK } from './asking.ts'
import { callTool, type McpDeps } from './call-tool.ts'
import { catalogueFailure } from './catalogue-for.ts'
import type { PlainRequest } from './fast-path.ts'
import { addressed } from './many-call.ts'
import type { AnySession } from './many-session.ts'
import { meantCall } from './meant-call.ts'
import { LIST_CACHE, unknownTool } from './sdk-server.ts'

/**
 * Answers a plain request with the JSON-RPC response as text: the SDK's answer, made without the SDK. Undefined when nothing was
 * done because a person has to be asked, which is for the SDK to do.
 */
export type FastAnswer = (
  session: AnySession,
  request: PlainRequest,
  signal: AbortSignal,
) => Promise<string | undefined>

export function fastAnswer(deps: McpDeps): FastAnswer {
  const modern = modernPart(deps)
  return async (session, { id, era, call: given, asks }, signal) => {
    const tail = era === 'modern' ? modern : undefined
    const call = given && meantCall(given)
    if (!call) return listAnswer(deps, session, { id, tail, signal })
    const at =
      session.service === undefined
        ? await addressed(deps, session, { signal, ...call })
        : ({ session, args: call.args } as const)
    if ('answer' in at) return callAnswer(at.answer, { id, name: call.name, tail })
    const asking = asks ? deferred() : NOBODY_TO_ASK
    const answer = await callTool(deps, at.session, { name: call.name, args: at.args, signal, asking })
    if (answer && 'question' in answer) return undefined
    return callAnswer(answer, { id, name: call.name, tail })
  }
}

/** Leaves the asking to the SDK. */
function deferred(): Asking {
  let isAsked = false
  return {
    async ask() {
      isAsked = true
      throw new AppError('conflict', 'A person has to confirm this first.')
    },
    open: () => (isAsked ? { message: '', state: '' } : undefined),
  }
}

/** What results carry since 2026-07-28, as members of their JSON object. */
function modernPart(deps: McpDeps): { readonly call: string; readonly list: string } {
  const call = serverStamp(deps)
  return { call, list: `,"ttlMs":${LIST_CACHE.ttlMs},"cacheScope":"${LIST_CACHE.cacheScope}"${call}` }
}

export function serverStamp({ serverInfo }: McpDeps): string {
  return `,"resultType":"complete","_meta":${JSON.stringify({ [SERVER_INFO_META_KEY]: serverInfo })}`
}

type Id = PlainRequest['id']

interface ListRequest {
  readonly id: Id
  readonly tail: { readonly list: string } | undefined
  readonly signal: AbortSignal
}

interface CallAnswered {
  readonly id: Id
  readonly name: string
  readonly tail: { readonly call: string } | undefined
}

function callAnswer(answer: ToolAnswer | undefined, { id, name, tail }: CallAnswered): string {
  if (!answer) return failed(id, ProtocolErrorCode.InvalidParams, unknownTool(name))
  return succeeded(id, callMembers(answer) + (tail?.call ?? ''))
}

async function listAnswer(
  { catalogues, many }: McpDeps,
  session: AnySession,
  { id, tail, signal }: ListRequest,
): Promise<string> {
  try {
    const caller = await session.caller()
    const { service } = session
    const { json } =
      service === undefined ? await many.of(caller, signal) : await catalogues.of(service, caller, signal)
    return succeeded(id, `"tools":${json}${tail?.list ?? ''}`)
  } catch (thrown) {
    return failed(id, ProtocolErrorCode.InternalError, catalogueFailure(thrown, session))
  }
}

function callMembers(answer: ToolAnswer): string {
  const { json, isError, link } = answer
  const linked = link ? `,${JSON.stringify({ type: 'resource_link', ...link })}` : ''
  const text = answer.textInJson ?? JSON.stringify(answer.text)
  const content = `"content":[{"type":"text","text":${text}}${linked}]`
  return `${content}${json === undefined ? '' : `,"structuredContent":${json}`}${isError ? ',"isError":true' : ''}`
}

function succeeded(id: Id, members: string): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{${members}}}`
}

function failed(id: Id, code: number, message: string): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } })
}
