import type { Caller } from '../../core/caller.ts'
import { AppError } from '../../core/errors.ts'
import { didYouMean, nearest } from '../../core/names.ts'
import { writtenByServer } from '../../system/system-api.ts'
import type { Answer } from '../answer.ts'
import type { RestRequest } from '../rest-request.ts'
import { refused } from '../unsupported.ts'
import { cache } from './cache.ts'
import { configPackage } from './config-package.ts'
import { constant } from './constant.ts'
import { custom } from './custom.ts'
import { event } from './event.ts'
import { importFile } from './import.ts'
import { limitCache } from './limit-cache.ts'
import { oauthConnection } from './oauth-connection.ts'
import { packages } from './package.ts'
import { rolePreview } from './preview/role-preview.ts'
import { roleEffective } from './role-effective.ts'
import { serviceHealth } from './service-health.ts'
import { serviceTypes } from './service-types.ts'
import type { SystemContext, SystemHandler } from './system-handler.ts'
import { systemRecords } from './system-records.ts'
import { systemRoot } from './system-root.ts'
import { tryAs } from './try-as.ts'

export const SYSTEM = 'system'

/** What is no CRUD, by the name of its resource. */
const HANDLERS: Readonly<Record<string, SystemHandler>> = {
  cache,
  config_package: configPackage,
  constant,
  custom,
  event,
  import: importFile,
  limit_cache: limitCache,
  oauth_connection: oauthConnection,
  package: packages,
  service_type: serviceTypes,
  try: tryAs,
}

/** Of the original, and not here in this version. */
const MISSING = new Set(['event_script', 'script_type'])

/** Answered before it is known who asks. */
const OPEN = ['admin/password', 'admin/profile', 'admin/session', 'environment']

/** `system/…`: the records of this instance, and what else it tells of itself (dreamfactory-rest §7). */
export async function systemService(
  request: RestRequest,
  caller: Caller,
  deps: SystemContext['deps'],
  signal: AbortSignal,
): Promise<Answer> {
  const [resource = '', ...rest] = request.path
  const name = resource.toLowerCase()
  const { resources } = deps.system
  const all = [...resources.map((one) => one.name), ...Object.keys(HANDLERS), ...OPEN]
  const names = [...new Set(all)].toSorted()
  const context: SystemContext = { caller, deps, signal, names }
  const path = [name, ...rest].join('/')
  if (name !== '' && !caller.policy.decide(SYSTEM, path, request.verb).allowed) throw refused(request, caller)
  if (caller.policy.reaches(SYSTEM))
    await deps.limits.count({ caller, service: SYSTEM, verb: request.verb, resource: () => path })
  if (name === '') return systemRoot(request, context)
  if (name === 'role' && rest[1]?.toLowerCase() === 'effective') return roleEffective(request, context)
  if (name === 'service' && rest[1]?.toLowerCase() === 'health') return serviceHealth(request, context)
  if (name === 'role' && rest[0]?.toLowerCase() === 'preview') return rolePreview(request, context)
  if (rest.length > 1) throw unknownResource(request.path.join('/'), [])
  if (Object.hasOwn(HANDLERS, name)) return HANDLERS[name]?.(request, context) ?? ''
  const records = resources.find((one) => one.name === name)
  if (records?.isReadOnly && request.verb !== 'GET') throw writtenByServer(name)
  if (records) return systemRecords(name, request, context)
  if (MISSING.has(name))
    throw new AppError('not_supported', `'${SYSTEM}/${name}' is not there in this version.`)
  throw unknownResource(request.path.join('/'), rest.length > 0 ? [] : names)
}

function unknownResource(name: string, known: readonly string[]): AppError {
  const names = nearest(name, known)
  return new AppError('not_found', `Resource '${name}' not found for service '${SYSTEM}'.`, {
    ...(names.length > 0 && { hint: didYouMean(names), didYouMean: names }),
  })
}
