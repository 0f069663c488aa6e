import { AppError } from '../../core/errors.ts'
import { canSeeTable } from '../../operations/database/table-access.ts'
import { queryText } from '../query.ts'
import type { RestRequest } from '../rest-request.ts'
import { refused, unsupportedVerb } from '../unsupported.ts'
import type { SystemContext } from './system-handler.ts'

/**
 * `GET system/role/{id or name}/effective?service=shop`: what the role may do, table by table, and which rules say so. Tables
 * that the asking caller may not know are left out.
 */
export async function roleEffective(request: RestRequest, context: SystemContext): Promise<string> {
  const { path, verb, query } = request
  const { caller, signal, deps, names } = context
  const [, identifier = '', , ...rest] = path
  if (verb !== 'GET' || rest.length > 0) throw unsupportedVerb(request)
  const service = queryText(query, 'service')
  if (!service)
    throw new AppError('bad_request', "Name a service: 'service' is required.", {
      hint: '…/effective?service=shop',
    })
  const id = await deps.system.idOf('role', identifier, { caller, signal })
  if (service.toLowerCase() === 'system') return JSON.stringify(deps.effectiveAccess(id, 'system', names))
  const info = deps.services.find(service)
  if (!info || !caller.policy.reaches(info.name)) throw refusedService(request, context, service)
  const opened = await deps.services.open(info.name, signal)
  const { tables } = await opened.schema({ signal })
  const visible = tables.filter(({ name }) => canSeeTable(caller.policy, info.name, name))
  const components = ['', ...visible.map(({ name }) => `_table/${name}`)]
  return JSON.stringify(deps.effectiveAccess(id, info.name, components))
}

/** One answer for what is not there and what is not the caller's, but to who may know all services. */
function refusedService(request: RestRequest, { caller }: SystemContext, service: string): AppError {
  if (caller.kind === 'admin') return new AppError('not_found', `Could not find a service for ${service}`)
  return refused({ ...request, path: [], service }, caller)
}
