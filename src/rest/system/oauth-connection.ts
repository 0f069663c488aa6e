import { AppError } from '../../core/errors.ts'
import { UNRESTRICTED } from '../../core/policy.ts'
import { isWholeAccess } from '../../system/crud/system-policy.ts'
import { connectionsAnswer } from '../oauth-connections.ts'
import { queryText } from '../query.ts'
import { refused, unsupportedVerb } from '../unsupported.ts'
import type { SystemHandler } from './system-handler.ts'

/**
 * `system/oauth_connection`: the programs that people connected; those of administrators only for who is bound by no role.
 * `user_id=5` leaves those of one person.
 */
export const oauthConnection: SystemHandler = async (request, { caller, deps: { connections } }) => {
  const { verb, path, query } = request
  const [, id, ...rest] = path
  // Rows of a list that is no table cannot be filtered: better none of them.
  if (!isWholeAccess(caller.policy.decide('system', path.join('/').toLowerCase(), verb)))
    throw refused(request, caller)
  if (rest.length > 0) throw unsupportedVerb(request)
  const hasAdministrators = caller.policy.key === UNRESTRICTED.key
  const userId = userIn(queryText(query, 'user_id'))
  return connectionsAnswer(request, id, { connections, whose: { userId, hasAdministrators } })
}

function userIn(text: string | undefined): number | undefined {
  if (text === undefined || /^\d{1,15}$/.test(text)) return text === undefined ? undefined : Number(text)
  throw new AppError('bad_request', "'user_id' is the number of a user.", {
    context: { parameter: 'user_id' },
  })
}
