import { afterAll, beforeAll, expect, test } from 'vitest'
import { toJsonText } from '../../src/core/exact-json.ts'
import { fromJsonText } from '../../src/core/from-json-text.ts'
import {
  describeServers,
  openServerHouse,
  type ServerHouse,
  type ServerType,
} from '../helpers/server-house.ts'

interface Values {
  /** Of the connection; the values are put in with it. */
  readonly config: object
  readonly before: readonly string[]
  /** SQL of `v` such that two values with the same text are the same value. */
  readonly shown: string
  /** Type of a column, and a value of it in SQL. */
  readonly values: readonly (readonly [string, string])[]
}

const ENGINES: Readonly<Record<ServerType, Values>> = {
  pgsql: {
    config: { timezone: 'America/New_York' },
    before: ["create type mood as enum ('sad', 'ok')", 'create type pair as (a integer, b text)'],
    shown: 'v::text',
    values: [
      ['bigint', '9007199254740993'],
      ['numeric(20,5)', '123456789012345.67891'],
      ['numeric', "'NaN'"],
      ['real', "'-Infinity'"],
      ['double precision', "'Infinity'"],
      ['money', "'92233720368547758.07'"],
      ['boolean', 'true'],
      ['bit(4)', "B'1010'"],
      ['bit varying(8)', "B'101'"],
      ['date', "'infinity'"],
      ['date', "'0044-03-15 BC'"],
      ['date', "'12024-02-29'"],
      ['time', "'24:00:00'"],
      ['timetz', "'12:30:00.5-08'"],
      ['timestamp', "'-infinity'"],
      ['timestamp', "'0044-03-15 10:00:00 BC'"],
      ['timestamptz', "'2024-07-01 12:30:45.123+02'"],
      ['timestamptz', "'12024-07-01 12:30:45+02'"],
      ['timestamptz', "'infinity'"],
      ['timestamptz', "'1800-01-01 00:00:00+00'"],
      ['timestamptz', "'0044-03-15 10:00:00+00 BC'"],
      ['interval', "'1 year 2 mons -3 days 04:05:06.7'"],
      ['uuid', "'0190a6b2-7c1e-7d3a-9f00-0123456789ab'"],
      ['json', '\'{"b":[1,null],"a":"x"}\''],
      ['jsonb', '\'"text"\''],
      [
        'json',
        `'{"n":12345678901234567890,"list":[-0.12345678901234567891,1e400,9007199254740993,"9007199254740993"]}'`,
      ],
      ['jsonb', "'[12345678901234567890.5]'"],
      ['bytea', "'\\x00017f80ff'"],
      ['mood', "'sad'"],
      ['pair', "row(7, 'x')::pair"],
      ['inet', "'192.168.0.1/24'"],
      ['cidr', "'10.1.0.0/16'"],
      ['macaddr', "'08:00:2b:01:02:03'"],
      ['tstzrange', "'[2024-01-01 00:00:00+00,)'"],
      ['int4range', "'empty'"],
      ['point', "'(1,2.5)'"],
      ['polygon', "'((0,0),(1,1),(1,0))'"],
      ['text', "'null'"],
      ['char(4)', "'ab'"],
      ['bigint[]', 'array[1, 9007199254740993]'],
      ['numeric[]', "array['NaN', 0.5, null]::numeric[]"],
      ['text[]', `array['a,b', 'c"d', '', 'NULL', null]`],
      ['timestamptz[]', "array['2024-07-01 12:30:45+02', 'infinity']::timestamptz[]"],
      ['bytea[]', "array['\\x01ff', '\\x']::bytea[]"],
      ['box[]', "array['(1,1),(0,0)', '(2,2),(1,1)']::box[]"],
      ['jsonb[]', `array['{"a": [1]}', '"x"']::jsonb[]`],
      ['mood[]', "array['sad', 'ok']::mood[]"],
    ],
  },
  mysql: {
    // The server's own default for values that are there from before.
    config: { timezone: '-05:00', modes: ['STRICT_TRANS_TABLES'] },
    before: [],
    shown: 'hex(v)',
    values: [
      ['tinyint(1)', '1'],
      ['tinyint(1)', '2'],
      ['tinyint(1)', '-128'],
      ['tinyint unsigned', '255'],
      ['bigint', '9007199254740993'],
      ['bigint unsigned', '18446744073709551615'],
      ['decimal(20,5)', '123456789012345.67891'],
      ['decimal(65,30)', '12345678901234567890.123456789'],
      ['float', '0.1'],
      ['double', '5e-324'],
      ['bit(1)', "b'1'"],
      ['bit(64)', '~0'],
      ['date', "'2024-02-29'"],
      ['date', "'0000-00-00'"],
      ['date', "'2024-00-00'"],
      ['time', "'838:59:59'"],
      ['time(6)', "'-12:30:00.000001'"],
      ['datetime(6)', "'2024-02-29 12:30:45.123456'"],
      ['datetime', "'0000-00-00 00:00:00'"],
      ['timestamp(3) null', "'2024-02-29 12:30:45.120'"],
      ['timestamp null', "'0000-00-00 00:00:00'"],
      ['year', "'0000'"],
      ['json', '\'{"b":[1,null],"a":"x"}\''],
      ['json', '\'"text"\''],
      [
        'json',
        `'{"n":12345678901234567890,"list":[-0.12345678901234567891,9007199254740993,"9007199254740993"]}'`,
      ],
      ['blob', "x'00017f80ff'"],
      ['binary(4)', "x'01'"],
      ["enum('a', 'x y')", "'x y'"],
      ["enum('1', '2')", "'2'"],
      ["set('a', 'b', 'c')", "'a,c'"],
      ["set('a', 'b', 'c')", "''"],
      ['point', "ST_GeomFromText('POINT(1 2.5)')"],
      ['text', "'😀 𝄞'"],
      ['varchar(20) character set latin1', "'café'"],
    ],
  },
}

