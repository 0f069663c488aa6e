import type { Caller } from '../core/caller.ts'
import { toAppError } from '../core/errors.ts'
import { scopesMissing } from '../core/missing-scope.ts'
import type { Services } from '../core/service.ts'
import type { ToolAnswer } from './answer.ts'
import type { McpDeps, McpSession, ToolCall } from './call-tool.ts'
import { errorAnswer } from './error-answer.ts'
import { answerListServices, listServices } from './list-services.ts'
import { type AnySession, reachedService, serviceRefusal, sessionAt } from './many-session.ts'

type Named = Pick<ToolCall, 'name' | 'args'>

/** A call on its way to one service, or what it is answered with before that; undefined: there is no such tool. */
type Addressed =
  | { readonly session: McpSession; readonly args: ToolCall['args'] }
  | { readonly answer: ToolAnswer | undefined }

/** Finds the service that a call names and takes the name out of it: from there on it is a call like any other. Never throws. */
export async function addressed(deps: McpDeps, session: AnySession, call: Named): Promise<Addressed> {
  if (session.service !== undefined) return { session, args: call.args }
  const { services, resultBytes, countCall } = deps
  try {
    const caller = await session.caller()
    const { service, args } = callMeant(services, caller, call)
    if (service !== '') return { session: sessionAt(session, service), args }
    if (!session.isCounted) await countCall(caller, '', { name: call.name, args })
    if (call.name === listServices.name)
      return { answer: answerListServices(services, caller, { args: call.args, resultBytes }) }
    if (call.args.service === undefined && !deps.tools.some(({ name }) => name === call.name))
      return { answer: undefined }
    throw serviceRefusal(services, caller, call.args.service)
  } catch (thrown) {
    const error = toAppError(thrown)
    session.report(error)
    return { answer: errorAnswer(error) }
  }
}

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
