import { type CallLog, type Door, rowsIn } from '../core/call-log.ts'
import type { Caller } from '../core/caller.ts'
import { AppError, toAppError } from '../core/errors.ts'
import { toJsonText } from '../core/exact-json.ts'
import { fromJsonText } from '../core/from-json-text.ts'
import type { IdempotencyBook } from '../core/idempotency.ts'
import type { Imports } from '../core/imports.ts'
import type { CountStep } from '../core/operation.ts'
import type { OnProgress } from '../core/progress.ts'
import type { Services } from '../core/service.ts'
import type { AnyTool, Tool } from '../core/tool.ts'
import type { execute } from '../operations/execute.ts'
import { once } from '../operations/once.ts'
import { answerWith, type ToolAnswer } from './answer.ts'
import type { AnyToolNamed } from './any-tool-named.ts'
import { readArguments } from './arguments.ts'
import type { Asking, OpenQuestion, QuestionState } from './asking.ts'
import type { Catalogue } from './catalogue.ts'
import type { Catalogues } from './catalogues.ts'
import type { Changes } from './changes.ts'
import type { CallCounter } from './count-call.ts'
import { errorAnswer } from './error-answer.ts'
import { exportLink } from './exports.ts'
import type { ManyCatalogues } from './many-catalogues.ts'
import { type NotedCall, noteOf } from './note-call.ts'
import { plainCall } from './plain-call.ts'
import { toolNamed } from './tool-named.ts'

/** Who speaks, and to which service. */
export interface McpSession {
  /** Name of a service that the caller's policy reaches. */
  readonly service: string
  /** Its calls were counted against the limits before they came here. */
  readonly isCounted?: true
  /** Asked anew for each message: a key or role that was taken away ends here. */
  caller(): Promise<Caller>
  /** Of a session of one message: the same, who is known already. */
  readonly knownCaller?: Caller | undefined
  /** The same speaker, found out anew. Rejects with what they would be refused with. */
  renewed(): Promise<McpSession>
  /** Takes every error a call is answered with; the cause in it is not told to the caller. */
  report(error: AppError): void
  /** Absent where questions are answers of their own. */
  readonly question?: QuestionState | undefined
  /** Of the request that its messages came with. */
  readonly requestId?: string | undefined
}

export interface McpDeps {
  readonly tools: readonly AnyTool[]
  readonly toolNamed: AnyToolNamed
  readonly services: Services
  readonly execute: typeof execute
  readonly catalogues: Catalogues
  /** Of all the services of a caller together. */
  readonly many: ManyCatalogues
  readonly changes: Changes
  readonly countCall: CallCounter
  /** Where calls are noted; absent: nowhere. */
  readonly calls?: (CallLog & { readonly door: Door }) | undefined
  /** Counts what calls do besides themselves. */
  readonly countSteps: (caller: Caller, service: string) => CountStep
  /** Absent where nothing is imported. */
  readonly imports?: Imports | undefined
  /** True for the first one who uses this id, on all nodes. */
  readonly useOnce: (id: string) => Promise<boolean>
  /** Remembers calls that are to be carried out once. */
  readonly idempotency: IdempotencyBook
  /** Most bytes of a result's text, and of its JSON. */
  readonly resultBytes: number
  readonly serverInfo: { readonly name: string; readonly version: string }
}

export interface ToolCall {
  readonly name: string
  readonly args: Readonly<Record<string, unknown>>
  readonly signal: AbortSignal
  /** Gets at the person behind the caller. */
  readonly asking: Asking
  /** Absent where the client did not ask for it. */
  readonly onProgress?: OnProgress | undefined
}

/** Nothing was done yet: a person has to be asked, and the call made again. */
export interface NeedsAnswer {
  readonly question: OpenQuestion
}

