import {
  COMPUTED,
  DISK_FULL,
  FIELD_TAKEN,
  GONE,
  HELD,
  type KnownFailure,
  LOST,
  NO_KEY_FIELD,
  NOT_A_VALUE,
  NOT_ALLOWED,
  OUT_OF_RANGE,
  OVERTAKEN,
  READ_ONLY,
  STOPPED,
  TOO_COMPLEX,
  VIEW,
} from '../sql/known-failure.ts'
import { NO_MORE_CONNECTIONS } from './connect-errors.ts'

const BUSY: KnownFailure = { code: 'unavailable', ...NO_MORE_CONNECTIONS }
const TOO_LARGE: KnownFailure = {
  code: 'bad_request',
  message: 'The request or one of its values is larger than the database takes.',
  hint: 'Write fewer records at a time; an administrator may raise max_allowed_packet of the database.',
}
const OTHER_LETTERS: KnownFailure = {
  code: 'bad_request',
  message: 'A text holds characters that the field it is compared with cannot hold.',
}
const KEY: KnownFailure = { ...NO_KEY_FIELD, hint: 'Use a shorter string.' }

/** By error number: dev.mysql.com/doc/mysql-errors; 1900–1999 and 4000–4199 of MariaDB: mariadb.com/kb, error code reference. */
export const BY_NUMBER: Readonly<Record<number, KnownFailure>> = {
  1020: OVERTAKEN, // ER_CHECKREAD: MariaDB 11.6 with innodb_snapshot_isolation
  1021: DISK_FULL, // ER_DISK_FULL
  1028: STOPPED, // ER_FILSORT_ABORT
  1037: { code: 'unavailable', message: 'The database server is out of memory.', retryable: true }, // ER_OUTOFMEMORY
  1038: {
    code: 'unavailable',
    message: 'The database server is out of memory for sorting.',
    retryable: true,
  }, // ER_OUT_OF_SORTMEMORY
  1040: BUSY, // ER_CON_COUNT_ERROR
  1044: NOT_ALLOWED, // ER_DBACCESS_DENIED_ERROR
  1047: { ...LOST, message: 'The database server is not ready.' }, // ER_UNKNOWN_COM_ERROR: a Galera node that joins
  1050: { code: 'conflict', message: 'A table or view with this name already exists.' }, // ER_TABLE_EXISTS_ERROR
  1051: GONE, // ER_BAD_TABLE_ERROR
  1053: LOST, // ER_SERVER_SHUTDOWN
  1054: GONE, // ER_BAD_FIELD_ERROR
  1059: { code: 'bad_request', message: 'A name is too long for the database.' }, // ER_TOO_LONG_IDENT
  1060: FIELD_TAKEN, // ER_DUP_FIELDNAME
  1061: { code: 'conflict', message: 'The table already has a key with this name.' }, // ER_DUP_KEYNAME
  1068: { code: 'bad_request', message: 'A table has one primary key only.' }, // ER_MULTIPLE_PRI_KEY
  1071: KEY, // ER_TOO_LONG_KEY
  1072: { code: 'bad_request', message: 'A key names a field that the table does not have.' }, // ER_KEY_COLUMN_DOES_NOT_EXITS
  1075: { code: 'bad_request', message: 'A table has one automatic field, which must be a key.' }, // ER_WRONG_AUTO_KEY
  1079: LOST, // ER_SHUTDOWN_COMPLETE
  1101: { code: 'bad_request', message: 'The database takes no default for a field of this type.' }, // ER_BLOB_CANT_HAVE_DEFAULT
  1104: { code: 'bad_request', message: 'The request would read too many rows.', hint: 'Use a filter.' }, // ER_TOO_BIG_SELECT
  1110: { code: 'bad_request', message: 'A field is written twice.' }, // ER_FIELD_SPECIFIED_TWICE
  1114: DISK_FULL, // ER_RECORD_FILE_FULL
  1116: TOO_COMPLEX, // ER_TOO_MANY_TABLES
  1118: { code: 'bad_request', message: 'The fields of the table are longer than one row may be.' }, // ER_TOO_BIG_ROWSIZE
  1119: TOO_COMPLEX, // ER_STACK_OVERRUN
  1139: NOT_A_VALUE, // ER_REGEXP_ERROR
  1142: NOT_ALLOWED, // ER_TABLEACCESS_DENIED_ERROR
  1143: NOT_ALLOWED, // ER_COLUMNACCESS_DENIED_ERROR
  1146: GONE, // ER_NO_SUCH_TABLE
  1153: TOO_LARGE, // ER_NET_PACKET_TOO_LARGE
  1158: LOST, // ER_NET_READ_ERROR
  1159: LOST, // ER_NET_READ_INTERRUPTED
  1160: LOST, // ER_NET_ERROR_ON_WRITE
  1161: LOST, // ER_NET_WRITE_INTERRUPTED
  1170: KEY, // ER_BLOB_KEY_WITHOUT_LENGTH
  1184: LOST, // ER_NEW_ABORTING_CONNECTION
  1203: BUSY, // ER_TOO_MANY_USER_CONNECTIONS
  1205: HELD, // ER_LOCK_WAIT_TIMEOUT
  1213: OVERTAKEN, // ER_LOCK_DEADLOCK
  1226: BUSY, // ER_USER_LIMIT_REACHED
  1227: NOT_ALLOWED, // ER_SPECIFIC_ACCESS_DENIED_ERROR
  1267: OTHER_LETTERS, // ER_CANT_AGGREGATE_2COLLATIONS
  1270: OTHER_LETTERS, // ER_CANT_AGGREGATE_3COLLATIONS
  1271: OTHER_LETTERS, // ER_CANT_AGGREGATE_NCOLLATIONS
  1288: VIEW, // ER_NON_UPDATABLE_TABLE
  1290: READ_ONLY, // ER_OPTION_PREVENTS_STATEMENT
  1305: GONE, // ER_SP_DOES_NOT_EXIST
  1317: STOPPED, // ER_QUERY_INTERRUPTED
  1318: GONE, // ER_SP_WRONG_NO_OF_ARGS: the routine was changed since its parameters were read
  1347: { code: 'bad_request', message: 'This is a view, not a table.' }, // ER_WRONG_OBJECT
  1348: VIEW, // ER_NONUPDATEABLE_COLUMN
  1356: GONE, // ER_VIEW_INVALID
  1369: { code: 'conflict', message: 'The view does not take a record that it would not show.' }, // ER_VIEW_CHECK_FAILED
  1370: NOT_ALLOWED, // ER_PROCACCESS_DENIED_ERROR
  1390: TOO_COMPLEX, // ER_PS_MANY_PARAM
  1393: VIEW, // ER_VIEW_MULTIUPDATE
  1394: VIEW, // ER_VIEW_NO_INSERT_FIELD_LIST
  1395: VIEW, // ER_VIEW_DELETE_MERGE_VIEW
  1411: NOT_A_VALUE, // ER_WRONG_VALUE_FOR_TYPE
  1412: OVERTAKEN, // ER_TABLE_DEF_CHANGED
  1436: TOO_COMPLEX, // ER_STACK_OVERRUN_NEED_MORE
  1461: BUSY, // ER_MAX_PREPARED_STMT_COUNT_REACHED
  1471: VIEW, // ER_NON_INSERTABLE_TABLE
  1473: TOO_COMPLEX, // ER_TOO_HIGH_LEVEL_OF_NESTING_FOR_SELECT
  1525: NOT_A_VALUE, // ER_WRONG_VALUE
  1553: { code: 'conflict', message: 'A foreign key needs this key.' }, // ER_DROP_INDEX_FK
  1630: GONE, // ER_FUNC_INEXISTENT_NAME_COLLISION: a function that is gone, called with its database
  1690: OUT_OF_RANGE, // ER_DATA_OUT_OF_RANGE
  1792: READ_ONLY, // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
  1822: { code: 'bad_request', message: 'The fields that a foreign key refers to have no key.' }, // ER_FK_NO_INDEX_PARENT
  1824: { code: 'bad_request', message: 'The table that a foreign key refers to does not exist.' }, // ER_FK_CANNOT_OPEN_PARENT
  1836: READ_ONLY, // ER_READ_ONLY_MODE
  1906: COMPUTED, // MariaDB: ER_WARNING_NON_DEFAULT_VALUE_FOR_GENERATED_COLUMN
  1927: LOST, // MariaDB: ER_CONNECTION_KILLED
  1969: STOPPED, // MariaDB: ER_STATEMENT_TIMEOUT
  3024: STOPPED, // ER_QUERY_TIMEOUT
  3101: OVERTAKEN, // ER_TRANSACTION_ROLLBACK_DURING_COMMIT
  3105: COMPUTED, // ER_NON_DEFAULT_VALUE_FOR_GENERATED_COLUMN
  3169: LOST, // ER_SESSION_WAS_KILLED
  3573: TOO_COMPLEX, // ER_CTE_MAX_RECURSION_DEPTH
  3699: {
    code: 'timeout',
    message: 'A text match took too long.',
    hint: 'Use a shorter pattern with fewer %.',
  }, // ER_REGEXP_TIME_OUT
  3730: { code: 'conflict', message: 'Other tables refer to this table.' }, // ER_FK_CANNOT_DROP_PARENT
  3780: { code: 'bad_request', message: 'A foreign key and the field it refers to have different types.' }, // ER_FK_INCOMPATIBLE_COLUMNS
  3854: OTHER_LETTERS, // ER_CANNOT_CONVERT_STRING
  3988: OTHER_LETTERS, // ER_IMPOSSIBLE_STRING_CONVERSION
  4031: LOST, // ER_CLIENT_INTERACTION_TIMEOUT
}

/** Failures without a number of the server: the network's, and the driver's own. */
export const BY_CODE: Readonly<Record<string, KnownFailure>> = {
  ECONNREFUSED: LOST,
  ECONNRESET: LOST,
  EHOSTUNREACH: LOST,
  ENETUNREACH: LOST,
  EPIPE: LOST,
  ETIMEDOUT: LOST,
  PROTOCOL_CONNECTION_LOST: LOST,
  PROTOCOL_PACKETS_OUT_OF_ORDER: LOST,
}
