import driver from 'oracledb'
import { afterEach, describe, expect, test } from 'vitest'
import { longestText } from '../../../adapters/database/oracle/driver.ts'
import { oracle } from '../../../adapters/database/oracle/service-type.ts'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import type { Json } from '../../../src/core/database/value.ts'
import { OUTCOME_UNKNOWN } from '../../../src/core/errors.ts'
import { calm, present, rowsOf } from '../../contract/scene.ts'
import { parameter, routine } from './session-statements.ts'
import type { TnsRows } from './tns/answers.ts'
import { startTns, TNS_PASSWORD, type TnsAnswer, type TnsAnswers, type TnsServer } from './tns/tns-server.ts'
import { tableNamed } from './world.ts'

/** The whole adapter with the real driver, on sockets; what answers is no database. */
const customers = tableNamed('customers')
const orders = tableNamed('orders')
const servers: TnsServer[] = []
const adapters: DatabaseAdapter[] = []

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
  await Promise.all(adapters.splice(0).map((adapter) => adapter.close()))
})

async function start(answers: TnsAnswers, config: Readonly<Record<string, unknown>> = {}) {
  const server = await startTns((sql, session) => answers(sql, session) ?? usual(sql))
  servers.push(server)
  const url = `oracle://u:${TNS_PASSWORD}@127.0.0.1:${server.port}/FREE`
  const adapter = await oracle.open(oracle.config.parse({ url, connect_timeout: 10, ...config }), {
    baseDir: '.',
    statementTimeoutMs: 20_000,
  })
  adapters.push(adapter)
  return { server, adapter, seen: server.seen }
}

const ids = (...rows: readonly string[]): TnsAnswer => ({
  columns: [{ name: 'id', type: 'NUMBER' }],
  rows: rows.map((id) => [id]),
})

function usual(sql: string): TnsAnswer | undefined {
  if (sql.startsWith('select 1 ')) return ids('1')
  return sql.startsWith('select') ? ids('7') : undefined
}

const first = async (adapter: DatabaseAdapter, signal = calm.signal): Promise<Json | undefined> => {
  const query = { table: customers, fields: ['id'], limit: 1, as: 'rows' } as const
  return rowsOf(await adapter.select(query, { signal }))[0]?.id
}
const rename = {
  table: customers,
  set: { name: 'x' },
  where: { op: '=', field: 'id', value: 1n },
  returning: [],
} as const
const waits = (sql: RegExp) => (text: string) => (sql.test(text) ? 'waits' : undefined)

describe('what the driver gives', () => {
  test('has every digit of a number, and no round trip more than it takes', async () => {
    const { adapter, seen } = await start((sql) =>
      sql.includes('"ORDERS"')
        ? {
            columns: [
              { name: 'id', type: 'NUMBER' },
              { name: 'total', type: 'NUMBER' },
              { name: 'status', type: 'VARCHAR2' },
            ],
            rows: [
              ['1', '-0.01', 'ä'.repeat(2000)],
              ['2', '99999999999999999999999999999999999999', null],
              ['3', '123456789012345678.25', ''],
            ],
          }
        : undefined,
    )
    const query = { table: orders, fields: ['id', 'total', 'status'], limit: 25, as: 'rows' } as const
    expect(rowsOf(await adapter.select(query, calm))).toEqual([
      { id: 1, total: -0.01, status: 'ä'.repeat(2000) },
      { id: 2, total: '99999999999999999999999999999999999999', status: null },
      { id: 3, total: '123456789012345678.25', status: null },
    ])
    expect(seen.filter((each) => each.startsWith('fetch'))).toEqual([])
  })

  test('is what a write gave back, in order, and by places', async () => {
    const { adapter } = await start((sql) =>
      sql.startsWith('insert') ? { affected: 1, returned: [[['41'], ['Ada']]] } : undefined,
    )
    const written = await adapter.insert(
      { table: customers, rows: [{ name: 'Ada' }], returning: ['id', 'name'] },
      calm,
    )
    expect(written).toEqual({ affected: 1, rows: [{ id: 41, name: 'Ada' }] })
  })
})

