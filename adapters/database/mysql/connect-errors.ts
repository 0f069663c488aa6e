import { AppError } from '../../../src/core/errors.ts'
import { connectFailure, NO_SUCH_HOST, type Reason, STARTING, UNREACHABLE } from '../sql/connect-failure.ts'
import { type DriverFailure, failureOf } from './driver-failure.ts'

/** Why no connection could be opened: which of address, user, password and database is wrong, and what to do. */
export function connectError(error: unknown): AppError {
  if (error instanceof AppError) return error
  const failure = failureOf(error)
  const known =
    (failure.errno === undefined ? undefined : BY_NUMBER[failure.errno]) ??
    BY_CODE[failure.code] ??
    ofTls(error)
  return connectFailure(known ?? UNREACHABLE, error)
}

export function sessionFailed(cause: unknown): AppError {
  const setting = SETTINGS[failureOf(cause).errno ?? 0]
  return new AppError(
    'unavailable',
    `The database does not take ${setting ?? 'the settings of the connection'}.`,
    {
      hint: "Correct it in the service's configuration.",
      cause,
    },
  )
}

/** Which setting of the session the server refused. */
const SETTINGS: Readonly<Record<number, string>> = {
  1115: 'the charset', // ER_UNKNOWN_CHARACTER_SET
  1231: 'one of the modes', // ER_WRONG_VALUE_FOR_VAR
  1273: 'the collation', // ER_UNKNOWN_COLLATION
  1298: 'the timezone', // ER_UNKNOWN_TIME_ZONE
}

const DENIED: Reason = {
  message: 'The database refused the username or the password.',
  hint: "Correct `username` and `password` in the service's configuration, or let this user connect from this machine.",
}
const NOT_FROM_HERE: Reason = {
  message: 'The database takes no connections from this machine.',
  hint: 'Allow this machine in the database, or unblock it there with FLUSH HOSTS.',
}
export const NO_MORE_CONNECTIONS: Reason = {
  message: 'The database server takes no more connections now.',
  hint: 'Try again; if it happens often, an administrator may lower pool_size or raise max_connections of the database.',
  retryable: true,
}
const NO_SOCKET: Reason = {
  message: "The database server's socket cannot be opened.",
  hint: "Correct `unix_socket` in the service's configuration.",
}
const NO_TLS: Reason = {
  message: 'The database server does not offer encrypted connections.',
  hint: 'Turn TLS on in the database, or set `sslmode` to `prefer` or `disable`.',
}
const ONLY_TLS: Reason = {
  message: 'The database server takes encrypted connections only.',
  hint: 'Set `sslmode` to `require` or `verify-full`.',
}
const BAD_CERTIFICATE: Reason = {
  message: "The database server's certificate could not be verified.",
  hint: 'Give the certificate of its authority in `sslrootcert`, and in `host` a name that the certificate holds; or choose another `sslmode`.',
}

const BY_NUMBER: Readonly<Record<number, Reason>> = {
  1040: NO_MORE_CONNECTIONS, // ER_CON_COUNT_ERROR
  1044: {
    message: 'The database user has no rights on the database.',
    hint: "Correct `database` in the service's configuration, or grant rights on it.",
  }, // ER_DBACCESS_DENIED_ERROR
  1045: DENIED, // ER_ACCESS_DENIED_ERROR
  1047: STARTING, // ER_UNKNOWN_COM_ERROR: a Galera node that joins
  1049: {
    message: 'The database does not exist on its server.',
    hint: "Correct `database` in the service's configuration, or create it.",
  }, // ER_BAD_DB_ERROR
  1053: STARTING, // ER_SERVER_SHUTDOWN
  1129: NOT_FROM_HERE, // ER_HOST_IS_BLOCKED
  1130: NOT_FROM_HERE, // ER_HOST_NOT_PRIVILEGED
  1203: NO_MORE_CONNECTIONS, // ER_TOO_MANY_USER_CONNECTIONS
  1226: NO_MORE_CONNECTIONS, // ER_USER_LIMIT_REACHED
  1251: {
    message: 'The database wants a way of signing in that is not supported.',
    hint: 'Give the database user another authentication plugin, for example caching_sha2_password.',
  }, // ER_NOT_SUPPORTED_AUTH_MODE
  1698: DENIED, // ER_ACCESS_DENIED_NO_PASSWORD_ERROR
  1862: { ...DENIED, message: 'The password of the database user has expired.' }, // ER_MUST_CHANGE_PASSWORD_LOGIN
  3118: { ...DENIED, message: 'The database user is locked.' }, // ER_ACCOUNT_HAS_BEEN_LOCKED
  3159: ONLY_TLS, // ER_SECURE_TRANSPORT_REQUIRED
  4151: { ...DENIED, message: 'The database user is locked.' }, // MariaDB: ER_ACCOUNT_HAS_BEEN_LOCKED
}

const BY_CODE: Readonly<Record<string, Reason>> = {
  ENOTFOUND: NO_SUCH_HOST,
  EAI_AGAIN: { ...NO_SUCH_HOST, retryable: true },
  ENOENT: NO_SOCKET,
  EACCES: NO_SOCKET,
  ENOTSOCK: NO_SOCKET,
  HANDSHAKE_NO_SSL_SUPPORT: NO_TLS,
  HANDSHAKE_SSL_ERROR: BAD_CERTIFICATE,
}

/** TLS failures that the driver did not wrap. */
function ofTls(error: unknown): Reason | undefined {
  const { code }: DriverFailure = failureOf(error)
  return /CERT|TLS|SSL|SIGNATURE|ISSUER/.test(code) ? BAD_CERTIFICATE : undefined
}
