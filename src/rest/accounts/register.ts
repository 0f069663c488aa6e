import { isObject } from '../body.ts'
import { isTrue, queryText } from '../query.ts'
import { unsupportedVerb } from '../unsupported.ts'
import type { AccountHandler } from './account-routes.ts'

/** `user/register` (dreamfactory-rest §2.6). */
export const register: AccountHandler = async (request, { accounts, sessions }) => {
  const { verb, kind, body, query, address, signal } = request
  if (verb === 'GET' || verb === 'DELETE' || kind === 'admin') throw unsupportedVerb(request)
  const id = await accounts.register(isObject(body) ? body : {}, { address, signal })
  const isSignedIn = isTrue(queryText(query, 'login'))
  return JSON.stringify({ success: true, ...(isSignedIn && { session_token: await sessions.tokenFor(id) }) })
}
