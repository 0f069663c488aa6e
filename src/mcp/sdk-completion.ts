import {
  type CompleteResult,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server'
import type { McpDeps, McpSession } from './call-tool.ts'
import type { Catalogue } from './catalogue.ts'
import { catalogueFailure, catalogueFor } from './catalogue-for.ts'
import { columnsOf } from './columns-of.ts'
import { promptsOf } from './prompts.ts'
import { resourceTool, templatesOf } from './resources.ts'
import { tablesFor } from './sdk-prompts.ts'

/** The specification's most values of an answer. */
const MOST_VALUES = 100

/** `completion/complete` of the tables and columns that the caller may use, in prompts and addresses of resources. */
export function addCompletion(
  server: Server,
  deps: McpDeps,
  sessionOf: (context: ServerContext) => McpSession,
): void {
  onCompletion(server, sessionOf, {
    inPrompt: (session, asked) => namesForPrompt(deps, session, asked),
    atAddress: (session, asked) => namesForTemplate(deps, session, asked),
  })
}

/** Names that an argument of a prompt, or a part of an address, can have. */
interface NameSources<S> {
  inPrompt(session: S, asked: AskedName & { readonly prompt: string }): Promise<readonly string[]>
  atAddress(session: S, asked: AskedName & { readonly uri: string }): Promise<readonly string[]>
}

export function onCompletion<S>(
  server: Server,
  sessionOf: (context: ServerContext) => S,
  sources: NameSources<S>,
): void {
  server.setRequestHandler(
    'completion/complete',
    async ({ params }, { mcpReq, ...context }): Promise<CompleteResult> => {
      const session = sessionOf({ ...context, mcpReq })
      const { ref, argument } = params
      const { service, table } = params.context?.arguments ?? {}
      const asked = { name: argument.name, table, service, signal: mcpReq.signal }
      const names =
        ref.type === 'ref/prompt'
          ? await sources.inPrompt(session, { ...asked, prompt: ref.name })
          : await sources.atAddress(session, { ...asked, uri: ref.uri })
      return completion(names, argument.value)
    },
  )
}

function completion(names: readonly string[], text: string): CompleteResult {
  const fitting = fittingNames(names, text)
  const values = fitting.slice(0, MOST_VALUES)
  return { completion: { values, total: fitting.length, hasMore: values.length < fitting.length } }
}

export interface AskedName {
  readonly name: string
  /** What was filled in before. */
  readonly table: string | undefined
  /** The same, where there are several. */
  readonly service: string | undefined
  readonly signal: AbortSignal
}

export async function namesForPrompt(
  deps: McpDeps,
  session: McpSession,
  { name, table, signal, prompt: wanted }: Omit<AskedName, 'service'> & { readonly prompt: string },
): Promise<readonly string[]> {
  const catalogue = await catalogueFor(deps, session, signal)
  const prompt = promptsOf(catalogue).find((one) => one.name === wanted)
  const argument = prompt?.arguments.find((one) => one.name === name)
  if (!prompt || !argument) throw nothingToComplete()
  if (argument.names === 'table') return tablesFor(prompt, catalogue)
  if (argument.names !== 'column' || table === undefined) return []
  try {
    return await columnsOf(deps, session, { table, signal })
  } catch (thrown) {
    throw new ProtocolError(ProtocolErrorCode.InternalError, catalogueFailure(thrown, session))
  }
}

export async function namesForTemplate(
  deps: McpDeps,
  session: McpSession,
  { name, signal, uri }: AskedName & { readonly uri: string },
): Promise<readonly string[]> {
  const catalogue = await catalogueFor(deps, session, signal)
  const template = templatesOf(catalogue, session.service).find(({ uriTemplate }) => uriTemplate === uri)
  if (!template || name !== 'table') throw nothingToComplete()
  return tablesOfTemplate(catalogue, template.name)
}

function tablesOfTemplate(catalogue: Catalogue, path: string): readonly string[] {
  const tool = resourceTool(path, catalogue.tools)
  return tool ? catalogue.tablesOf(tool) : []
}

/** Names that begin with the text, then those that contain it. */
function fittingNames(names: readonly string[], text: string): string[] {
  const wanted = text.toLowerCase()
  const fitting = names.filter((name) => name.toLowerCase().includes(wanted)).toSorted()
  const begins = (name: string) => name.toLowerCase().startsWith(wanted)
  return [...fitting.filter(begins), ...fitting.filter((name) => !begins(name))]
}

export function nothingToComplete(): ProtocolError {
  return new ProtocolError(
    ProtocolErrorCode.InvalidParams,
    'There is nothing to complete: name a prompt or a resource template, and one of its arguments.',
  )
}
