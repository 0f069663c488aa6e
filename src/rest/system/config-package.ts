import { UNRESTRICTED } from '../../core/policy.ts'
import { isTrue, queryText } from '../query.ts'
import { refused, unsupportedVerb } from '../unsupported.ts'
import type { SystemHandler } from './system-handler.ts'

/**
 * `system/config_package`: services, roles, apps, users and lookups by name (dreamfactory-rest §7.6). For administrators whom no role binds: whoever
 * writes roles and keys may do everything.
 */
export const configPackage: SystemHandler = async (request, { caller, deps }) => {
  const { verb, path, body } = request
  if (caller.policy.key !== UNRESTRICTED.key) throw refused(request, caller)
  if (path.length > 1) throw unsupportedVerb(request)
  if (verb === 'GET') return JSON.stringify(deps.packages.export())
  if (verb !== 'POST') throw unsupportedVerb(request)
  return JSON.stringify(
    await deps.packages.import(body, { overwrite: isTrue(queryText(request.query, 'overwrite')) }),
  )
}
