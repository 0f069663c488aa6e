import { AppError } from '../../../src/core/errors.ts'
import { connectFailure, NO_SUCH_HOST, type Reason, UNREACHABLE } from '../sql/connect-failure.ts'
import { failureOf } from './failure.ts'

/** Why no connection could be opened: which of address, user, password and encryption is wrong, and what to do. */
export function connectError(error: unknown): AppError {
  if (error instanceof AppError) return error
  const failure = failureOf(error)
  const known =
    (failure.code === undefined ? undefined : BY_NUMBER[failure.code]) ??
    bySystemCode(failure.systemCode) ??
    BY_NAME[failure.name]
  const cause = new Error(`${failure.name} ${failure.code ?? ''} ${failure.systemCode}`.trim())
  return connectFailure(known ?? UNREACHABLE, cause)
}

const DENIED: Reason = {
  message: 'The database refused the username or the password.',
  hint: "Correct `username`, `password` and `auth_source` in the service's configuration.",
}
const BAD_CERTIFICATE: Reason = {
  message:
    "The database server's certificate could not be verified, or it does not offer encrypted connections.",
  hint: 'Give the certificate of its authority in `tls_ca_file`, and in `host` a name that the certificate holds; or correct `tls`.',
}

const BY_NUMBER: Readonly<Record<number, Reason>> = {
  11: DENIED, // UserNotFound
  13: {
    message: 'The database user has no rights on the database.',
    hint: "Correct `database` in the service's configuration, or grant rights on it.",
  }, // Unauthorized
  18: DENIED, // AuthenticationFailed
  8000: DENIED, // Atlas: AuthenticationFailed
}

const BY_NAME: Readonly<Record<string, Reason>> = {
  MongoCompatibilityError: {
    message: 'The version of the database server is not supported.',
    hint: 'MongoDB 4.4 and later are.',
  },
  MongoParseError: {
    message: "The connection's settings are not valid.",
    hint: "Correct `url` in the service's configuration: its options are those of MongoDB connection strings.",
  },
  MongoInvalidArgumentError: {
    message: "The connection's settings are not valid.",
    hint: "Correct `url` in the service's configuration: its options are those of MongoDB connection strings.",
  },
  MongoAPIError: {
    message: "The connection's settings are not valid.",
    hint: "Correct the service's configuration: options must not contradict each other.",
  },
  MongoMissingCredentialsError: DENIED,
}

function bySystemCode(code: string): Reason | undefined {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return { ...NO_SUCH_HOST, retryable: code === 'EAI_AGAIN' }
  return /CERT|TLS|SSL|SIGNATURE|ISSUER/.test(code) ? BAD_CERTIFICATE : undefined
}
