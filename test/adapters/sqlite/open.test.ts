import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { openSqlite } from '../../../adapters/database/sqlite/open.ts'
import { sqlite } from '../../../adapters/database/sqlite/service-type.ts'
import { AppError } from '../../../src/core/errors.ts'
import { field, table } from '../../contract/world.ts'
import { calm, databaseFile, opened, openedSeat, query, rowsOf, tableOf } from './database-file.ts'

const SQL = `CREATE TABLE t (a INT); INSERT INTO t VALUES (1)`

async function failureOf(file: string): Promise<AppError> {
  const error: unknown = await openSqlite({ file, statementTimeoutMs: 20_000 }).catch((e: unknown) => e)
  if (!(error instanceof AppError)) throw new Error('an AppError was expected')
  return error
}

test.each([
  ['a file that does not exist', (file: string) => `${file}.missing`, 'The database file does not exist.'],
  [
    'a folder that does not exist',
    (file: string) => join(`${file}.d`, 'x.db'),
    'The database file is in a folder that does not exist.',
  ],
  ['a folder', (file: string) => dirname(file), 'The database file is not a file.'],
])('%s is unavailable, says what to correct and tells no path', async (_, pathOf, message) => {
  const file = databaseFile(SQL)
  const error = await failureOf(pathOf(file))
  expect(error).toMatchObject({ code: 'unavailable', message })
  expect(error.hint).toContain('`database`')
  expect(`${error.message}${error.hint}`).not.toContain(dirname(file))
  expect(String(error.cause)).toContain(dirname(file))
})

test('a file that is open in this process keeps its locks, whoever opens it once more', async () => {
  const file = databaseFile(SQL)
  const here = await openSqlite({ file, statementTimeoutMs: 20_000, inline: true })
  const again = await openSqlite({ file, statementTimeoutMs: 20_000 })
  const table = await tableOf(here, 't')
  await here.insert({ table, rows: [{ a: 2 }], returning: [] }, calm)
  expect(existsSync(`${file}-wal`)).toBe(true)
  // The last program to leave a file deletes the log: this one is not the last.
  const visit = `import Database from 'libsql'; const file = new Database(process.argv[1]); file.exec('SELECT * FROM t'); file.close()`
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', visit, file])
  expect(existsSync(`${file}-wal`)).toBe(true)
  await here.insert({ table, rows: [{ a: 3 }], returning: [] }, calm)
  expect(await rowsOf(again, { ...query(await tableOf(again, 't')), fields: ['a'] })).toEqual([
    { a: 1 },
    { a: 2 },
    { a: 3 },
  ])
  await Promise.all([here.close(), again.close()])
})

test('a file that is no database is unavailable', async () => {
  const file = databaseFile()
  writeFileSync(file, 'name,price\nchair,5\n')
  expect(await failureOf(file)).toMatchObject({
    code: 'unavailable',
    message: 'The database file is not a SQLite database.',
  })
})

test('a damaged file is unavailable when it is read', async () => {
  const file = databaseFile(
    `${SQL}; INSERT INTO t SELECT value FROM json_each(json_array(${'1,'.repeat(99)}1))`,
  )
  const bytes = Buffer.alloc(statSync(file).size, 0x55)
  bytes.write('SQLite format 3\u0000', 'latin1')
  writeFileSync(file, bytes)
  const { adapter } = openedSeat(file)
  await expect(adapter.ping(calm)).rejects.toMatchObject({ code: 'unavailable' })
})