describe('what the driver gives of several', () => {
  test('is what each of many rows gave back, in one round trip', async () => {
    const { adapter, seen } = await start((sql) =>
      sql.startsWith('insert')
        ? {
            affected: 3,
            returned: [
              [['1'], ['Ada']],
              [['2'], [null]],
              [['3'], ['Grace']],
            ],
          }
        : undefined,
    )
    const rows = [{ name: 'Ada' }, { name: 'x' }, { name: 'Grace' }]
    expect(await adapter.insert({ table: customers, rows, returning: ['id', 'name'] }, calm)).toEqual({
      affected: 3,
      rows: [
        { id: 1, name: 'Ada' },
        { id: 2, name: null },
        { id: 3, name: 'Grace' },
      ],
    })
    expect(seen.filter((sql) => sql.startsWith('insert'))).toHaveLength(1)
  })

  test('are several rows that one statement changed, and none', async () => {
    let rows: readonly string[] = ['5', '6']
    const { adapter } = await start((sql) =>
      sql.startsWith('update')
        ? { affected: rows.length, returned: [[rows, rows.map(() => 'x')]] }
        : undefined,
    )
    const update = { ...rename, returning: ['id', 'name'] }
    expect(await adapter.update(update, calm)).toEqual({
      affected: 2,
      rows: [
        { id: 5, name: 'x' },
        { id: 6, name: 'x' },
      ],
    })
    rows = []
    expect(await adapter.update(update, calm)).toEqual({ affected: 0, rows: [] })
  })

  test('are large objects, each read when its row comes', async () => {
    const words = 'Zwölf 🥊 '.repeat(5000)
    const types = tableNamed('types')
    const { adapter, seen } = await start((sql) =>
      sql.includes('"TYPES"')
        ? {
            columns: [
              { name: 'id', type: 'NUMBER' },
              { name: 'words', type: 'CLOB' },
              { name: 'bytes', type: 'BLOB' },
            ],
            rows: [
              ['1', words, '00ff'],
              ['2', null, null],
              ['3', 'x', null],
            ],
          }
        : undefined,
    )
    const query = { table: types, fields: ['id', 'words', 'bytes'], limit: 5, as: 'rows' } as const
    expect(rowsOf(await adapter.select(query, calm))).toEqual([
      { id: 1, words, bytes: 'AP8=' },
      { id: 2, words: null, bytes: null },
      { id: 3, words: 'x', bytes: null },
    ])
    expect(seen.filter((each) => each === 'read a large object')).toHaveLength(3)
  })
})

