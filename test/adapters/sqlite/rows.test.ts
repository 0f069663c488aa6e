import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSqlite } from '../../../adapters/database/sqlite/open.ts'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import type { Table } from '../../../src/core/database/schema.ts'
import { calm, change, makeDatabaseFile, opened, query, rowsOf, tableOf } from './database-file.ts'

const SQL = `CREATE TABLE v (
  id INTEGER PRIMARY KEY, n INTEGER, f REAL, d DECIMAL(12,2), t TEXT, b BLOB, j JSON, y BOOLEAN, day DATE, x)`

const NAMES = [
  '__proto__',
  'constructor',
  '2',
  'a b',
  'it"s',
  '日本',
  'select',
  'x`y',
  'a.b',
  '[z]',
  "o'k",
  't',
]

function tableNamed(name: string): string {
  const quoted = `"${name.replaceAll('"', '""')}"`
  return `CREATE TABLE ${quoted} (${quoted} TEXT, other INTEGER)`
}

describe.each([
  ['in a process', false],
  ['inline', true],
])('%s', (_, inline) => {
  const shared = useWorld(inline)

  test.each([
    ['the largest integer', `(n) VALUES (9223372036854775807)`, { n: '9223372036854775807' }],
    ['the smallest integer', `(n) VALUES (-9223372036854775808)`, { n: '-9223372036854775808' }],
    ['the largest integer of a double', `(n) VALUES (9007199254740991)`, { n: 9007199254740991 }],
    ['an integer just beyond a double', `(n) VALUES (9007199254740993)`, { n: '9007199254740993' }],
    ['a real', `(f) VALUES (0.30000000000000004)`, { f: 0.30000000000000004 }],
    ['a whole real', `(f) VALUES (5.0)`, { f: 5 }],
    ['a huge real', `(f) VALUES (1e300)`, { f: 1e300 }],
    ['infinity', `(f) VALUES (9e999)`, { f: null }],
    ['a decimal', `(d) VALUES ('12.30')`, { d: 12.3 }],
    ['unicode', `(t) VALUES ('naïve 日本 🦊')`, { t: 'naïve 日本 🦊' }],
    [
      'quotes and line ends',
      `(t) VALUES ('a"b\\c' || char(10) || char(9) || char(1))`,
      { t: 'a"b\\c\n\t\u0001' },
    ],
    ['bytes', `(b) VALUES (x'00ff10')`, { b: 'AP8Q' }],
    ['no bytes', `(b) VALUES (x'')`, { b: '' }],
    ['JSON', `(j) VALUES ('{"a": [1, null, "é"]}')`, { j: { a: [1, null, 'é'] } }],
    ['JSON null', `(j) VALUES ('null')`, { j: null }],
    ['text that is no JSON', `(j) VALUES ('{oops')`, { j: '{oops' }],
    ['true and false', `(y, n) VALUES (1, 0)`, { y: true, n: 0 }],
    ['a number that is neither true nor false', `(y) VALUES (7)`, { y: 7 }],
    ['text in an integer', `(n) VALUES ('many')`, { n: 'many' }],
    ['text in a decimal', `(d) VALUES ('n/a')`, { d: 'n/a' }],
    ['a number in a date', `(day) VALUES (1700000000)`, { day: 1700000000 }],
    ['a number in text', `(t) VALUES (5)`, { t: '5' }],
    ['bytes in text', `(t) VALUES (x'41')`, { t: 'QQ==' }],
    ['an integer in a column without a type', `(x) VALUES (5)`, { x: 5 }],
    ['a large integer in a boolean', `(y) VALUES (9007199254740993)`, { y: '9007199254740993' }],
  ])('%s', async (_name, values, expected) => {
    change(shared.file, `DELETE FROM v; INSERT INTO v ${values}`)
    expect(await rowsOf(shared.adapter, query(shared.table))).toMatchObject([expected])
  })

  test('the text of rows is what JSON.stringify makes of them', async () => {
    const values = `(n, f, d, t, b, j, y, day) VALUES
      (9223372036854775807, 0.1, 12.3, 'a"\\é🦊', x'00ff', '{"a":[1]}', 1, '2024-01-31'),
      (1, 1e21, -0.5, '', x'', 'no json', 0, NULL), (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`
    change(shared.file, `DELETE FROM v; INSERT INTO v ${values}`)
    const rows = await rowsOf(shared.adapter, query(shared.table))
    expect(await shared.adapter.select(query(shared.table, { as: 'json' }), calm)).toEqual({
      json: JSON.stringify(rows),
      count: 3,
    })
  })

  test('what is written comes back', async () => {
    const { adapter, table } = shared
    await adapter.delete({ table, returning: [] }, calm)
    const values = {
      n: 2n ** 62n + 1n,
      f: 0.1,
      d: '1234567.89',
      t: 'é"\n🦊',
      b: new Uint8Array([0, 128, 255]),
      j: { json: { a: [1] } },
      y: true,
    }
    const shown = {
      n: '4611686018427387905',
      f: 0.1,
      d: 1234567.89,
      t: 'é"\n🦊',
      b: 'AID/',
      j: { a: [1] },
      y: true,
    }
    const returning = Object.keys(values)
    expect(await adapter.insert({ table, rows: [values], returning }, calm)).toEqual({
      affected: 1,
      rows: [shown],
    })
    expect(await rowsOf(adapter, query(table, { fields: returning }))).toEqual([shown])
  })

  test.each(NAMES)('a column and a table named %s', async (name) => {
    const { adapter } = shared
    const table = await tableOf(adapter, name)
    await adapter.insert({ table, rows: [{ [name]: 'value', other: 1 }], returning: [name] }, calm)
    const where = { op: '=', field: name, value: 'value' } as const
    await adapter.update({ table, set: { other: 2 }, where, returning: [] }, calm)
    const [found] = await rowsOf(adapter, query(table, { where, orderBy: [{ by: name, direction: 'asc' }] }))
    expect(Object.entries(found ?? {}).toSorted()).toEqual(
      [
        [name, 'value'],
        ['other', 2],
      ].toSorted(),
    )
    expect(await adapter.delete({ table, where, returning: [] }, calm)).toEqual({ affected: 1, rows: [] })
  })
})

