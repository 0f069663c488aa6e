import type { Caller } from '../../core/caller.ts'
import { AppError } from '../../core/errors.ts'
import { didYouMean, nearest } from '../../core/names.ts'
import { VERBS } from '../../core/policy.ts'
import { type Answer, listAnswer } from '../answer.ts'
import { flag } from '../options.ts'
import { isTrue, queryText } from '../query.ts'
import type { RestDeps } from '../rest-deps.ts'
import type { RestRequest } from '../rest-request.ts'
import { refused, unsupportedVerb } from '../unsupported.ts'
import { customOf } from './user-custom.ts'

export const USER = 'user'

/** Addresses that anybody may use: they decide by themselves (dreamfactory-rest §2.4). */
const OPEN = ['password', 'profile', 'register', 'session']
const NAMES = ['custom', ...OPEN]

/** `user` and `user/custom`, for whom a role allows it (dreamfactory-rest §2.9). */
export async function userService(
  request: RestRequest,
  caller: Caller,
  { accounts, limits }: Pick<RestDeps, 'accounts' | 'limits'>,
  signal: AbortSignal,
): Promise<Answer> {
  const { verb, path } = request
  const [resource = '', ...rest] = path
  const name = resource.toLowerCase()
  if (!caller.policy.decide(USER, [name, ...rest].filter(Boolean).join('/'), verb).allowed)
    throw refused(request, caller)
  await limits.count({ caller, service: USER, verb, resource: () => path.join('/') })
  if (name === '') return root(request, caller)
  if (name !== 'custom' || rest.length > 1) throw unknownResource(path.join('/'))
  if (caller.userId === undefined)
    throw new AppError('unauthenticated', 'There is no valid session for the current request.', {
      context: { reason: 'no_session' },
      hint: 'Values are kept for people: send a session token with the API key.',
    })
  return await customOf(caller.userId, request, accounts.custom, signal)
}

function root(request: RestRequest, { policy }: Caller): string {
  if (request.verb !== 'GET') throw unsupportedVerb(request)
  const mayUse = (name: string) => VERBS.some((verb) => policy.decide(USER, name, verb).allowed)
  const visible = NAMES.filter((name) => OPEN.includes(name) || mayUse(name))
  if (isTrue(queryText(request.query, 'as_access_list')))
    return listAnswer(request, ['', '*', ...visible.flatMap((name) => [`${name}/`, `${name}/*`])])
  return listAnswer(request, flag(request, 'as_list') ? visible : visible.map((name) => ({ name })))
}

function unknownResource(name: string): AppError {
  const names = nearest(name, NAMES)
  return new AppError('not_found', `Resource '${name}' not found for service '${USER}'.`, {
    ...(names.length > 0 && { hint: didYouMean(names), didYouMean: names }),
  })
}
