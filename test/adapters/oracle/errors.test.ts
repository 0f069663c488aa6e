import { describe, expect, test } from 'vitest'
import { connectError } from '../../../adapters/database/oracle/connect-errors.ts'
import { raisedText, toAppError } from '../../../adapters/database/oracle/errors.ts'
import { serverError } from './driver-double.ts'
import { tableNamed } from './world.ts'

const orders = tableNamed('orders')
const subject = { verb: 'insert', table: orders, written: ['customer_id', 'total'] } as const

/**
 * Messages as docs.oracle.com/en/error-help/db has them, under `ora-` and the five digits: as 19c and 21c write them, and where 23ai does
 * otherwise, that too. The words in them for objects are the tests' own.
 */
const OF_RECORDS: readonly (readonly [string, object])[] = [
  [
    'ORA-00001: unique constraint (APP.ORDERS_UK) violated',
    { code: 'conflict', context: { table: 'orders', fields: [] } },
  ],
  [
    'ORA-02290: check constraint (APP.ORDERS_TOTAL_CK) violated',
    {
      code: 'conflict',
      message: 'The value of total is not allowed.',
      context: { table: 'orders', fields: ['total'] },
    },
  ],
  [
    'ORA-02291: integrity constraint (APP.ORDERS_CUSTOMER_FK) violated - parent key not found',
    { code: 'conflict', context: { table: 'orders', fields: ['customer_id'] } },
  ],
  [
    'ORA-02292: integrity constraint (APP.ITEMS_FK) violated - child record found',
    { code: 'conflict', message: 'Other records refer to this record.' },
  ],
  [
    'ORA-01400: cannot insert NULL into ("APP"."ORDERS"."CUSTOMER_ID")',
    { code: 'bad_request', context: { table: 'orders', field: 'customer_id' } },
  ],
  [
    'ORA-01407: cannot update ("APP"."ORDERS"."CUSTOMER_ID") to NULL',
    { code: 'bad_request', context: { table: 'orders', field: 'customer_id' } },
  ],
  [
    'ORA-12899: value too large for column "APP"."ORDERS"."STATUS" (actual: 30, maximum: 20)',
    { code: 'bad_request', context: { table: 'orders', field: 'status' } },
  ],
  ['ORA-01438: value larger than specified precision allowed for this column', { code: 'bad_request' }],
  [
    'ORA-01438: value 123456789012.5 greater than specified precision (12, 2) for column TOTAL',
    { code: 'bad_request', context: { table: 'orders', field: 'total' } },
  ],
  [
    'ORA-00001: unique constraint (APP.ORDERS_UK) violated on table APP.ORDERS columns (CUSTOMER_ID)',
    { code: 'conflict' },
  ],
  ['ORA-01722: invalid number', { code: 'bad_request' }],
  ['ORA-01858: a non-numeric character was found where a numeric was expected', { code: 'bad_request' }],
]

const OTHERS: readonly (readonly [string, object])[] = [
  ['ORA-00942: table or view does not exist', { code: 'not_found', retryable: true }],
  ['ORA-00942: table or view "APP"."GONE" does not exist', { code: 'not_found', retryable: true }],
  ['ORA-22859: invalid modification of columns', { code: 'not_supported' }],
  ['ORA-22858: invalid alteration of datatype', { code: 'not_supported' }],
  ['ORA-00904: "APP"."ORDERS"."GONE": invalid identifier', { code: 'not_found', retryable: true }],
  ['ORA-00902: invalid datatype', { code: 'bad_request' }],
  ['ORA-00955: name is already used by an existing object', { code: 'conflict' }],
  ['ORA-01430: column being added already exists in table', { code: 'conflict' }],
  ['ORA-00060: deadlock detected while waiting for resource', { code: 'conflict', retryable: true }],
  ["ORA-08177: can't serialize access for this transaction", { code: 'conflict', retryable: true }],
  [
    'ORA-00054: resource busy and acquire with NOWAIT specified or timeout expired',
    { code: 'timeout', retryable: true },
  ],
  ['ORA-01013: user requested cancel of current operation', { code: 'timeout' }],
  ['ORA-01031: insufficient privileges', { code: 'not_supported' }],
  [
    'ORA-01456: may not perform insert/delete/update operation inside a READ ONLY transaction',
    { code: 'not_supported' },
  ],
  ['ORA-00932: inconsistent datatypes: expected - got CLOB', { code: 'bad_request' }],
  ['ORA-01439: column to be modified must be empty to change datatype', { code: 'not_supported' }],
  ['ORA-03113: end-of-file on communication channel', { code: 'unavailable', retryable: true }],
  ['ORA-03114: not connected to ORACLE', { code: 'unavailable', retryable: true }],
  ['ORA-00028: your session has been killed', { code: 'unavailable', retryable: true }],
  ['ORA-20001: no\nORA-06512: at "APP.CHECK_IT", line 3', { code: 'conflict' }],
  [
    'ORA-31415: something that nobody thought of',
    { code: 'internal', message: 'An internal error occurred.' },
  ],
]

