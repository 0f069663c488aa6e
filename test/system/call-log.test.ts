import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { serviceTypes } from '../../adapters/all.ts'
import { readConfig } from '../../src/config/config.ts'
import type { CallNote } from '../../src/core/call-log.ts'
import type { DatabaseAdapter } from '../../src/core/database/adapter.ts'
import { AppError } from '../../src/core/errors.ts'
import { UNRESTRICTED } from '../../src/core/policy.ts'
import { callRecord, sameIn } from '../../src/system/call-log/call-record.ts'
import { createCallRecorder, ROWS_AT_ONCE } from '../../src/system/call-log/call-recorder.ts'
import { cleanUp } from '../../src/system/call-log/clean-up.ts'
import { type CallDatabase, manyApart } from '../../src/system/call-log/many-apart.ts'
import { rowsOf, tableNamed } from '../../src/system/records.ts'
import { callLog } from '../../src/system/resources/call-log.ts'
import { openSystemDatabase, openSystemDatabaseApart } from '../../src/system-database.ts'
import { callerWith } from '../helpers/shop.ts'
import { engines } from './engines.ts'
import { openStore } from './world.ts'

const caller = { ...callerWith(UNRESTRICTED), label: 'app:agent', roleId: 1, roleName: 'reader' }
const noteAt = (at: number, more: Partial<CallNote> = {}): CallNote => ({
  door: 'rest',
  at,
  ms: 1.5,
  caller,
  service: 'SHOP',
  resource: '_table/orders/secret-value',
  verb: 'GET',
  ...more,
})
const stored = (database: DatabaseAdapter) =>
  rowsOf(database, tableNamed(callLog.table), AbortSignal.timeout(20_000))

/** Writes when it is closed, and not before. */
function recorderOn(
  database: CallDatabase,
  more: { readonly now?: () => number; readonly keptRows?: number; readonly keptDays?: number } = {},
) {
  const errors: unknown[] = []
  const recorder = createCallRecorder({
    database,
    keptDays: 30,
    keptRows: 1_000_000,
    flushMs: 1_000_000,
    serviceNamed: (name) => (name.toLowerCase() === 'shop' ? 'shop' : undefined),
    ruleOf: () => 'the rule',
    onError: (error) => errors.push(error),
    ...more,
  })
  return { ...recorder, errors }
}

describe.each(engines)('with a system database of $name', ({ open }) => {
  test('calls are written by names, without values', async () => {
    const { database } = await openStore(await open())
    const { note, close } = recorderOn(database, { now: () => Date.UTC(2026, 0, 3) })
    const error = new AppError('forbidden', 'No.', { context: { reason: 'not_allowed_by_role' } })
    note(noteAt(Date.UTC(2026, 0, 2, 3, 4, 5), { rows: 3, bytes: 120, tokens: 30, requestId: 'r1' }))
    note(noteAt(Date.UTC(2026, 0, 2, 3, 4, 6), { error, door: 'mcp', operation: 'get_table_data' }))
    note(noteAt(Date.UTC(2026, 0, 2, 3, 4, 7), { service: 'a-key-by-mistake', resource: 'x' }))
    await close()
    const [one, two, three] = await stored(database)
    expect(one).toMatchObject({
      created_date: '2026-01-02 03:04:05',
      caller: 'app:agent',
      role: 'reader',
      service: 'shop',
      resource: '_table/orders',
      outcome: 'ok',
      status: 200,
      duration_us: 1500,
      row_count: 3,
      byte_count: 120,
      token_count: 30,
      request_id: 'r1',
    })
    expect(two).toMatchObject({
      door: 'mcp',
      operation: 'get_table_data',
      outcome: 'refused',
      status: 403,
      code: 'forbidden',
      reason: 'not_allowed_by_role',
      rule: 'the rule',
    })
    expect(three).toMatchObject({ service: null, resource: null })
    expect(JSON.stringify(await stored(database))).not.toMatch(/secret-value|a-key-by-mistake/)
  })

  test('names that an engine refuses stop no log', async () => {
    const { database } = await openStore(await open())
    const { note, close, errors } = recorderOn(database)
    const broken = `a\u0000b\ud800c\r\n${String.fromCodePoint(0x1f600)}`
    note(noteAt(Date.now(), { operation: broken, resource: `_table/${broken}` }))
    note(noteAt(Date.now(), { caller: undefined, service: 'shop', resource: `x/${broken}` }))
    note(noteAt(Date.now(), { operation: 'next' }))
    await close()
    const kept = await stored(database)
    expect(errors).toEqual([])
    expect(kept.map(({ operation }) => operation)).toEqual(['a�b�c��😀', null, 'next'])
    expect(JSON.stringify(kept)).not.toMatch(/\\u00|\\u[dD]8|\\[rn]/)
  })

  test('nothing is lost at an orderly end, however many wait', async () => {
    const { database } = await openStore(await open())
    const { note, close } = recorderOn(database)
    for (let n = 0; n < 1_234; n++) note(noteAt(Date.now()))
    await close()
    expect(await stored(database)).toHaveLength(1_234)
  })

  test('the newest are kept, and not for longer than they should be', async () => {
    const { database } = await openStore(await open())
    const now = Date.UTC(2026, 5, 1)
    const first = recorderOn(database, { now: () => now, keptRows: 5 })
    first.note(noteAt(now - 31 * 86_400_000, { operation: 'old' }))
    for (let n = 0; n < 9; n++) first.note(noteAt(now, { operation: `n${n}` }))
    await first.close()
    expect((await stored(database)).map(({ operation }) => operation)).toEqual(['n4', 'n5', 'n6', 'n7', 'n8'])
  })
})

