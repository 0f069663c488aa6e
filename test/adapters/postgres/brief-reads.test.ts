import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import type { Table } from '../../../src/core/database/schema.ts'
import { queryOf, tableNamed } from '../../contract/read-table.ts'
import { calm, equals } from '../../contract/scene.ts'
import { connectForTest, type Database, freshDatabase, isLeftOut, title } from './fresh-database.ts'
import { openService, serviceForTest } from './service.ts'

const SETUP = `CREATE TABLE one (id int PRIMARY KEY, words text, big bigint); CREATE TABLE two (id int PRIMARY KEY, exact numeric(6,2));
  INSERT INTO one SELECT n, 'row ' || n, 9007199254740990 + n FROM generate_series(1, 30) n;
  INSERT INTO two SELECT n, n / 4.0 FROM generate_series(1, 30) n`

describe.skipIf(isLeftOut)(title('reads by key that are sent together'), () => {
  let database: Database
  let adapter: DatabaseAdapter
  let one: Table
  let two: Table
  beforeAll(async () => {
    database = await freshDatabase(SETUP)
    adapter = await openService(database.url, { pool_size: 4 })
    one = await tableNamed(adapter, 'one')
    two = await tableNamed(adapter, 'two')
  })
  afterAll(async () => {
    await adapter.close()
    await database.close()
  })

  async function read(
    table: Table,
    id: number,
    { isBrief = true, from = adapter, signal = calm.signal } = {},
  ) {
    const query = queryOf(table, { where: equals('id', id), limit: 2, as: 'json', isBrief })
    return from.select(query, { signal })
  }

  test('each gets what it gets alone, whatever the tables and however often', async () => {
    const ids = [...Array(35).keys()]
    const alone = []
    for (const id of ids)
      for (const table of [one, two]) alone.push(await read(table, id, { isBrief: false }))
    for (let turn = 0; turn < 3; turn++)
      expect(await Promise.all(ids.flatMap((id) => [one, two].map((table) => read(table, id))))).toEqual(
        alone,
      )
  })

  test('one that fails is told so, and the others are not touched', async () => {
    await database.run('CREATE TABLE gone (id int PRIMARY KEY); INSERT INTO gone VALUES (1)')
    const gone = await tableNamed(adapter, 'gone')
    expect(await read(gone, 1)).toMatchObject({ json: '[{"id":1}]' })
    await database.run('DROP TABLE gone')
    const [first, failed, last] = await Promise.allSettled([read(one, 1), read(gone, 1), read(two, 2)])
    expect(first).toMatchObject({ value: { json: '[{"id":1,"words":"row 1","big":9007199254740991}]' } })
    expect(failed).toMatchObject({ status: 'rejected', reason: { code: expect.any(String) } })
    expect(last).toMatchObject({ value: { json: '[{"id":2,"exact":0.50}]' } })
  })

  test('a column that has become another one meanwhile is read as what it is', async () => {
    await database.run(
      'CREATE TABLE changing (id int PRIMARY KEY, a int); INSERT INTO changing VALUES (1, 7), (2, 8)',
    )
    const changing = await tableNamed(adapter, 'changing')
    const both = async () => await Promise.all([1, 2, 1, 2].map((id) => read(changing, id)))
    await both()
    await database.run(`ALTER TABLE changing ALTER a TYPE text USING 'n ' || a`)
    for (let turn = 0; turn < 3; turn++) {
      const texts = (await both()).map((found) => ('json' in found ? JSON.parse(found.json)[0].a : undefined))
      expect(texts).toEqual(['n 7', 'n 8', 'n 7', 'n 8'])
    }
  })

  test('one that has to wait holds up no other, and can be cancelled', async () => {
    const own = await serviceForTest(database.url, { pool_size: 4 })
    await Promise.all([read(one, 1, { from: own }), read(two, 1, { from: own })])
    const locker = await connectForTest(database.url)
    await locker.run('BEGIN; LOCK TABLE two IN ACCESS EXCLUSIVE MODE')
    const aborter = new AbortController()
    const waiting = read(two, 3, { from: own })
    const given = read(two, 4, { from: own, signal: aborter.signal })
    const free = [5, 6, 7].map((id) => read(one, id, { from: own }))
    expect(await Promise.all(free)).toHaveLength(3)
    aborter.abort()
    await expect(given).rejects.toMatchObject({ code: 'timeout' })
    await locker.run('COMMIT')
    expect(await waiting).toMatchObject({ json: '[{"id":3,"exact":0.75}]' })
  })

  test('who cancels while no connection is free is let go at once', async () => {
    const own = await serviceForTest(database.url, { pool_size: 1 })
    const locker = await connectForTest(database.url)
    await locker.run('BEGIN; LOCK TABLE two IN ACCESS EXCLUSIVE MODE')
    const [holder, aborter] = [new AbortController(), new AbortController()]
    const holding = read(two, 1, { from: own, isBrief: false, signal: holder.signal })
    const held = expect(holding).rejects.toMatchObject({ code: 'timeout' })
    const cancelled = [1, 2].map((id) => read(one, id, { from: own, signal: aborter.signal }))
    const refused = Promise.all(
      cancelled.map((one) => expect(one).rejects.toMatchObject({ code: 'timeout' })),
    )
    // They are on their way together then, and wait for the connection.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    aborter.abort()
    await refused
    holder.abort()
    await held
    await locker.run('COMMIT')
    expect(await read(one, 1, { from: own })).toMatchObject({ count: 1 })
  })

  test('a connection that is cut is no answer: they are read on another one', async () => {
    const own = await serviceForTest(database.url, { pool_size: 2, application_name: 'cut' })
    const turn = () => Promise.all([1, 2, 3, 4].map((id) => read(one, id, { from: own })))
    const before = await turn()
    for (let times = 0; times < 3; times++) {
      const running = turn()
      await database.run(
        `SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE application_name = 'cut'`,
      )
      expect(await running).toEqual(before)
    }
    expect(await turn()).toEqual(before)
  })
})