await describeServers('what a client reads it can write back', (type) => {
  const { config, before, shown, values } = ENGINES[type]
  let house: ServerHouse
  beforeAll(async () => {
    // Values may be older than the server's strictness.
    const lenient = type === 'mysql' ? "set sql_mode = '';" : ''
    const tables = values.flatMap(([column, value], at) => [
      `create table t${at} (id integer primary key, v ${column})`,
      `${lenient} insert into t${at} values (1, ${value})`,
    ])
    house = await openServerHouse(type, [...before, ...tables], config)
  })
  afterAll(() => house.close())

  const rest = async (...request: Parameters<ServerHouse['table']>) => {
    const { status, text } = await house.table(...request)
    expect({ request, status, text }).toEqual({ request, status: 200, text })
    return text
  }
  const inDatabase = (at: number) => house.query(`select distinct ${shown} as v from t${at}`)

  test.each(values.map(([column, value], at) => ({ at, column, value })))(
    '$column $value',
    async ({ at, column, value }) => {
      const before = await inDatabase(at)
      const row = await rest('GET', `t${at}/1`)
      for (const verb of ['PATCH', 'PUT']) {
        await rest('PATCH', `t${at}/1`, '{"v":null}')
        expect(compact(await rest(verb, `t${at}/1?fields=*`, row))).toBe(compact(row))
      }
      const more = [2, 3].map((id) => row.replace('"id":1', `"id":${id}`))
      await rest('POST', `t${at}`, `{"resource":[${more}]}`)
      expect(await inDatabase(at)).toEqual(before)

      const list = await rest('GET', `t${at}?limit=1`)
      expect(list).toBe(`{"resource":[${await rest('GET', `t${at}/1`)}]}`)
      expect(compact(await rest('GET', `t${at}?ids=1`))).toBe(compact(list))
      // The client of this test reads numbers as doubles.
      if (/json/.test(column) && /\d{16}/.test(value)) return

      // Tools tell agents how many bytes there are, not which.
      if (BYTES.test(column)) return
      const read = await house.tool('get_table_data', { table_name: `t${at}`, limit: 1 })
      const { v } = (read as { rows: readonly [{ v: unknown }] }).rows[0] // as the tool's schema says
      await rest('PATCH', `t${at}/1`, '{"v":null}')
      const written = { table_name: `t${at}`, records: [{ id: 1, v }] }
      expect(await house.tool('update_records', written)).toBeDefined()
      expect(await inDatabase(at)).toEqual(before)

      if (WITHOUT_EQUAL.test(column)) return
      const params = encodeURIComponent(JSON.stringify({ v }))
      expect(await rest('GET', `t${at}?filter=v%20%3D%20%3Av&params=${params}&count_only=true`)).toBe('3')
    },
  )
})

/** PostgreSQL writes documents with spaces, we do without. */
const compact = (text: string) => toJsonText(fromJsonText(text))

const BYTES = /^(bytea|blob|binary)/
/** Types without `=`, or whose values are no literals of a filter. */
const WITHOUT_EQUAL = /\[\]|json|point|polygon|pair/