describe('errors of the server', () => {
  test.each(OF_RECORDS)('%s', (message, expected) => {
    expect(toAppError(serverError(message), subject)).toMatchObject(expected)
  })

  test.each(OTHERS)('%s', (message, expected) => {
    expect(toAppError(serverError(message))).toMatchObject(expected)
  })

  test('the fields of a key that clashed are told', () => {
    const clash = serverError('ORA-00001: unique constraint (APP.ORDERS_UK) violated')
    expect(toAppError(clash, { ...subject, clashing: ['customer_id'] })).toMatchObject({
      message: 'A record with this customer_id already exists.',
      context: { fields: ['customer_id'] },
    })
  })

  test.each([...OF_RECORDS, ...OTHERS])('what is told of %s holds none of its words', (message) => {
    const { message: told, hint } = toAppError(serverError(message), subject)
    expect(`${told} ${hint}`).not.toMatch(/ORA-|APP\b|_FK|_UK|constraint \(|"/)
  })

  test('names that are none of the table are not passed on', () => {
    const told = toAppError(
      serverError('ORA-01400: cannot insert NULL into ("APP"."AUDIT"."SECRET")'),
      subject,
    )
    expect(told).toMatchObject({ message: 'A required field is missing.', context: { field: null } })
  })

  /** docs.oracle.com/en/error-help/db/ora-03301 and ora-03304, ora-01438; the text of ora-01722 is of no page that could be read. */
  test.each([
    "ORA-00001: unique constraint (APP.UQ) violated on table APP.T columns (MAIL)\nORA-03301: (ORA-00001 details) row with column values (MAIL:'s3cret') already exists",
    'ORA-01843: An invalid month was specified.\nORA-03304: (ORA-01843 details) invalid month value: s3cret\nHelp: https://docs.oracle.com/error-help/db/ora-01843/',
    'ORA-01438: value s3cret greater than specified precision (3, 2) for column CODE',
    "ORA-01722: unable to convert string value containing 's3cret' to a number: CODE",
  ])('values that 23ai tells do not reach the log: %s', (said) => {
    const { cause } = toAppError(serverError(said), subject)
    expect(String(cause)).toMatch(/^Error: ORA-\d{5}: \w/)
    expect(String(cause)).not.toMatch(/s3cret/)
  })

  test('what a routine raises keeps its words', () => {
    const said = "ORA-20001: No order 'A7' today."
    expect(String(toAppError(serverError(said)).cause)).toContain("'A7'")
  })
})

test.each([
  ['ORA-20001: Too late.\nORA-06512: at "APP.REFUSE", line 3\nORA-06512: at line 1', 'Too late.'],
  ['ORA-20999: Two\nlines.\nHelp: https://docs.oracle.com/error-help/db/ora-20999/', 'Two\nlines.'],
])('what a routine raises in %j', (message, text) => {
  expect(raisedText(message)).toBe(text)
})

describe('connecting', () => {
  test.each<readonly [string, RegExp, boolean]>([
    ['ORA-01017: invalid username/password; logon denied', /username or the password/, false],
    ['ORA-28000: The account is locked.', /locked/, false],
    ['ORA-28001: The account has expired.', /expired/, false],
    ['ORA-01045: user APP lacks CREATE SESSION privilege; logon denied', /may not connect/, false],
    [
      'ORA-12514: TNS:listener does not currently know of service requested',
      /does not know the service/,
      true,
    ],
    ['ORA-12505: TNS:listener does not currently know of SID', /does not know the service/, true],
    ['ORA-12541: TNS:no listener', /cannot be reached/, true],
    ['ORA-12154: TNS:could not resolve the connect identifier specified', /resolved/, false],
    ['ORA-00020: maximum number of processes (300) exceeded', /no more connections/, true],
    ['ORA-01033: ORACLE initialization or shutdown in progress', /starting or stopping/, true],
    ['NJS-503: connection to host could not be established', /cannot be reached/, true],
    ['NJS-510: connection timed out', /in time/, true],
    ['NJS-138: connections to this database server version are not supported', /version/, false],
  ])('%s', (message, words, retryable) => {
    const [code] = message.split(':')
    const error = message.startsWith('ORA')
      ? serverError(message)
      : Object.assign(new Error(message), { code })
    expect(connectError(error)).toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(words),
      hint: expect.any(String),
      retryable,
    })
  })
})
