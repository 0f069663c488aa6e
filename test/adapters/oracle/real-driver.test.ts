import { describe, expect, test } from 'vitest'
import { calm, rowsOf } from '../../contract/scene.ts'
import { customers, orders, rename, useDriver } from './driver-scene.ts'
import { parameter, routine } from './session-statements.ts'
import type { TnsRows } from './tns/answers.ts'
import type { TnsAnswer } from './tns/tns-server.ts'
import { tableNamed } from './world.ts'

const { start } = useDriver()

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
