import { isObject } from '../body.ts'
import { isTrue, queryText } from '../query.ts'
import { unsupportedVerb } from '../unsupported.ts'
import { requireObject, WITH_EVERY_BODY } from './account-body.ts'
import type { AccountHandler } from './account-routes.ts'

/** `user/register` (dreamfactory-rest §2.6). */
export const register: AccountHandler = async (request, { accounts, sessions }) => {
  const { verb, kind, body, address, signal } = request
  if (verb === 'GET' || verb === 'DELETE' || kind === 'admin') throw unsupportedVerb(request)
  requireObject(body)
  const given = Object.entries(isObject(body) ? body : {}).filter(([name]) => !WITH_EVERY_BODY.includes(name))
  const id = await accounts.register(Object.fromEntries(given), { address, signal })
  const isSignedIn = isTrue(queryText(request.query, 'login'))
  if (!isSignedIn) return JSON.stringify({ success: true })
  return JSON.stringify({
    success: true,
    ...(id === undefined ? { confirmation_required: true } : { session_token: await sessions.tokenFor(id) }),
  })
}
