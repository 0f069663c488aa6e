import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import { type Table, valueClassOf } from '../../../src/core/database/schema.ts'
import type { Json, Value } from '../../../src/core/database/value.ts'
import { queryOf, rowsIn, tableNamed } from '../../contract/read-table.ts'
import { calm, equals, present } from '../../contract/scene.ts'
import { reachServer } from '../../contract/servers/test-server.ts'
import { createDatabase, type TestDatabase } from './server.ts'
import { openService } from './service.ts'

/** Native type, SQL of a value, and the value on the wire. */
const VALUES: readonly (readonly [type: string, sql: string, wire: Json])[] = [
  ['bigint unsigned', '18446744073709551615', '18446744073709551615'],
  ['bigint', '-9223372036854775808', '-9223372036854775808'],
  ['int unsigned', '4294967295', 4294967295],
  ['mediumint', '-8388608', -8388608],
  ['smallint unsigned', '65535', 65535],
  ['tinyint', '-128', -128],
  ['tinyint(1)', '1', true],
  ['tinyint(1)', '7', 7],
  ['bit(1)', "b'1'", true],
  ['bit(12)', "b'100000000001'", 2049],
  ['bit(64)', '18446744073709551615', '18446744073709551615'],
  [
    'decimal(65,30)',
    '12345678901234567890123456789012345.123456789012345678901234567891',
    '12345678901234567890123456789012345.123456789012345678901234567891',
  ],
  ['decimal(12,2)', '100.50', 100.5],
  ['float', '0.1', 0.1],
  ['float', '16777216', 16777216],
  ['float', '3.4028235e38', 3.4028235e38],
  ['double', '0.1', 0.1],
  ['double', '5e-324', 5e-324],
  ['year', '2024', 2024],
  ['date', "'2024-02-29'", '2024-02-29'],
  ['date', "'0000-00-00'", '0000-00-00'],
  ['datetime', "'9999-12-31 23:59:59'", '9999-12-31 23:59:59'],
  ['datetime', "'0000-00-00 00:00:00'", '0000-00-00 00:00:00'],
  ['datetime(6)', "'2024-02-29 12:30:45.120000'", '2024-02-29 12:30:45.120000'],
  ['datetime(3)', "'2024-02-29 12:30:45'", '2024-02-29 12:30:45.000'],
  ['timestamp(3)', "'2024-02-29 12:30:45.500'", '2024-02-29 12:30:45.500'],
  ['time', "'838:59:59'", '838:59:59'],
  ['time', "'-100:00:01'", '-100:00:01'],
  ['time(3)', "'12:30:45.500'", '12:30:45.500'],
  ['char(5)', "'ab'", 'ab'],
  ['varchar(20)', "'🦊 ñ'", '🦊 ñ'],
  ['varchar(20) character set latin1', "'ñ'", 'ñ'],
  ['longtext', "'0012'", '0012'],
  ['binary(4)', "x'00ff'", 'AP8AAA=='],
  ['varbinary(9)', "x'00ff'", 'AP8='],
  ['longblob', "x''", ''],
  ["enum('small','it''s')", "'it''s'", "it's"],
  ["set('a','b','c')", "'c,a'", 'a,c'],
  ['json', `'{"a":[1,"ä😀",null]}'`, { a: [1, 'ä😀', null] }],
  ['point', "st_geomfromtext('POINT(1 2)')", 'POINT(1 2)'],
  ['geometry', "st_geomfromtext('LINESTRING(0 0,1 1)', 4326)", 'SRID=4326;LINESTRING(0 0,1 1)'],
]
const OF_MARIADB: typeof VALUES = [
  ['uuid', "'0190a6b2-7c1e-7d3a-9f00-0123456789ab'", '0190a6b2-7c1e-7d3a-9f00-0123456789ab'],
  ['inet4', "'192.0.2.1'", '192.0.2.1'],
  ['inet6', "'2001:db8::1'", '2001:db8::1'],
]

const reached = await reachServer('mysql')

