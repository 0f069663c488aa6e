import { expect, test } from 'vitest'
import { raisedError, toAppError } from '../../../adapters/database/sqlserver/errors.ts'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import { present } from '../../contract/scene.ts'
import { field, id, reference, table } from '../../contract/world.ts'
import { serverError } from './double.ts'

/**
 * The pages that have the text of each number as `sys.messages` has it, here with names and values in its places:
 * learn.microsoft.com/en-us/sql/relational-databases/errors-events/database-engine-events-and-errors-0-to-999 and its neighbours
 * (view=sql-server-2017), read in November 2026.
 */
const pages = (range: string) =>
  `learn.microsoft.com/en-us/sql/relational-databases/errors-events/database-engine-events-and-errors-${range}`
const E0 = pages('0-to-999')
const E1 = pages('1000-to-1999')
const E2 = pages('2000-to-2999')
const E3 = pages('3000-to-3999')
const E8 = pages('8000-to-8999')
const TRANSIENT =
  'learn.microsoft.com/en-us/dotnet/api/microsoft.data.sqlclient.sqlconfigurableretryfactory.baselinetransienterrors'
const BABELFISH =
  'github.com/babelfish-for-postgresql/babelfish_extensions/blob/BABEL_4_X_DEV/contrib/babelfishpg_tds/error_mapping.txt'
/** Of the driver's own, or written from memory: no page was found that has it. */
const NO_PAGE = 'no page'

const orders = present(
  buildSchema([
    table('customers', { fields: [id()], primaryKey: ['id'] }),
    table('orders', {
      fields: [
        id(),
        field('customer_id', 'integer'),
        field('status', 'string', { length: 5, dbType: 'nvarchar(5)' }),
      ],
      primaryKey: ['id'],
      foreignKeys: [{ ...reference(['customer_id'], 'customers', ['id']), name: 'FK_orders_customers' }],
      checks: [{ name: 'CK_status', fields: ['status'] }],
    }),
  ]).tableByName.get('orders'),
)
const subject = { verb: 'insert', table: orders, written: ['customer_id', 'status'] } as const