/** Columns whose values SQLite may write itself, when they are what their types say. */
const WRITTEN = ['id', 'n', 'd', 't', 'code', 'y', 'day', 'seen', 'made']
const WRITTEN_SQL = `CREATE TABLE v (id INTEGER PRIMARY KEY, n INTEGER, d DECIMAL(12,2), t TEXT, code VARCHAR(9),
  y BOOLEAN, day DATE, seen TIMESTAMP, made TEXT AS (json('[1]')), x);
  CREATE VIEW w AS SELECT id, n, d, json('"' || id || '"') AS t, code, y, day, seen, made, x FROM v;
  INSERT INTO v (n, d, t, code, y, day, seen) VALUES (1, 2.5, 'a', '5', 1, '2024-01-31', '2024-01-31 10:00:00'),
    (NULL, NULL, NULL, NULL, NULL, NULL, NULL), (-7, -0.1, 'é"\\🦊' || char(10, 1), '', 0, '', 'later')`

describe.each(['v', 'w'])('what SQLite writes of %s is what is written in JavaScript', (name) => {
  test.each([
    'n = n',
    'n = 9007199254740993',
    'n = -9007199254740993',
    'n = 4503599627370495',
    'n = 4503599627370496',
    'n = -4503599627370496',
    'n = -4503599627370497',
    'n = 9007199254740991',
    'n = 9007199254740992',
    'n = -9007199254740992',
    'n = 9223372036854775807',
    'n = -9223372036854775807 - 1',
    'n = 18014398509481984 + 7',
    'n = 1.5',
    'n = -0.5',
    'n = 1e300',
    `n = 'many'`,
    `n = x'00'`,
    'd = 12345678901234.56',
    'd = 562949953.421311',
    'd = 562949953.421312',
    'd = -562949953.421312',
    'd = -562949953.421313',
    'd = 1125899906.842624 + 0.25',
    'd = 999999999.999999',
    'd = 9223372036854.775807',
    'd = 18446744073709.55',
    'd = 1e300',
    'd = 9e999',
    'd = -9e999',
    'd = 9007199254740993',
    'd = 1.0 / 3',
    `d = x'41'`,
    'd = 0.1 + 0.2',
    'd = -1234567890.123456',
    `d = 'n/a'`,
    't = 12345678901234567',
    't = 0.1 + 0.2',
    `t = x'41'`,
    `code = x'41'`,
    'y = 7',
    `y = 'yes'`,
    'day = 1700000000',
    'day = 9007199254740993',
    'day = 0.1 + 0.2',
    `day = x'41'`,
    'seen = -9007199254740993',
    `seen = x''`,
  ])('%s', async (set) => {
    const adapter = await opened(`${WRITTEN_SQL}; UPDATE OR IGNORE v SET ${set} WHERE id = 1`)
    const table = await tableOf(adapter, name)
    const read = (fields: readonly string[]) =>
      rowsOf(adapter, query(table, { fields, orderBy: [{ by: 'id', direction: 'asc' }] }))
    // A column without a type is written in JavaScript, and with it the whole row.
    const inJavaScript = (await read([...WRITTEN, 'x'])).map(({ x: _, ...row }) => row)
    expect(await read(WRITTEN)).toEqual(inJavaScript)
  })
})

interface World {
  remove: () => void
  file: string
  adapter: DatabaseAdapter
  table: Table
}