test('what is deleted is deleted in portions', async () => {
  const { database } = await openStore()
  const now = Date.UTC(2026, 5, 1)
  const deleted: number[] = []
  const counting: DatabaseAdapter['delete'] = async (query, options) => {
    const result = await database.delete(query, options)
    deleted.push(result.affected)
    return result
  }
  const notes = recorderOn(database, { now: () => now, keptDays: 90 })
  for (let n = 0; n < 2_500; n++) notes.note(noteAt(now - 40 * 86_400_000))
  for (let n = 0; n < 700; n++) notes.note(noteAt(now))
  await notes.close()
  await cleanUp(
    { delete: counting, select: database.select },
    { since: '2026-05-02 00:00:00', rows: 500, isOver: () => false },
  )
  expect(await stored(database)).toHaveLength(500)
  expect(deleted).toEqual([1_000, 1_000, 500, 200])
})

describe('in numbers', () => {
  /** A file, and both ways into it; `counts`: rows of the inserts of each. */
  async function ways() {
    const config = readConfig({
      env: { DB_DATABASE: join(await mkdtemp(join(tmpdir(), 'sluice-calls-')), 'system.sqlite') },
    })
    const here = await openSystemDatabase(config, serviceTypes)
    onTestFinished(() => here.close())
    const apart = await openSystemDatabaseApart(config)
    if (!apart) throw new Error('a file has a second way')
    onTestFinished(() => apart.close())
    await openStore(here)
    const counts: Record<'here' | 'apart', number[]> = { here: [], apart: [] }
    const clock = { now: 0 }
    const counted = (name: 'here' | 'apart', { insert, ...rest }: DatabaseAdapter): DatabaseAdapter => ({
      ...rest,
      insert(query, options) {
        counts[name].push(query.rows.length)
        return insert(query, options)
      },
    })
    const database = manyApart({
      here: counted('here', here),
      apart: counted('apart', apart),
      many: ROWS_AT_ONCE,
      now: () => clock.now,
    })
    return { here, apart, database, counts, clock }
  }

  const sizes = (count: number) => Array.from({ length: count }, () => ROWS_AT_ONCE)

  test('they are written by another process, in their order, and few are not', async () => {
    const { here, database, counts } = await ways()
    const at = Date.UTC(2026, 0, 2)
    const { note, close, errors } = recorderOn(database, { now: () => at })
    const error = new AppError('forbidden', 'No.', { context: { reason: 'not_allowed_by_role' } })
    // Of the first statement all is the same but the durations, of the second nothing is.
    for (let n = 0; n < ROWS_AT_ONCE; n++) note(noteAt(at, { ms: n }))
    for (let n = ROWS_AT_ONCE; n < 2 * ROWS_AT_ONCE; n++) {
      const who = n % 3 === 0 ? undefined : { ...caller, label: `app:a${n % 5}`, appId: n % 5 }
      note(
        noteAt(at + n * 1000, {
          ms: n,
          caller: who,
          operation: `o${n % 7}`,
          error: n % 2 === 0 ? error : undefined,
        }),
      )
    }
    for (let n = 2 * ROWS_AT_ONCE; n < 2 * ROWS_AT_ONCE + 3; n++) note(noteAt(at, { ms: n }))
    await close()
    expect(errors).toEqual([])
    expect(counts).toEqual({ apart: sizes(2), here: [3] })
    const kept = await stored(here)
    expect(kept.map(({ duration_us }) => duration_us)).toEqual(kept.map((_, n) => n * 1000))
    expect(kept[7]).toMatchObject({
      caller: 'app:agent',
      role: 'reader',
      service: 'shop',
      status: 200,
      code: null,
    })
    expect(kept[256]).toMatchObject({
      caller: 'app:a1',
      app_id: 1,
      operation: 'o4',
      status: 403,
      rule: 'the rule',
    })
    expect(kept[257]).toMatchObject({ caller: 'app:a2', app_id: 2, operation: 'o5', status: 200, rule: null })
    expect(kept[258]).toMatchObject({ caller: 'unknown', role: null, operation: 'o6', code: 'forbidden' })
    expect(kept).toHaveLength(2 * ROWS_AT_ONCE + 3)
  })

  test('the server that answers writes them itself for a minute where the other process fails', async () => {
    const { here, apart, database, counts, clock } = await ways()
    await apart.close()
    const { note, close, errors } = recorderOn(database)
    const noteMany = () => Array.from({ length: ROWS_AT_ONCE }, (_, ms) => note(noteAt(Date.now(), { ms })))
    noteMany()
    await close()
    // Told, and kept.
    expect(errors).toHaveLength(1)
    clock.now = 59_999
    noteMany()
    await close()
    expect(counts).toEqual({ apart: sizes(1), here: sizes(2) })
    clock.now = 60_000
    noteMany()
    await close()
    expect(errors).toHaveLength(2)
    expect(counts).toEqual({ apart: sizes(2), here: sizes(3) })
    const order = Array.from({ length: ROWS_AT_ONCE }, (_, n) => n * 1000)
    expect((await stored(here)).map(({ duration_us }) => duration_us)).toEqual([...order, ...order, ...order])
  })

  test('what is left of them waits for more, and goes with them', async () => {
    const { database, counts } = await ways()
    const { note, close } = recorderOn(database)
    const noteSome = (count: number) => Array.from({ length: count }, () => note(noteAt(Date.now())))
    noteSome(ROWS_AT_ONCE + 44)
    await expect.poll(() => counts.apart).toEqual(sizes(1))
    expect(counts.here).toEqual([])
    noteSome(ROWS_AT_ONCE - 44)
    await expect.poll(() => counts.apart).toEqual(sizes(2))
    await close()
    expect(counts.here).toEqual([])
  })
})

