import { scopesNeeded } from '../access/oauth/scopes.ts'
import type { Caller } from '../core/caller.ts'
import { AppError } from '../core/errors.ts'
import { insufficientScope } from '../core/missing-scope.ts'
import { nearest } from '../core/names.ts'
import type { ServiceInfo, Services } from '../core/service.ts'
import type { McpSession } from './call-tool.ts'

/** Who speaks, to all the services that they may use: each call names one. */
export interface ManySession extends Omit<McpSession, 'service' | 'renewed'> {
  readonly service: undefined
  renewed(): Promise<ManySession>
}

export type AnySession = McpSession | ManySession

/** Throws `internal`: a server for one service was asked for all. */
export function toOne(session: AnySession): McpSession {
  if (session.service === undefined) throw new AppError('internal', 'A call for one service names none.')
  return session
}

/** Throws `internal`: a server for all services was asked for one. */
export function toMany(session: AnySession): ManySession {
  if (session.service !== undefined) throw new AppError('internal', 'A call for all services names one.')
  return session
}

/** The services that a caller may use, in the order of the configuration. */
export function reachedServices(services: Services, { policy }: Caller): ServiceInfo[] {
  return services.list().filter(({ name, isActive }) => isActive && policy.reaches(name))
}

/** The same speaker, to one service. */
export function sessionAt(many: ManySession, service: string): McpSession {
  const { isCounted, caller, report, requestId } = many
  const renewed = async () => sessionAt(await many.renewed(), service)
  return { service, ...(isCounted && { isCounted }), caller, renewed, report, requestId }
}

/** The name of the service that a caller means by an argument; undefined when they do not reach it. */
export function reachedService(services: Services, { policy }: Caller, given: unknown): string | undefined {
  const info = typeof given === 'string' ? services.find(given) : undefined
  return info?.isActive && policy.reaches(info.name) ? info.name : undefined
}

/** The session that an address of a resource belongs to; undefined when the speaker does not reach its service. */
export async function sessionAtAddress(
  services: Services,
  session: AnySession,
  uri: string,
): Promise<McpSession | undefined> {
  if (session.service !== undefined) return session
  const service = reachedService(services, await session.caller(), serviceNamedIn(uri))
  return service === undefined ? undefined : sessionAt(session, service)
}

/** Undefined where an address has none. */
function serviceNamedIn(uri: string): string | undefined {
  const [, name] = /^sluice:\/\/([^/]+)\//.exec(uri) ?? []
  try {
    return name === undefined ? undefined : decodeURIComponent(name)
  } catch {
    return undefined
  }
}

/**
 * What to say then: `bad_request` when none is named, `forbidden` when another access token would open it, and `not_found`, in the same words, for
 * one that does not exist, is switched off or is not the caller's.
 */
export function serviceRefusal(services: Services, caller: Caller, given: unknown): AppError {
  if (typeof given !== 'string' || given === '')
    return new AppError('bad_request', SERVICE_MISSING, { hint: NEXT })
  const info = services.find(given)
  if (info?.isActive && caller.scope?.whole.reaches(info.name))
    return insufficientScope(scopesNeeded(info.name, 'GET'))
  const names = reachedServices(services, caller).map(({ name }) => name)
  return new AppError('not_found', 'There is no such service for these credentials.', {
    hint: NEXT,
    didYouMean: nearest(given, names),
  })
}

export const SERVICE_MISSING = "The argument 'service' is missing: it names one service, as text."
const NEXT = 'list_services shows those there are.'
