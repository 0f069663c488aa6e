import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import { type DatabaseSchema, type Field, valueClassOf } from '../../../src/core/database/schema.ts'
import type { Json, Value } from '../../../src/core/database/value.ts'
import { queryOf, rowsIn } from '../../contract/read-table.ts'
import { calm, present } from '../../contract/scene.ts'
import { type Database, freshDatabase, isLeftOut, title } from './fresh-database.ts'
import { openService } from './service.ts'

/** Type, a value of it as SQL, and the value on the wire. */
const VALUES: readonly (readonly [string, string, Json])[] = [
  ['smallint', '-32768', -32768],
  ['integer', '2147483647', 2147483647],
  ['bigint', '9007199254740991', 9007199254740991],
  ['bigint', '9007199254740992', '9007199254740992'],
  ['bigint', '-9223372036854775808', '-9223372036854775808'],
  ['oid', '4294967295', 4294967295],
  ['numeric(12,2)', '1234567890.12', 1234567890.12],
  ['numeric(15,0)', '999999999999999', 999999999999999],
  ['numeric(20,5)', '123456789012345.67891', '123456789012345.67891'],
  ['numeric(20,5)', '12345.67891', 12345.67891],
  ['numeric', '0.1', 0.1],
  ['numeric', '-100.500', -100.5],
  ['numeric', '0.30000000000000004', '0.30000000000000004'],
  ['numeric', '1e400', `1${'0'.repeat(400)}`],
  ['numeric', '1e-400', `0.${'0'.repeat(399)}1`],
  ['numeric', "'NaN'", 'NaN'],
  ['numeric(4,1)', "'NaN'", 'NaN'],
  ['money', '1234.5', 1234.5],
  ['money', '-0.07', -0.07],
  ['money', "'92233720368547758.07'", '92233720368547758.07'],
  ['real', '0.1', 0.1],
  ['real', "'-Infinity'", '-Infinity'],
  ['double precision', '0.1', 0.1],
  ['double precision', '5e-324', 5e-324],
  ['double precision', "'NaN'", 'NaN'],
  ['boolean', 'false', false],
  ['date', "'2024-02-29'", '2024-02-29'],
  ['date', "'infinity'", 'infinity'],
  ['date', "'0044-03-15 BC'", '0044-03-15 BC'],
  ['time', "'23:59:58.123456'", '23:59:58.123456'],
  ['time with time zone', "'12:30:00+05:30'", '12:30:00+05:30'],
  ['timestamp', "'2024-02-29 12:30:45'", '2024-02-29 12:30:45'],
  ['timestamp(3)', "'2024-02-29 12:30:45.125'", '2024-02-29 12:30:45.125'],
  ['timestamp', "'-infinity'", '-infinity'],
  ['timestamptz', "'2024-02-29 12:30:45+02'", '2024-02-29 10:30:45+00'],
  ['timestamptz', "'2024-02-29 12:30:45.123456+00'", '2024-02-29 12:30:45.123456+00'],
  ['interval', "'1 year 2 mons 3 days 04:05:06.7'", '1 year 2 mons 3 days 04:05:06.7'],
  ['uuid', "'0190a6b2-7c1e-7d3a-9f00-0123456789ab'", '0190a6b2-7c1e-7d3a-9f00-0123456789ab'],
  ['text', `E'it''s "ü" 😀 \\\\ \\n'`, `it's "ü" 😀 \\ \n`],
  ['varchar(10)', "'{1,2}'", '{1,2}'],
  ['char(4)', "'ab'", 'ab  '],
  ['"char"', "'x'", 'x'],
  ['name', "'word'", 'word'],
  ['citext', "'MiXed'", 'MiXed'],
  ['json', `'{"b": [1, null], "a": "x"}'`, { b: [1, null], a: 'x' }],
  ['json', `'"text"'`, 'text'],
  ['jsonb', `'{"b": [1, null], "a": {"deep": true}}'`, { a: { deep: true }, b: [1, null] }],
  ['jsonb', "'12'", 12],
  ['bytea', "'\\x00017f80ff'", 'AAF/gP8='],
  ['bytea', "decode(repeat('ab', 60), 'hex')", Buffer.alloc(60, 0xab).toString('base64')],
  ['mood', "'it''s \"fine\"'", 'it\'s "fine"'],
  ['inet', "'192.168.0.1/24'", '192.168.0.1/24'],
  ['inet', "'10.0.0.1'", '10.0.0.1'],
  ['cidr', "'10.1.0.0/16'", '10.1.0.0/16'],
  ['macaddr', "'08:00:2b:01:02:03'", '08:00:2b:01:02:03'],
  ['int4range', "'[1,10)'", '[1,10)'],
  ['tstzrange', "'[2024-01-01 00:00:00+00,)'", '["2024-01-01 00:00:00+00",)'],
  ['point', "'(1,2.5)'", '(1,2.5)'],
  ['polygon', "'((0,0),(1,1),(1,0))'", '((0,0),(1,1),(1,0))'],
  ['bit(4)', "B'1010'", '1010'],
  ['bit varying(8)', "B'101'", '101'],
  ['xml', '\'<a b="c">d</a>\'', '<a b="c">d</a>'],
  ['tsvector', "'fat:2 cat:3'", "'cat':3 'fat':2"],
  ['hstore', `'a=>"1", b=>NULL'`, '"a"=>"1", "b"=>NULL'],
  ['price', '12.50', 12.5],
  ['pair', `row(7, 'x "y"')::pair`, { a: 7, b: 'x "y"' }],
  ['integer[]', "'{1,NULL,3}'", [1, null, 3]],
  [
    'integer[]',
    "'{{1,2},{3,4}}'",
    [
      [1, 2],
      [3, 4],
    ],
  ],
  ['integer[]', "'{}'", []],
  ['bigint[]', "'{1,2}'", [1, 2]],
  ['bigint[]', "'{1,9223372036854775807}'", ['1', '9223372036854775807']],
  ['numeric(30,10)[]', "'{0.5,12345678901234567890.5}'", ['0.5000000000', '12345678901234567890.5000000000']],
  ['numeric[]', "'{0.5,NULL,-3}'", [0.5, null, -3]],
  ['money[]', "'{1.5}'", [1.5]],
  ['boolean[]', "'{t,f}'", [true, false]],
  [
    'text[]',
    `ARRAY['a,b', 'c"d', '', 'NULL', NULL, '\\', '{}']`,
    ['a,b', 'c"d', '', 'NULL', null, '\\', '{}'],
  ],
  ['timestamp[]', "'{2024-02-29 12:30:45}'", ['2024-02-29 12:30:45']],
  ['timestamptz[]', "'{2024-02-29 12:30:45+02}'", ['2024-02-29 10:30:45+00']],
  ['date[]', "'{2024-02-29}'", ['2024-02-29']],
  ['uuid[]', "'{0190a6b2-7c1e-7d3a-9f00-0123456789ab}'", ['0190a6b2-7c1e-7d3a-9f00-0123456789ab']],
  ['jsonb[]', `ARRAY['{"a": [1]}'::jsonb, '"x"', NULL]`, [{ a: [1] }, 'x', null]],
  ['bytea[]', "ARRAY['\\x01ff'::bytea]", ['\\x01ff']],
  ['mood[]', "'{ok,sad}'", ['ok', 'sad']],
  ['inet[]', "'{10.0.0.1}'", ['10.0.0.1']],
  ['interval[]', "'{1 day}'", ['1 day']],
]