test('a missing file is made only when asked for', async () => {
  const file = join(dirname(databaseFile()), 'new.sqlite')
  await expect(openSqlite({ file, statementTimeoutMs: 20_000 })).rejects.toMatchObject({
    code: 'unavailable',
  })
  expect(existsSync(file)).toBe(false)
  const adapter = await openSqlite({ file, statementTimeoutMs: 20_000, create: true })
  await adapter.ping(calm)
  await adapter.close()
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('a path with every character that means something in an address', async () => {
  const folder = join(dirname(databaseFile()), 'a ?b#c%20d&e=f;g')
  mkdirSync(folder)
  const file = join(folder, 'x?mode=ro#.db')
  const adapter = await openSqlite({ file, statementTimeoutMs: 20_000, create: true })
  const made = table('t', { fields: [field('a', 'text', { allowNull: true })] })
  await adapter.alter({ kind: 'create_table', table: made }, calm)
  await adapter.close()
  expect(statSync(file).size).toBeGreaterThan(0)
})

describe('read-only', () => {
  test.each([false, true])('nothing can be written (inline: %s)', async (inline) => {
    const adapter = await opened(SQL, { readOnly: true, inline })
    const table = await tableOf(adapter, 't')
    const refused = { code: 'not_supported', message: 'This service is read-only.' }
    await expect(adapter.insert({ table, rows: [{ a: 2 }], returning: [] }, calm)).rejects.toMatchObject(
      refused,
    )
    await expect(adapter.delete({ table, returning: [] }, calm)).rejects.toMatchObject(refused)
    await expect(adapter.transaction(async () => {}, calm)).rejects.toMatchObject(refused)
    await expect(adapter.alter({ kind: 'drop_table', table: 't' }, calm)).rejects.toMatchObject(refused)
    expect(await rowsOf(adapter, query(table))).toEqual([{ a: 1 }])
    expect([...adapter.capabilities].toSorted()).toEqual([
      'aggregate',
      'joins',
      'partitions',
      'records.read',
      'relations',
      'schema.read',
    ])
  })

  test('no process that could write is started', async () => {
    const { adapter, seat } = openedSeat(databaseFile(SQL), { readOnly: true })
    const table = await tableOf(adapter, 't')
    await adapter.insert({ table, rows: [{ a: 2 }], returning: [] }, calm).catch(() => {})
    expect(seat.pids.writer).toEqual([])
  })

  test('a reader refuses to write even when its file could be written', async () => {
    const adapter = await opened(SQL, { statements: ['PRAGMA query_only = OFF'], readOnly: true })
    expect(await rowsOf(adapter, query(await tableOf(adapter, 't')))).toHaveLength(1)
  })
})

test.each([false, true])(
  'statements of the configuration run on every connection (inline: %s)',
  async (inline) => {
    const adapter = await opened(`${SQL}; CREATE TABLE word (w TEXT); INSERT INTO word VALUES ('Abc')`, {
      statements: ['PRAGMA case_sensitive_like = ON'],
      inline,
    })
    const word = await tableOf(adapter, 'word')
    expect(await rowsOf(adapter, query(word, { where: { op: 'like', field: 'w', pattern: 'abc' } }))).toEqual(
      [],
    )
  },
)

test('a statement of the configuration that fails makes the service unavailable', async () => {
  const adapter = await opened(SQL, { statements: ['PRAGMA cache_size = -2000', 'SELEC 1'], inline: false })
  await expect(adapter.ping(calm)).rejects.toMatchObject({
    code: 'unavailable',
    hint: expect.stringContaining('`statements`'),
  })
})

test('routines are not supported', async () => {
  const adapter = await opened(SQL)
  await expect(adapter.listRoutines('procedure', calm)).rejects.toMatchObject({ code: 'not_supported' })
})

test('triggers that change their own table do not run forever', async () => {
  const adapter = await opened(`CREATE TABLE t (a INT, changed INT DEFAULT 0);
    CREATE TRIGGER touch AFTER UPDATE ON t BEGIN UPDATE t SET changed = changed + 1; END; INSERT INTO t (a) VALUES (1)`)
  const table = await tableOf(adapter, 't')
  await adapter.update(
    { table, set: { a: 2 }, where: { op: '=', field: 'a', value: 1 }, returning: [] },
    calm,
  )
  expect(await rowsOf(adapter, query(table))).toEqual([{ a: 2, changed: 1 }])
})

describe('the service type', () => {
  test('opens a path relative to the configuration', async () => {
    const file = databaseFile(SQL)
    const baseDir = dirname(dirname(file))
    const config = sqlite.config.parse({ database: relative(baseDir, file) })
    const adapter = await sqlite.open(config, { baseDir, statementTimeoutMs: 20_000 })
    expect(await rowsOf(adapter, query(await tableOf(adapter, 't')))).toEqual([{ a: 1 }])
    await adapter.close()
  })

  test('has defaults, and refuses what it does not know', () => {
    expect(sqlite.config.parse({ database: 'x' })).toMatchObject({
      max_records: 1000,
      allow_upsert: false,
      read_only: false,
    })
    expect(sqlite.config.safeParse({ database: 'x', databse: 'y' }).success).toBe(false)
    expect(sqlite.config.safeParse({}).success).toBe(false)
    expect(sqlite.settings(sqlite.config.parse({ database: 'x', max_records: 5 }))).toEqual({
      maxRecords: 5,
      allowUpsert: false,
      haltsOnError: false,
    })
  })

  test.each([
    ['sqlite:./shop.db', './shop.db'],
    ['sqlite:/data/shop.db', '/data/shop.db'],
    ['sqlite:///data/shop.db', '/data/shop.db'],
    ['sqlite:C:\\data\\shop.db', 'C:\\data\\shop.db'],
    ['sqlite::memory:', ':memory:'],
  ])('%s names the file %s', (url, database) => {
    expect(sqlite.url?.toConfig(url)).toEqual({ database })
  })
})