describe('what a routine gives', () => {
  const cursor: TnsRows = {
    columns: [
      { name: 'N', type: 'NUMBER' },
      { name: 'DAY', type: 'DATE' },
      { name: 'MOMENT', type: 'TIMESTAMP' },
      { name: 'ZONED', type: 'TIMESTAMP WITH TIME ZONE' },
      { name: 'SPAN', type: 'INTERVAL DAY TO SECOND' },
      { name: 'BYTES', type: 'RAW' },
    ],
    rows: [
      // In many zones there is no such time of the day.
      [
        '0.1',
        '2024-03-31 02:30:00',
        '2024-03-10 02:30:00.123456789',
        '2024-02-29 23:30:45.000000001 -05:30',
        '-02 03:04:05.5',
        '00ff',
      ],
      [
        '12345678901234567890',
        '0099-01-01 00:00:00',
        '9999-12-31 23:59:59.000000000',
        '2024-01-01 00:00:00.5 +14:00',
        '+00 00:00:00',
        null,
      ],
      [null, null, null, null, null, null],
    ],
  }
  const shown = [
    {
      n: 0.1,
      day: '2024-03-31 02:30:00',
      moment: '2024-03-10 02:30:00.123456789',
      zoned: '2024-02-29 23:30:45.000000001-05:30',
      span: '-02 03:04:05.5',
      bytes: 'AP8=',
    },
    {
      n: '12345678901234567890',
      day: '0099-01-01 00:00:00',
      moment: '9999-12-31 23:59:59',
      zoned: '2024-01-01 00:00:00.5+14:00',
      span: '+00 00:00:00',
      bytes: null,
    },
    { n: null, day: null, moment: null, zoned: null, span: null, bytes: null },
  ]
  const lists = routine('APP.LISTS', [
    parameter('wanted', 'IN', 'integer', 'NUMBER(10)'),
    parameter('list', 'OUT', 'object', 'REF CURSOR'),
    parameter('total', 'OUT', 'decimal', 'NUMBER'),
  ])
  const call = (answer: TnsAnswer, readOnly = false) =>
    start((sql) => (sql.startsWith('begin "APP"') ? answer : undefined)).then(async ({ adapter, seen }) => ({
      result: await adapter.call({ routine: lists, arguments: { wanted: 1n }, readOnly }, calm),
      seen,
    }))

  test('in a cursor has every digit and no other time, and so has an implicit result', async () => {
    const { result } = await call({ out: [undefined, cursor, '70.35'], sets: [cursor] })
    expect(result).toEqual({ sets: [shown, shown], out: { total: 70.35 } })
  })

  test('beside a large object is as the driver makes it: the moment of a zone, and the time of the others', async () => {
    const { result } = await call({
      out: [
        undefined,
        {
          columns: [
            { name: 'WORDS', type: 'CLOB' },
            { name: 'DAY', type: 'DATE' },
            { name: 'ZONED', type: 'TIMESTAMP WITH TIME ZONE' },
          ],
          rows: [[null, '2024-06-01 12:00:00', '2024-02-29 23:30:45.125000001 -05:30']],
        },
        null,
      ],
    })
    expect(result.sets).toEqual([
      [{ words: null, day: '2024-06-01 12:00:00', zoned: '2024-03-01 05:00:45.125+00:00' }],
    ])
  })

  test('of many rows in a cursor comes in parts', async () => {
    const rows = Array.from({ length: 2500 }, (_, n) => [String(n), null, null, null, null, null])
    const { result, seen } = await call({ out: [undefined, { ...cursor, rows }, null] })
    expect(result.sets[0]).toHaveLength(2500)
    expect(seen.filter((each) => each.startsWith('fetch')).length).toBeGreaterThan(2)
  })

  test('read-only is told to the server before it, and nothing is kept', async () => {
    const { seen } = await call({ out: [undefined, null, '1'] }, true)
    const from = seen.indexOf('alter session disable commit in procedure')
    expect(seen.slice(from, from + 5)).toEqual([
      'alter session disable commit in procedure',
      'set transaction read only',
      expect.stringMatching(/^begin "APP"/),
      'rollback',
      'alter session enable commit in procedure',
    ])
  })

  test('next is given by a session that was made as it was', async () => {
    const { adapter, seen } = await start((sql) =>
      sql.startsWith('begin "APP"') ? { out: [undefined, null, '1'] } : undefined,
    )
    const query = { routine: lists, arguments: { wanted: 1n }, readOnly: false }
    await adapter.call(query, calm)
    const { length } = seen
    await adapter.call(query, calm)
    expect(seen.slice(length, length + 3)).toEqual([
      'begin dbms_session.reset_package; end;',
      expect.stringMatching(/^alter session set nls_/),
      "alter session set time_zone = '+00:00'",
    ])
  })
})