/** One database for many tests: starting a process for each would take long. */
function useWorld(inline: boolean): World {
  const world: Partial<World> = {}
  beforeAll(async () => {
    const { file, remove } = makeDatabaseFile([SQL, ...NAMES.map(tableNamed)].join(';'))
    world.file = file
    world.remove = remove
    world.adapter = await openSqlite({ file: world.file, statementTimeoutMs: 20_000, inline })
    world.table = await tableOf(world.adapter, 'v')
  })
  afterAll(async () => {
    await world.adapter?.close()
    world.remove?.()
  })
  return world as World // filled before the first test
}

test('text that is not UTF-8 is shown with replacement characters, and the process lives', async () => {
  const adapter = await opened(
    `${SQL}; INSERT INTO v (t, n, b) VALUES (CAST(x'4dfc6e' AS TEXT), 5, x'01'), ('plain', 6, NULL)`,
    { inline: false },
  )
  const table = await tableOf(adapter, 'v')
  const wanted = query(table, { fields: ['t', 'n', 'b'], orderBy: [{ by: 'n', direction: 'desc' }] })
  const expected = [
    { t: 'plain', n: 6, b: null },
    { t: 'M\ufffdn', n: 5, b: 'AQ==' },
  ]
  expect(await rowsOf(adapter, wanted)).toEqual(expected)
  expect(await rowsOf(adapter, wanted)).toEqual(expected)
})

describe('sums', () => {
  const sum = async (adapter: DatabaseAdapter, table: Table, field: string) =>
    rowsOf(adapter, query(table, { fields: [], aggregates: [{ function: 'SUM', field, alias: 's' }] }))

  test('of integers beyond a double keep every digit', async () => {
    const adapter = await opened(`${SQL}; INSERT INTO v (n) VALUES (9007199254740993), (2)`)
    expect(await sum(adapter, await tableOf(adapter, 'v'), 'n')).toEqual([{ s: '9007199254740995' }])
  })

  test('of integers beyond 64 bits are refused, not rounded', async () => {
    const adapter = await opened(`${SQL}; INSERT INTO v (n) VALUES (9223372036854775807), (1)`)
    const table = await tableOf(adapter, 'v')
    await expect(sum(adapter, table, 'n')).rejects.toMatchObject({ code: 'bad_request' })
  })

  test('of decimals have no binary rounding errors', async () => {
    const adapter = await opened(`${SQL}; INSERT INTO v (d) VALUES (0.1), (0.2), (0.3), (0.1)`)
    expect(await sum(adapter, await tableOf(adapter, 'v'), 'd')).toEqual([{ s: 0.7 }])
  })
})

test('a small decimal has one text, whichever way its list is written', async () => {
  const decimals = [0.0001, 0.00009, 0.000001, -0.00001, 1e-7, 0.123456, 0.12345, 12.5, 0, -3]
  const values = decimals.map((d) => `(${d})`).join(', ')
  const adapter = await opened(`${SQL}; INSERT INTO v (d) VALUES ${values}`)
  const table = await tableOf(adapter, 'v')
  const asked = query(table, { fields: ['d'], orderBy: [{ by: 'id', direction: 'asc' }] })
  const found = await adapter.select({ ...asked, as: 'json' }, calm)
  expect('json' in found && found.json).toBe(JSON.stringify(decimals.map((d) => ({ d }))))
})

test('an answer of more than 64 MB is refused, and the process lives', async () => {
  const adapter = await opened(
    `${SQL}; INSERT INTO v (t) SELECT hex(zeroblob(20000000)) FROM (VALUES (1), (2))`,
    { inline: false },
  )
  const table = await tableOf(adapter, 'v')
  await expect(rowsOf(adapter, query(table))).rejects.toMatchObject({ code: 'bad_request' })
  expect(await rowsOf(adapter, query(table, { fields: ['id'] }))).toHaveLength(2)
})

test('an answer of many megabytes comes whole', async () => {
  const adapter = await opened(`${SQL}; INSERT INTO v (t) SELECT hex(zeroblob(10000000))`, { inline: false })
  const [found] = await rowsOf(adapter, query(await tableOf(adapter, 'v')))
  expect(String(found?.t)).toHaveLength(20_000_000)
})

test.each([
  ['text with U+0000', { t: 'a\u0000b' }],
  ['an integer beyond 64 bits', { n: 2n ** 63n }],
  ['a decimal with more digits than a double', { d: '123456789012345.67891' }],
])('%s is refused rather than stored as something else', async (_, values) => {
  const adapter = await opened(SQL)
  const table = await tableOf(adapter, 'v')
  await expect(adapter.insert({ table, rows: [values], returning: [] }, calm)).rejects.toMatchObject({
    code: 'bad_request',
  })
  expect(await rowsOf(adapter, query(table))).toEqual([])
})
