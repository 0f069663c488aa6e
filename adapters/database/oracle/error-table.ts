import {
  COMPUTED,
  FIELD_TAKEN,
  GONE,
  HELD,
  type KnownFailure,
  NO_KEY_FIELD,
  NOT_A_VALUE,
  NOT_ALLOWED,
  OVERTAKEN,
  READ_ONLY,
  STOPPED,
  TOO_COMPLEX,
  VIEW,
} from '../sql/known-failure.ts'
import { NO_MORE_CONNECTIONS } from './connect-errors.ts'

const BUSY: KnownFailure = { code: 'unavailable', ...NO_MORE_CONNECTIONS }
const FULL: KnownFailure = {
  code: 'unavailable',
  message: 'There is no space left in the database.',
  hint: 'Extend the tablespace, or its quota for the user, then try again.',
}
const LARGE_OBJECT: KnownFailure = {
  code: 'bad_request',
  message:
    'A field of this type can be read and searched, but not sorted by groups, counted once each or joined.',
  hint: 'Leave large texts, documents and bytes out of groups, distinct records and aggregates.',
}
const HAS_ROWS: KnownFailure = {
  code: 'not_supported',
  message: 'The database does not change this type while there are records in the table.',
  hint: 'Add a field of the new type, copy the values, then drop the old one.',
}
const OTHER_KIND: KnownFailure = {
  code: 'not_supported',
  message: 'The database does not make large objects of other values, nor other values of large objects.',
  hint: 'Add a field of the new type, copy the values, then drop the old one.',
}
const NO_KEY: KnownFailure = {
  code: 'bad_request',
  message: 'The fields that a foreign key refers to have no key.',
}