describe.skipIf(reached !== 'reachable')(`types of MySQL and MariaDB (${reached})`, () => {
  let database: TestDatabase
  let adapter: DatabaseAdapter
  let values: typeof VALUES
  beforeAll(async () => {
    database = await createDatabase()
    values = database.isMariaDb ? [...VALUES, ...OF_MARIADB] : VALUES
    const fields = values.map(([type], at) => `v${at} ${type} null`)
    await database.run(
      "set session sql_mode = ''",
      `create table kinds (id int primary key auto_increment, ${fields.join(', ')}) character set utf8mb4`,
      `insert into kinds (${values.map((_, at) => `v${at}`).join(', ')}) values (${values.map(([, sql]) => sql).join(', ')})`,
    )
    adapter = await openService(database.url)
  })
  afterAll(async () => {
    await adapter.close()
    await database.drop()
  })
  const wireRow = () => Object.fromEntries(values.map(([, , wire], at) => [`v${at}`, wire]))

  test('every type is read as it is', async () => {
    const [row] = await rowsIn(adapter, await tableNamed(adapter, 'kinds'), { where: equals('id', 1) })
    expect(row).toEqual({ id: 1, ...wireRow() })
  })

  test('a stream, which the driver decodes, gives the same values as a list, which is written from the bytes', async () => {
    const table = await tableNamed(adapter, 'kinds')
    const query = queryOf(table, { where: equals('id', 1) })
    const streamed: unknown[] = []
    for await (const part of present(adapter.stream)(query, calm)) streamed.push(...part)
    expect(streamed).toEqual(await rowsIn(adapter, table, { where: equals('id', 1) }))
  })

  test.each([{ ignoreReturning: false }, { ignoreReturning: true }])(
    'a row that was read is written back unchanged: %o',
    async (way) => {
      const writer = await openService(database.url, {}, way)
      const table = await tableNamed(writer, 'kinds')
      const row = asValues(table, wireRow())
      const returning = table.fields.map(({ name }) => name)
      const inserted = await writer.insert({ table, rows: [row], returning }, calm)
      const id = Number(present(inserted.rows[0]).id)
      expect(inserted).toEqual({ affected: 1, rows: [{ id, ...wireRow() }] })
      const updated = await writer.update({ table, set: row, where: equals('id', id), returning }, calm)
      expect(updated).toEqual(inserted)
      await writer.close()
    },
  )

  test('every value finds its row, but for documents and shapes', async () => {
    const table = await tableNamed(adapter, 'kinds')
    const found: string[] = []
    for (const [at, [type, , wire]] of values.entries()) {
      if (/json|point|geometry/.test(type)) continue
      const value = asValues(table, { [`v${at}`]: wire })[`v${at}`]
      const where = {
        op: 'and',
        all: [equals('id', 1), equals(`v${at}`, present(value ?? undefined))],
      } as const
      if ((await rowsIn(adapter, table, { fields: ['id'], where })).length !== 1) found.push(type)
    }
    expect(found).toEqual([])
  })

  test('text is never taken for a number, and numbers never for text', async () => {
    await database.run(
      'create table mixed (id int primary key, word varchar(20), number int)',
      "insert into mixed values (1, 'abc', 0), (2, '1', 1), (3, '01', 5)",
    )
    const table = await tableNamed(adapter, 'mixed')
    const ids = async (field: string, value: Exclude<Value, null>) =>
      (await rowsIn(adapter, table, { where: equals(field, value) })).map((row) => row.id)
    expect(await ids('word', 0)).toEqual([])
    expect(await ids('word', 1)).toEqual([2])
    expect(await ids('number', 'abc')).toEqual([])
    expect(await ids('number', '1')).toEqual([2])
    expect(await ids('number', 0.5)).toEqual([])
  })

  test('text matches fold ASCII letters only, whatever the collation', async () => {
    await database.run(
      'create table folded (id int primary key, ci varchar(40) collate utf8mb4_general_ci, old varchar(40) character set latin1)',
      "insert into folded values (1, 'Élan Vital', 'Élan Vital'), (2, 'élan vital', 'élan vital'), (3, 'Elan', 'Elan')",
    )
    const table = await tableNamed(adapter, 'folded')
    const ids = async (field: string, pattern: string) =>
      (await rowsIn(adapter, table, { where: { op: 'like', field, pattern } })).map((row) => row.id)
    for (const field of ['ci', 'old']) {
      expect(await ids(field, 'É%VITAL')).toEqual([1])
      expect(await ids(field, '_lan%')).toEqual([1, 2, 3])
      expect(await ids(field, 'e%')).toEqual([3])
    }
  })

  test('a moment with an offset is moved into the zone of the connection', async () => {
    await database.run('create table moments (id int primary key, at timestamp null, local datetime null)')
    const table = await tableNamed(adapter, 'moments')
    const rows = [
      { id: 1, at: '2024-07-01T12:00:00Z', local: '2024-07-01T12:00:00+02:00' },
      { id: 2, at: '2024-07-01 12:00:00', local: '2024-07-01' },
    ]
    await adapter.insert({ table, rows, returning: [] }, calm)
    expect(await rowsIn(adapter, table)).toEqual([
      { id: 1, at: '2024-07-01 12:00:00', local: '2024-07-01 10:00:00' },
      { id: 2, at: '2024-07-01 12:00:00', local: '2024-07-01 00:00:00' },
    ])
    const east = await openService(database.url, { timezone: '+05:30' })
    expect(await rowsIn(east, table, { fields: ['at'] })).toEqual([
      { at: '2024-07-01 17:30:00' },
      { at: '2024-07-01 17:30:00' },
    ])
    const where = equals('at', '2024-07-01T12:00:00Z')
    expect(await rowsIn(east, table, { fields: ['id'], where })).toHaveLength(2)
    await east.close()
  })
})

/** What a planner makes of a row that was read, to write it back. */
function asValues(
  table: Table,
  row: { readonly [field: string]: Json },
): { readonly [field: string]: Value } {
  return Object.fromEntries(
    Object.entries(row).map(([name, json]): [string, Value] => {
      const kind = valueClassOf(present(table.fieldByName.get(name)).type)
      if (kind === 'binary') return [name, Buffer.from(String(json), 'base64')]
      if (kind === 'integer') return [name, BigInt(String(json))]
      return [name, typeof json === 'object' || kind === 'json' ? { json } : json]
    }),
  )
}