test('what calls have in common is what is one in all of their records', () => {
  const words = {
    serviceNamed: (name: string) => name.toLowerCase(),
    ruleOf: () => 'the rule',
    dateOf: String,
  }
  const at = Date.now()
  const plain = noteAt(at)
  const refusal = new AppError('forbidden', 'No.', { context: { reason: 'not_allowed_by_role' } })
  const others: readonly Partial<CallNote>[] = [
    { door: 'mcp' },
    { caller: { ...caller, label: 'app:other' } },
    { caller: { ...caller, actedBy: 'admin:3' } },
    { caller: { ...caller, appId: 7 } },
    { caller: { ...caller, userId: 7 } },
    { caller: { ...caller, roleName: 'writer' } },
    { caller: undefined },
    { service: 'other' },
    { operation: 'get_table_data' },
    { resource: '_table/customers' },
    { verb: 'DELETE' },
    { error: refusal },
    { error: new AppError('not_found', 'No.') },
  ]
  expect(sameIn([plain, noteAt(at, { ms: 9 })])).toHaveLength(15)
  for (const other of others) {
    const notes = [plain, noteAt(at, other)]
    const [one, two] = notes.map((note) => callRecord(note, words))
    const same = sameIn(notes)
    const different = Object.keys(one ?? {}).filter((name) => one?.[name] !== two?.[name])
    expect(different).not.toEqual([])
    expect(same.filter((name) => different.includes(name))).toEqual([])
    expect(same.length).toBeGreaterThan(8)
  }
})

