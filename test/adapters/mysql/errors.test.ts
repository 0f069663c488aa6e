import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import type { Value } from '../../../src/core/database/value.ts'
import { rowsIn, tableNamed } from '../../contract/read-table.ts'
import { calm, equals } from '../../contract/scene.ts'
import { reachServer } from '../../contract/servers/test-server.ts'
import { createDatabase, type TestDatabase } from './server.ts'
import { openService, serviceForTest } from './service.ts'

/** A server may have anonymous users for localhost, who would come before one for all hosts. */
const READER_HOSTS = ['%', 'localhost']

const reached = await reachServer('mysql')

describe.skipIf(reached !== 'reachable')(`errors of MySQL and MariaDB (${reached})`, () => {
  let database: TestDatabase
  let adapter: DatabaseAdapter
  beforeAll(async () => {
    database = await createDatabase()
    await database.run(
      `create table things (id int primary key auto_increment, code varchar(5) not null, size tinyint, day date,
         kind enum('a','b'), amount decimal(5,2), twice int as (size * 2) stored, shape point, label varchar(30),
         unique key \`odd name\` (label, size), unique key by_prefix (label(3)),
         constraint positive check (amount > 0))`,
      "insert into things (code, size, label) values ('one', 1, 'alpha'), ('two', 2, 'beta')",
      `create trigger no_xxx before insert on things for each row
         if new.code = 'xxx' then signal sqlstate '45000' set message_text = 'internal words'; end if`,
      'create view joined as select a.id as a, b.id as b from things a join things b on a.id = b.id',
      ...READER_HOSTS.flatMap((host) => [
        `create user ${database.name}@'${host}' identified by 'right'`,
        `grant select on ${database.name}.things to ${database.name}@'${host}'`,
      ]),
    )
    adapter = await openService(database.url)
  })
  afterAll(async () => {
    await adapter.close()
    await database.run(...READER_HOSTS.map((host) => `drop user ${database.name}@'${host}'`))
    await database.drop()
  })
  const insert = async (row: { readonly [field: string]: Value }) =>
    adapter.insert({ table: await tableNamed(adapter, 'things'), rows: [row], returning: [] }, calm)

  test.each([
    [{ code: 'too long' }, { code: 'bad_request', context: { field: 'code' } }],
    [
      { code: 'a', size: 128 },
      { code: 'bad_request', context: { field: 'size' } },
    ],
    [{ code: 'a', size: 10n ** 30n }, { code: 'bad_request' }],
    [{ code: 'a', size: 'many' }, { code: 'bad_request' }],
    [{ code: 'a', size: 1.5 }, { code: 'bad_request' }],
    [
      { code: 'a', day: '2024-02-30' },
      { code: 'bad_request', context: { field: 'day' } },
    ],
    [
      { code: 'a', kind: 'c' },
      { code: 'bad_request', context: { field: 'kind' } },
    ],
    [
      { code: 'a', amount: '1000' },
      { code: 'bad_request', context: { field: 'amount' } },
    ],
    [
      { code: 'a', amount: '-1' },
      { code: 'conflict', context: { fields: ['amount'] } },
    ],
    [{ code: 'a', shape: 'POINT(1' }, { code: 'bad_request' }],
    [{ code: 'a', twice: 4 }, { code: 'bad_request' }],
    [{ code: null }, { code: 'bad_request', context: { field: 'code' } }],
    [{ size: 5 }, { code: 'bad_request', context: { field: 'code' } }],
    [
      { code: 'a', label: 'alpha', size: 1 },
      { code: 'conflict', context: { fields: ['label', 'size'] } },
    ],
    [
      { code: 'a', label: 'alpine', size: 9 },
      { code: 'conflict', context: { fields: ['label'] } },
    ],
    [{ code: 'xxx' }, { code: 'conflict' }],
  ])('the record %o is refused', async (row, expected) => {
    const refused = await insert(row).catch((error: unknown) => error)
    expect(refused).toMatchObject({ name: 'AppError', ...expected })
    expect(String(refused)).not.toMatch(/insert|values|internal words|alp|for column|sluice_/i)
    const cause = refused instanceof Error ? String(refused.cause) : ''
    expect(cause).not.toMatch(/alpha|alpine|'many'|2024-02-30|POINT\(1/)
  })

  test('nothing of what was refused is there', async () => {
    expect(await rowsIn(adapter, await tableNamed(adapter, 'things'))).toHaveLength(2)
  })

  test('an upsert that meets another unique key changes no row', async () => {
    const table = await tableNamed(adapter, 'things')
    const before = await rowsIn(adapter, table)
    const upsert = (rows: readonly { readonly [field: string]: Value }[], onConflict: string[]) =>
      adapter.insert({ table, rows, onConflict, returning: ['id'] }, calm)
    const clash = { code: 'conflict' }
    await expect(upsert([{ id: 7, code: 'new', label: 'alpha' }], ['id'])).rejects.toMatchObject(clash)
    await expect(upsert([{ id: 1, code: 'new', label: 'beta', size: 2 }], ['id'])).rejects.toMatchObject(
      clash,
    )
    await expect(
      upsert([{ id: 2, code: 'new', label: 'gamma', size: 3 }], ['label', 'size']),
    ).rejects.toMatchObject(clash)
    expect(await rowsIn(adapter, table)).toEqual(before)
  })

  test('a table without a key still gives the rows of its writes', async () => {
    await database.run('create table keyless (word varchar(20), n int default 5)')
    for (const ignoreReturning of [false, true]) {
      const service = await serviceForTest(database.url, {}, { ignoreReturning })
      const table = await tableNamed(service, 'keyless')
      const returning = ['word', 'n']
      const rows = [{ word: 'a' }, { word: 'a' }, { word: null, n: 1 }]
      expect((await service.insert({ table, rows, returning }, calm)).rows).toEqual([
        { word: 'a', n: 5 },
        { word: 'a', n: 5 },
        { word: null, n: 1 },
      ])
      const updated = await service.update(
        { table, set: { n: 6 }, where: equals('word', 'a'), returning },
        calm,
      )
      expect(updated).toEqual({
        affected: 2,
        rows: [
          { word: 'a', n: 6 },
          { word: 'a', n: 6 },
        ],
      })
      expect(await service.delete({ table, returning: ['n'] }, calm)).toMatchObject({ affected: 3 })
    }
  })

  test('records that are together larger than a statement may be are written by several', async () => {
    await database.run('create table large (id int primary key auto_increment, body longtext)')
    const table = await tableNamed(adapter, 'large')
    const rows = Array.from({ length: 40 }, () => ({ body: 'x'.repeat(2_000_000) }))
    expect(await adapter.insert({ table, rows, returning: [] }, calm)).toMatchObject({ affected: 40 })
    const tooLarge = { table, rows: [{ body: 'x'.repeat(300_000_000) }], returning: [] }
    await expect(adapter.insert(tooLarge, calm)).rejects.toMatchObject({ name: 'AppError' })
    expect(await rowsIn(adapter, table, { fields: ['id'] })).toHaveLength(40)
  })

  test('a view that cannot be written says so', async () => {
    const table = await tableNamed(adapter, 'joined')
    const remove = adapter.delete({ table, where: equals('a', 1), returning: [] }, calm)
    await expect(remove).rejects.toMatchObject({ code: 'bad_request' })
  })

  test('a database user without the right is told from a role without it', async () => {
    const url = new URL(database.url)
    url.username = database.name
    url.password = 'right'
    const reader = await serviceForTest(url.href)
    const table = await tableNamed(reader, 'things')
    expect(await rowsIn(reader, table)).toHaveLength(2)
    const write = reader.insert({ table, rows: [{ code: 'a' }], returning: [] }, calm)
    await expect(write).rejects.toMatchObject({ code: 'not_supported' })
  })

  test.each([
    ['password', (url: URL) => Object.assign(url, { password: 'wrong-word' }), /username or the password/],
    [
      'user',
      (url: URL) => Object.assign(url, { username: 'nobody-here', password: 'x' }),
      /username or the password/,
    ],
    [
      'database',
      (url: URL) => Object.assign(url, { pathname: '/nowhere_at_all' }),
      /database does not exist/,
    ],
    ['port', (url: URL) => Object.assign(url, { port: '1' }), /cannot be reached/],
    [
      'host',
      (url: URL) => Object.assign(url, { hostname: 'nowhere.invalid' }),
      /host of the database is not known/,
    ],
  ] as const)('a wrong %s is told', async (_what, wrong, message) => {
    const url = wrong(new URL(database.url)).href
    const refused = await openService(url).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'unavailable', message: expect.stringMatching(message) })
    expect(refused).toHaveProperty('hint', expect.any(String))
    expect(String(refused)).not.toMatch(/wrong-word|nobody-here|nowhere|127\.0\.0\.1/)
  })

  test('settings that the server does not take are told', async () => {
    const zone = openService(database.url, { timezone: 'Nowhere/At_All' })
    await expect(zone).rejects.toMatchObject({ message: 'The database does not take the timezone.' })
    const mode = openService(database.url, { modes: ['NO_SUCH_MODE'] })
    await expect(mode).rejects.toMatchObject({ message: 'The database does not take one of the modes.' })
  })

  test('a server that says nothing is given up after the time limit', async () => {
    const silent = createServer(() => {})
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const address = silent.address()
    const port = typeof address === 'object' ? address?.port : 0
    const opening = openService(`mysql://root@127.0.0.1:${port}/x`, { connect_timeout: 0.3 })
    await expect(opening).rejects.toMatchObject({ code: 'unavailable', retryable: true })
    silent.close()
  })

  test('encryption that is wanted and not to be had is an error, not a plain connection', async () => {
    const strict = openService(database.url, { sslmode: 'verify-full' })
    await expect(strict).rejects.toMatchObject({ code: 'unavailable' })
    const plain = await serviceForTest(database.url, { sslmode: 'disable' })
    await expect(plain.ping(calm)).resolves.toBeUndefined()
  })
})
