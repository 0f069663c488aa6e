import { expect, test } from 'vitest'
import { raisedError, toAppError } from '../../../adapters/database/sqlserver/errors.ts'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import { present } from '../../contract/scene.ts'
import { field, id, reference, table } from '../../contract/world.ts'
import { serverError } from './double.ts'

/**
 * Texts of errors are those of learn.microsoft.com/en-us/sql/relational-databases/errors-events/database-engine-events-and-errors-0-to-999
 * and its neighbours, with names and values put in.
 */
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

test.each<[number, string, object]>([
  [
    2627,
    "Violation of UNIQUE KEY constraint 'UQ_status'. Cannot insert duplicate key in object 'dbo.orders'. The duplicate key value is (secret).",
    { code: 'conflict', context: { table: 'orders', fields: ['status'] }, message: /status already exists/ },
  ],
  [
    2601,
    "Cannot insert duplicate key row in object 'dbo.orders' with unique index 'ix'. The duplicate key value is (secret).",
    { code: 'conflict', context: { table: 'orders', fields: ['status'] } },
  ],
  [
    515,
    "Cannot insert the value NULL into column 'status', table 'shop.dbo.orders'; column does not allow nulls. INSERT fails.",
    { code: 'bad_request', context: { table: 'orders', field: 'status' } },
  ],
  [
    547,
    'The INSERT statement conflicted with the FOREIGN KEY constraint "FK_orders_customers". The conflict occurred in database "shop", table "dbo.customers", column \'id\'.',
    { code: 'conflict', context: { table: 'orders', fields: ['customer_id'] } },
  ],
  [
    547,
    'The DELETE statement conflicted with the REFERENCE constraint "FK_items_orders". The conflict occurred in database "shop", table "dbo.items", column \'order_id\'.',
    { code: 'conflict', message: /Other records refer/, context: { table: 'orders', fields: ['id'] } },
  ],
  [
    547,
    'The UPDATE statement conflicted with the SAME TABLE REFERENCE constraint "FK_self". The conflict occurred in database "shop", table "dbo.orders", column \'id\'.',
    { code: 'conflict', message: /Other records refer/ },
  ],
  [
    547,
    'The INSERT statement conflicted with the CHECK constraint "CK_status". The conflict occurred in database "shop", table "dbo.orders", column \'status\'.',
    { code: 'conflict', context: { table: 'orders', fields: ['status'] } },
  ],
  [
    2628,
    "String or binary data would be truncated in table 'shop.dbo.orders', column 'status'. Truncated value: 'secre'.",
    {
      code: 'bad_request',
      context: { table: 'orders', field: 'status' },
      message: /too long \(nvarchar\(5\)\)/,
    },
  ],
  [
    547,
    'update or delete on table "orders" violates foreign key constraint "x" on table "items"',
    { code: 'conflict', message: /Other records refer/ },
  ],
  [
    547,
    'insert or update on table "orders" violates foreign key constraint "FK_orders_customers"',
    { code: 'conflict', context: { table: 'orders', fields: ['customer_id'] } },
  ],
  [
    515,
    'null value in column "status" of relation "orders" violates not-null constraint',
    { code: 'bad_request', context: { table: 'orders', field: 'status' } },
  ],
  [8152, 'String or binary data would be truncated.', { code: 'bad_request' }],
  [
    8102,
    "Cannot update identity column 'id'.",
    { code: 'not_supported', context: { table: 'orders', field: 'id' } },
  ],
  [
    339,
    'DEFAULT or NULL are not allowed as explicit identity values.',
    { code: 'bad_request', context: { field: 'id' } },
  ],
  [
    245,
    "Conversion failed when converting the nvarchar value 'secret' to data type int.",
    { code: 'bad_request' },
  ],
  [241, 'Conversion failed when converting date and/or time from character string.', { code: 'bad_request' }],
  [8115, 'Arithmetic overflow error converting expression to data type int.', { code: 'bad_request' }],
  [208, "Invalid object name 'dbo.secret'.", { code: 'not_found', retryable: true }],
  [207, "Invalid column name 'secret'.", { code: 'not_found', retryable: true }],
  [
    1205,
    'Transaction (Process ID 52) was deadlocked on lock resources with another process and has been chosen as the deadlock victim. Rerun the transaction.',
    { code: 'conflict', retryable: true },
  ],
  [1222, 'Lock request time out period exceeded.', { code: 'timeout', retryable: true }],
  [-2, 'Timeout expired.', { code: 'timeout' }],
  [
    229,
    "The INSERT permission was denied on the object 'orders', database 'shop', schema 'dbo'.",
    { code: 'not_supported' },
  ],
  [
    3960,
    'Snapshot isolation transaction aborted due to update conflict.',
    { code: 'conflict', retryable: true },
  ],
  [3906, 'Failed to update database "shop" because the database is read-only.', { code: 'not_supported' }],
  [
    40613,
    "Database 'shop' on server 'secret-host' is not currently available.",
    { code: 'unavailable', retryable: true },
  ],
  [
    10054,
    'An existing connection was forcibly closed by the remote host.',
    { code: 'unavailable', retryable: true },
  ],
  [233, 'No process is on the other end of the pipe.', { code: 'unavailable', retryable: true }],
  [2714, "There is already an object named 'orders' in the database.", { code: 'conflict' }],
  [
    3701,
    "Cannot drop the table 'x', because it does not exist or you do not have permission.",
    { code: 'not_found' },
  ],
  [
    1785,
    "Introducing FOREIGN KEY constraint 'x' on table 'y' may cause cycles or multiple cascade paths.",
    { code: 'not_supported' },
  ],
  [8134, 'Divide by zero error encountered.', { code: 'bad_request' }],
  [
    50000,
    'Words of an author.',
    { code: 'bad_request', message: 'A rule of the database does not allow this.' },
  ],
  [999_999 - 960_000, 'Something nobody knows, with a secret.', { code: 'internal' }],
])('error %i: %s', (number, text, expected) => {
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