describe('while the database is away', () => {
  /** Refuses until it is back. */
  async function broken() {
    const { database } = await openStore()
    const state = { isBack: false }
    const insert: DatabaseAdapter['insert'] = async (query, options) => {
      if (!state.isBack) throw new AppError('unavailable', 'The database is away.')
      return database.insert(query, options)
    }
    return { database, state, away: { insert, delete: database.delete, select: database.select } }
  }

  test('calls wait, and are written when it is back', async () => {
    const { database, state, away } = await broken()
    const recorder = createCallRecorder({
      database: away,
      keptDays: 30,
      keptRows: 1_000,
      flushMs: 5,
      serviceNamed: (name) => name,
      ruleOf: () => undefined,
      onError: () => {
        state.isBack = true
      },
    })
    for (let n = 0; n < 10; n++) recorder.note(noteAt(Date.now(), { operation: `n${n}` }))
    await expect.poll(() => stored(database)).toHaveLength(10)
    const kept = await stored(database)
    expect(kept.map(({ operation }) => operation)).toEqual(Array.from({ length: 10 }, (_, n) => `n${n}`))
    await recorder.close()
  })

  test('a note that the database does not take keeps no other out, and is counted', async () => {
    const { database } = await openStore()
    const insert: DatabaseAdapter['insert'] = async (query, options) => {
      if (query.rows.some(({ operation }) => operation === 'n3'))
        throw new AppError('bad_request', 'Not this one.')
      return database.insert(query, options)
    }
    const { note, close } = recorderOn({ insert, delete: database.delete, select: database.select })
    for (let n = 0; n < 10; n++) note(noteAt(Date.now(), { operation: `n${n}` }))
    await close()
    const kept = await stored(database)
    expect(kept.map(({ operation }) => operation)).toEqual([
      ...[0, 1, 2, 4, 5, 6, 7, 8, 9].map((n) => `n${n}`),
      null,
    ])
    expect(kept.at(-1)).toMatchObject({ outcome: 'dropped', row_count: 1 })
  })

  test('no more than so many wait, the oldest go, and how many is told', async () => {
    const { database, state, away } = await broken()
    const { note, close, errors } = recorderOn(away)
    for (let n = 0; n < 50_000; n++) note(noteAt(Date.now(), { ms: n }))
    await close()
    expect(errors).toHaveLength(1)
    expect(await stored(database)).toEqual([])
    state.isBack = true
    await close()
    const kept = await stored(database)
    const dropped = kept.filter(({ outcome }) => outcome === 'dropped')
    const told = dropped.reduce((sum, { row_count }) => sum + Number(row_count), 0)
    expect(kept.length - dropped.length + told).toBe(50_000)
    expect(kept.length - dropped.length).toBeLessThanOrEqual(40_000)
  })
})

test('a flood of those who are nobody is counted, not kept', async () => {
  const { database } = await openStore()
  const { note, close } = recorderOn(database, { keptRows: 100_000 })
  const error = new AppError('unauthenticated', 'Who?')
  for (let n = 0; n < 1_000; n++) note(noteAt(Date.now(), { caller: undefined, error }))
  note(noteAt(Date.now()))
  await close()
  const kept = await stored(database)
  expect(kept.filter(({ caller: who }) => who === 'unknown')).toHaveLength(300)
  expect(kept.filter(({ outcome }) => outcome === 'dropped')).toMatchObject([{ row_count: 700 }])
  expect(kept.filter(({ caller: who }) => who === 'app:agent')).toHaveLength(1)
})
