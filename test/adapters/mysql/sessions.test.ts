import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import type { Table } from '../../../src/core/database/schema.ts'
import { queryOf, rowsIn, tableNamed } from '../../contract/read-table.ts'
import { calm, present } from '../../contract/scene.ts'
import { reachServer } from '../../contract/servers/test-server.ts'
import { field, table } from '../../contract/world.ts'
import { startProxy, through } from '../../faults/tcp-proxy.ts'
import { createDatabase, type TestDatabase } from './server.ts'
import { openService, serviceForTest } from './service.ts'

/** MariaDB does not describe a view that writes to a session that may not. */
const SLY = present(buildSchema([table('sly', { fields: [field('n', 'integer')], isView: true })]).tables[0])

const reached = await reachServer('mysql')

describe.skipIf(reached !== 'reachable')(`sessions of MySQL and MariaDB (${reached})`, () => {
  let database: TestDatabase
  let adapter: DatabaseAdapter
  let notes: Table
  beforeAll(async () => {
    database = await createDatabase()
    const readOnly = database.isMariaDb ? 'tx_read_only' : 'transaction_read_only'
    await database.run(
      'create table notes (id int primary key auto_increment, body text)',
      "insert into notes (body) values ('one')",
      `create function write_note() returns int deterministic modifies sql data
         begin insert into notes (body) values ('sly'); return 1; end`,
      `create function unlock_note() returns int deterministic no sql
         begin set session ${readOnly} = 0; set session time_zone = '+09:00'; return 1; end`,
      'create view sly as select write_note() as n',
      'create view unlocked as select unlock_note() as n',
      'create view slow as select sleep(60) as n',
      `create function setting(name varchar(20)) returns varchar(500) reads sql data return
         case name when 'read_only' then if(@@session.${readOnly}, 'yes', 'no') when 'zone' then @@session.time_zone end`,
      `create view session as
         select setting('read_only') as read_only, setting('zone') as zone, connection_id() as id`,
    )
    adapter = await openService(database.url)
    notes = await tableNamed(adapter, 'notes')
  })
  afterAll(async () => {
    await adapter.close()
    await database.drop()
  })
  const running = async (word: string) => {
    const sql = `select count(*) as n from information_schema.processlist
      where db = database() and id <> connection_id() and info like concat('%', ?, '%')`
    const statement = { text: textOf(sql, ['n']), parameters: [word] }
    const result = await database.connection.read(statement, 'rows', calm)
    return 'rows' in result ? Number(result.rows[0]?.n) : 0
  }
  const untilRunning = (word: string, count: number) =>
    expect.poll(() => running(word), { interval: 20 }).toBe(count)

  test('a function that writes fails in the database when it is read', async () => {
    const sly = queryOf(SLY)
    await expect(adapter.select(sly, calm)).rejects.toMatchObject({ code: 'not_supported' })
    expect(await rowsIn(adapter, notes)).toHaveLength(1)
  })

  test('a session that a function made writable is read-only again before its next use', async () => {
    const single = await serviceForTest(database.url, { pool_size: 1 })
    const session = await tableNamed(single, 'session')
    const [before] = await rowsIn(single, session)
    await rowsIn(single, await tableNamed(single, 'unlocked'))
    expect(await rowsIn(single, session)).toEqual([before])
    expect(before).toMatchObject({ read_only: 'yes', zone: '+00:00' })
    const sly = queryOf(SLY)
    await expect(single.select(sly, calm)).rejects.toMatchObject({ code: 'not_supported' })
  })

  test('a read-only service never writes', async () => {
    const reader = await serviceForTest(database.url, { read_only: true })
    const refused = { code: 'not_supported', message: 'This service is read-only.' }
    const insert = reader.insert({ table: notes, rows: [{ body: 'x' }], returning: [] }, calm)
    await expect(insert).rejects.toMatchObject(refused)
    await expect(reader.transaction(async () => 1, calm)).rejects.toMatchObject(refused)
    const drop = reader.alter({ kind: 'drop_table', table: 'notes' }, calm)
    await expect(drop).rejects.toMatchObject(refused)
    expect(await rowsIn(reader, notes)).toHaveLength(1)
  })

  test('a cancelled statement stops on the server, and its connection is used again', async () => {
    const single = await serviceForTest(database.url, { pool_size: 1 })
    const session = await tableNamed(single, 'session')
    const [before] = await rowsIn(single, session)
    const controller = new AbortController()
    const slow = queryOf(await tableNamed(single, 'slow'))
    const reading = single.select(slow, { signal: controller.signal }).catch((error: unknown) => error)
    await untilRunning('slow', 1)
    controller.abort()
    expect(await reading).toMatchObject({ code: 'timeout' })
    await untilRunning('slow', 0)
    expect(await rowsIn(single, session)).toEqual([before])
  })

  test('a statement that runs too long is stopped on the server', async () => {
    const hasty = await serviceForTest(database.url, { statement_timeout: 3, pool_size: 1 })
    const slow = queryOf(await tableNamed(adapter, 'slow'))
    await expect(hasty.select(slow, calm)).rejects.toMatchObject({ code: 'timeout' })
    await untilRunning('slow', 0)
    expect(await rowsIn(hasty, notes)).toHaveLength(1)
  })

  test('200 cancelled statements in a row never stop one that is wanted', async () => {
    const single = await serviceForTest(database.url, { pool_size: 1 })
    for (let round = 0; round < 200; round++) {
      const controller = new AbortController()
      const doomed = single.select(queryOf(notes), { signal: controller.signal }).catch(() => [])
      setTimeout(() => controller.abort(), (round % 10) / 5)
      await doomed
      expect(await rowsIn(single, notes)).toHaveLength(1)
    }
  })

  test('keeps no statement with a long list of values prepared', async () => {
    const status = database.isMariaDb ? 'information_schema' : 'performance_schema'
    await database.run(
      `create view kept as select cast(sum(if(lower(variable_name) = 'com_stmt_prepare', 1, -1) * variable_value) as signed) as n
         from ${status}.session_status where lower(variable_name) in ('com_stmt_prepare', 'com_stmt_close')`,
    )
    const single = await serviceForTest(database.url, { pool_size: 1 })
    const kept = await tableNamed(single, 'kept')
    const read = (length: number) =>
      queryOf(notes, {
        where: { op: 'in', field: 'id', values: Array.from({ length }, (_, at) => at) },
      })
    await rowsIn(single, kept)
    const before = await rowsIn(single, kept)
    for (const length of [5000, 5001]) await single.select(read(length), calm)
    for await (const rows of present(single.stream)(read(5002), calm)) expect(rows).toHaveLength(1)
    expect(await rowsIn(single, kept)).toEqual(before)
  })

  test('an answer of more than 64 MB is refused, and streamed in parts that are not long', async () => {
    const digits = Array.from({ length: 10 }, (_, n) => `select ${n} as n`).join(' union all ')
    await database.run(
      `create view large as select a.n + 10 * b.n as n, repeat('x', 1000000) as body from (${digits}) a, (${digits}) b`,
    )
    const single = await serviceForTest(database.url, { pool_size: 1 })
    const large = queryOf(await tableNamed(single, 'large'))
    await expect(single.select(large, calm)).rejects.toMatchObject({
      code: 'bad_request',
      message: 'More than 64 MB in one answer.',
    })
    const sizes: number[] = []
    for await (const rows of present(single.stream)(large, calm)) sizes.push(rows.length)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(100)
    expect(Math.max(...sizes)).toBeLessThan(10)
  })

  test('streams leave half of the connections to other reads', async () => {
    const service = await serviceForTest(database.url, { pool_size: 4, connect_timeout: 3 })
    const begin = () => present(service.stream)(queryOf(notes), calm)[Symbol.asyncIterator]()
    const slow = [begin(), begin()]
    for (const parts of slow) await parts.next()
    await expect(begin().next()).rejects.toMatchObject({ code: 'unavailable', retryable: true })
    expect(await rowsIn(service, notes)).toHaveLength(1)
    for (const parts of slow) await parts.return?.()
    for await (const rows of present(service.stream)(queryOf(notes), calm)) expect(rows).toHaveLength(1)
  })

  test('a session that cannot be set up again is not waited for', async () => {
    const proxy = await startProxy(Number(new URL(database.url).port || 3306))
    onTestFinished(() => proxy.close())
    const service = await openService(through(proxy, database.url), { pool_size: 1, connect_timeout: 3 })
    await rowsIn(service, await tableNamed(service, 'session'))
    proxy.stall()
    await expect(service.select(queryOf(notes), calm)).rejects.toMatchObject({ code: 'unavailable' })
    proxy.heal()
    await service.close()
  })

  test('rows are streamed in parts, and a stream that is left early gives its connection back', async () => {
    await database.run(
      'create table many (n int primary key, filler varchar(200))',
      `insert into many select a.n + 10 * b.n + 100 * c.n + 1000 * d.n, repeat('x', 200) from ${[
        'a',
        'b',
        'c',
        'd',
      ]
        .map(
          (name) =>
            `(${Array.from({ length: 10 }, (_, n) => `select ${n} as n`).join(' union all ')}) ${name}`,
        )
        .join(', ')}`,
    )
    const single = await serviceForTest(database.url, { pool_size: 1 })
    const query = queryOf(await tableNamed(single, 'many'), {
      limit: 10_000,
      orderBy: [{ by: 'n', direction: 'asc' }],
    })
    const seen: unknown[] = []
    for await (const rows of present(single.stream)(query, calm)) seen.push(...rows.map((row) => row.n))
    expect(seen).toEqual(Array.from({ length: 10_000 }, (_, n) => n))
    for await (const rows of present(single.stream)(query, calm)) {
      expect(rows.length).toBeLessThanOrEqual(1000)
      break
    }
    expect(await rowsIn(single, notes)).toHaveLength(1)
    const controller = new AbortController()
    const cut = (async () => {
      for await (const _rows of present(single.stream)(query, { signal: controller.signal }))
        controller.abort()
    })()
    await expect(cut).rejects.toMatchObject({ code: 'timeout' })
    expect(await rowsIn(single, notes)).toHaveLength(1)
  })

  test('statements of the configuration run one at a time, and may not be two', async () => {
    const zone = "set session time_zone = '+03:00'"
    const set = await serviceForTest(database.url, { statements: [zone] })
    const [row] = await rowsIn(set, await tableNamed(set, 'session'))
    expect(row).toMatchObject({ zone: '+03:00', read_only: 'yes' })
    const two = openService(database.url, { statements: [`${zone}; ${zone}`] })
    await expect(two).rejects.toMatchObject({
      code: 'unavailable',
      hint: expect.stringContaining('statements'),
    })
    const wrong = openService(database.url, { statements: ['set session transaction read write', 'no sql'] })
    await expect(wrong).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('no statement of the configuration makes a session writable, or has a file of this machine read', async () => {
    const sly = await serviceForTest(database.url, { statements: ['set session transaction read write'] })
    expect(await rowsIn(sly, await tableNamed(sly, 'session'))).toMatchObject([{ read_only: 'yes' }])
    const statements = ["load data local infile '/etc/hostname' into table notes (body)"]
    const thief = openService(database.url, { statements })
    await expect(thief).rejects.toMatchObject({ code: 'unavailable' })
    expect(await rowsIn(adapter, notes)).toHaveLength(1)
  })

  test('modes and strictness are those of the configuration', async () => {
    await database.run('create table short (id int primary key auto_increment, word varchar(3), day date)')
    const insert = async (
      config: { readonly [key: string]: unknown },
      row: { readonly [field: string]: string },
    ) => {
      const service = await serviceForTest(database.url, config)
      const short = await tableNamed(service, 'short')
      const result = await service.insert({ table: short, rows: [row], returning: ['word', 'day'] }, calm)
      return result.rows
    }
    const refused = { code: 'bad_request' }
    await expect(insert({}, { word: 'too long' })).rejects.toMatchObject(refused)
    expect(await insert({ strict: false }, { word: 'too long' })).toEqual([{ word: 'too', day: null }])
    expect(await insert({}, { day: '0000-00-00' })).toEqual([{ word: null, day: '0000-00-00' }])
    const modes = ['STRICT_ALL_TABLES', 'NO_ZERO_DATE']
    await expect(insert({ modes }, { day: '0000-00-00' })).rejects.toMatchObject(refused)
  })
})

function textOf(sql: string, columns: readonly string[]) {
  const shown = columns.map((name) => ({ name, type: 'text', dbType: '', computed: false }) as const)
  return { verb: 'other', sql, columns: shown, table: undefined, written: [] } as const
}