describe('a stream', () => {
  const many = 100_000

  test('of 100 000 rows holds a part at a time, and asks for the next when it is wanted', async () => {
    let made = 0
    const rows = {
      *[Symbol.iterator]() {
        for (; made < many; made++) yield [String(made), 'x'.repeat(200)]
      },
    }
    const { adapter } = await start((sql) =>
      sql.includes('"CUSTOMERS"')
        ? {
            columns: [
              { name: 'id', type: 'NUMBER' },
              { name: 'name', type: 'VARCHAR2' },
            ],
            rows,
          }
        : undefined,
    )
    const query = { table: customers, fields: ['id', 'name'], limit: many, as: 'rows' } as const
    let taken = 0
    let mostAhead = 0
    for await (const part of present(adapter.stream)(query, calm)) {
      expect(part[0]?.id).toBe(taken)
      taken += part.length
      mostAhead = Math.max(mostAhead, made - taken)
    }
    expect(taken).toBe(many)
    // What the server was asked for before it was taken: two parts at most.
    expect(mostAhead).toBeLessThanOrEqual(2002)
  })

  test('that is left asks for nothing more, and gives its connection back', async () => {
    let made = 0
    const { adapter, server } = await start((sql) =>
      sql.includes('"CUSTOMERS"')
        ? {
            columns: [{ name: 'id', type: 'NUMBER' }],
            rows: {
              *[Symbol.iterator]() {
                for (;;) yield [String(made++)]
              },
            },
          }
        : undefined,
    )
    const query = { table: customers, fields: ['id'], limit: many, as: 'rows' } as const
    for await (const _ of present(adapter.stream)(query, calm)) break
    expect(made).toBeLessThanOrEqual(2002)
    const before = server.sessions()
    await adapter.ping(calm)
    expect(server.sessions()).toBe(before)
    expect(server.seen).toContain('rollback')
  })
})

describe('a request that is cancelled', () => {
  test('is broken, and its session goes on', async () => {
    const sessions: number[] = []
    const { adapter, seen } = await start((sql, session) => {
      if (!sql.includes('"APP"')) return undefined
      sessions.push(session)
      return sessions.length === 1 ? 'waits' : undefined
    })
    const controller = new AbortController()
    const reading = first(adapter, controller.signal)
    await expect.poll(() => sessions.length).toBe(1)
    controller.abort()
    await expect(reading).rejects.toMatchObject({ code: 'timeout' })
    expect(seen).toEqual(expect.arrayContaining(['break', 'reset']))
    expect(await first(adapter)).toBe(7)
    expect(sessions[1]).toBe(sessions[0])
  })

  test('ends though the server hears no break, and its session is closed', async () => {
    const { adapter, server } = await start((sql) =>
      sql === 'break' || sql.includes('"CUSTOMERS"') ? 'waits' : undefined,
    )
    const controller = new AbortController()
    const reading = first(adapter, controller.signal)
    await expect.poll(() => server.seen.join(' ')).toContain('"CUSTOMERS"')
    controller.abort()
    await expect(reading).rejects.toMatchObject({ code: 'timeout' })
    await expect.poll(() => server.sessions()).toBe(0)
    await expect(adapter.ping(calm)).resolves.toBeUndefined()
  })

  test('in a transaction keeps nothing of it', async () => {
    const { adapter, seen } = await start(waits(/^delete/))
    const controller = new AbortController()
    const changing = adapter.transaction(
      async (records) => {
        await records.update(rename, { signal: controller.signal })
        await records.delete({ table: customers, returning: [] }, { signal: controller.signal })
      },
      { signal: controller.signal },
    )
    await expect.poll(() => seen.at(-1)).toMatch(/^delete/)
    controller.abort()
    await expect(changing).rejects.toMatchObject({ code: 'timeout' })
    await expect.poll(() => seen).toContain('rollback')
    expect(seen).not.toContain('commit')
  })
})

