import { connect, createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { POSTGRES_CAPABILITIES, READ_CAPABILITIES } from '../../../adapters/database/postgres/capabilities.ts'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import type { Table } from '../../../src/core/database/schema.ts'
import type { Row } from '../../../src/core/database/value.ts'
import { queryOf, rowsIn, tableNamed } from '../../contract/read-table.ts'
import { calm, present } from '../../contract/scene.ts'
import { startProxy, through } from '../../faults/tcp-proxy.ts'
import { connectForTest, type Database, freshDatabase, isLeftOut, title } from './fresh-database.ts'
import { openService, serviceForTest } from './service.ts'

const SETUP = `CREATE TABLE notes (id serial PRIMARY KEY, body text); INSERT INTO notes (body) VALUES ('one');
  CREATE FUNCTION write_note() RETURNS int LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO notes (body) VALUES ('sly'); RETURN 1; END $$;
  CREATE FUNCTION unlock_note() RETURNS text LANGUAGE sql AS
    $$ SELECT set_config('default_transaction_read_only', 'off', false) $$;
  CREATE VIEW sly AS SELECT write_note() AS n;
  CREATE VIEW unlock AS SELECT unlock_note() AS n;
  CREATE VIEW slow AS SELECT pg_sleep(60)::text AS n;
  CREATE VIEW moments AS SELECT timestamptz '2024-07-01 12:00:00+00' AS m;
  CREATE TABLE forms (id int PRIMARY KEY, day date, kept text DEFAULT current_setting('app.kept', true));
  CREATE FUNCTION change_form() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.id = 1 THEN PERFORM set_config('DateStyle', 'SQL, DMY', false), set_config('TimeZone', 'Asia/Tokyo', false); END IF;
    PERFORM set_config('app.kept', 'left', false);
    RETURN NEW; END $$;
  CREATE TRIGGER change_form AFTER INSERT ON forms FOR EACH ROW WHEN (NEW.id IN (1, 10)) EXECUTE FUNCTION change_form();
  CREATE VIEW session AS SELECT current_setting('application_name') AS app, current_setting('statement_timeout') AS t,
    pg_backend_pid() AS pid, current_setting('default_transaction_read_only') AS read_only,
    (SELECT count(*) FROM pg_prepared_statements) AS prepared`

describe.skipIf(isLeftOut)(title('sessions of PostgreSQL'), () => {
  let database: Database
  let adapter: DatabaseAdapter
  let notes: Table
  beforeAll(async () => {
    database = await freshDatabase(SETUP)
    adapter = await openService(database.url)
    notes = await tableNamed(adapter, 'notes')
  })
  afterAll(async () => {
    await adapter.close()
    await database.close()
  })
  const session = async (of: DatabaseAdapter): Promise<Row> =>
    present((await rowsIn(of, await tableNamed(of, 'session')))[0])
  /** Who reads `slow` now. */
  const running = async (): Promise<readonly Row[]> => {
    const sql = `SELECT query FROM pg_stat_activity
      WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid() AND query LIKE '%slow%'`
    const statement = { text: textOf(sql, ['query']), parameters: [] }
    const result = await database.connection.read(statement, 'rows', calm)
    return 'rows' in result ? result.rows : []
  }
  const untilRunning = (count: number) => expect.poll(running, { interval: 20 }).toHaveLength(count)

  test('what a trigger sets of the form of values ends with its statement; what the server does not report stays', async () => {
    const single = await serviceForTest(database.url, { pool_size: 1 })
    const forms = await tableNamed(single, 'forms')
    const insert = (id: number) =>
      single.insert({ table: forms, rows: [{ id, day: '2024-02-29' }], returning: ['day', 'kept'] }, calm)
    await insert(1)
    expect((await insert(2)).rows).toEqual([{ day: '2024-02-29', kept: '' }])
    await insert(10)
    expect((await insert(11)).rows).toEqual([{ day: '2024-02-29', kept: 'left' }])
  })

  test('a function that writes fails in the database when it is read', async () => {
    const sly = await tableNamed(adapter, 'sly')
    await expect(adapter.select(queryOf(sly), calm)).rejects.toMatchObject({ code: 'not_supported' })
    expect(await rowsIn(adapter, notes)).toHaveLength(1)
  })

  test('a session that was made writable is not used again', async () => {
    const single = await serviceForTest(database.url, { pool_size: 1 })
    const before = await session(single)
    await rowsIn(single, await tableNamed(single, 'unlock'))
    const after = await session(single)
    expect([before.read_only, after.read_only]).toEqual(['on', 'on'])
    expect(after.pid).not.toBe(before.pid)
    const sly = single.select(queryOf(await tableNamed(single, 'sly')), calm)
    await expect(sly).rejects.toMatchObject({ code: 'not_supported' })
  })

  test('a read-only service never writes', async () => {
    const reader = await serviceForTest(database.url, { read_only: true })
    expect([reader.capabilities, adapter.capabilities]).toEqual([READ_CAPABILITIES, POSTGRES_CAPABILITIES])
    const refused = { code: 'not_supported', message: 'This service is read-only.' }
    const insert = reader.insert({ table: notes, rows: [{ body: 'x' }], returning: [] }, calm)
    await expect(insert).rejects.toMatchObject(refused)
    await expect(reader.transaction(async () => 1, calm)).rejects.toMatchObject(refused)
    const drop = reader.alter({ kind: 'drop_table', table: 'notes' }, calm)
    await expect(drop).rejects.toMatchObject(refused)
    expect(await rowsIn(reader, notes)).toHaveLength(1)
  })

  test('statements of the configuration cannot make a reading session write', async () => {
    const statements = [
      'SET default_transaction_read_only TO off',
      "SET DateStyle TO 'German'",
      "SET application_name TO 'mine'",
    ]
    const service = await serviceForTest(database.url, { statements })
    expect(await session(service)).toMatchObject({ read_only: 'on', app: 'mine' })
    const sly = service.select(queryOf(await tableNamed(service, 'sly')), calm)
    await expect(sly).rejects.toMatchObject({ code: 'not_supported' })
    const write = `INSERT INTO notes (body) VALUES ('at start')`
    await expect(openService(database.url, { statements: [write] })).rejects.toMatchObject({
      code: 'unavailable',
      message: 'A statement that runs on every connection failed.',
    })
    expect(await rowsIn(adapter, notes)).toHaveLength(1)
  })

  test('shows its name, and stops statements by itself a little after we would', async () => {
    const service = await serviceForTest(database.url, { application_name: 'desk', statement_timeout: 10 })
    expect(await session(service)).toMatchObject({ app: 'desk', t: '15s' })
    expect(await session(adapter)).toMatchObject({ app: 'sluice', t: '25s' })
  })

  test('shows moments in UTC, or in the zone that is asked for', async () => {
    const moments = await tableNamed(adapter, 'moments')
    expect(await rowsIn(adapter, moments)).toEqual([{ m: '2024-07-01 12:00:00+00' }])
    const paris = await serviceForTest(database.url, { timezone: 'Europe/Paris' })
    expect(await rowsIn(paris, moments)).toEqual([{ m: '2024-07-01 14:00:00+02' }])
    await expect(openService(database.url, { timezone: "x'; DROP TABLE notes" })).rejects.toMatchObject({
      code: 'unavailable',
      message: 'The database does not know the time zone.',
    })
  })

  test('a read that is cancelled stops in the server, and its connection is used again', async () => {
    const single = await serviceForTest(database.url, { pool_size: 1 })
    const { pid } = await session(single)
    const slow = await tableNamed(single, 'slow')
    const controller = new AbortController()
    const reading = single.select(queryOf(slow), { signal: controller.signal })
    const stopped = expect(reading).rejects.toMatchObject({ code: 'timeout' })
    await untilRunning(1)
    controller.abort()
    await stopped
    await untilRunning(0)
    expect(await session(single)).toMatchObject({ pid })
  })

  test('cancelling one read after the other never hits the next one', async () => {
    const single = await serviceForTest(database.url, { pool_size: 1 })
    const slow = await tableNamed(single, 'slow')
    for (let round = 0; round < 40; round++) {
      const controller = new AbortController()
      const reading = single.select(queryOf(slow), { signal: controller.signal })
      setTimeout(() => controller.abort(), round % 8)
      await expect(reading).rejects.toMatchObject({ code: 'timeout' })
      expect(await rowsIn(single, notes)).toHaveLength(1)
    }
  })

  test('a statement is stopped at its time limit', async () => {
    const hasty = await serviceForTest(database.url, { statement_timeout: 0.2 })
    const slow = await tableNamed(adapter, 'slow')
    await expect(hasty.select(queryOf(slow), calm)).rejects.toMatchObject({
      code: 'timeout',
      message: 'The statement was stopped after 200 ms.',
    })
    await untilRunning(0)
  })

  test('a statement whose client is gone ends in the server', async () => {
    const proxy = await startProxy(Number(new URL(database.url).port))
    const service = await openService(through(proxy, database.url), { sslmode: 'disable' })
    const reading = service.select(queryOf(await tableNamed(adapter, 'slow')), calm)
    const lost = expect(reading).rejects.toMatchObject({ code: 'unavailable' })
    await untilRunning(1)
    await proxy.close()
    await lost
    await service.close()
    await untilRunning(0)
  })

  test('a session that cannot be made as it was is not waited for', async () => {
    const proxy = await startProxy(Number(new URL(database.url).port))
    onTestFinished(() => proxy.close())
    const service = await openService(through(proxy, database.url), { pool_size: 1, connect_timeout: 3 })
    const routines = await service.listRoutines('function', calm)
    const routine = present(routines.find(({ name }) => name === 'unlock_note'))
    await service.call({ routine, arguments: {}, readOnly: true }, calm)
    proxy.stall()
    await expect(service.select(queryOf(notes), calm)).rejects.toMatchObject({ code: 'unavailable' })
    proxy.heal()
    await service.close()
  })

  test('prepares no statement with a long list of values', async () => {
    const single = await serviceForTest(database.url, { pool_size: 1 })
    const table = await tableNamed(single, 'session')
    await rowsIn(single, table)
    const before = await rowsIn(single, table)
    for (const length of [5000, 5001, 5002]) {
      const values = Array.from({ length }, (_, at) => at)
      expect(await rowsIn(single, notes, { where: { op: 'in', field: 'id', values } })).toHaveLength(1)
    }
    expect(await rowsIn(single, table)).toEqual(before)
  })

  test('keeps a bounded number of prepared statements', async () => {
    const single = await serviceForTest(database.url, { pool_size: 1 })
    for (let columns = 1; columns <= 230; columns++) {
      const aggregates = Array.from(
        { length: columns },
        (_, n) => ({ function: 'COUNT', field: '*', alias: `n${n}` }) as const,
      )
      await rowsIn(single, notes, { fields: [], aggregates })
    }
    const { prepared } = await session(single)
    expect(Number(prepared)).toBeGreaterThan(100)
    expect(Number(prepared)).toBeLessThanOrEqual(200)
  })

  test('keeps none when it is told so', async () => {
    const single = await serviceForTest(database.url, { pool_size: 1, prepared_statements: false })
    for (let n = 0; n < 3; n++) await rowsIn(single, notes)
    expect(await session(single)).toMatchObject({ prepared: 0 })
  })

  test('prepared statements that were lost on the way are told, and made again', async () => {
    await database.run(
      'CREATE FUNCTION forget() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DEALLOCATE ALL; END $$; CREATE VIEW lost AS SELECT forget()::text AS n',
    )
    const single = await serviceForTest(database.url, { pool_size: 1 })
    await rowsIn(single, notes)
    await rowsIn(single, await tableNamed(single, 'lost'))
    expect(await rowsIn(single, notes)).toHaveLength(1)
  })

  test('a pooler that hides the mode is refused before anything is set', async () => {
    const server = new URL(database.url)
    const pooler = await poolerBefore(Number(server.port))
    server.port = String(pooler.port)
    await expect(openService(server.href, { sslmode: 'disable' })).rejects.toMatchObject({
      code: 'unavailable',
      message: 'A connection pooler in front of the database does not keep the settings of a session.',
    })
    expect(pooler.statements()).toEqual([])
  })

  test('names of aggregates may be longer than names of PostgreSQL', async () => {
    const sum = { function: 'SUM', field: 'id', alias: 'x'.repeat(64) } as const
    const count = { function: 'COUNT', field: '*', alias: `it's ${'y'.repeat(100)}` } as const
    const query = { fields: [], aggregates: [sum, count] }
    expect(await rowsIn(adapter, notes, query)).toEqual([{ [sum.alias]: 1, [count.alias]: 1 }])
  })

  test('sessions that the server ends do not end us', async () => {
    const service = await serviceForTest(database.url)
    await rowsIn(service, notes)
    const other = await connectForTest(database.url)
    await other.run(`SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'sluice'`)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await rowsIn(service, notes)).toHaveLength(1)
  })

  test('long rows are streamed in parts that are not long', async () => {
    await database.run(
      `CREATE VIEW large AS SELECT n, repeat('x', 1000000) AS body FROM generate_series(1, 200) n`,
    )
    const sizes: number[] = []
    const large = queryOf(await tableNamed(adapter, 'large'))
    for await (const rows of present(adapter.stream?.(large, calm))) sizes.push(rows.length)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(200)
    expect(Math.max(...sizes.slice(1))).toBeLessThan(10)
  })

  test('many rows are streamed in parts, in order, from one moment', async () => {
    await database.run(
      'CREATE TABLE many (id int PRIMARY KEY, big bigint); INSERT INTO many SELECT n, n FROM generate_series(1, 2500) n',
    )
    const many = await tableNamed(adapter, 'many')
    const sizes: number[] = []
    const ids: unknown[] = []
    const query = queryOf(many, { limit: 10_000, orderBy: [{ by: 'id', direction: 'asc' }] })
    for await (const part of present(adapter.stream?.(query, calm))) {
      if (sizes.length === 0) await database.run('DELETE FROM many')
      sizes.push(part.length)
      ids.push(...part.map(({ id }) => id))
    }
    expect(sizes).toEqual([50, 1000, 1000, 450])
    expect(ids).toEqual(Array.from({ length: 2500 }, (_, n) => n + 1))
  })
})

