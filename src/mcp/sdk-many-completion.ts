import type { Server, ServerContext } from '@modelcontextprotocol/server'
import type { McpDeps } from './call-tool.ts'
import { type ManySession, reachedService, sessionAt, sessionAtAddress } from './many-session.ts'
import {
  type AskedName,
  namesForPrompt,
  namesForTemplate,
  nothingToComplete,
  onCompletion,
} from './sdk-completion.ts'
import { servicesWithPrompt } from './sdk-many-prompts.ts'

/** `completion/complete` at the address of all services: names of services, and of what is in the one that was filled in before. */
export function addManyCompletion(
  server: Server,
  deps: McpDeps,
  sessionOf: (context: ServerContext) => ManySession,
): void {
  onCompletion(server, sessionOf, {
    inPrompt: (session, asked) => namesInPrompt(deps, session, asked),
    atAddress: (session, asked) => namesAtAddress(deps, session, asked),
  })
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
