import { refusalOf } from '../core/caller.ts'
import type { RoutineKind } from '../core/database/query.ts'
import type { AppError } from '../core/errors.ts'
import type { Verb } from '../core/policy.ts'
import { callableRoutines, groupOf, ROUTINE_KINDS, unknownRoutine } from './database/routine-access.ts'
import { canSeeTable, unknownTable } from './database/table-access.ts'
import type { OperationRequest } from './execute.ts'

interface Refused extends OperationRequest {
  /** The policy's own sentence. */
  readonly reason: string
  readonly resource: string
  /** Any of them would have let the caller in; the last one asks for the least. */
  readonly verbs: readonly [...Verb[], Verb]
}

/**
 * The error for a resource the policy does not grant. What the caller may not see at all answers exactly as what does not
 * exist would, so that nothing is learned from the difference; suggestions name only what is visible.
 */
export async function refusal(refused: Refused): Promise<AppError> {
  const { caller, service, verbs } = refused
  const named = caller.policy.reaches(service) ? await namedIn(refused) : undefined
  if (!named || named.visible.some((name) => name.toLowerCase() === named.name.toLowerCase()))
    return forbidden(refused, refused.reason)
  const isUnknownAllowed = (verb: Verb) =>
    caller.policy.decide(service, `${named.group}/\u0000`, verb).allowed
  const unknown = named.unknown(named.name, named.visible)
  if (verbs.some(isUnknownAllowed)) return unknown
  return forbidden(
    refused,
    `Access Forbidden. ${verbs.at(-1)} access to component '${refused.resource.toLowerCase()}' of service '${service}' is not allowed by this user's role.`,
    unknown,
  )
}

/** What a resource names, and which names of its kind the caller may know. */
interface Named {
  readonly group: string
  readonly name: string
  readonly visible: readonly string[]
  unknown(name: string, visible: readonly string[]): AppError
}

/** Undefined for a resource that names neither a table nor a routine. */
async function namedIn(refused: Refused): Promise<Named | undefined> {
  const { caller, services, service, resource, signal } = refused
  const [, group, path] = /^(_[a-z]+)\/([^/]+)/.exec(resource) ?? []
  if (group === undefined || path === undefined) return undefined
  const name = path.replaceAll('%2F', '/').replaceAll('%28', '(')
  const opened = await services.open(service, signal)
  const kind = ROUTINE_KINDS.find((one) => groupOf(one) === group)
  if (kind) return { group, name, ...(await routinesOf(kind)) }
  if (group !== '_table' && group !== '_schema') return undefined
  const { tables } = await opened.schema({ signal })
  const visible = tables.filter((table) => canSeeTable(caller.policy, service, table.name))
  return { group, name, visible: visible.map((table) => table.name), unknown: unknownTable }

  async function routinesOf(kind: RoutineKind): Promise<Pick<Named, 'visible' | 'unknown'>> {
    const callable = callableRoutines(await opened.routines(kind, { signal }), caller.policy, service, kind)
    return {
      visible: callable.map((routine) => routine.name),
      unknown: (unknown, visible) => unknownRoutine(kind, unknown, visible),
    }
  }
}

/** `like`: an error with the same advice. */
function forbidden({ caller }: Refused, message: string, like?: AppError): AppError {
  const { hint, didYouMean } = like ?? {}
  return refusalOf(caller, message, {
    ...(hint === undefined ? {} : { hint }),
    ...(didYouMean === undefined ? {} : { didYouMean }),
  })
}
