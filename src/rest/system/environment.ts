import type { Caller } from '../../core/caller.ts'
import { WRAPPER } from '../body.ts'
import type { RestDeps } from '../rest-deps.ts'
import type { RestRequest } from '../rest-request.ts'
import { unsupportedVerb } from '../unsupported.ts'

const SIGN_IN = { email: 'string', password: 'string', remember_me: 'bool' }

/** What a login page needs, for anybody; more for who is signed in (dreamfactory-rest §7.5). */
export function environment(
  request: RestRequest,
  caller: Caller | undefined,
  client: { readonly userAgent: string | undefined; readonly address: string },
  {
    version,
    publicSettings,
    launchableApps,
  }: Pick<RestDeps, 'version' | 'publicSettings' | 'launchableApps'>,
): string {
  if (request.verb !== 'GET') throw unsupportedVerb(request)
  const everybody = {
    authentication: {
      admin: { path: 'system/admin/session', verb: 'POST', payload: SIGN_IN },
      user: { path: 'user/session', verb: 'POST', payload: SIGN_IN },
      oauth: [],
      adldap: [],
      saml: [],
      ...publicSettings(),
      login_attribute: 'email',
    },
    apps: launchableApps(caller?.userId),
  }
  if (!caller || caller.kind === 'anonymous') return JSON.stringify(everybody)
  return JSON.stringify({
    ...everybody,
    platform: { version },
    client: { user_agent: client.userAgent ?? '', ip_address: client.address, locale: 'en' },
    config: {
      always_wrap_resources: true,
      resources_wrapper: WRAPPER,
      db: {
        max_records_returned: MAX_RECORDS,
        time_format: null,
        date_format: null,
        datetime_format: null,
        timestamp_format: null,
      },
    },
  })
}

/** Of a service that says nothing of its own. */
const MAX_RECORDS = 1_000

export function isEnvironment({ service, path }: RestRequest): boolean {
  return service.toLowerCase() === 'system' && path.join('/').toLowerCase() === 'environment'
}
