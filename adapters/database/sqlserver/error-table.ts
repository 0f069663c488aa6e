import {
  GONE,
  HELD,
  type KnownFailure,
  LOST,
  NO_KEY_FIELD,
  NOT_ALLOWED,
  OUT_OF_RANGE,
  OVERTAKEN,
  READ_ONLY,
  STOPPED,
} from '../sql/known-failure.ts'

/** A trigger or procedure said no. */
export const RAISED: KnownFailure = {
  code: 'bad_request',
  message: 'A rule of the database does not allow this.',
}
export const BUSY: KnownFailure = {
  code: 'unavailable',
  message: 'The database server takes no more work now.',
  hint: 'Try again; if it happens often, an administrator may lower pool_size or give the database more resources.',
  retryable: true,
}
const FULL: KnownFailure = {
  code: 'unavailable',
  message: 'The database has no space left.',
  hint: 'Give it or its log more space, then try again.',
}
const TOO_COMPLEX: KnownFailure = {
  code: 'bad_request',
  message: 'The request is too complex for the database.',
  hint: 'Use a shorter filter, or fewer records at a time.',
}
export const NOT_A_VALUE: KnownFailure = {
  code: 'bad_request',
  message: 'A value does not fit the type of the field it is for.',
}
const WRONG_TYPE: KnownFailure = {
  code: 'bad_request',
  message: 'A field of this type cannot be compared, sorted or computed like this.',
  hint: 'Describe the table and use fields of other types for this.',
}
const COMPUTED: KnownFailure = {
  code: 'bad_request',
  message: 'A field that the database fills by itself cannot be written.',
}
const NUMBERED: KnownFailure = {
  code: 'not_supported',
  message: 'The database does not let a number that it gave be changed.',
  hint: 'Leave the field out, or make a new record.',
}
const MISSING: KnownFailure = { code: 'not_found', message: 'The table or field to change does not exist.' }
const TAKEN: KnownFailure = { code: 'conflict', message: 'Something in the database has this name already.' }
const NEEDED: KnownFailure = {
  code: 'conflict',
  message: 'Other tables, keys or rules need what is to be changed.',
  hint: 'Change or drop them first.',
}
const REFERENCE: KnownFailure = {
  code: 'bad_request',
  message: 'The fields that a foreign key refers to do not exist, have other types or have no unique key.',
}

