import { AppError } from '../../core/errors.ts'
import { isTrue, queryText } from '../query.ts'
import { unsupportedVerb } from '../unsupported.ts'
import { accountBody } from './account-body.ts'
import type { AccountHandler } from './account-routes.ts'

const FIELDS = ['email', 'username', 'old_password', 'new_password', 'code', 'security_answer']

/** `user/password`, `system/admin/password` (dreamfactory-rest §2.7): change it, knowing the old one, a code that was sent, or an answer. */
export const password: AccountHandler = async (request, { accounts, sessions }) => {
  const { verb, kind, address, signal, credentials = {} } = request
  if (verb === 'GET' || verb === 'DELETE') throw unsupportedVerb(request)
  const given = accountBody(request.body, FIELDS)
  const from = { address, signal }
  if (isTrue(queryText(request.query, 'reset'))) {
    const question = await accounts.reset.request(kind, given, from)
    return JSON.stringify(question === undefined ? { success: true } : { security_question: question })
  }
  const id = await changed()
  const isSignedIn = isTrue(queryText(request.query, 'login'))
  return JSON.stringify({ success: true, ...(isSignedIn && { session_token: await sessions.tokenFor(id) }) })

  async function changed(): Promise<number> {
    const ways = WAYS.filter((way) => given[way] !== undefined)
    if (ways.length > 1) throw oneWay(ways)
    if (given.code !== undefined) return await accounts.reset.byCode(kind, given, from)
    if (given.security_answer !== undefined) return await accounts.reset.byAnswer(kind, given, from)
    if (given.old_password === undefined)
      throw new AppError('bad_request', 'Not enough information provided to change password.')
    const person = await sessions.owner(kind, credentials)
    await accounts.changePassword(person, given, from)
    return person.id
  }
}

/** What lets somebody change a password: one of them. */
const WAYS = ['code', 'security_answer', 'old_password']

function oneWay(ways: readonly string[]): AppError {
  const sentence = `A password is changed by one of ${WAYS.join(', ')}: leave out the others.`
  return new AppError('bad_request', sentence, {
    context: Object.fromEntries(ways.map((way) => [way, [sentence]])),
  })
}
