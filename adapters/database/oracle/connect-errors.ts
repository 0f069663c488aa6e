import { AppError } from '../../../src/core/errors.ts'
import { connectFailure, NO_SUCH_HOST, type Reason, STARTING } from '../sql/connect-failure.ts'
import { failureOf } from './driver-failure.ts'

/** Why no connection could be opened: which of address, service, user and password is wrong, and what to do. */
export function connectError(error: unknown): AppError {
  if (error instanceof AppError) return error
  const { number, code } = failureOf(error)
  const known = (number === undefined ? undefined : BY_NUMBER[number]) ?? BY_CODE[code] ?? UNREACHABLE
  return connectFailure(known, error)
}

export function connectTimeout(cause: unknown): AppError {
  const { message, hint } = SILENT
  return new AppError('unavailable', message, { hint, retryable: true, cause })
}

export function walletMissing(cause: unknown): AppError {
  return new AppError('unavailable', BAD_WALLET.message, { hint: BAD_WALLET.hint, cause })
}

export function sessionFailed(cause: unknown): AppError {
  return new AppError('unavailable', 'The database does not take the timezone.', {
    hint: "Correct `timezone` in the service's configuration.",
    cause,
  })
}

export function formatRefused(cause: unknown): AppError {
  return new AppError('unavailable', 'The database does not write numbers with a point.', {
    hint: 'Let the sessions of this user take `ALTER SESSION SET NLS_NUMERIC_CHARACTERS`.',
    cause,
  })
}

const UNREACHABLE: Reason = {
  message: 'The database server cannot be reached.',
  hint: "Check `host` and `port` in the service's configuration, and that the listener runs and takes connections from here.",
  retryable: true,
}
const SILENT: Reason = {
  ...UNREACHABLE,
  message: 'The database server did not answer in time.',
}
const NO_SUCH_SERVICE: Reason = {
  message: 'The listener of the database does not know the service.',
  hint: "Correct `service_name`, or `database` for a SID, in the service's configuration; or start the database.",
  retryable: true,
}
const NO_SUCH_NAME: Reason = {
  message: 'The name of the database cannot be resolved.',
  hint: "Correct `tns` in the service's configuration, or `config_dir`, the folder of tnsnames.ora.",
}
const BAD_DESCRIPTOR: Reason = {
  message: 'The connect descriptor of the database cannot be read.',
  hint: "Correct `tns` in the service's configuration.",
}
const DENIED: Reason = {
  message: 'The database refused the username or the password.',
  hint: "Correct `username` and `password` in the service's configuration.",
}
export const NO_MORE_CONNECTIONS: Reason = {
  message: 'The database server takes no more connections now.',
  hint: 'Try again; if it happens often, an administrator may lower pool_size or raise the limits of the database.',
  retryable: true,
}
const BAD_CERTIFICATE: Reason = {
  message: "The database server's certificate could not be verified.",
  hint: 'Give the folder of a wallet that holds its authority in `wallet_location`, and in `host` a name that the certificate holds.',
}
const BAD_WALLET: Reason = {
  message: 'The wallet of the database cannot be read.',
  hint: 'Correct `wallet_location` and `wallet_password`: the folder must hold `ewallet.pem`, with a private key and its certificate before the authorities.',
}

/** docs.oracle.com/error-help/db */
const BY_NUMBER: Readonly<Record<number, Reason>> = {
  18: NO_MORE_CONNECTIONS,
  20: NO_MORE_CONNECTIONS,
  1005: { ...DENIED, message: 'The database wants a password.' },
  1012: STARTING,
  1017: DENIED,
  1033: STARTING,
  1034: STARTING,
  1035: { ...STARTING, message: 'The database takes only administrators now.' },
  1045: {
    message: 'The database user may not connect.',
    hint: 'Grant CREATE SESSION to the user.',
  },
  1089: STARTING,
  1090: STARTING,
  1109: STARTING,
  2391: NO_MORE_CONNECTIONS,
  12154: NO_SUCH_NAME,
  12170: SILENT,
  12261: BAD_DESCRIPTOR,
  12505: NO_SUCH_SERVICE, // the SID is not known
  12514: NO_SUCH_SERVICE,
  12516: NO_MORE_CONNECTIONS,
  12519: NO_MORE_CONNECTIONS,
  12520: NO_MORE_CONNECTIONS,
  12521: NO_SUCH_SERVICE,
  12526: STARTING,
  12527: STARTING,
  12528: STARTING,
  12533: BAD_DESCRIPTOR,
  12541: UNREACHABLE, // no listener
  12543: UNREACHABLE,
  12545: NO_SUCH_HOST,
  12564: NO_MORE_CONNECTIONS,
  28000: { ...DENIED, message: 'The database user is locked.' },
  28001: { ...DENIED, message: 'The password of the database user has expired.' },
  28002: { ...DENIED, message: 'The password of the database user is about to expire.' },
  28040: {
    message: 'The database wants a way of signing in that is not supported.',
    hint: 'Allow the version 12 of the authentication protocol in its sqlnet.ora, and set the password again.',
  },
  28759: BAD_WALLET,
  28860: BAD_CERTIFICATE,
  29024: BAD_CERTIFICATE,
}

/** node-oracledb's own (docs, "Error Handling"). */
const BY_CODE: Readonly<Record<string, Reason>> = {
  'NJS-116': {
    message: 'The password of the database user is kept in a form that is not supported.',
    hint: 'Set the password of the user again, so that the database keeps a verifier of version 12.',
  },
  'NJS-138': {
    message: 'The version of the database is not supported.',
    hint: 'The driver takes 12.1 and later; 11.2 with its own client library only.',
  },
  'NJS-500': { ...UNREACHABLE, message: 'The database server closed the connection.' },
  'NJS-503': UNREACHABLE,
  'NJS-505': BAD_WALLET,
  'NJS-506': BAD_CERTIFICATE,
  'NJS-507': BAD_CERTIFICATE,
  'NJS-508': BAD_CERTIFICATE,
  'NJS-509': {
    message: 'What answers there is no listener of this database.',
    hint: "Check `host`, `port` and `protocol` in the service's configuration.",
  },
  'NJS-510': SILENT,
  'NJS-511': UNREACHABLE,
  'NJS-512': BAD_DESCRIPTOR,
  'NJS-514': BAD_DESCRIPTOR,
  'NJS-515': BAD_DESCRIPTOR,
  'NJS-516': NO_SUCH_NAME,
  'NJS-517': NO_SUCH_NAME,
  'NJS-518': NO_SUCH_SERVICE,
  'NJS-519': NO_SUCH_SERVICE,
  'NJS-520': NO_SUCH_NAME,
  'NJS-529': BAD_WALLET,
  'NJS-530': NO_SUCH_HOST,
  ENOTFOUND: NO_SUCH_HOST,
  EAI_AGAIN: { ...NO_SUCH_HOST, retryable: true },
}
