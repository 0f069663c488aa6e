import { AppError } from '../../../src/core/errors.ts'
import { connectFailure, NO_SUCH_HOST, type Reason, UNREACHABLE } from '../sql/connect-failure.ts'
import { failureOf } from './driver-failure.ts'
import type { ServerOptions } from './server-options.ts'

type Asked = Pick<ServerOptions, 'instance'>

/** Why no connection could be opened: which of address, user, password and database is wrong, and what to do. */
export function connectError(
  error: unknown,
  { instance }: Partial<Asked> = {},
  serverSaid?: number,
): AppError {
  if (error instanceof AppError) return error
  const failure = failureOf(error)
  const known =
    BY_NUMBER[serverSaid ?? failure.number ?? 0] ??
    (failure.code === 'EINSTLOOKUP' ? ofInstance(instance ?? '', failure.message) : BY_CODE[failure.code]) ??
    ofText(failure.message, failure.code)
  return connectFailure(known ?? UNREACHABLE, error)
}

/** Whoever waits for the browser service hears no more than that: UDP tells of nobody at the other end. */
export function tooSlow(cause: unknown, { instance }: Asked): AppError {
  return connectFailure(instance === undefined ? SILENT : noBrowser(instance), cause)
}

export function notEncrypted(): AppError {
  return new AppError('unavailable', 'The database server does not offer encrypted connections.', {
    hint: 'Turn encryption on in the server, or set `encrypt` to false.',
  })
}

const SILENT: Reason = {
  message: 'The database server did not answer in time.',
  hint: "Check `host` and `port` in the service's configuration, and that no firewall is in between.",
  retryable: true,
}
const DENIED: Reason = {
  message: 'The database refused the username or the password.',
  hint: "Correct `username` and `password` in the service's configuration, and `authentication` if it is a user of a Windows domain.",
}
const NO_DATABASE: Reason = {
  message: 'The database does not exist on its server, or the login has no rights on it.',
  hint: "Correct `database` in the service's configuration, or give the login a user in it.",
}
const BUSY: Reason = {
  message: 'The database server takes no more connections now.',
  hint: 'Try again; if it happens often, an administrator may lower pool_size or give the server more resources.',
  retryable: true,
}
const STARTING: Reason = {
  message: 'The database is starting, stopping or moving.',
  hint: 'Try again.',
  retryable: true,
}
const ONLY_TLS: Reason = {
  message: 'The database server takes encrypted connections only.',
  hint: 'Set `encrypt` to true.',
}
const BAD_CERTIFICATE: Reason = {
  message: "The database server's certificate could not be verified.",
  hint: 'Give the certificate of its authority in `sslrootcert`, and in `host` a name that the certificate holds; or set `trust_server_certificate` to true.',
}

/** The driver tells by its words alone whether the browser service was silent or does not know the instance. */
function ofInstance(instance: string, message: string): Reason {
  if (!/^Port for /.test(message)) return noBrowser(instance)
  return {
    message: `The server has no running instance '${instance}' that takes connections over TCP.`,
    hint: "Correct `instance` in the service's configuration, or start the instance and turn TCP on for it.",
  }
}

function noBrowser(instance: string): Reason {
  return {
    message: `The server did not tell in time where its instance '${instance}' listens.`,
    hint: "Check `host`, and that the server's browser service runs and can be reached (UDP 1434); or give the `port` in place of `instance`.",
    retryable: true,
  }
}

/** learn.microsoft.com/en-us/sql/relational-databases/errors-events/mssqlserver-18456-database-engine-error and its neighbours. */
const BY_NUMBER: Readonly<Record<number, Reason>> = {
  4060: NO_DATABASE,
  4064: NO_DATABASE,
  911: NO_DATABASE,
  916: NO_DATABASE,
  10928: BUSY,
  10929: BUSY,
  10054: STARTING,
  17142: STARTING, // the server has been paused
  17809: BUSY,
  17892: DENIED, // a logon trigger said no
  18401: STARTING,
  18451: STARTING,
  18452: DENIED, // an untrusted domain
  18456: DENIED,
  18470: { ...DENIED, message: 'The login of the database is disabled.' },
  18486: { ...DENIED, message: 'The login of the database is locked.' },
  18487: { ...DENIED, message: 'The password of the login has expired.' },
  18488: { ...DENIED, message: 'The password of the login must be changed.' },
  40197: STARTING,
  40501: BUSY,
  40532: NO_DATABASE,
  40613: STARTING,
  40615: {
    message: 'The server takes no connections from this machine.',
    hint: "Allow this machine in the server's firewall rules.",
  },
  49918: BUSY,
  49919: BUSY,
  49920: BUSY,
}

const BY_CODE: Readonly<Record<string, Reason>> = {
  ENOTFOUND: NO_SUCH_HOST,
  EAI_AGAIN: { ...NO_SUCH_HOST, retryable: true },
  EENCRYPT: ONLY_TLS,
  ELOGIN: DENIED,
}

/** Failures to which the driver gives no code of their own. */
function ofText(message: string, code: string): Reason | undefined {
  if (/requires encryption|encryption is required/i.test(message)) return ONLY_TLS
  if (/CERT|SELF_SIGNED|SIGNATURE|ISSUER|ALTNAME/.test(code)) return BAD_CERTIFICATE
  if (/certificate|self-signed|altname/i.test(message)) return BAD_CERTIFICATE
  return undefined
}
