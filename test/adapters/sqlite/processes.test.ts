import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import { field, table } from '../../contract/world.ts'
import { calm, change, databaseFile, isAlive, openedSeat, query, rowsOf, tableOf } from './database-file.ts'

/** Reading `forever` runs until it is stopped; so does inserting the name `slow`. */
const SQL = `
  CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
  INSERT INTO item VALUES (1, 'one'), (2, 'two');
  CREATE VIEW forever AS
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0;
  CREATE TRIGGER slow AFTER INSERT ON item WHEN new.name = 'slow'
    BEGIN INSERT INTO item SELECT i, 'x' FROM forever; END;`

async function world(options: Parameters<typeof openedSeat>[1] = {}) {
  const file = databaseFile(SQL)
  const { adapter, seat } = openedSeat(file, options)
  return {
    file,
    adapter,
    seat,
    item: await tableOf(adapter, 'item'),
    forever: await tableOf(adapter, 'forever'),
  }
}

function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no failure',
    (error: unknown) => error,
  )
}

const cancelled = { name: 'AppError', code: 'timeout', message: 'The request was cancelled.' }

test('a cancelled read stops in the database and the next one is answered', async () => {
  const { adapter, seat, item, forever } = await world({ readers: 1 })
  const [pid = 0] = seat.pids.readers
  const controller = new AbortController()
  const endless = failure(adapter.select(query(forever), { signal: controller.signal }))
  await untilAtWork(pid)
  controller.abort()
  expect(await endless).toMatchObject(cancelled)
  await expect.poll(() => isAlive(pid)).toBe(false)
  expect(await rowsOf(adapter, query(item))).toHaveLength(2)
})

test('a read is stopped at its time limit', async () => {
  const { adapter, seat, forever } = await world({ statementTimeoutMs: 2000 })
  const [pid = 0] = seat.pids.readers
  expect(await failure(adapter.select(query(forever), calm))).toMatchObject({
    code: 'timeout',
    message: 'The statement was stopped after 2000 ms.',
  })
  await expect.poll(() => isAlive(pid)).toBe(false)
})

test('a write is stopped at its time limit and leaves nothing', async () => {
  const { adapter, item } = await world({ statementTimeoutMs: 2000 })
  const slow = adapter.insert({ table: item, rows: [{ name: 'slow' }], returning: [] }, calm)
  expect(await failure(slow)).toMatchObject({ code: 'timeout' })
  expect(await adapter.insert({ table: item, rows: [{ name: 'three' }], returning: ['id'] }, calm)).toEqual({
    affected: 1,
    rows: [{ id: 3 }],
  })
  expect(await rowsOf(adapter, query(item))).toHaveLength(3)
})

test('a write that is cancelled while it runs leaves nothing', async () => {
  const { adapter, item } = await world()
  const controller = new AbortController()
  const rows = [{ name: 'before' }, { name: 'slow' }]
  const slow = failure(adapter.insert({ table: item, rows, returning: [] }, { signal: controller.signal }))
  await delay(200)
  controller.abort()
  expect(await slow).toMatchObject(cancelled)
  await adapter.insert({ table: item, rows: [{ name: 'after' }], returning: [] }, calm)
  expect((await rowsOf(adapter, query(item))).map(({ name }) => name)).toEqual(['one', 'two', 'after'])
})

test('a writer that is killed in the middle of a transaction leaves the table as it was', async () => {
  const { adapter, seat, item } = await world()
  const lost = adapter.transaction(async (records) => {
    await records.insert({ table: item, rows: [{ name: 'half' }], returning: [] }, calm)
    for (const pid of seat.pids.writer) process.kill(pid, 'SIGKILL')
    await delay(50)
    await records.insert({ table: item, rows: [{ name: 'whole' }], returning: [] }, calm)
  }, calm)
  expect(await failure(lost)).toMatchObject({ code: 'unavailable', retryable: true })
  expect(await rowsOf(adapter, query(item))).toHaveLength(2)
  await adapter.insert({ table: item, rows: [{ name: 'again' }], returning: [] }, calm)
  expect(await rowsOf(adapter, query(item))).toHaveLength(3)
})

test('a cancelled transaction whose work hangs gives the writer to the next', async () => {
  const { adapter, item } = await world()
  const controller = new AbortController()
  const hanging = adapter.transaction(
    async (records) => {
      await records.insert({ table: item, rows: [{ name: 'half' }], returning: [] }, calm)
      setTimeout(() => controller.abort(), 20)
      await new Promise(() => {})
    },
    { signal: controller.signal },
  )
  expect(await failure(hanging)).toMatchObject(cancelled)
  await adapter.insert({ table: item, rows: [{ name: 'next' }], returning: [] }, calm)
  expect((await rowsOf(adapter, query(item))).map(({ name }) => name)).toEqual(['one', 'two', 'next'])
})

test('a statement that runs in a cancelled transaction is answered too', async () => {
  const { adapter, item } = await world()
  const controller = new AbortController()
  let inner: Promise<unknown> = Promise.resolve()
  const outer = adapter.transaction(
    (records) => {
      inner = failure(records.insert({ table: item, rows: [{ name: 'slow' }], returning: [] }, calm))
      setTimeout(() => controller.abort(), 20)
      return inner
    },
    { signal: controller.signal },
  )
  expect(await failure(outer)).toMatchObject(cancelled)
  expect(await inner).toMatchObject({ code: 'unavailable' })
})

