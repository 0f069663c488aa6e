import type { StatementText } from '../sql/connection.ts'
import { COMPUTED, DISK_FULL, FIELD_TAKEN, type KnownFailure, RULE, STOPPED } from '../sql/known-failure.ts'
import { NUL_REFUSED } from './bind-value.ts'

/** What a SQLSTATE means for the caller: by the whole code, else by its class. */
export function knownState(state: string, verb: StatementText['verb']): KnownFailure | undefined {
  if (verb !== 'other' && OF_RECORDS[state]) return OF_RECORDS[state]
  return STATES[state] ?? CLASSES[state.slice(0, 2)]
}

const CHANGED: KnownFailure = {
  code: 'not_found',
  message: 'A table or field of this request is not there any more: the database was changed.',
  hint: 'The schema has been read again: describe the table, then correct the request.',
  retryable: true,
}
const OVERTAKEN: KnownFailure = {
  code: 'conflict',
  message: 'Another transaction changed the same records at the same time; nothing was kept.',
  hint: 'Try again.',
  retryable: true,
}
const TOO_COMPLEX: KnownFailure = {
  code: 'bad_request',
  message: 'The request is too complex for the database.',
  hint: 'Use a shorter filter, or fewer fields.',
}
const NOT_TEXT: KnownFailure = { code: 'bad_request', message: NUL_REFUSED }
const BUSY: KnownFailure = {
  code: 'unavailable',
  message: 'The database server has no room for this request now.',
  hint: 'Try again; if it happens often, an administrator should look at the limits of the server.',
  retryable: true,
}
const ENDED: KnownFailure = {
  code: 'unavailable',
  message: 'The database server ended the connection.',
  hint: 'What was not committed is rolled back. Try again.',
  retryable: true,
}
const OTHER_SESSION: KnownFailure = {
  code: 'unavailable',
  message: 'The connection to the database was given to another session in between.',
  hint: 'Behind a connection pooler, set `prepared_statements` to false in the configuration of the service.',
  retryable: true,
}
const DUPLICATE: KnownFailure = {
  code: 'conflict',
  message: 'A table, view or index with this name already exists.',
}
/** Called read-only, or with cursors to be read after it, a routine runs in a transaction of ours. */
const CONTROLS_TRANSACTIONS: KnownFailure = {
  code: 'not_supported',
  message: 'The routine begins or ends transactions, which it cannot in this call.',
}
const BAD_TIME: KnownFailure = {
  code: 'bad_request',
  message: 'A date or time is not one that the database knows.',
  hint: 'Write YYYY-MM-DD, HH:MM:SS or both.',
}

/** Statements made from a query: every function in them is known, so what is missing is an operator for the field's type. */
const OF_RECORDS: Readonly<Record<string, KnownFailure>> = {
  '22003': {
    code: 'bad_request',
    message: 'A number does not fit into its field.',
    hint: 'A version field at its last number needs a wider column, or a lower number.',
  },
  '42883': {
    code: 'bad_request',
    message: 'The database cannot compare, sort, group or sum the values of a field in this request.',
    hint: 'Leave the field out of filter, order and group, or ask whether it is null.',
  },
  '55000': { code: 'bad_request', message: 'This view cannot be used in this way.' },
  '0A000': { code: 'bad_request', message: 'This view, or a field of it, cannot be changed.' },
  '42809': { code: 'bad_request', message: 'This is not a table whose records can be changed.' },
}

const STATES: Readonly<Record<string, KnownFailure>> = {
  '21000': { code: 'conflict', message: 'Two of the records have the same key.' },
  '22001': { code: 'bad_request', message: 'A text is longer than its field allows.' },
  '22003': { code: 'bad_request', message: 'A number does not fit into its field.' },
  '22007': BAD_TIME,
  '22008': BAD_TIME,
  '22012': { code: 'bad_request', message: 'A division by zero.' },
  '22021': NOT_TEXT,
  '22P05': NOT_TEXT,
  '22P02': {
    code: 'bad_request',
    message: 'A value has the wrong type for its field.',
    hint: 'A field with a list of values takes those alone: the schema of the table tells them.',
  },
  '25001': CONTROLS_TRANSACTIONS,
  '25006': { code: 'not_supported', message: 'The database is open for reading only.' },
  '25P02': { code: 'conflict', message: 'The transaction has failed already; nothing of it is kept.' },
  '25P03': ENDED,
  '25P04': ENDED,
  '26000': OTHER_SESSION,
  '2BP01': { code: 'conflict', message: 'Other tables or views depend on this.' },
  '2D000': CONTROLS_TRANSACTIONS,
  '3F000': CHANGED,
  '40001': OVERTAKEN,
  '40P01': OVERTAKEN,
  '428C9': COMPUTED,
  '42501': {
    code: 'forbidden',
    message: 'The database user of this service may not do this.',
    hint: 'An administrator of the database can grant the right.',
  },
  '42611': { code: 'bad_request', message: 'A field of the table is not defined correctly.' },
  '42622': { code: 'bad_request', message: 'A name is too long.' },
  '42701': FIELD_TAKEN,
  '42703': CHANGED,
  '42704': { code: 'bad_request', message: 'The database does not know a type or object of this request.' },
  '42710': DUPLICATE,
  '42725': {
    code: 'bad_request',
    message: 'The database has several functions that this call could mean.',
    hint: 'One of them has defaults that make its call look like that of another: its author must rename it.',
  },
  '42804': { code: 'bad_request', message: 'A value has the wrong type for its field.' },
  '42809': { code: 'bad_request', message: 'This is a view or something else, not a table.' },
  '42883': CHANGED,
  '42P01': CHANGED,
  '42P05': OTHER_SESSION,
  '42P06': DUPLICATE,
  '42P07': DUPLICATE,
  '42P10': {
    code: 'bad_request',
    message: 'These fields are no key of the table.',
    hint: 'Records are matched by the primary key or by a unique key.',
  },
  '42P16': { code: 'bad_request', message: 'The table is not defined correctly.' },
  '44000': {
    code: 'conflict',
    message: 'The view does not show a record with these values, so it takes none.',
  },
  '53100': DISK_FULL,
  '55P03': {
    code: 'timeout',
    message: 'A record or table was locked by another transaction for too long.',
    hint: 'Try again.',
  },
  '57014': STOPPED,
  P0001: RULE,
}

const CLASSES: Readonly<Record<string, KnownFailure>> = {
  '08': ENDED,
  '22': { code: 'bad_request', message: 'A value cannot be used by the database.' },
  '23': RULE,
  '40': OVERTAKEN,
  '53': BUSY,
  '54': TOO_COMPLEX,
  '57': ENDED,
  '58': { code: 'unavailable', message: 'The database server cannot read or write its files.' },
}
