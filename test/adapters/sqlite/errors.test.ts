import { expect, test } from 'vitest'
import { openSqlite } from '../../../adapters/database/sqlite/open.ts'
import { AppError } from '../../../src/core/errors.ts'
import { calm, change, databaseFile, opened, query, tableOf } from './database-file.ts'

const SQL = `
  CREATE TABLE parent (id INTEGER PRIMARY KEY);
  CREATE TABLE t (id INTEGER PRIMARY KEY, email TEXT UNIQUE, a INT, b INT, name TEXT NOT NULL, price INT CHECK (price > 0),
    parent_id INT REFERENCES parent(id), level INT CONSTRAINT level_range CHECK (level < 10), UNIQUE (a, b));
  CREATE TABLE strict_one (n INTEGER) STRICT;
  CREATE TABLE "we.ird, name" ("a.b" TEXT UNIQUE);
  CREATE UNIQUE INDEX lowered ON t (lower(name));
  CREATE VIEW v AS SELECT id FROM t;
  CREATE TRIGGER guard BEFORE INSERT ON t WHEN new.name = 'forbidden' BEGIN SELECT RAISE(ABORT, 'secret rule'); END;
  INSERT INTO parent VALUES (1);
  INSERT INTO t VALUES (1, 'a@x', 1, 1, 'one', 1, 1, 1)`

async function insertFailure(table: string, row: Record<string, string | number | null>): Promise<AppError> {
  const adapter = await opened(SQL)
  const target = await tableOf(adapter, table)
  const error: unknown = await adapter
    .insert({ table: target, rows: [row], returning: [] }, calm)
    .catch((e: unknown) => e)
  if (!(error instanceof AppError)) throw new Error('an AppError was expected')
  return error
}

test.each([
  [
    'a unique field',
    't',
    { email: 'a@x', name: 'two' },
    'conflict',
    ['email'],
    'A record with this email already exists.',
  ],
  ['a key', 't', { id: 1, name: 'two' }, 'conflict', ['id'], 'A record with this id already exists.'],
  [
    'two fields',
    't',
    { a: 1, b: 1, name: 'two' },
    'conflict',
    ['a', 'b'],
    'A record with this a and b already exists.',
  ],
  ['an expression', 't', { name: 'ONE' }, 'conflict', [], 'A record with these values already exists.'],
  ['a check', 't', { name: 'x', price: 0 }, 'conflict', ['price'], 'The value of price is not allowed.'],
  [
    'a named check',
    't',
    { name: 'x', level: 10 },
    'conflict',
    ['level'],
    'The value of level is not allowed.',
  ],
  [
    'a foreign key',
    't',
    { name: 'x', parent_id: 9 },
    'conflict',
    ['parent_id'],
    'The record that parent_id refers to does not exist.',
  ],
])('%s that clashes', async (_, table, row, code, fields, message) => {
  expect(await insertFailure(table, row)).toMatchObject({ code, message, context: { fields } })
})

test.each([
  ['null where none is allowed', 't', { name: null }, { field: 'name' }],
  ['text in a strict integer', 'strict_one', { n: 'many' }, { field: 'n' }],
  ['text as the number of a row', 't', { id: 'many', name: 'x' }, undefined],
])('%s is a bad request', async (_, table, row, context) => {
  expect(await insertFailure(table, row)).toMatchObject({ code: 'bad_request', context })
})

test('names with dots and commas in them', async () => {
  const adapter = await opened(`${SQL}; INSERT INTO "we.ird, name" VALUES ('x')`)
  const table = await tableOf(adapter, 'we.ird, name')
  const clash = adapter.insert({ table, rows: [{ 'a.b': 'x' }], returning: [] }, calm)
  await expect(clash).rejects.toMatchObject({ code: 'conflict', context: { fields: ['a.b'] } })
})

test("a trigger's refusal is a conflict without its text", async () => {
  const error = await insertFailure('t', { name: 'forbidden' })
  expect(error).toMatchObject({ code: 'conflict' })
  expect(JSON.stringify({ ...error, message: error.message, cause: undefined })).not.toContain('secret')
})

test('deleting what others refer to is a conflict', async () => {
  const adapter = await opened(SQL)
  const table = await tableOf(adapter, 'parent')
  await expect(adapter.delete({ table, returning: [] }, calm)).rejects.toMatchObject({
    code: 'conflict',
    message: 'Other records refer to this record.',
  })
})

test('changing a view is a bad request', async () => {
  const adapter = await opened(SQL)
  const table = await tableOf(adapter, 'v')
  const where = { op: '=', field: 'id', value: 1 } as const
  await expect(adapter.insert({ table, rows: [{ id: 5 }], returning: [] }, calm)).rejects.toMatchObject({
    code: 'bad_request',
  })
  await expect(adapter.delete({ table, where, returning: [] }, calm)).rejects.toMatchObject({
    code: 'bad_request',
  })
})

test('a table or a field that is gone asks for a fresh schema', async () => {
  const file = databaseFile(SQL)
  const adapter = await openSqlite({ file, statementTimeoutMs: 20_000 })
  const table = await tableOf(adapter, 't')
  change(file, 'ALTER TABLE t RENAME COLUMN b TO c')
  await expect(adapter.select(query(table), calm)).rejects.toMatchObject({
    code: 'not_found',
    retryable: true,
  })
  change(file, 'DROP TABLE t')
  await expect(adapter.select(query(table), calm)).rejects.toMatchObject({
    code: 'not_found',
    retryable: true,
  })
  await adapter.close()
})

test('a file that another program has locked is unavailable, and free again afterwards', async () => {
  const file = databaseFile(SQL)
  const adapter = await openSqlite({ file, statementTimeoutMs: 20_000, busyTimeoutMs: 50 })
  const table = await tableOf(adapter, 'parent')
  const write = () => adapter.insert({ table, rows: [{ id: 2 }], returning: [] }, calm)
  await adapter.insert({ table, rows: [{ id: 3 }], returning: [] }, calm)
  const { default: Database } = await import('libsql')
  const other = new Database(file)
  other.exec('BEGIN IMMEDIATE')
  await expect(write()).rejects.toMatchObject({ code: 'unavailable', retryable: true })
  other.exec('ROLLBACK')
  other.close()
  expect(await write()).toMatchObject({ affected: 1 })
  await adapter.close()
})

test('no message of an error holds SQL or the driver’s text', async () => {
  const errors = await Promise.all([
    insertFailure('t', { email: 'a@x', name: 'two' }),
    insertFailure('t', { name: null }),
    insertFailure('t', { name: 'x', price: 0 }),
    insertFailure('t', { name: 'x', parent_id: 9 }),
  ])
  for (const { message, hint } of errors)
    expect(`${message} ${hint}`).not.toMatch(/constraint failed|SQLITE|INSERT|price > 0/i)
})