/** As PgBouncer answers that tracks nothing but what it knows by itself: it leaves the mode out of what the server reports. */
async function poolerBefore(serverPort: number) {
  const statements: string[] = []
  const pooler = createServer((inside) => {
    const outside = connect(serverPort, '127.0.0.1')
    inside.on('data', (bytes) => {
      if (bytes.toString('latin1', 0, 1) === 'Q') statements.push(bytes.toString('utf8', 5))
      outside.write(bytes)
    })
    outside.on('data', (bytes) => inside.write(withoutMode(bytes)))
    for (const socket of [inside, outside]) {
      socket.on('error', () => {})
      socket.on('close', () => [inside, outside].map((each) => each.destroy()))
    }
  })
  await new Promise<void>((resolve) => pooler.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    pooler.close()
  })
  const address = pooler.address()
  return { port: typeof address === 'object' ? address?.port : 0, statements: () => statements }
}

/** A message is a letter, a length of four bytes that counts itself, and the rest. */
function withoutMode(bytes: Buffer): Buffer {
  const kept: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const message = bytes.subarray(at, at + 1 + bytes.readInt32BE(at + 1))
    if (!message.includes('default_transaction_read_only')) kept.push(message)
    at += message.length
  }
  return Buffer.concat(kept)
}

function textOf(sql: string, names: readonly string[]) {
  const columns = names.map((name) => ({ name, type: 'text', dbType: '', computed: false }) as const)
  return { verb: 'other', sql, columns, table: undefined, written: [] } as const
}