const KNOWN: readonly (readonly [number, string, string, object])[] = [
  [
    2627,
    "Violation of UNIQUE KEY constraint 'UQ_status'. Cannot insert duplicate key in object 'dbo.orders'. The duplicate key value is (secret).",
    E2,
    { code: 'conflict', context: { table: 'orders', fields: ['status'] }, message: /status already exists/ },
  ],
  [
    2601,
    "Cannot insert duplicate key row in object 'dbo.orders' with unique index 'ix'. The duplicate key value is (secret).",
    E2,
    { code: 'conflict', context: { table: 'orders', fields: ['status'] } },
  ],
  [
    2627,
    'duplicate key value violates unique constraint "uq_status"',
    BABELFISH,
    { code: 'conflict', context: { table: 'orders', fields: ['status'] } },
  ],
  [
    515,
    "Cannot insert the value NULL into column 'status', table 'shop.dbo.orders'; column does not allow nulls. INSERT fails.",
    E0,
    { code: 'bad_request', context: { table: 'orders', field: 'status' } },
  ],
  [
    515,
    'null value in column "status" of relation "orders" violates not-null constraint',
    BABELFISH,
    { code: 'bad_request', context: { table: 'orders', field: 'status' } },
  ],
  [
    233,
    "The column 'status' in table 'orders' cannot be null.",
    E0,
    { code: 'bad_request', context: { table: 'orders', field: 'status' } },
  ],
  [
    547,
    'The INSERT statement conflicted with the FOREIGN KEY constraint "FK_orders_customers". The conflict occurred in database "shop", table "dbo.customers", column \'id\'.',
    E0,
    { code: 'conflict', context: { table: 'orders', fields: ['customer_id'] } },
  ],
  [
    547,
    'The DELETE statement conflicted with the REFERENCE constraint "FK_items_orders". The conflict occurred in database "shop", table "dbo.items", column \'order_id\'.',
    E0,
    { code: 'conflict', message: /Other records refer/, context: { table: 'orders', fields: ['id'] } },
  ],
  [
    547,
    'The UPDATE statement conflicted with the SAME TABLE REFERENCE constraint "FK_self". The conflict occurred in database "shop", table "dbo.orders", column \'id\'.',
    E0,
    { code: 'conflict', message: /Other records refer/ },
  ],
  [
    547,
    'The INSERT statement conflicted with the CHECK constraint "CK_status". The conflict occurred in database "shop", table "dbo.orders", column \'status\'.',
    E0,
    { code: 'conflict', context: { table: 'orders', fields: ['status'] } },
  ],
  [
    547,
    'update or delete on table "orders" violates foreign key constraint "x" on table "items"',
    BABELFISH,
    { code: 'conflict', message: /Other records refer/ },
  ],
  [
    547,
    'insert or update on table "orders" violates foreign key constraint "FK_orders_customers"',
    BABELFISH,
    { code: 'conflict', context: { table: 'orders', fields: ['customer_id'] } },
  ],
  [
    547,
    'new row for relation "orders" violates check constraint "CK_status"',
    BABELFISH,
    { code: 'conflict', context: { table: 'orders', fields: ['status'] } },
  ],
  [
    2628,
    "String or binary data would be truncated in table 'shop.dbo.orders', column 'status'. Truncated value: 'secre'.",
    E2,
    {
      code: 'bad_request',
      context: { table: 'orders', field: 'status' },
      message: /too long \(nvarchar\(5\)\)/,
    },
  ],
  [8152, 'String or binary data would be truncated.', E8, { code: 'bad_request' }],
  [
    8102,
    "Cannot update identity column 'id'.",
    E8,
    { code: 'not_supported', context: { table: 'orders', field: 'id' } },
  ],
  [
    544,
    "Cannot insert explicit value for identity column in table 'orders' when IDENTITY_INSERT is set to OFF.",
    E0,
    { code: 'not_supported' },
  ],
  [
    339,
    'DEFAULT or NULL are not allowed as explicit identity values.',
    E0,
    { code: 'bad_request', context: { field: 'id' } },
  ],
  [
    245,
    "Conversion failed when converting the nvarchar value 'secret' to data type int.",
    E0,
    { code: 'bad_request' },
  ],
  [
    241,
    'Conversion failed when converting date and/or time from character string.',
    E0,
    { code: 'bad_request' },
  ],
  [
    242,
    'The conversion of a nvarchar data type to a datetime data type resulted in an out-of-range value.',
    E0,
    { code: 'bad_request' },
  ],
  [8114, 'Error converting data type nvarchar to numeric.', E8, { code: 'bad_request' }],
  [
    8169,
    'Conversion failed when converting from a character string to uniqueidentifier.',
    E8,
    { code: 'bad_request' },
  ],
  [8115, 'Arithmetic overflow error converting expression to data type int.', E8, { code: 'bad_request' }],
  [8134, 'Divide by zero error encountered.', E8, { code: 'bad_request' }],
  [
    306,
    'The text, ntext, and image data types cannot be compared or sorted, except when using IS NULL or LIKE operator.',
    E0,
    { code: 'bad_request' },
  ],
  [272, 'Cannot update a timestamp column.', E0, { code: 'bad_request' }],
  [208, "Invalid object name 'dbo.secret'.", E0, { code: 'not_found', retryable: true }],
  [207, "Invalid column name 'secret'.", E0, { code: 'not_found', retryable: true }],
  [8144, 'Procedure or function secret has too many arguments specified.', E8, { code: 'not_found' }],
  [8145, '@secret is not a parameter for procedure secret.', E8, { code: 'not_found' }],
  [
    1205,
    'Transaction (Process ID 52) was deadlocked on lock resources with another process and has been chosen as the deadlock victim. Rerun the transaction.',
    E1,
    { code: 'conflict', retryable: true },
  ],
  [1222, 'Lock request time out period exceeded.', E1, { code: 'timeout', retryable: true }],
  [
    1204,
    'The instance of the SQL Server Database Engine cannot obtain a LOCK resource at this time. Rerun your statement when there are fewer active users. Ask the database administrator to check the lock and memory configuration for this instance, or to check for long-running transactions.',
    E1,
    { code: 'unavailable', retryable: true },
  ],
  // A client's own number: this driver has a code instead (ETIMEOUT).
  [-2, 'Timeout expired.', NO_PAGE, { code: 'timeout' }],
  [
    229,
    "The INSERT permission was denied on the object 'orders', database 'shop', schema 'dbo'.",
    E0,
    { code: 'not_supported' },
  ],
  [262, "CREATE TABLE permission denied in database 'secret'.", E0, { code: 'not_supported' }],
  [
    3960,
    "Snapshot isolation transaction aborted due to update conflict. You cannot use snapshot isolation to access table 'dbo.secret' directly or indirectly in database 'shop' to update, delete, or insert the row that has been modified or deleted by another transaction. Retry the transaction or change the isolation level for the update/delete statement.",
    E3,
    { code: 'conflict', retryable: true },
  ],
  [
    3961,
    "Snapshot isolation transaction failed in database 'shop' because the object accessed by the statement has been modified by a DDL statement in another concurrent transaction since the start of this transaction. It is disallowed because the metadata is not versioned. A concurrent update to metadata can lead to inconsistency if mixed with snapshot isolation.",
    E3,
    { code: 'conflict', retryable: true },
  ],
  [
    3952,
    "Snapshot isolation transaction failed accessing database 'shop' because snapshot isolation is not allowed in this database. Use ALTER DATABASE to allow snapshot isolation.",
    E3,
    { code: 'unavailable', retryable: true },
  ],
  [
    3906,
    'Failed to update database "shop" because the database is read-only.',
    E3,
    { code: 'not_supported' },
  ],
  [
    701,
    "There is insufficient system memory in resource pool 'secret' to run this query.",
    E0,
    { code: 'unavailable', retryable: true },
  ],
  [
    8645,
    "A timeout occurred while waiting for memory resources to execute the query in the resource pool 'secret'.",
    'learn.microsoft.com/en-us/sql/relational-databases/errors-events/mssqlserver-8645-database-engine-error',
    { code: 'unavailable', retryable: true },
  ],
  [
    596,
    'Cannot continue the execution because the session is in the kill state.',
    E0,
    { code: 'unavailable', retryable: true },
  ],
  [
    40501,
    'The service is currently busy. Retry the request after 10 seconds. Incident ID: secret. Code: 1.',
    TRANSIENT,
    { code: 'unavailable', retryable: true },
  ],
  [
    40613,
    "Database 'shop' on server 'secret-host' is not currently available. Please retry the connection later.",
    TRANSIENT,
    { code: 'unavailable', retryable: true },
  ],
  // A number of the network, as other clients give it.
  [
    10054,
    'An existing connection was forcibly closed by the remote host.',
    NO_PAGE,
    { code: 'unavailable', retryable: true },
  ],
  [2714, "There is already an object named 'orders' in the database.", E2, { code: 'conflict' }],
  [
    3701,
    "Cannot drop the table 'x', because it does not exist or you do not have permission.",
    E3,
    { code: 'not_found' },
  ],
  [
    3726,
    "Could not drop object 'dbo.orders' because it is referenced by a FOREIGN KEY constraint.",
    E3,
    { code: 'conflict' },
  ],
  // The page of its range was not read as far as this.
  [
    1785,
    "Introducing FOREIGN KEY constraint 'x' on table 'y' may cause cycles or multiple cascade paths.",
    NO_PAGE,
    { code: 'not_supported' },
  ],
  [
    50000,
    'Words of an author.',
    'learn.microsoft.com/en-us/sql/t-sql/language-elements/raiserror-transact-sql',
    { code: 'bad_request', message: 'A rule of the database does not allow this.' },
  ],
  [39_999, 'Something nobody knows, with a secret.', NO_PAGE, { code: 'internal' }],
]