describe('a connection that is cut', () => {
  test('in a read: it is done once more on another one', async () => {
    let cuts = 0
    const { adapter } = await start((sql) =>
      sql.includes('"CUSTOMERS"') && cuts++ === 0 ? 'cut' : undefined,
    )
    expect(await first(adapter)).toBe(7)
    expect(cuts).toBe(2)
  })

  test('in every read: it is told, as one to try again', async () => {
    const { adapter } = await start((sql) => (sql.includes('"CUSTOMERS"') ? 'cut' : undefined))
    await expect(first(adapter)).rejects.toMatchObject({ code: 'unavailable', retryable: true })
  })

  test('in a write by itself: nobody knows what became of it', async () => {
    const { adapter, seen } = await start((sql) => (sql.startsWith('update') ? 'cut' : undefined))
    await expect(adapter.update(rename, calm)).rejects.toMatchObject({
      code: 'unavailable',
      retryable: false,
      context: { reason: OUTCOME_UNKNOWN },
    })
    expect(seen.filter((sql) => sql.startsWith('update'))).toHaveLength(1)
  })

  test('in the middle of a transaction: nothing of it is kept, and it may be tried again', async () => {
    const { adapter, seen } = await start((sql) => (sql.startsWith('delete') ? 'cut' : undefined))
    const changing = adapter.transaction(async (records) => {
      await records.update(rename, calm)
      await records.delete({ table: customers, returning: [] }, calm)
    }, calm)
    await expect(changing).rejects.toMatchObject({ code: 'unavailable', retryable: true })
    expect(seen).not.toContain('commit')
  })

  test('in the commit: nobody knows what became of it', async () => {
    const { adapter } = await start((sql) => (sql === 'commit' ? 'cut' : undefined))
    const changing = adapter.transaction((records) => records.update(rename, calm), calm)
    await expect(changing).rejects.toMatchObject({ context: { reason: OUTCOME_UNKNOWN } })
  })

  test('while it was idle is not noticed by who comes next', async () => {
    const { adapter, server } = await start(() => undefined)
    expect(await first(adapter)).toBe(7)
    await adapter.update(rename, calm)
    await server.stop()
    await server.start()
    expect(await first(adapter)).toBe(7)
    await expect(adapter.transaction((records) => records.update(rename, calm), calm)).resolves.toMatchObject(
      { affected: 0 },
    )
  })
})

test('a server that is gone is told at once, and found again at the first call after its return', async () => {
  const { adapter, server } = await start(() => undefined)
  expect(await first(adapter)).toBe(7)
  await server.stop()
  await expect(first(adapter)).rejects.toMatchObject({ code: 'unavailable', retryable: true })
  await expect(adapter.update(rename, calm)).rejects.toMatchObject({ code: 'unavailable' })
  await server.start()
  expect(await first(adapter)).toBe(7)
  await expect(adapter.update(rename, calm)).resolves.toMatchObject({ affected: 0 })
})

test('with all connections busy one waits, and hears why there was none', async () => {
  const { adapter, server } = await start(waits(/"CUSTOMERS"/), { pool_size: 1, connect_timeout: 3 })
  const controller = new AbortController()
  const busy = first(adapter, controller.signal)
  await expect.poll(() => server.seen.join(' ')).toContain('"CUSTOMERS"')
  await expect(adapter.ping(calm)).rejects.toMatchObject({
    code: 'unavailable',
    message: 'No connection to the database was free within 3000 ms.',
    hint: expect.stringMatching(/pool_size/),
    retryable: true,
  })
  controller.abort()
  await expect(busy).rejects.toMatchObject({ code: 'timeout' })
  await expect(adapter.ping(calm)).resolves.toBeUndefined()
})

test('a statement that takes longer than it may is broken', async () => {
  const { adapter, seen } = await start(waits(/"CUSTOMERS"/), { statement_timeout: 3 })
  await expect(first(adapter)).rejects.toMatchObject({
    code: 'timeout',
    message: 'The statement was stopped after 3000 ms.',
  })
  expect(seen).toContain('break')
})

test('how long a text of SQL may be is known of the session', async () => {
  const server = await startTns(usual)
  servers.push(server)
  const connection = await driver.getConnection({
    user: 'u',
    password: TNS_PASSWORD,
    connectString: `127.0.0.1:${server.port}/FREE`,
  })
  expect(longestText(connection)).toBe(32_767)
  await connection.close()
})

test('the password is checked by the server, and no other word of it is told', async () => {
  const server = await startTns(usual)
  servers.push(server)
  const url = `oracle://u:wrong9@127.0.0.1:${server.port}/FREE`
  const opened = oracle.open(oracle.config.parse({ url }), { baseDir: '.', statementTimeoutMs: 20_000 })
  await expect(opened).rejects.toMatchObject({
    code: 'unavailable',
    message: 'The database refused the username or the password.',
  })
})
