import { AppError } from '../../../src/core/errors.ts'
import {
  connectFailure,
  NO_SUCH_HOST,
  type Reason,
  STARTING,
  statementsFailed,
} from '../sql/connect-failure.ts'
import { causeOf } from './errors.ts'
import { isServerError } from './server-error.ts'

/** A connection that could not be opened: which of host, user and database is wrong, and what to do. Names none of them. */
export function connectError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  if (isServerError(thrown)) return refused(thrown.code, causeOf(thrown))
  const code = codeOf(thrown)
  const known = NETWORK[code] ?? (isTls(code) ? UNTRUSTED : undefined)
  if (known) return connectFailure(known, thrown)
  if (thrown instanceof Error && /SASL|password/i.test(thrown.message))
    return connectFailure(NO_LOGIN, thrown)
  return connectFailure(thrown instanceof NoEncryption ? UNENCRYPTED : UNREACHABLE, thrown)
}

/** The server does not speak TLS, and the service asks for it. The driver has no code for it, only this text. */
export class NoEncryption extends Error {}

export function asNoEncryption(thrown: unknown): unknown {
  const isIt = thrown instanceof Error && thrown.message === 'The server does not support SSL connections'
  return isIt ? new NoEncryption(thrown.message) : thrown
}

/** Something in between gives our statements to sessions that others set up too, and ours to them. */
export function sharedSession(): AppError {
  return connectFailure(POOLED, undefined)
}

/** `statements` of the configuration. */
export function setupError(thrown: unknown): AppError {
  if (!isServerError(thrown)) return connectError(thrown)
  return statementsFailed(causeOf(thrown))
}

/** A setting of the session that the server does not take: the time zone is the only one that is not ours. */
export function settingsError(thrown: unknown): AppError {
  if (!isServerError(thrown) || thrown.code !== '22023') return connectError(thrown)
  return connectFailure(UNKNOWN_ZONE, causeOf(thrown))
}

const POOLED: Reason = {
  message: 'A connection pooler in front of the database does not keep the settings of a session.',
  hint: 'Connect to the server itself, or let PgBouncer keep the mode: track_extra_parameters = default_transaction_read_only (see docs/postgresql.md).',
}
const UNKNOWN_ZONE: Reason = {
  message: 'The database does not know the time zone.',
  hint: "Correct `timezone` in the service's configuration, for example `UTC` or `Europe/Paris`.",
}
const NO_LOGIN: Reason = {
  message: 'The database server refused the user name or the password.',
  hint: "Correct `username` and `password` in the service's configuration.",
}
const UNREACHABLE: Reason = {
  message: 'The database server cannot be reached.',
  hint: "Check `host` and `port` in the service's configuration, and that the server runs.",
  retryable: true,
}
const UNTRUSTED: Reason = {
  message: 'The certificate of the database server cannot be trusted.',
  hint: 'Give the certificate of its authority as `sslrootcert`, or see whether `host` is the name in the certificate.',
}
const UNENCRYPTED: Reason = {
  message: 'The database server offers no encrypted connection.',
  hint: 'Switch on TLS at the server, or set `sslmode` to `prefer` where the network can be trusted.',
}

/** SQLSTATE of the answer to a login. */
const REFUSED: Readonly<Record<string, Reason>> = {
  '28P01': NO_LOGIN,
  '28000': {
    message: 'The database server does not let this user in from here.',
    hint: "Check `username`, `sslmode` and `host` in the service's configuration, and pg_hba.conf of the server.",
  },
  '3D000': {
    message: 'The database does not exist on its server.',
    hint: "Correct `database` in the service's configuration, or create the database.",
  },
  '42501': {
    message: 'The database user may not connect to this database.',
    hint: 'An administrator of the database can grant CONNECT, or correct `database` in the configuration.',
  },
  '53300': {
    message: 'The database server has no connection free.',
    hint: 'Try again; if it happens often, lower `pool_size` or raise max_connections of the server.',
    retryable: true,
  },
  '57P03': STARTING,
}

function refused(state: string, cause: unknown): AppError {
  return connectFailure(REFUSED[state] ?? UNREACHABLE, cause)
}

/** Codes of Node.js for the socket (nodejs.org/api/errors.html#common-system-errors). */
const NETWORK: Readonly<Record<string, Reason>> = {
  ENOTFOUND: NO_SUCH_HOST,
  EAI_AGAIN: {
    message: 'The host of the database could not be looked up.',
    hint: "Check `host` in the service's configuration, and the name servers of this machine.",
    retryable: true,
  },
  ECONNREFUSED: {
    message: 'No database server answers at this host and port.',
    hint: "Check `host` and `port` in the service's configuration, and that the server runs and listens there.",
    retryable: true,
  },
  ENOENT: {
    message: 'No database server answers at this socket.',
    hint: "Check `unix_socket` and `port` in the service's configuration, and that the server runs.",
    retryable: true,
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    message: 'The certificate of the database server is for another host.',
    hint: 'Give as `host` the name that is in the certificate, or set `sslmode` to `verify-ca`.',
  },
}

function isTls(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO|^ERR_TLS|^ERR_SSL|^ERR_OSSL/.test(code)
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
}