test.each(KNOWN)('error %i: %s (%s)', (number, text, _page, expected) => {
  const told = toAppError(serverError(number, text), { ...subject, clashing: ['status'] })
  expect(told).toMatchObject(
    Object.fromEntries(
      Object.entries(expected).map(([key, value]) => [
        key,
        value instanceof RegExp ? expect.stringMatching(value) : value,
      ]),
    ),
  )
  expect(`${told.message} ${told.hint} ${JSON.stringify(told.context)}`).not.toMatch(
    /secret|dbo\.|Process ID/,
  )
})

/**
 * Everything that PostgreSQL says and SQL Server does not has one number in Babelfish
 * (docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/babelfish-strict.html); the words are PostgreSQL's own.
 */
test.each<[string, object]>([
  ['could not serialize access due to concurrent update', { code: 'conflict', retryable: true }],
  ['permission denied for table secret', { code: 'not_supported' }],
  ["'FILTERED INDEX' is not currently supported in Babelfish", { code: 'not_supported' }],
  ['invalid input syntax for type integer: "secret"', { code: 'bad_request' }],
  ['value "secret" is out of range for type integer', { code: 'bad_request' }],
  ['relation "secret" does not exist', { code: 'not_found', retryable: true }],
  ['sorry, too many clients already', { code: 'unavailable', retryable: true }],
  ['terminating connection due to administrator command', { code: 'unavailable', retryable: true }],
  ['canceling statement due to lock timeout', { code: 'timeout', retryable: true }],
  ['canceling statement due to statement timeout', { code: 'timeout' }],
  ['something else with a secret', { code: 'internal' }],
])('without a number of its own: %s', (text, expected) => {
  const told = toAppError(serverError(33_557_097, text), subject)
  expect(told).toMatchObject(expected)
  expect(raisedError(told)).toBe(told)
  expect(`${told.message} ${told.hint} ${JSON.stringify(told.context)}`).not.toContain('secret')
})

test('the first of several errors tells what was wrong', () => {
  const all = new AggregateError([
    serverError(1785, 'Introducing FOREIGN KEY constraint may cause cycles or multiple cascade paths.'),
    serverError(1750, 'Could not create constraint or index. See previous errors.'),
  ])
  expect(toAppError(all)).toMatchObject({ code: 'not_supported' })
})

test('what a routine raised reaches its caller in its own words, nothing else does', () => {
  expect(raisedError(toAppError(serverError(50_000, 'Too late for this order.')))).toMatchObject({
    code: 'bad_request',
    message: 'Too late for this order.',
  })
  const other = toAppError(serverError(208, "Invalid object name 'hidden'."))
  expect(raisedError(other)).toBe(other)
})

test('the log has no values', () => {
  const { cause } = toAppError(
    serverError(2627, "Violation of UNIQUE KEY constraint 'x'. The duplicate key value is (secret)."),
  )
  expect(String(cause)).not.toContain('secret')
  const converted = toAppError(
    serverError(245, "Conversion failed when converting the nvarchar value 'secret' to data type int."),
  )
  expect(String(converted.cause)).not.toContain('secret')
})