/** learn.microsoft.com/en-us/sql/relational-databases/errors-events/database-engine-events-and-errors */
export const BY_NUMBER: Readonly<Record<number, KnownFailure>> = {
  [-2]: STOPPED, // a client's time limit
  20: LOST, // the instance does not support encryption
  64: LOST, // the network name is no longer available
  121: LOST,
  145: WRONG_TYPE, // ORDER BY of what is not selected, with DISTINCT
  169: TOO_COMPLEX, // a column twice in ORDER BY
  191: TOO_COMPLEX, // nested too deeply
  201: GONE, // a parameter that is not given
  206: WRONG_TYPE, // operand type clash
  207: GONE, // invalid column
  208: GONE, // invalid object
  220: OUT_OF_RANGE,
  229: NOT_ALLOWED,
  230: NOT_ALLOWED,
  232: OUT_OF_RANGE,
  241: NOT_A_VALUE, // a date from text
  242: NOT_A_VALUE, // a date out of range
  244: OUT_OF_RANGE,
  245: NOT_A_VALUE, // conversion failed
  248: OUT_OF_RANGE,
  257: NOT_A_VALUE, // no implicit conversion
  262: NOT_ALLOWED,
  271: COMPUTED,
  272: COMPUTED, // a rowversion
  273: COMPUTED,
  281: NOT_A_VALUE,
  293: NOT_A_VALUE, // money from text
  295: NOT_A_VALUE, // smalldatetime from text
  296: NOT_A_VALUE,
  297: NOT_ALLOWED,
  300: NOT_ALLOWED,
  305: WRONG_TYPE, // xml compared
  306: WRONG_TYPE, // text, ntext and image compared
  334: {
    code: 'not_supported',
    message: 'The table has triggers that do not let the database give written records back.',
    hint: 'Ask for no fields of them, or give the table a primary key.',
  },
  402: WRONG_TYPE,
  403: WRONG_TYPE,
  421: WRONG_TYPE, // DISTINCT of text
  447: WRONG_TYPE,
  512: { code: 'conflict', message: 'A reference to one record finds several.' },
  544: NUMBERED, // explicit value for an identity column
  545: NUMBERED,
  596: LOST, // the session was ended
  701: BUSY, // not enough memory
  844: BUSY,
  845: BUSY,
  911: MISSING, // no such database
  916: NOT_ALLOWED,
  927: BUSY, // the database is being restored
  976: BUSY, // a secondary replica
  978: READ_ONLY,
  1088: MISSING,
  1101: FULL,
  1105: FULL,
  1204: BUSY, // no more locks
  1205: OVERTAKEN, // deadlock
  1222: HELD, // lock request time out
  1505: { code: 'conflict', message: 'Records have the same values in fields that are to be unique.' },
  1701: NO_KEY_FIELD,
  1750: REFERENCE,
  1767: REFERENCE,
  1769: REFERENCE,
  1770: REFERENCE,
  1776: REFERENCE,
  1778: REFERENCE,
  1779: { code: 'conflict', message: 'The table has a primary key already.' },
  1785: {
    code: 'not_supported',
    message:
      'The database does not take this rule of a foreign key: changes could come back to the same table.',
    hint: 'Use NO ACTION.',
  },
  1904: NO_KEY_FIELD,
  1908: NO_KEY_FIELD,
  1911: MISSING,
  1913: TAKEN,
  1919: NO_KEY_FIELD,
  1944: NO_KEY_FIELD,
  1946: NO_KEY_FIELD,
  2705: TAKEN, // a column twice
  2714: TAKEN, // there is already an object
  2715: { code: 'bad_request', message: 'A field has an unknown database type.' },
  2716: { code: 'bad_request', message: 'A field has a length or precision that its type does not take.' },
  2759: NOT_ALLOWED,
  2760: MISSING, // no such schema
  2812: GONE, // no such procedure
  3609: RAISED, // a trigger ended the transaction
  3616: RAISED,
  3701: MISSING,
  3726: NEEDED,
  3728: MISSING,
  3902: OVERTAKEN, // COMMIT without a transaction: the server has ended it
  3903: OVERTAKEN,
  3906: READ_ONLY,
  3930: OVERTAKEN, // the transaction cannot be committed
  3952: { code: 'unavailable', message: 'The database does not allow snapshots any more.', retryable: true },
  3960: OVERTAKEN,
  3961: OVERTAKEN,
  3998: OVERTAKEN,
  4104: GONE,
  4121: GONE, // no such function
  4405: { code: 'bad_request', message: 'The view reads several tables and cannot be changed like this.' },
  4406: { code: 'bad_request', message: 'A field of the view is computed and cannot be changed.' },
  4413: GONE, // a view whose table has changed
  4701: MISSING,
  4712: NEEDED,
  4901: {
    code: 'bad_request',
    message: 'The table has records: a new field must take null or have a default.',
  },
  4902: MISSING,
  4922: NEEDED,
  4924: MISSING,
  4947: NO_KEY_FIELD,
  5074: NEEDED,
  5061: BUSY,
  6005: LOST, // SHUTDOWN is in progress
  6522: NOT_A_VALUE, // a shape or path that is not well-formed
  7139: { code: 'bad_request', message: 'A value is longer than the database takes.' },
  8003: TOO_COMPLEX, // too many parameters
  8114: NOT_A_VALUE,
  8115: OUT_OF_RANGE,
  8116: WRONG_TYPE,
  8117: WRONG_TYPE,
  8134: { code: 'bad_request', message: 'A field is computed by a division by zero.' },
  8144: GONE, // too many arguments: the routine was changed
  8145: GONE,
  8169: NOT_A_VALUE, // an identifier from text
  8111: { code: 'bad_request', message: 'A field of a primary key must not take null.' },
  8152: { code: 'bad_request', message: 'A value is too long for its field.' },
  8162: GONE,
  8178: GONE,
  8621: TOO_COMPLEX,
  8623: TOO_COMPLEX,
  8631: TOO_COMPLEX,
  8632: TOO_COMPLEX,
  8645: BUSY,
  8651: BUSY,
  9002: FULL,
  9400: NOT_A_VALUE, // XML that is not well-formed
  9402: NOT_A_VALUE,
  9410: NOT_A_VALUE,
  9412: NOT_A_VALUE,
  9420: NOT_A_VALUE,
  9436: NOT_A_VALUE,
  10053: LOST,
  10054: LOST,
  10060: LOST,
  10738: TOO_COMPLEX, // more than 1000 rows of values
  10744: { code: 'bad_request', message: 'The number of records must be 1 or more.' },
  10928: BUSY,
  10929: BUSY,
  13536: COMPUTED, // GENERATED ALWAYS
  13537: COMPUTED,
  15225: GONE, // sp_rename: nothing of this name
  15248: GONE,
  15335: TAKEN, // sp_rename
  15336: {
    code: 'conflict',
    message: 'The database does not rename this field: a rule, an index or a view depends on its name.',
    hint: 'Drop what depends on it in the database, rename the field, and make it again.',
  },
  17809: BUSY,
  17830: LOST,
  40143: LOST,
  40197: LOST,
  40501: BUSY,
  40540: LOST,
  40544: FULL,
  40549: BUSY,
  40550: BUSY,
  40613: BUSY, // the database is not available now
  42108: BUSY,
  42109: BUSY,
  49918: BUSY,
  49919: BUSY,
  49920: BUSY,
}

/** Failures without a number of the server: the network's, and the driver's own. */
export const BY_CODE: Readonly<Record<string, KnownFailure>> = {
  ECONNREFUSED: LOST,
  ECONNRESET: LOST,
  EHOSTUNREACH: LOST,
  ENETUNREACH: LOST,
  EPIPE: LOST,
  ETIMEDOUT: LOST,
  ETIMEOUT: LOST,
  ESOCKET: LOST,
  ECLOSE: LOST,
  EINVALIDSTATE: LOST,
  ECANCEL: STOPPED,
}