/** Runs a tool for a caller. Undefined when the caller has no tool of that name; never throws. */
export async function callTool(
  deps: McpDeps,
  session: McpSession,
  call: ToolCall,
): Promise<ToolAnswer | NeedsAnswer | undefined> {
  const noted = noteOf(deps, session, call)
  try {
    const caller = session.knownCaller ?? (await session.caller())
    noted.caller = caller
    const counting = session.isCounted ? undefined : deps.countCall(caller, session.service, call)
    if (counting) await counting
    const reading = plainCall(deps, session.service, caller, call)
    const plain = reading && (await reading)
    if (plain) {
      noted.rows = plain.rows
      const answer = answered(deps, session.service, plain)
      noted.end(answer)
      return answer
    }
    const catalogue = await deps.catalogues.of(session.service, caller, call.signal)
    const tool = toolNamed(call.name, catalogue.byName, session.service)
    const answer = tool && (await run(deps, session, { ...call, tool, catalogue, caller, noted }))
    noted.end(answer)
    return answer
  } catch (thrown) {
    const question = call.asking.open()
    if (question) return { question }
    const error = toAppError(thrown)
    session.report(error)
    const answer = errorAnswer(error, session.service)
    noted.end(answer, error)
    return answer
  }
}

interface Run extends ToolCall {
  readonly noted: NotedCall
  readonly caller: Caller
  readonly tool: AnyTool
  readonly catalogue: Catalogue
}

async function run(
  deps: McpDeps,
  session: McpSession,
  { tool, args: given, catalogue, caller, signal, asking, onProgress, noted }: Run,
): Promise<ToolAnswer> {
  const args = readArguments(tool, given)
  const { service } = session
  const result =
    'operation' in tool
      ? await operate(deps, { service, caller, tool, args, signal, asking, onProgress, noted })
      : tool.directory(catalogue.told, args)
  const answer = answered(deps, service, { tool, args, result })
  const wanted = 'operation' in tool ? tool.exported?.(args) : undefined
  if (!wanted) return answer
  const { text, structured, json } = answer
  return { text, structured, json, link: exportLink(deps.services.seal, service, caller, wanted) }
}

interface Result {
  readonly tool: AnyTool
  readonly args: unknown
  readonly result: unknown
}

function answered({ resultBytes }: McpDeps, service: string, { tool, args, result }: Result) {
  const most = Math.min(resultBytes, tool.list?.bytes ?? resultBytes)
  return answerWith(tool, asObject(result), { service, args: asObject(args), resultBytes: most })
}

interface Operate {
  readonly service: string
  readonly caller: Caller
  readonly tool: Tool
  readonly args: unknown
  readonly signal: AbortSignal
  readonly asking: Asking
  readonly onProgress: OnProgress | undefined
  readonly noted: NotedCall
}

async function operate(deps: McpDeps, call: Operate): Promise<unknown> {
  const { service, caller, tool, args, signal, asking, onProgress, noted } = call
  const work = async () => {
    const input = tool.toInput ? tool.toInput(args) : args
    const result = await deps.execute(tool.operation, {
      service,
      input,
      caller: tool.withoutLookups ? { ...caller, lookups: NO_LOOKUPS } : caller,
      services: deps.services,
      signal,
      askPerson: asking.ask,
      countStep: deps.countSteps(caller, service),
      imports: deps.imports,
      onProgress,
    })
    noted.rows = rowsIn(result)
    return tool.toOutput ? tool.toOutput(result, args) : result
  }
  const key = tool.onceKey?.(args)
  return key === undefined ? work() : workOnce(deps, call, key, work)
}

const NO_LOOKUPS: Caller['lookups'] = new Map()

async function workOnce(
  { idempotency: book }: McpDeps,
  { service, caller, tool, args }: Operate,
  key: string,
  work: () => Promise<unknown>,
): Promise<unknown> {
  const asked = {
    book,
    key,
    keyName: 'idempotency_key',
    scope: ['mcp', caller.label, caller.userId, caller.appId, service, tool.name],
    request: JSON.stringify(args),
    rights: caller.policy.key,
  }
  const done = await once(asked, work, toJsonText)
  return done.replayed === undefined ? done.answer : fromJsonText(done.replayed)
}

function asObject(result: unknown): Readonly<Record<string, unknown>> {
  if (isObject(result)) return result
  throw new AppError('internal', 'A tool answered with something other than an object.')
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
