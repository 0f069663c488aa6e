import { AppError } from '../../core/errors.ts'
import type { Snapshot } from '../snapshot.ts'
import type { SystemApi } from '../system-api.ts'
import { asHouse } from './account-api.ts'
import { userSettings } from './user-settings.ts'

type Given = Readonly<Record<string, unknown>>
type Problems = Readonly<Record<string, readonly string[]>>

const FIELDS = [
  'first_name',
  'last_name',
  'name',
  'email',
  'username',
  'phone',
  'security_question',
  'security_answer',
]
const PASSWORDS = ['new_password', 'password', 'password_confirmation']

/**
 * `POST user/register` (dreamfactory-rest §2.6): the id of the new user. Throws `forbidden` while registration is closed,
 * `bad_request` with the problems by field.
 */
export function createRegistration(options: {
  readonly system: SystemApi
  readonly snapshot: () => Snapshot
  /** Counts one attempt from a client. Throws `too_many_requests`. */
  readonly countAttempt: (address: string) => void
}): (given: Given, from: { readonly address: string; readonly signal: AbortSignal }) => Promise<number> {
  const { system, snapshot, countAttempt } = options
  return async (given, { address, signal }) => {
    const { apps, userByEmail } = snapshot()
    const settings = userSettings(snapshot())
    if (!settings.allowOpenRegistration) throw new AppError('forbidden', 'Open Registration is not enabled.')
    countAttempt(address)
    const record = recordOf(given)
    if (userByEmail.has(String(record.email).trim().toLowerCase()))
      throw failed({ email: ['The email has already been taken.'] })
    const { openRegRoleId: role_id } = settings
    const roles = role_id === undefined ? [] : apps.map(({ id: app_id }) => ({ app_id, role_id }))
    const records = [{ ...record, ...(roles.length > 0 && { user_to_app_to_role_by_user_id: roles }) }]
    try {
      const [row] = await system.write('create', 'user', { records }, asHouse(signal))
      return Number(row?.id)
    } catch (error) {
      throw asValidation(error)
    }
  }
}

function recordOf(given: Given): Given {
  const unknown = Object.keys(given).find((name) => ![...FIELDS, ...PASSWORDS].includes(name))
  if (unknown !== undefined) throw failed({ [unknown]: [`Unknown field '${unknown}'.`] })
  const password = given.new_password ?? given.password
  const problems: Problems = {
    ...(!given.email && { email: ['The email field is required.'] }),
    ...(!password && { password: ['The password field is required.'] }),
    ...(given.password_confirmation !== undefined &&
      given.password_confirmation !== password && {
        password: ['The password field confirmation does not match.'],
      }),
  }
  if (Object.keys(problems).length > 0) throw failed(problems)
  const fields = FIELDS.filter((name) => given[name] !== undefined && given[name] !== null)
  return { ...Object.fromEntries(fields.map((name) => [name, given[name]])), password }
}

/** The problems of the one record that was written. */
function asValidation(error: unknown): unknown {
  if (!(error instanceof AppError) || error.wireCode !== BATCH) return error
  const outcomes = member(error.context, 'resource')
  const [outcome] = Array.isArray(outcomes) ? outcomes : []
  const problems = member(outcome, 'context')
  return typeof problems === 'object' && problems !== null ? failed({ ...problems }) : error
}

const BATCH = 1000

function member(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined
}

function failed(context: object): AppError {
  return new AppError('bad_request', 'Validation failed', { context })
}