test('readers do not wait for a transaction and do not see what it has not committed', async () => {
  const { adapter, item } = await world()
  await adapter.transaction(async (records) => {
    await records.insert({ table: item, rows: [{ name: 'three' }], returning: [] }, calm)
    expect(await rowsOf(adapter, query(item))).toHaveLength(2)
    expect(await records.select(query(item), calm)).toMatchObject({ rows: { length: 3 } })
  }, calm)
  expect(await rowsOf(adapter, query(item))).toHaveLength(3)
})

test('short reads behind a long one are answered by another process', async () => {
  const { adapter, item, forever } = await world({ readers: 2 })
  const controller = new AbortController()
  const endless = failure(adapter.select(query(forever), { signal: controller.signal }))
  const short = Array.from({ length: 10 }, () => rowsOf(adapter, query(item)))
  for (const rows of await Promise.all(short)) expect(rows).toHaveLength(2)
  controller.abort()
  expect(await endless).toMatchObject(cancelled)
})

test('reads that share a process with a cancelled one are answered', async () => {
  const { adapter, item, forever } = await world({ readers: 1 })
  const controller = new AbortController()
  const endless = failure(adapter.select(query(forever), { signal: controller.signal }))
  const short = Array.from({ length: 30 }, () => rowsOf(adapter, query(item)))
  setTimeout(() => controller.abort(), 60)
  for (const rows of await Promise.all(short)) expect(rows).toHaveLength(2)
  expect(await endless).toMatchObject(cancelled)
})

test('a process that dies by itself fails its read with a retryable error, and the next read works', async () => {
  const { adapter, seat, item, forever } = await world({ readers: 1 })
  const endless = failure(adapter.select(query(forever), calm))
  for (const pid of seat.pids.readers) await untilAtWork(pid)
  for (const pid of seat.pids.readers) process.kill(pid, 'SIGKILL')
  expect(await endless).toMatchObject({ code: 'unavailable', retryable: true })
  expect(await rowsOf(adapter, query(item))).toHaveLength(2)
})

test('processes without work are let go and started again', async () => {
  const { adapter, seat, item } = await world({ idleMs: 100 })
  const writer = await adapter.transaction(async (records) => {
    await records.insert({ table: item, rows: [{ name: 'three' }], returning: [] }, calm)
    return seat.pids.writer
  }, calm)
  expect(writer).toHaveLength(1)
  await expect.poll(() => seat.pids).toEqual({ readers: [], writer: [] })
  await expect.poll(() => writer.some(isAlive)).toBe(false)
  expect(await rowsOf(adapter, query(item))).toHaveLength(3)
})

test('closing waits for what is under way, ends the processes and refuses what comes after', async () => {
  const { adapter, seat, item } = await world()
  const pids = () => [...seat.pids.readers, ...seat.pids.writer]
  const [begun, closed] = [moment(), moment()]
  const under = adapter.transaction(async (records) => {
    begun.come()
    await closed.here
    return records.insert({ table: item, rows: [{ name: 'three' }], returning: ['id'] }, calm)
  }, calm)
  await begun.here
  const before = pids()
  const closing = Promise.all([adapter.close(), adapter.close()])
  closed.come()
  expect(await failure(adapter.ping(calm))).toMatchObject({ code: 'unavailable' })
  expect(await under).toMatchObject({ rows: [{ id: 3 }] })
  await closing
  expect([...before, ...pids()].some(isAlive)).toBe(false)
})

test('a database of another program takes the place of the old one when it takes its path', async () => {
  const { adapter, file, item } = await world()
  expect(await rowsOf(adapter, query(item))).toHaveLength(2)
  const other = databaseFile(`${SQL} INSERT INTO item VALUES (3, 'three');`)
  const { renameSync } = await import('node:fs')
  renameSync(other, file)
  await expect.poll(() => rowsOf(adapter, query(item))).toHaveLength(3)
})

test('a change by another program is seen by the next read', async () => {
  const { adapter, file, item } = await world()
  expect(await rowsOf(adapter, query(item))).toHaveLength(2)
  change(file, `INSERT INTO item VALUES (3, 'three'); ALTER TABLE item ADD COLUMN extra TEXT`)
  expect(await rowsOf(adapter, query(item))).toHaveLength(3)
})

test('a database in memory keeps its rows from call to call', async () => {
  const { adapter } = openedSeat(':memory:')
  await makeNotes(adapter)
  const note = await tableOf(adapter, 'note')
  await adapter.insert({ table: note, rows: [{ body: 'kept' }], returning: [] }, calm)
  expect(await rowsOf(adapter, query(note))).toEqual([{ body: 'kept' }])
})

/** Resolves when a process has computed for as long as no idle one does: what it was asked for has begun. */
async function untilAtWork(pid: number): Promise<void> {
  const before = computedTicks(pid)
  await expect.poll(() => computedTicks(pid) - before, { interval: 10 }).toBeGreaterThan(10)
}

/** In hundredths of a second: fields 14 and 15 of /proc/[pid]/stat (man 5 proc). Elsewhere than on Linux the time of the clock. */
function computedTicks(pid: number): number {
  if (process.platform !== 'linux') return performance.now() / 10
  const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
  const fields = rest.split(' ')
  return Number(fields[11]) + Number(fields[12])
}

function moment(): { readonly here: Promise<void>; come(): void } {
  let come = () => {}
  const here = new Promise<void>((resolve) => {
    come = resolve
  })
  return { here, come: () => come() }
}

async function makeNotes(adapter: DatabaseAdapter): Promise<void> {
  const note = table('note', { fields: [field('body', 'text', { allowNull: true })] })
  await adapter.alter({ kind: 'create_table', table: note }, calm)
}
