import { AppError } from '../core/errors.ts'
import { didYouMean, nearest } from '../core/names.ts'
import type { Verb } from '../core/policy.ts'
import { canSeeTable, unknownTable } from './database/table-access.ts'
import type { OperationRequest } from './execute.ts'

interface Refused extends OperationRequest {
  readonly resource: string
  readonly verb: Verb
}

/**
 * The error for a resource the policy does not grant. A table the caller may not see at all answers exactly as a table
 * that does not exist would, so that nothing is learned from the difference; suggestions name only visible tables.
 */
export async function refusal(refused: Refused): Promise<AppError> {
  const { caller, services, service, resource, verb, signal } = refused
  const table = /^_(?:table|schema)\/([^/]+)/.exec(resource)?.[1]
  if (table === undefined || !caller.policy.reaches(service)) return forbidden(refused)
  const { tables } = await services.open(service, signal).then((opened) => opened.schema({ signal }))
  const visible = tables
    .filter(({ name }) => canSeeTable(caller.policy, service, name))
    .map(({ name }) => name)
  if (visible.some((name) => name.toLowerCase() === table.toLowerCase())) return forbidden(refused)
  const prefix = resource.slice(0, resource.indexOf('/') + 1)
  const wouldAllowUnknown = caller.policy.decide(service, `${prefix}\u0000`, verb).allowed
  if (wouldAllowUnknown) return unknownTable(table, visible)
  return forbidden(refused, didYouMean(nearest(table, visible)), nearest(table, visible))
}

function forbidden(
  { caller, resource, service, verb }: Refused,
  hint?: string,
  names?: readonly string[],
): AppError {
  const target = resource === '' ? '' : `component '${resource.toLowerCase()}' of `
  const code = caller.kind === 'anonymous' ? 'unauthenticated' : 'forbidden'
  return new AppError(
    code,
    `Access Forbidden. ${verb} access to ${target}service '${service}' is not allowed by this user's role.`,
    { ...(hint ? { hint } : {}), ...(names && names.length > 0 ? { didYouMean: names } : {}) },
  )
}
