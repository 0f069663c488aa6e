import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import type { Table } from '../../../src/core/database/schema.ts'
import { calm, linesOf, present } from '../../contract/scene.ts'
import { type Database, freshDatabase, isLeftOut, title } from './fresh-database.ts'
import { openService } from './service.ts'

const SETUP = `SET timezone TO 'UTC'; CREATE TABLE kinds (id int PRIMARY KEY, small smallint, big bigint, exact numeric(10,2), short numeric(15,15),
    single real, double double precision, yes boolean, words text, few varchar(20), padded character(4), one "char", label name, uid uuid,
    day date, clock time, zoned timetz, moment timestamp, instant timestamptz, span interval, host inet, net cidr, doc json, bin jsonb,
    number oid, "key ""quoted"" ünï" text);
  INSERT INTO kinds (id) VALUES (1);
  INSERT INTO kinds VALUES (2, -3, 9007199254740991, 'NaN', -0.5, 'NaN', 'Infinity', true, E'quo"te \\\\ back\\nline\\u0007 € 😀', 'ünï', 'ab', 'x', 'me',
    '00000000-0000-0000-0000-000000000001', '2024-02-29', '12:30', '12:30+02', '2024-02-29 12:30:45.5', '2024-02-29 12:30:45+05:30', '1 day 02:00',
    '10.0.0.1', '10.0.0.0/8', '{"a": 1.50, "b":
 [1,2]}', '{"n": 12345678901234567890}', 4294967295, 'k');
  INSERT INTO kinds VALUES (3, 3, -9007199254740993, 100.50, 0, 1.5, -1e300, false, '', '', '', '', '', NULL, 'infinity', '24:00', NULL,
    '-infinity', '0044-03-15 10:00:00+00 BC', '-1 year', '::1', '::/0', 'null', 'null', 0, '')`

describe.skipIf(isLeftOut)(title('rows of PostgreSQL as they are'), () => {
  let database: Database
  let adapter: DatabaseAdapter
  let tables: ReadonlyMap<string, Table>
  beforeAll(async () => {
    database = await freshDatabase(SETUP)
    adapter = await openService(database.url)
    tables = buildSchema(await adapter.readSchema(calm)).tableByName
  })
  afterAll(async () => {
    await adapter.close()
    await database.close()
  })
  const query = (name: string, fields?: readonly string[]) => {
    const table = present(tables.get(name))
    const orderBy = [{ by: 'id', direction: 'asc' }] as const
    return {
      table,
      fields: fields ?? table.fields.map((field) => field.name),
      orderBy,
      limit: 25,
      as: 'json',
    } as const
  }
  const outside = async (name: string, fields?: readonly string[]) => {
    const found = await adapter.select(query(name, fields), calm)
    return 'json' in found ? JSON.parse(found.json) : found.rows
  }
  /** There the server writes the JSON. */
  const inside = (name: string, fields?: readonly string[]) =>
    adapter.transaction(async (records) => {
      const found = await records.select(query(name, fields), calm)
      return 'json' in found ? JSON.parse(found.json) : found.rows
    }, calm)

  test('every kind of value is what the server itself writes of it', async () => {
    const rows = await outside('kinds')
    expect(rows).toHaveLength(3)
    expect(rows).toEqual(await inside('kinds'))
    expect(rows[1]).toMatchObject({
      exact: 'NaN',
      double: 'Infinity',
      big: 9007199254740991,
      words: 'quo"te \\ back\nline\u0007 € 😀',
    })
    expect(rows[2]).toMatchObject({ big: '-9007199254740993', exact: 100.5, moment: '-infinity', doc: null })
  })

  test('and their lines are those of the values', async () => {
    const fields = present(tables.get('kinds')).fields.map(({ name }) => name)
    const flat = fields.filter((name) => name !== 'doc' && name !== 'bin')
    const found = await adapter.select({ ...query('kinds', flat), lines: 25 }, calm)
    const { told, ofRows } = linesOf(found)
    expect(found).toHaveProperty('lines', expect.any(String))
    expect(told).toBe(ofRows)
    expect(await adapter.select({ ...query('kinds'), lines: 25 }, calm)).toHaveProperty('lines', undefined)
  })

  test('a table without rows is an empty list, and a page has so many', async () => {
    const where = { op: '=', field: 'id', value: 99 } as const
    expect(await adapter.select({ ...query('kinds'), where }, calm)).toMatchObject({ json: '[]', count: 0 })
    expect(await adapter.select({ ...query('kinds', ['id']), limit: 2 }, calm)).toMatchObject({
      json: '[{"id":1},{"id":2}]',
      count: 2,
    })
  })

  test.each([
    ['exact', '1.25', true],
    ['exact', '1.50', false],
    ['exact', '0.00', false],
    ['exact', '-12.01', true],
    ['exact', 'NaN', false],
    ['short', '0.000001234567890', false],
    ['double', '0.000001', false],
    ['double', '0.5', true],
    ['double', '-0', false],
    ['double', '-0.5', true],
    ['double', '100', true],
    ['double', '1e20', false],
    ['double', '1e-9', false],
    ['double', '123456789012345678', false],
    ['double', '-Infinity', false],
    ['doc', '{"a": 1}', false],
  ])('%s %s is what JSON.stringify makes of it: %s', async (field, value, isCanonical) => {
    await database.run(`UPDATE kinds SET "${field}" = '${value}' WHERE id = 1`)
    const where = { op: '=', field: 'id', value: 1 } as const
    const found = await adapter.select({ ...query('kinds', ['id', field, 'words']), where }, calm)
    const { json, ...told } = 'json' in found ? found : { json: '' }
    expect(told).toEqual({ count: 1, isCanonical })
    if (isCanonical) expect(JSON.stringify(JSON.parse(json))).toBe(json)
  })

  test.each([
    ['a TYPE bigint USING 9007199254740991', { a: 9007199254740991 }],
    ['a TYPE text USING $$7 "pieces"$$', { a: '7 "pieces"' }],
    ['a TYPE timestamp USING $$2024-02-29 12:30$$', { a: expect.stringMatching(/^2024-02-29.12:30:00$/) }],
    ['b TYPE numeric(20,10) USING 0.5', { b: 0.5 }],
  ])('a column that has become another one meanwhile is read as what it is: %s', async (change, shown) => {
    await database.run(
      'DROP TABLE IF EXISTS changing; CREATE TABLE changing (id int PRIMARY KEY, a int, b numeric(10,2)); INSERT INTO changing VALUES (1, 7, 1.25)',
    )
    tables = buildSchema(await adapter.readSchema(calm)).tableByName
    expect(await outside('changing')).toEqual([{ id: 1, a: 7, b: 1.25 }])
    await database.run(`ALTER TABLE changing ALTER ${change}`)
    for (let turn = 0; turn < 3; turn++)
      expect(await outside('changing')).toMatchObject([{ id: 1, ...shown }])
    expect(await outside('changing')).toEqual(await inside('changing'))
  })
})
