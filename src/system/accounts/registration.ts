import { AppError } from '../../core/errors.ts'
import { didYouMean, nearest } from '../../core/names.ts'
import type { Snapshot } from '../snapshot.ts'
import type { SystemApi } from '../system-api.ts'
import { asHouse } from './account-api.ts'
import { registrationSettings } from './account-settings.ts'
import type { Background } from './background.ts'
import type { SendCode } from './code-mail.ts'
import type { PasswordReset } from './password-reset.ts'

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
 * `POST user/register` (dreamfactory-rest §2.6): the id of the new user; undefined where a code was sent by e-mail, and
 * then alike for an address that has an account. Throws `forbidden` while registration is closed, `bad_request` with the
 * problems by field, `too_many_requests`.
 */
export type Registration = (
  given: Given,
  from: { readonly address: string; readonly signal: AbortSignal },
) => Promise<number | undefined>

export interface RegistrationOptions {
  readonly system: SystemApi
  readonly snapshot: () => Snapshot
  readonly sendCode: SendCode
  readonly reset: Pick<PasswordReset, 'offer'>
  readonly background: Background
  /** Counts one attempt for an account from a client. Throws `too_many_requests`. */
  readonly countAttempt: (account: string, address: string) => Promise<void>
}

export function createRegistration(options: RegistrationOptions): Registration {
  const { system, snapshot, background, countAttempt } = options
  return async (given, { address, signal }) => {
    const { isOpen, roles, emailServiceId } = registrationSettings(snapshot())
    if (!isOpen) throw new AppError('forbidden', 'Open Registration is not enabled.')
    const isConfirmed = emailServiceId !== undefined
    const record = recordOf(given, { isConfirmed })
    await countAttempt(emailOf(given), address)
    requireFree(record, { isConfirmed }, snapshot())
    const withRoles = {
      ...record,
      ...(roles.size > 0 && {
        user_to_app_to_role_by_user_id: [...roles].map(([app_id, role_id]) => ({ app_id, role_id })),
      }),
    }
    try {
      if (!isConfirmed) return await create(withRoles, system, signal)
      await system.check('user', record)
      background.run(() => registerUnconfirmed(record, withRoles, options))
      return undefined
    } catch (error) {
      throw asValidation(error)
    }
  }
}

async function create(record: Given, system: SystemApi, signal: AbortSignal): Promise<number> {
  const [row] = await system.write(
    'create',
    'user',
    { records: [record], emailProof: 'stated' },
    asHouse(signal),
  )
  return Number(row?.id)
}

/** Not waited for: what it does, and how long it takes, would tell whether there is an account. */
async function registerUnconfirmed(
  record: Given,
  withRoles: Given,
  { system, snapshot, sendCode, reset }: RegistrationOptions,
): Promise<void> {
  const asked = asHouse(AbortSignal.timeout(TIMEOUT_MS))
  const find = () => snapshot().userByEmail.get(emailOf(record))
  const known = find()
  const isWaiting = known?.confirmExpiresDate !== undefined
  // Whoever was invited waits for the invitation; who registered may do so again.
  const isOwn = isWaiting && known.createdById === undefined && known.isActive && !known.isAdmin
  if (known && !isWaiting && known.isActive && !known.isAdmin) return reset.offer(known)
  if (known && !isOwn) return
  const how = { unconfirmed: true, emailProof: 'stated' }
  if (known) await system.write('update', 'user', { id: known.id, records: [record], ...how }, asked)
  else await system.write('create', 'user', { records: [withRoles], ...how }, asked)
  const account = find()
  if (account) await sendCode('register', account)
}

const TIMEOUT_MS = 60_000

function recordOf(given: Given, { isConfirmed }: { readonly isConfirmed: boolean }): Given {
  const password = given.new_password ?? given.password
  const differs = ![undefined, null, password].includes(given.password)
  const problems: Problems = {
    ...unknownFields(given),
    ...(differs && { password: ['The password field must be the same as new_password, or left out.'] }),
    ...(!given.email && { email: ['The email field is required.'] }),
    ...(!isConfirmed && !password && { password: ['The password field is required.'] }),
    ...(!isConfirmed &&
      given.password_confirmation !== undefined &&
      given.password_confirmation !== password && {
        password: ['The password field confirmation does not match.'],
      }),
  }
  if (Object.keys(problems).length > 0) throw failed(problems)
  const fields = FIELDS.filter((name) => given[name] !== undefined && given[name] !== null)
  const record = Object.fromEntries(fields.map((name) => [name, given[name]]))
  // Whoever confirms by e-mail chooses the password then.
  return isConfirmed ? record : { ...record, password }
}

function unknownFields(given: Given): Problems {
  const known = [...FIELDS, ...PASSWORDS]
  const unknown = Object.keys(given).filter((name) => !known.includes(name))
  return Object.fromEntries(
    unknown.map((name) => [name, [`Unknown field '${name}'. ${didYouMean(nearest(name, known))}`.trim()]]),
  )
}

/** An address that is taken is told only where the answer to a new one is another one anyway. */
function requireFree(
  record: Given,
  { isConfirmed }: { readonly isConfirmed: boolean },
  { userByEmail, userById }: Snapshot,
): void {
  if (!isConfirmed && userByEmail.has(emailOf(record)))
    throw failed({ email: ['The email has already been taken.'] })
  const username = String(record.username ?? '').toLowerCase()
  const isTaken = [...userById.values()].some(
    (user) => user.username.toLowerCase() === username && user.email !== emailOf(record),
  )
  if (username !== '' && isTaken) throw failed({ username: ['The username has already been taken.'] })
}

function emailOf({ email }: Given): string {
  return String(email).trim().toLowerCase()
}

/** The problems of the one record that was written. */
function asValidation(error: unknown): unknown {
  if (!(error instanceof AppError)) return error
  const outcomes = member(error.context, 'resource')
  const [outcome] = Array.isArray(outcomes) ? outcomes : []
  const problems = error.wireCode === BATCH ? member(outcome, 'context') : error.context
  if (typeof problems !== 'object' || problems === null) return error
  return ['bad_request', 'conflict'].includes(error.code) || error.wireCode === BATCH
    ? failed({ ...problems })
    : error
}

const BATCH = 1000

function member(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined
}

function failed(context: object): AppError {
  return new AppError('bad_request', 'Validation failed', { context })
}
