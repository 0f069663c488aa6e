import { AppError } from '../core/errors.ts'

/** The body of a sign-in as it came: nothing is known of its fields. */
export interface SignInRequest {
  readonly email?: unknown
  readonly password?: unknown
  /** A session that can be refreshed for years, where the server is configured to have such. */
  readonly remember_me?: unknown
  /** Minutes until the token expires, where that is less than usual. */
  readonly duration?: unknown
  /** Of the client. */
  readonly address?: string | undefined
  readonly apiKey?: string | undefined
}

interface ReadSignIn {
  readonly attempt: {
    readonly email: string
    readonly password: string
    readonly address?: string | undefined
  }
  readonly apiKey: string | undefined
  readonly isForever: boolean
  readonly minutes?: number
}

/** Throws `bad_request`, with the recorded messages. */
export function readSignIn({ address, apiKey, ...body }: SignInRequest): ReadSignIn {
  const attempt = {
    email: required(body.email, 'email'),
    password: required(body.password, 'password'),
    address,
  }
  const { duration = null, remember_me: forever } = body
  requireFlag(forever)
  if (duration === null || duration === 0) return { attempt, apiKey, isForever: isTrue(forever) }
  if (typeof duration === 'number' && Number.isInteger(duration) && duration > 0)
    return { attempt, apiKey, isForever: isTrue(forever), minutes: duration }
  throw new AppError('bad_request', 'The duration of a login request must be a whole number of minutes.', {
    context: { field: 'duration' },
  })
}

function requireFlag(value: unknown): void {
  const isFlag =
    value === undefined ||
    value === null ||
    value === '' ||
    /^(?:true|false|1|0|yes|no|on|off)$/i.test(String(value))
  if (isFlag) return
  throw new AppError('bad_request', 'The remember_me of a login request must be true or false.', {
    context: { field: 'remember_me' },
  })
}

function isTrue(value: unknown): boolean {
  return value === true || value === 1 || (typeof value === 'string' && /^(?:true|1|yes|on)$/i.test(value))
}

function required(value: unknown, field: string): string {
  if (typeof value === 'string' && value !== '') return value
  const given = value === undefined || value === null || value === ''
  throw new AppError(
    'bad_request',
    given
      ? `Login request is missing required ${field}.`
      : `The ${field} of a login request must be a string.`,
    { context: { field } },
  )
}
