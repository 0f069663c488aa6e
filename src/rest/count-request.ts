import type { Caller } from '../core/caller.ts'
import { tableResource } from '../operations/database/table-access.ts'
import { tablesKnown } from '../operations/table-named.ts'
import type { RestDeps } from './rest-deps.ts'
import type { RestRequest } from './rest-request.ts'

/**
 * Counts a request to a database against the limits, by the names that roles know: a table called by its alias is that table. Of
 * several steps in one request each counts by itself, when it is known. Undefined when no limit applies.
 */
export function countRequest(
  { service, verb, path }: Pick<RestRequest, 'service' | 'verb' | 'path'>,
  { caller, signal }: { readonly caller: Caller; readonly signal: AbortSignal },
  { limits, services }: Pick<RestDeps, 'limits' | 'services'>,
): Promise<void> | undefined {
  if (path[0]?.toLowerCase() === '_batch') return undefined
  const count = () =>
    limits.count({ caller, service, verb, resource: () => resourceOf(path, service, services) })
  const isOfTable = /^_(?:table|schema)$/i.test(path[0] ?? '')
  const reading = tablesKnown(services, service, isOfTable ? path.slice(1, 2) : [], () => signal)
  return reading ? reading.then(count) : count()
}

function resourceOf(path: readonly string[], service: string, services: RestDeps['services']): string {
  const [group = '', name, ...rest] = path
  const kind = group.toLowerCase()
  if (name === undefined || (kind !== '_table' && kind !== '_schema')) return path.join('/')
  return [tableResource(kind, services.tableNamed(service, name)), ...rest].join('/')
}
