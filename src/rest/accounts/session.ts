import { keyAndToken } from '../../access/authenticate.ts'
import { AppError } from '../../core/errors.ts'
import { unsupportedVerb } from '../unsupported.ts'
import { accountBody } from './account-body.ts'
import type { AccountHandler } from './account-routes.ts'

/** Sign in, look at the session, refresh it, end it (dreamfactory-rest §2.5). A sign-in ignores a token that comes along. */
export const session: AccountHandler = async (request, { sessions }) => {
  const { verb, kind, address, credentials = {} } = request
  switch (verb) {
    case 'GET':
      return JSON.stringify(await sessions.current(kind, credentials))
    case 'POST': {
      const { email, password, remember_me, duration, service } = accountBody(request.body, FIELDS)
      if (service !== undefined && service !== null && service !== '') throw noSuchService()
      const apiKey = keyAndToken(credentials).key
      const login = { email, password, remember_me, duration, address, apiKey }
      return JSON.stringify(await sessions.signIn(kind, login))
    }
    case 'PUT':
      return JSON.stringify(await sessions.refresh(kind, credentials))
    case 'DELETE':
      await sessions.end(credentials)
      return JSON.stringify({ success: true })
    case 'PATCH':
      throw unsupportedVerb(request)
  }
}

const FIELDS = ['email', 'username', 'password', 'remember_me', 'duration', 'service']

/** There is no other place to sign in by (dreamfactory-rest §2.5). */
function noSuchService(): AppError {
  const sentence = 'Invalid login service provided. Please use an OAuth or AD/Ldap service.'
  return new AppError('bad_request', sentence, { context: { service: [sentence] } })
}
