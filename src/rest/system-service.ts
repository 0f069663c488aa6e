import type { Caller } from '../core/caller.ts'
import { listAnswer } from './answer.ts'
import { isObject } from './body.ts'
import { flag, list } from './options.ts'
import { picked } from './picked.ts'
import type { RestDeps } from './rest-deps.ts'
import type { RestRequest } from './rest-request.ts'
import { refused, unknownResource, unsupportedVerb } from './unsupported.ts'

export const SYSTEM = 'system'

/** `system/service`: the services of this instance, for who may see them. */
export async function systemService(
  request: RestRequest,
  caller: Caller,
  deps: Pick<RestDeps, 'listSystemServices'>,
): Promise<string> {
  const resource = request.path.join('/').toLowerCase()
  if (!caller.policy.decide(SYSTEM, resource, request.verb).allowed) throw refused(request)
  if (resource !== 'service') throw unknownResource(request)
  if (request.verb !== 'GET') throw unsupportedVerb(request)
  const records = await deps.listSystemServices(caller)
  if (flag(request, 'as_list'))
    return listAnswer(
      request,
      records.map(({ id }) => id),
    )
  const fields = list(request, 'fields') ?? ['*']
  return listAnswer(
    request,
    records.map((record) => picked(record, fields)),
  )
}

/** `POST system/admin/session`: an administrator's login. Credentials a request carries are ignored (dreamfactory-rest §2.5). */
export async function adminSession(
  { body }: RestRequest,
  address: string,
  deps: Pick<RestDeps, 'signIn'>,
): Promise<string> {
  const { email, password, remember_me } = isObject(body) ? body : {}
  return JSON.stringify(await deps.signIn({ email, password, remember_me, address }))
}

export function isAdminLogin({ service, path, verb }: RestRequest): boolean {
  return (
    verb === 'POST' && service.toLowerCase() === SYSTEM && path.join('/').toLowerCase() === 'admin/session'
  )
}
