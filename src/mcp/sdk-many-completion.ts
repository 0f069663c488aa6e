import type { CompleteResult, Server, ServerContext } from '@modelcontextprotocol/server'
import type { McpDeps } from './call-tool.ts'
import { type ManySession, reachedService, sessionAt, sessionAtAddress } from './many-session.ts'
import { completion, namesForPrompt, namesForTemplate, nothingToComplete } from './sdk-completion.ts'
import { servicesWithPrompt } from './sdk-many-prompts.ts'

/** `completion/complete` at the address of all services: names of services, and of what is in the one that was filled in before. */
export function addManyCompletion(
  server: Server,
  deps: McpDeps,
  sessionOf: (context: ServerContext) => ManySession,
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
          ? await namesInPrompt(deps, session, { ...asked, prompt: ref.name })
          : await namesAtAddress(deps, session, { ...asked, uri: ref.uri })
      return completion(names, argument.value)
    },
  )
}

interface AskedName {
  readonly name: string
  /** What was filled in before. */
  readonly table: string | undefined
  readonly service: string | undefined
  readonly signal: AbortSignal
}

async function namesInPrompt(
  deps: McpDeps,
  session: ManySession,
  { service: given, ...asked }: AskedName & { readonly prompt: string },
): Promise<readonly string[]> {
  const caller = await session.caller()
  const having = servicesWithPrompt(await deps.many.each(caller, asked.signal), asked.prompt)
  const [first] = having
  if (first === undefined) throw nothingToComplete()
  if (asked.name === 'service') return having
  const service = reachedService(deps.services, caller, given)
  const isFilledIn = service !== undefined && having.includes(service)
  // Without one, that there is such an argument is all that can be said.
  const names = await namesForPrompt(deps, sessionAt(session, isFilledIn ? service : first), asked)
  return isFilledIn ? names : []
}

async function namesAtAddress(
  deps: McpDeps,
  session: ManySession,
  asked: AskedName & { readonly uri: string },
): Promise<readonly string[]> {
  const one = await sessionAtAddress(deps.services, session, asked.uri)
  if (!one) throw nothingToComplete()
  return await namesForTemplate(deps, one, asked)
}
