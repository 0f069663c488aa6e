import {
  type GetPromptResult,
  type ListPromptsResult,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { nearest } from '../core/names.ts'
import type { McpDeps, McpSession } from './call-tool.ts'
import type { Catalogue } from './catalogue.ts'
import { catalogueFor } from './catalogue-for.ts'
import { columnsOf } from './columns-of.ts'
import { type Prompt, type PromptArgument, promptsOf } from './prompts.ts'
import { resourceTool, uriOf } from './resources.ts'
import { readResource, unknownCursor } from './sdk-resources.ts'

/** `prompts/list` and `prompts/get`. */
export function addPrompts(
  server: Server,
  deps: McpDeps,
  sessionOf: (context: ServerContext) => McpSession,
): void {
  server.setRequestHandler('prompts/list', async ({ params }, context): Promise<ListPromptsResult> => {
    if (params?.cursor !== undefined) throw unknownCursor()
    const catalogue = await catalogueFor(deps, sessionOf(context), context.mcpReq.signal)
    return { prompts: promptsOf(catalogue).map((prompt) => shownPrompt(prompt)) }
  })
  server.setRequestHandler('prompts/get', ({ params }, context) =>
    getPrompt(deps, sessionOf(context), { ...params, signal: context.mcpReq.signal }),
  )
}

/** As `prompts/list` has it, with arguments before its own. */
export function shownPrompt(
  { name, title, description, arguments: own }: Prompt,
  before: readonly PromptArgument[] = [],
): ListPromptsResult['prompts'][number] {
  const shown = [...before, ...own].map(({ names: _, ...argument }) => argument)
  return { name, title, description, arguments: shown }
}

interface Asked {
  readonly name: string
  readonly arguments?: Readonly<Record<string, string>> | undefined
  readonly signal: AbortSignal
  /** What a model has to know besides. */
  readonly note?: string
}

/** `prompts/get`. Rejects with −32602 for names that the caller does not have. */
export async function getPrompt(
  deps: McpDeps,
  session: McpSession,
  { name, arguments: args = {}, signal, note }: Asked,
): Promise<GetPromptResult> {
  const catalogue = await catalogueFor(deps, session, signal)
  const prompt = promptsOf(catalogue).find((one) => one.name === name)
  if (!prompt) throw unknownPrompt(name)
  checkNames(prompt, args)
  const { table, column } = args
  if (table !== undefined) requireName('table', table, tablesFor(prompt, catalogue))
  if (table !== undefined && column !== undefined)
    requireName('column', column, await columnsOf(deps, session, { table, signal }))
  const uri = uriOf(session.service, prompt.resource, ...(table === undefined ? [] : [table]))
  // The door counts calls of tools; this one it did not see.
  const { isCounted: _, ...uncounted } = session
  const { contents } = await readResource(deps, uncounted, uri, signal)
  const attached = contents.map((resource) => ({
    role: 'user' as const,
    content: { type: 'resource' as const, resource },
  }))
  const text = note === undefined ? prompt.text(args) : `${prompt.text(args)}\n${note}`
  return {
    description: prompt.description,
    messages: [...attached, { role: 'user', content: { type: 'text', text } }],
  }
}

/** Tables whose resource goes with the prompt. */
export function tablesFor({ resource }: Prompt, catalogue: Catalogue): readonly string[] {
  const tool = resourceTool(resource, catalogue.tools)
  return tool ? catalogue.tablesOf(tool) : []
}

function checkNames(prompt: Prompt, args: Readonly<Record<string, string>>): void {
  const valid = prompt.arguments.map(({ name }) => name)
  for (const name of Object.keys(args))
    if (!valid.includes(name))
      throw refused(
        `Prompt ${prompt.name} has no argument '${name.slice(0, 100)}'. Valid: ${valid.join(', ')}.`,
      )
  for (const { name, required } of prompt.arguments)
    if (required && !args[name]) throw refused(`Prompt ${prompt.name} needs '${name}'.`)
}

/** The same for names that do not exist and those that the caller may not see. */
export function requireName(what: string, name: string, names: readonly string[]): void {
  if (names.includes(name)) return
  const [near] = nearest(name.slice(0, 100), names, 1)
  const hint = near === undefined ? '' : ` Did you mean '${near}'?`
  throw refused(`There is no ${what} '${name.slice(0, 100)}' for you.${hint}`)
}

export function unknownPrompt(name: string): ProtocolError {
  return refused(`Unknown prompt: ${name.slice(0, 100)}. prompts/list shows the prompts there are.`)
}

export function refused(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message)
}
