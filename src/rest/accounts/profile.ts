import { PROFILE_FIELDS } from '../../system/accounts/account-api.ts'
import { unsupportedVerb } from '../unsupported.ts'
import { accountBody } from './account-body.ts'
import type { AccountHandler } from './account-routes.ts'

/** `user/profile`, `system/admin/profile`: what people know and may change of their own account (dreamfactory-rest §2.8). */
export const profile: AccountHandler = async (request, { accounts, sessions }) => {
  const { verb, kind, address, signal, credentials = {} } = request
  const person = await sessions.owner(kind, credentials)
  switch (verb) {
    case 'GET':
      return JSON.stringify(await accounts.profile(person, signal))
    case 'POST':
    case 'PUT':
    case 'PATCH': {
      const given = accountBody(request.body, PROFILE_FIELDS)
      const { isOver, isCodeAsked } = await accounts.changeProfile(person, given, { address, signal })
      return JSON.stringify({
        success: true,
        ...(isCodeAsked && { confirmation_required: true }),
        ...(isOver && { session_token: await sessions.tokenFor(person.id) }),
      })
    }
    case 'DELETE':
      throw unsupportedVerb(request)
  }
}
