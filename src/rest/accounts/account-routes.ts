import type { IncomingHttpHeaders } from 'node:http'
import type { Credentials } from '../../access/authenticate.ts'
import type { AccountKind } from '../../access/sessions.ts'
import { noCredentials } from '../credentials.ts'
import type { RestDeps } from '../rest-deps.ts'
import type { RestRequest } from '../rest-request.ts'
import { refused } from '../unsupported.ts'
import { browserSession } from './browser-session.ts'
import { oauthConnection } from './oauth-connection.ts'
import { password } from './password.ts'
import { profile } from './profile.ts'
import { register } from './register.ts'
import { session } from './session.ts'

/** A request to an address that decides by itself who may use it, often because nobody is signed in yet. */
interface AccountRequest extends RestRequest {
  readonly kind: AccountKind
  /** As the request brought them; undefined when there are none. */
  readonly credentials: Credentials | undefined
  /** Of the client. */
  readonly address: string
  readonly headers: IncomingHttpHeaders
  readonly signal: AbortSignal
}

export type AccountHandler = (request: AccountRequest, deps: RestDeps) => Promise<string>

/** By the last segment of the address (dreamfactory-rest §2.4). */
const HANDLERS: Readonly<Record<string, AccountHandler>> = {
  session,
  browser_session: browserSession,
  oauth_connection: oauthConnection,
  profile,
  password,
  register,
}

/** The handler of `user/session`, `system/admin/session` and their like, and whose accounts it is about. */
export function accountRoute({
  service,
  path,
}: Pick<RestRequest, 'service' | 'path'>): { kind: AccountKind; handle: AccountHandler } | undefined {
  const [root, name = '', ...rest] = [service, ...path].map((segment) => segment.toLowerCase())
  const isAdmin = root === 'system' && name === 'admin'
  if (!isAdmin && root !== 'user') return undefined
  const [last = '', ...more] = isAdmin ? rest : [name, ...rest]
  if (more.length > (WITH_RECORDS.has(last) ? 1 : 0) || !Object.hasOwn(HANDLERS, last)) return undefined
  const handle = HANDLERS[last]
  if (!handle || (isAdmin && last === 'browser_session')) return undefined
  return {
    kind: isAdmin ? 'admin' : 'user',
    handle: POST_ONLY.has(last) ? withRoleForOthers(handle) : handle,
  }
}

/** What has records below it. */
const WITH_RECORDS: ReadonlySet<string> = new Set(['oauth_connection'])

/** Open to everybody by POST; other verbs do the same for whom a role allows them (dreamfactory-rest §2.4, §2.6). */
const POST_ONLY: ReadonlySet<string> = new Set(['password', 'register'])

function withRoleForOthers(handle: AccountHandler): AccountHandler {
  return async (request, deps) => {
    if (request.verb === 'PUT' || request.verb === 'PATCH') {
      const { credentials, address, service, path, verb } = request
      if (!credentials) throw noCredentials()
      const caller = await deps.authenticate({ ...credentials, address })
      const { allowed } = caller.policy.decide(service.toLowerCase(), path.join('/'), verb)
      if (!allowed) throw refused(request, caller)
    }
    return await handle(request, deps)
  }
}
