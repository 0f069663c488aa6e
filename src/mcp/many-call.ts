import type { Caller } from '../core/caller.ts'
import { AppError, toAppError } from '../core/errors.ts'
import { scopesMissing } from '../core/missing-scope.ts'
import type { Services } from '../core/service.ts'
import type { ToolAnswer } from './answer.ts'
import type { McpDeps, McpSession, ToolCall } from './call-tool.ts'
import { errorAnswer } from './error-answer.ts'
import { answerListServices, listServices } from './list-services.ts'
import {
  type AnySession,
  reachedService,
  SERVICE_MISSING,
  serviceRefusal,
  sessionAt,
} from './many-session.ts'
import { toolNamed } from './tool-named.ts'

type Named = Pick<ToolCall, 'name' | 'args'>

/** A call on its way to one service, or what it is answered with before that; undefined: there is no such tool. */
type Addressed =
  | { readonly session: McpSession; readonly args: ToolCall['args'] }
  | { readonly answer: ToolAnswer | undefined }

/** Finds the service that a call names and takes the name out of it: from there on it is a call like any other. Never throws. */
export async function addressed(
  deps: McpDeps,
  session: AnySession,
  call: Named & Pick<ToolCall, 'signal'>,
): Promise<Addressed> {
  if (session.service !== undefined) return { session, args: call.args }
  const { services, resultBytes, countCall } = deps
  try {
    const caller = await session.caller()
    const { service, args } = callMeant(services, caller, call)
    if (service !== '') return { session: sessionAt(session, service), args }
    if (!session.isCounted) await countCall(caller, '', { name: call.name, args })
    if (call.name === listServices.name)
      return { answer: answerListServices(services, caller, { args: call.args, resultBytes }) }
    if (call.args.service === undefined && !deps.tools.some(({ name }) => name === call.name)) {
      const having = await servicesWith(deps, caller, call)
      if (having.length === 0) return { answer: undefined }
      throw missingService(call.name, having)
    }
    throw serviceRefusal(services, caller, call.args.service)
  } catch (thrown) {
    const error = toAppError(thrown)
    session.report(error)
    return { answer: errorAnswer(error) }
  }
}

/** The services on which the caller has a tool that is not on all of them. */
async function servicesWith(
  { many }: McpDeps,
  caller: Caller,
  { name, signal }: Pick<ToolCall, 'name' | 'signal'>,
): Promise<readonly string[]> {
  const parts = await many.each(caller, signal)
  return parts.flatMap(({ service, catalogue }) =>
    toolNamed(name, catalogue.byName, service) ? [service] : [],
  )
}

/** Never guessed, be it the only one: another may have the tool tomorrow. */
function missingService(tool: string, having: readonly string[]): AppError {
  const told = having.slice(0, MOST_TOLD).join(', ')
  return new AppError('bad_request', SERVICE_MISSING, {
    hint: `Services with ${tool}: ${told}${having.length > MOST_TOLD ? ', … (list_services shows all)' : ''}.`,
  })
}

const MOST_TOLD = 50

/**
 * What a call counts as: to one service, or, without arguments, to none (an empty name). Throws `forbidden` when another access token would open the
 * service.
 */
export function callMeant(
  services: Services,
  caller: Caller,
  { name, args: { service: given, ...args } }: Named,
): { readonly service: string; readonly args: ToolCall['args'] } {
  if (name === listServices.name) return { service: '', args: {} }
  const service = reachedService(services, caller, given)
  if (service !== undefined) return { service, args }
  const refusal = serviceRefusal(services, caller, given)
  if (scopesMissing(refusal) !== undefined) throw refusal
  return { service: '', args: {} }
}
