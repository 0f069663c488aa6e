import { AppError } from '../core/errors.ts'
import { didYouMean, nearest } from '../core/names.ts'
import type { Verb } from '../core/policy.ts'
import { canSeeTable, unknownTable } from './database/table-access.ts'
import type { OperationRequest } from './execute.ts'

interface Refused extends OperationRequest {
  /** The policy's own sentence. */
  readonly reason: string
  readonly resource: string
  readonly verb: Verb
}

/**
 * The error for a resource the policy does not grant. A table the caller may not see at all answers exactly as a table
 * that does not exist would, so that nothing is learned from the difference; suggestions name only visible tables.
 */
export async function refusal(refused: Refused): Promise<AppError> {
  const { caller, services, service, resource, verb, signal } = refused
  const table = /^_(?:table|schema)\/([^/]+)/.exec(resource)?.[1]?.replaceAll('%2F', '/')
  if (table === undefined || !caller.policy.reaches(service)) return forbidden(refused, refused.reason)
  const { tables } = await services.open(service, signal).then((opened) => opened.schema({ signal }))
  const visible = tables
    .filter(({ name }) => canSeeTable(caller.policy, service, name))
    .map(({ name }) => name)
  if (visible.some((name) => name.toLowerCase() === table.toLowerCase()))
    return forbidden(refused, refused.reason)
  const prefix = resource.slice(0, resource.indexOf('/') + 1)
  const wouldAllowUnknown = caller.policy.decide(service, `${prefix}\u0000`, verb).allowed
  if (wouldAllowUnknown) return unknownTable(table, visible)
  const component = resource.toLowerCase()
  return forbidden(
    refused,
    `Access Forbidden. ${verb} access to component '${component}' of service '${service}' is not allowed by this user's role.`,
    nearest(table, visible),
  )
}

function forbidden({ caller }: Refused, message: string, names: readonly string[] = []): AppError {
  const code = caller.kind === 'anonymous' ? 'unauthenticated' : 'forbidden'
  return new AppError(code, message, names.length > 0 ? { hint: didYouMean(names), didYouMean: names } : {})
}
