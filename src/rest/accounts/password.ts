import { AppError } from '../../core/errors.ts'
import { isObject } from '../body.ts'
import { isTrue, queryText } from '../query.ts'
import { unsupportedVerb } from '../unsupported.ts'
import type { AccountHandler } from './account-routes.ts'

/** `user/password`, `system/admin/password` (dreamfactory-rest §2.7): change it, knowing the old one or a code that was sent. */
export const password: AccountHandler = async (request, { accounts, sessions }) => {
  const { verb, kind, body, query, address, signal, credentials = {} } = request
  if (verb === 'GET' || verb === 'DELETE') throw unsupportedVerb(request)
  const given = isObject(body) ? body : {}
  const from = { address, signal }
  if (isTrue(queryText(query, 'reset'))) {
    accounts.reset.request(kind, given, from)
    return JSON.stringify({ success: true })
  }
  const id = await changed()
  const isSignedIn = isTrue(queryText(query, 'login'))
  return JSON.stringify({ success: true, ...(isSignedIn && { session_token: await sessions.tokenFor(id) }) })

  async function changed(): Promise<number> {
    if (given.code !== undefined) return await accounts.reset.byCode(kind, given, from)
    if (given.old_password === undefined)
      throw new AppError('bad_request', 'Not enough information provided to change password.')
    const person = await sessions.owner(kind, credentials)
    await accounts.changePassword(person, given, from)
    return person.id
  }
}