/** By number: docs.oracle.com/error-help/db. */
export const BY_NUMBER: Readonly<Record<number, KnownFailure>> = {
  18: BUSY, // maximum number of sessions
  20: BUSY, // maximum number of processes
  34: READ_ONLY, // cannot COMMIT in this session
  54: HELD, // resource busy and NOWAIT
  60: OVERTAKEN, // deadlock
  604: { code: 'conflict', message: 'The database refused this by a rule of its own.' }, // error at recursive SQL level
  900: TOO_COMPLEX,
  902: { code: 'bad_request', message: 'The database does not know a type of the request.' },
  903: GONE,
  904: GONE, // invalid identifier
  910: { code: 'bad_request', message: 'A length is longer than the database takes.' },
  913: TOO_COMPLEX,
  932: LARGE_OBJECT, // inconsistent datatypes
  942: GONE, // table or view does not exist
  955: { code: 'conflict', message: 'A table or view with this name already exists.' },
  957: { code: 'bad_request', message: 'A field is named twice.' },
  959: NOT_ALLOWED,
  972: { code: 'bad_request', message: 'A name is too long for the database.' },
  979: { code: 'bad_request', message: 'A field is neither grouped nor counted.' },
  1013: STOPPED, // user requested cancel
  1017: NOT_ALLOWED,
  1031: NOT_ALLOWED, // insufficient privileges
  1045: NOT_ALLOWED,
  1401: NOT_A_VALUE,
  1408: { code: 'conflict', message: 'There is an index on these fields already.' },
  1418: GONE, // the index does not exist
  1430: FIELD_TAKEN,
  1439: HAS_ROWS, // must be empty to change the type
  1440: HAS_ROWS, // must be empty to decrease precision
  1441: HAS_ROWS, // cannot decrease length
  1442: { code: 'conflict', message: 'The field takes no null already.' },
  1446: VIEW, // no ROWID of a view with DISTINCT or GROUP BY
  1445: VIEW,
  1450: NO_KEY_FIELD,
  1451: { code: 'conflict', message: 'The field takes null already.' },
  1456: READ_ONLY, // not in a READ ONLY transaction
  1466: OVERTAKEN, // the table was changed after the transaction began
  1476: { code: 'bad_request', message: 'A number is divided by zero.' },
  1489: NOT_A_VALUE,
  1536: FULL, // quota exceeded
  1552: READ_ONLY,
  1555: { ...OVERTAKEN, code: 'unavailable', message: 'The database no longer has the state that is read.' },
  1591: HELD,
  1653: FULL,
  1654: FULL,
  1658: FULL,
  1688: FULL,
  1691: FULL,
  1704: NOT_A_VALUE,
  1732: VIEW, // data manipulation operation not legal on this view
  1733: VIEW, // virtual column not allowed here
  1745: TOO_COMPLEX,
  1747: GONE,
  1758: {
    code: 'conflict',
    message: 'A required field needs a default while there are records in the table.',
  },
  1775: GONE,
  1776: VIEW,
  1779: VIEW,
  1790: NOT_A_VALUE,
  1791: { code: 'bad_request', message: 'Different records are sorted by fields that are read.' },
  1795: TOO_COMPLEX, // more than 1000 in a list
  1950: NOT_ALLOWED, // no privileges on the tablespace
  2019: GONE,
  2049: HELD,
  2256: NO_KEY,
  2260: { code: 'bad_request', message: 'A table has one primary key only.' },
  2261: { code: 'conflict', message: 'The table already has this key.' },
  2264: { code: 'conflict', message: 'There is a constraint with this name already.' },
  2267: { code: 'bad_request', message: 'A foreign key and the field it refers to have different types.' },
  2269: { code: 'bad_request', message: 'A field of this type cannot be part of a key.' },
  2270: NO_KEY,
  2273: { code: 'conflict', message: 'A foreign key needs this key.' },
  2275: { code: 'conflict', message: 'The table already has this foreign key.' },
  2289: GONE, // the sequence does not exist
  2329: { code: 'bad_request', message: 'A field of this type cannot be part of a key.' },
  2391: BUSY, // SESSIONS_PER_USER
  2443: GONE,
  2449: { code: 'conflict', message: 'Other tables refer to this table.' },
  4020: OVERTAKEN, // deadlock of the library cache
  4021: HELD,
  4031: { code: 'unavailable', message: 'The database server is out of memory.', retryable: true },
  4036: { code: 'unavailable', message: 'The database server is out of memory.', retryable: true },
  4043: GONE,
  4061: OVERTAKEN, // the state of packages was discarded
  4063: GONE, // has errors
  4065: OVERTAKEN,
  4068: OVERTAKEN,
  4091: { code: 'conflict', message: 'A trigger of the database reads the table that is changed.' },
  4098: GONE, // the trigger is invalid
  6508: GONE,
  6550: GONE, // PL/SQL: the routine is not there, or with other parameters
  8002: GONE,
  8103: OVERTAKEN, // the object no longer exists
  8177: OVERTAKEN, // cannot serialize access
  12015: NOT_ALLOWED,
  12982: { code: 'not_supported', message: 'This field cannot be dropped.' },
  12983: { code: 'bad_request', message: 'A table needs one field at least.' },
  12985: READ_ONLY,
  12991: { code: 'conflict', message: 'A key of several fields needs this field.' },
  12992: { code: 'conflict', message: 'Other tables refer to this field.' },
  14552: READ_ONLY, // cannot commit or change inside a query
  14551: READ_ONLY, // cannot perform a DML operation inside a query
  16000: READ_ONLY, // the database is open for reading
  22275: GONE,
  22816: { code: 'not_supported', message: 'The records of this view cannot be given back with the change.' },
  22848: LARGE_OBJECT,
  22858: OTHER_KIND, // invalid alteration of datatype
  22859: OTHER_KIND, // invalid modification of columns
  22849: LARGE_OBJECT,
  24338: { code: 'bad_request', message: 'The routine gave a cursor that it did not open.' },
  25128: READ_ONLY,
  28000: NOT_ALLOWED,
  28001: NOT_ALLOWED,
  28115: { code: 'conflict', message: 'The database user does not see the record that would be written.' },
  30006: HELD, // resource busy, WAIT timeout
  30036: FULL,
  30667: { code: 'conflict', message: 'A primary key needs values.' },
  30673: { code: 'not_supported', message: 'A field that counts by itself takes no default.' },
  32795: COMPUTED, // a generated always identity column
  38104: COMPUTED,
  38818: NOT_ALLOWED,
  54013: COMPUTED, // INSERT on a virtual column
  54017: COMPUTED, // UPDATE on a virtual column
}

/** Failures without a number of the server: the network's, and the driver's own. */
export const BY_CODE: Readonly<Record<string, KnownFailure>> = {
  'NJS-040': BUSY,
  'NJS-107': { code: 'bad_request', message: 'The routine gave a cursor that it did not open.' },
  'NJS-123': STOPPED,
  'NJS-105': NOT_A_VALUE,
  'NJS-115': NOT_A_VALUE,
  'NJS-058': NOT_A_VALUE,
}
