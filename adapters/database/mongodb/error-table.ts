import type { KnownFailure } from '../sql/known-failure.ts'

const TIMED_OUT: KnownFailure = {
  code: 'timeout',
  message: 'The database took too long.',
  hint: 'Ask for less: narrow the filter, or lower the limit.',
}
const STOPPED: KnownFailure = { code: 'timeout', message: 'The request was cancelled.' }
const GONE: KnownFailure = {
  code: 'not_found',
  message: 'The table does not exist in the database any more.',
  hint: 'Read the list of tables again.',
  retryable: true,
}
const NOT_ALLOWED: KnownFailure = {
  code: 'forbidden',
  message: 'The database user of this service may not do this.',
  hint: 'An administrator has to grant the right to the user of the service.',
}
const SIGNED_OUT: KnownFailure = {
  code: 'unavailable',
  message: 'The database refused the username or the password.',
  hint: "Correct `username`, `password` and `auth_source` in the service's configuration.",
}
const CLASHED: KnownFailure = {
  code: 'conflict',
  message: 'Another request changed the same records at the same time.',
  hint: 'Try again.',
  retryable: true,
}
const ELSEWHERE: KnownFailure = {
  code: 'unavailable',
  message: 'The database is changing its primary server.',
  hint: 'Try again.',
  retryable: true,
}
const WRONG_VALUE: KnownFailure = {
  code: 'bad_request',
  message: 'A value does not fit what is computed or stored with it.',
}
const NO_DOCUMENT: KnownFailure = {
  code: 'bad_request',
  message: 'A field is inside of a value that is no document.',
  hint: 'Write the whole document into its field.',
}
const UNKNOWN_HERE: KnownFailure = {
  code: 'not_supported',
  message: 'This database server does not know a command or an operator that this needs.',
  hint: 'Ask for less at once: without groups, computed fields, related filters or an order of nulls.',
}
const ODD_NAME: KnownFailure = {
  code: 'not_supported',
  message: "A record has a field whose name begins with '$' or holds a dot: this server does not change it.",
  hint: 'MongoDB does from 5.0 on.',
}
const TOO_LARGE: KnownFailure = {
  code: 'bad_request',
  message: 'A record is larger than the database takes.',
}
const TOO_MUCH: KnownFailure = {
  code: 'bad_request',
  message: 'The database would need more memory for this than it may use.',
  hint: 'Narrow the filter, or ask for fewer groups.',
}

/** Numbers: error_codes.yml of MongoDB, https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml */
export const BY_NUMBER: Readonly<Record<number, KnownFailure>> = {
  2: WRONG_VALUE, // BadValue
  11: SIGNED_OUT, // UserNotFound
  13: NOT_ALLOWED, // Unauthorized
  14: WRONG_VALUE, // TypeMismatch
  18: SIGNED_OUT, // AuthenticationFailed
  20: { code: 'not_supported', message: 'This database has no transactions.' }, // IllegalOperation
  24: CLASHED, // LockTimeout
  26: GONE, // NamespaceNotFound
  28: NO_DOCUMENT, // PathNotViable
  43: { ...TIMED_OUT, message: 'The rows were not fetched in time.' }, // CursorNotFound
  46: CLASHED, // LockBusy
  48: { code: 'conflict', message: 'The table already exists.' }, // NamespaceExists
  50: TIMED_OUT, // MaxTimeMSExpired
  52: ODD_NAME, // DollarPrefixedFieldName
  57: ODD_NAME, // DottedFieldName
  59: UNKNOWN_HERE, // CommandNotFound
  66: { code: 'bad_request', message: "The field '_id' identifies the record and can not be changed." }, // ImmutableField
  67: { code: 'bad_request', message: 'The index cannot be made.' }, // CannotCreateIndex
  73: { code: 'bad_request', message: 'The database does not take this name.' }, // InvalidNamespace
  85: { code: 'conflict', message: 'There is such an index with other options.' }, // IndexOptionsConflict
  86: { code: 'conflict', message: 'There is another index with this name.' }, // IndexKeySpecsConflict
  89: TIMED_OUT, // NetworkTimeout
  91: ELSEWHERE, // ShutdownInProgress
  112: CLASHED, // WriteConflict
  115: UNKNOWN_HERE, // CommandNotSupported
  117: CLASHED, // ConflictingOperationInProgress
  146: TOO_MUCH, // ExceededMemoryLimit
  166: { code: 'bad_request', message: 'A view cannot be written.' }, // CommandNotSupportedOnView
  168: WRONG_VALUE, // InvalidPipelineOperator
  189: ELSEWHERE, // PrimarySteppedDown
  237: STOPPED, // CursorKilled
  238: UNKNOWN_HERE, // NotImplemented
  241: WRONG_VALUE, // ConversionFailure
  251: CLASHED, // NoSuchTransaction
  262: TIMED_OUT, // ExceededTimeLimit
  279: STOPPED, // ClientDisconnect
  290: { ...CLASHED, message: 'The transaction took longer than the database allows.' }, // TransactionExceededLifetimeLimitSeconds
  292: TOO_MUCH, // QueryExceededMemoryLimitNoDiskUseAllowed
  303: UNKNOWN_HERE, // Amazon DocumentDB: feature not supported
  334: WRONG_VALUE, // UnsupportedOpQueryCommand
  8000: SIGNED_OUT, // Atlas: AuthenticationFailed
  10003: NO_DOCUMENT, // CannotGrowDocumentInCappedNamespace
  10107: ELSEWHERE, // NotWritablePrimary
  10334: TOO_LARGE, // BSONObjectTooLarge
  11600: ELSEWHERE, // InterruptedAtShutdown
  11601: STOPPED, // Interrupted
  11602: ELSEWHERE, // InterruptedDueToReplStateChange
  13435: ELSEWHERE, // NotPrimaryNoSecondaryOk
  13436: ELSEWHERE, // NotPrimaryOrSecondary
  16554: WRONG_VALUE, // $add of a value that is no number
  16555: WRONG_VALUE, // $multiply of a value that is no number
  16020: WRONG_VALUE, // wrong number of arguments
  16006: WRONG_VALUE, // a value that is no date
  17280: TOO_LARGE, // KeyTooLong
  40324: UNKNOWN_HERE, // unrecognized stage of a pipeline
  51091: { code: 'bad_request', message: 'The pattern is too complicated for the database.' }, // regular expression: match limit
  51108: { code: 'bad_request', message: 'The pattern is too complicated for the database.' }, // regular expression: invalid
}

/** A server that cannot be reached, or went away. */
export const LOST: KnownFailure = {
  code: 'unavailable',
  message: 'The database server cannot be reached.',
  hint: 'Try again; if it stays so, check that the server runs and takes connections from here.',
  retryable: true,
}

/** The wait for a connection was too long. */
export const BUSY: KnownFailure = {
  code: 'unavailable',
  message: 'All connections of the service to the database are busy.',
  hint: "Try again in a moment; `pool_size` in the service's configuration is how many there are.",
  retryable: true,
}

export const SLOW: KnownFailure = TIMED_OUT
