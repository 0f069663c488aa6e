import type { GetPromptResult, ListPromptsResult, Server, ServerContext } from '@modelcontextprotocol/server'
import type { McpDeps } from './call-tool.ts'
import type { ServiceCatalogue } from './many-catalogue.ts'
import { type ManySession, reachedService, sessionAt } from './many-session.ts'
import { type Prompt, type PromptArgument, promptsOf } from './prompts.ts'
import { getPrompt, refused, requireName, shownPrompt, unknownPrompt } from './sdk-prompts.ts'
import { unknownCursor } from './sdk-resources.ts'

/** What a prompt takes before its own arguments where one address serves many services. */
const SERVICE: PromptArgument = { name: 'service', description: 'Name of the service', required: true }

/** The prompts of all services that a caller may use, each once: which service is meant is an argument. */
export function addManyPrompts(
  server: Server,
  deps: McpDeps,
  sessionOf: (context: ServerContext) => ManySession,
): void {
  server.setRequestHandler('prompts/list', async ({ params }, context): Promise<ListPromptsResult> => {
    if (params?.cursor !== undefined) throw unknownCursor()
    const parts = await deps.many.each(await sessionOf(context).caller(), context.mcpReq.signal)
    const all = new Map<string, Prompt>()
    for (const { catalogue } of parts) for (const prompt of promptsOf(catalogue)) all.set(prompt.name, prompt)
    const sorted = [...all.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
    return { prompts: sorted.map((prompt) => shownPrompt(prompt, [SERVICE])) }
  })
  server.setRequestHandler('prompts/get', ({ params }, context) =>
    getPromptAt(deps, sessionOf(context), { ...params, signal: context.mcpReq.signal }),
  )
}

interface Asked {
  readonly name: string
  readonly arguments?: Readonly<Record<string, string>> | undefined
  readonly signal: AbortSignal
}

async function getPromptAt(deps: McpDeps, session: ManySession, asked: Asked): Promise<GetPromptResult> {
  const { name, signal } = asked
  const { service: given, ...args } = asked.arguments ?? {}
  const caller = await session.caller()
  const service = reachedService(deps.services, caller, given)
  if (service !== undefined) {
    const note = `All of this is about the service '${service}': each tool takes it as 'service'.`
    return await getPrompt(deps, sessionAt(session, service), { name, arguments: args, signal, note })
  }
  const having = servicesWithPrompt(await deps.many.each(caller, signal), name)
  if (having.length === 0) throw unknownPrompt(name)
  if (!given) throw refused(`Prompt ${name} needs 'service'. list_services shows those there are.`)
  requireName('service', given, having)
  throw unknownPrompt(name)
}

/** The services that offer a prompt to the caller. */
export function servicesWithPrompt(parts: readonly ServiceCatalogue[], name: string): readonly string[] {
  return parts.flatMap(({ service, catalogue }) =>
    promptsOf(catalogue).some((prompt) => prompt.name === name) ? [service] : [],
  )
}