const SETUP = `CREATE EXTENSION citext; CREATE EXTENSION hstore;
  CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s "fine"');
  CREATE TYPE pair AS (a int, b text);
  CREATE DOMAIN price AS numeric(10,2);`

describe.skipIf(isLeftOut)(title('types of PostgreSQL'), () => {
  let database: Database
  let adapter: DatabaseAdapter
  let schema: DatabaseSchema
  beforeAll(async () => {
    const tables = VALUES.map(([type, sql], at) => {
      const name = `t${at}`
      return `CREATE TABLE ${name} (id serial PRIMARY KEY, v ${type}); INSERT INTO ${name} (v) VALUES (${sql})`
    })
    database = await freshDatabase(`${SETUP} ${tables.join(';')}`)
    adapter = await openService(database.url)
    schema = buildSchema(await adapter.readSchema(calm))
  })
  afterAll(async () => {
    await adapter.close()
    await database.close()
  })

  test('every table was made', () => {
    expect(schema.tables).toHaveLength(VALUES.length)
  })

  describe.each(VALUES.map(([type, sql, json], at) => ({ at, type, sql, json })))(
    '$type $sql',
    ({ at, json }) => {
      test('is read, as rows and as text', async () => {
        const table = present(schema.tableByName.get(`t${at}`))
        const query = queryOf(table, { fields: ['v'] })
        expect(await rowsIn(adapter, table, { fields: ['v'] })).toEqual([{ v: json }])
        const text = await adapter.select({ ...query, as: 'json' }, calm)
        expect('json' in text && [JSON.parse(text.json), text.count]).toEqual([[{ v: json }], 1])
      })

      test('is streamed', async () => {
        const table = present(schema.tableByName.get(`t${at}`))
        const parts = present(adapter.stream?.(queryOf(table, { fields: ['v'] }), calm))
        const rows = []
        for await (const part of parts) rows.push(...part)
        expect(rows).toEqual([{ v: json }])
      })

      test('is the same when it is written back: updated, inserted, inserted many at once', async () => {
        const table = present(schema.tableByName.get(`t${at}`))
        const v = toValue(present(table.fieldByName.get('v')), json)
        const where = { op: '=', field: 'id', value: 1 } as const
        const updated = await adapter.update({ table, set: { v }, where, returning: ['v'] }, calm)
        const one = await adapter.insert({ table, rows: [{ v }], returning: ['v'] }, calm)
        const two = await adapter.insert({ table, rows: [{ v }, { v }, { v: null }], returning: ['v'] }, calm)
        expect([updated.rows, one.rows, two.rows]).toEqual([
          [{ v: json }],
          [{ v: json }],
          [{ v: json }, { v: json }, { v: null }],
        ])
        await database.run(`DO $$ BEGIN
          IF (SELECT count(DISTINCT v::text) FROM t${at}) <> 1 THEN RAISE 'changed'; END IF; END $$`)
      })
    },
  )
})

/** What the planner makes of JSON for a field. */
function toValue({ type }: Field, json: Json): Value {
  const kind = valueClassOf(type)
  if (kind === 'json') return { json }
  if (kind === 'binary') return Buffer.from(String(json), 'base64')
  if (kind === 'integer') return BigInt(String(json))
  return typeof json === 'object' ? { json } : json
}
