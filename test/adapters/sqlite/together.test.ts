import { expect, test } from 'vitest'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import { type ListRecordsInput, listRecords } from '../../../src/operations/database/list-records.ts'
import { serviceOn } from '../../helpers/shop.ts'
import { change, databaseFile, opened, openedSeat } from './database-file.ts'

const SQL = `CREATE TABLE parents (id INTEGER PRIMARY KEY, code TEXT UNIQUE, "nóte 日" TEXT, big BIGINT UNIQUE);
  CREATE TABLE kids (words TEXT, id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parents (id),
    parent_code TEXT COLLATE NOCASE REFERENCES parents (code), big BIGINT REFERENCES parents (big), price DECIMAL(9,2));
  CREATE TABLE files (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parents (id), bytes BLOB);
  CREATE TABLE notes (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parents (id), note TEXT);
  CREATE TABLE amounts (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parents (id), "nö" INT, price DECIMAL(12,2),
    cost DECIMAL BLOB, twice NUMERIC(12,2) AS (price * 2));
  CREATE TABLE twins (a INTEGER, b INTEGER, PRIMARY KEY (a, b));
  CREATE TABLE pairs (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, FOREIGN KEY (a, b) REFERENCES twins (a, b));
  INSERT INTO parents VALUES (1, 'a', 'plain', 10), (2, 'ü"\\', '},{"id":1,', 20), (3, '日本🦊', NULL, NULL), (4, '', '', 40),
    (5, NULL, 'x' || char(10, 1), 4503599627370495);
  INSERT INTO kids VALUES ('Zwölf', 1, 2, 'a', 10, 1.5), ('},{"words":"', 2, 1, 'ü"\\', 20, -2.25), (NULL, 3, 2, NULL, 10, NULL),
    ('日本🦊', 4, NULL, '日本🦊', NULL, 7), ('', 5, 1, 'a', 20, 0.1), ('last', 6, 4, NULL, 40, 12345.67);
  INSERT INTO notes VALUES (7, 4, 'seven'), (8, 1, 'eight'), (9, 1, '');
  INSERT INTO amounts VALUES (1, 2, -7, 27.75, 0), (2, 1, NULL, 27.7, NULL), (3, 1, 0, 27, 0.05), (4, NULL, 12, 0.01, 0.5),
    (5, 1, 999999999999999, 999999999999.99, 5), (6, 4, 3, 10, 1234567.89), (7, 4, 3, 0.1, 100), (8, 4, 3, 0, 10.1);
  INSERT INTO files VALUES (1, 2, x'00ff'), (2, 2, NULL);
  INSERT INTO twins VALUES (1, 1), (1, 2); INSERT INTO pairs VALUES (1, 1, 2), (2, 1, 1), (3, NULL, 1)`

const KIDS = 'kids_by_parent_id'
type Asked = Omit<ListRecordsInput, 'as'>

/** The list as one text of the engine, if it makes one, and put together by us. */
async function both(adapter: DatabaseAdapter, asked: Asked) {
  const { run } = serviceOn(adapter)
  const { bytes, json } = await run(listRecords, { ...asked, as: 'bytes' })
  const apart = await run(listRecords, { ...asked, as: 'json' })
  return { together: bytes && Buffer.concat(bytes).toString('utf8'), json, apart: apart.json }
}

const related = (options: NonNullable<Asked['related_options']>[string]): Asked => ({
  table_name: 'parents',
  related: [KIDS],
  related_options: { [KIDS]: options },
})

test.each<readonly [string, Asked]>([
  ['several for each', { table_name: 'parents', related: [KIDS] }],
  ['in another order', related({ order: 'words desc, id' })],
  ['some of them', related({ limit: 1, offset: 1, order: 'id desc' })],
  ['with a filter', related({ filter: 'price > 1' })],
  ['with few fields', related({ fields: ['price', 'parent_id'] })],
  ['none at all', related({ filter: 'id < 0' })],
  ['one for each', { table_name: 'kids', related: ['parents_by_parent_id'] }],
  ['one for each, by text', { table_name: 'kids', related: ['parents_by_parent_code'] }],
  ['several, by text', { table_name: 'parents', related: ['kids_by_parent_code'] }],
  ['numbers alone', { table_name: 'parents', related: ['amounts_by_parent_id'] }],
  ['several relations', { table_name: 'parents', related: [KIDS, 'kids_by_parent_code', 'kids_by_big'] }],
  ['two relations from one field', { table_name: 'parents', related: [KIDS, 'notes_by_parent_id'] }],
  ['keys with gaps', { table_name: 'parents', filter: 'id <> 3', related: [KIDS] }],
  ['few fields above', { table_name: 'parents', fields: ['nóte 日'], related: [KIDS] }],
  ['no rows', { table_name: 'parents', filter: 'id > 99', related: [KIDS] }],
  ['a page', { table_name: 'kids', order: 'words', limit: 2, offset: 1, related: ['parents_by_big'] }],
])('SQLite puts together %s', async (_name, asked) => {
  const { together, apart } = await both(await opened(SQL), asked)
  expect(together).toBe(apart)
})

test.each<readonly [string, string, Asked]>([
  ['bytes', '', { table_name: 'parents', related: ['files_by_parent_id'] }],
  ['a key that is not shown', '', related({ fields: ['words'] })],
  ['relations of relations', '', { table_name: 'parents', related: [`${KIDS}.parents_by_parent_id`] }],
  ['groups', '', related({ fields: ['COUNT(*)'], group: ['words'] })],
  ['keys of several fields', '', { table_name: 'twins', related: ['pairs_by_a_b'] }],
  ['an offset without limit', '', related({ offset: 1 })],
  [
    'a large number',
    'UPDATE parents SET big = 9007199254740993 WHERE id = 1; UPDATE kids SET big = 9007199254740993 WHERE id = 1',
    { table_name: 'parents', related: ['kids_by_big'] },
  ],
  [
    'a key in other letters',
    "UPDATE kids SET parent_code = 'A' WHERE id = 1",
    { table_name: 'parents', related: ['kids_by_parent_code'] },
  ],
  [
    'two keys that are the same to the other table',
    "INSERT INTO parents (id, code) VALUES (6, 'A')",
    { table_name: 'parents', related: ['kids_by_parent_code'] },
  ],
  [
    'a fraction for a key',
    'UPDATE kids SET big = 10.5 WHERE id = 1',
    { table_name: 'kids', related: ['parents_by_big'] },
  ],
])('what SQLite cannot put together is put together by us: %s', async (_name, sql, asked) => {
  const { together, json, apart } = await both(
    await opened(`${SQL}; PRAGMA foreign_keys = OFF; ${sql}`),
    asked,
  )
  expect(together).toBeUndefined()
  expect(json).toBe(apart)
})

test.each([
  'price = -1.5',
  'price = -0.005',
  'price = 0.125',
  'price = 0.1 + 0.2',
  'price = 1e15 + 0.25',
  'price = 9007199254740993',
  'price = 1e300',
  'price = 9e999',
  "price = 'free'",
  "price = x'00'",
  'cost = 12.0',
  'cost = -0.0',
  "cost = '12'",
  'cost = 0.29',
  '"nö" = 1.5',
  `"nö" = '1,2'`,
  '"nö" = 1000000000000000',
  '"nö" = 9007199254740993',
  '"nö" = -9007199254740991',
])('numbers are the same in both ways: %s', async (change) => {
  const adapter = await opened(`${SQL}; UPDATE amounts SET ${change} WHERE id = 3`)
  const asked = { table_name: 'parents', related: ['amounts_by_parent_id'] }
  const { together, json, apart } = await both(adapter, asked)
  expect(together ?? json).toBe(apart)
})

test('a process puts together one answer after the other', async () => {
  const { adapter } = openedSeat(databaseFile(SQL))
  const { run } = serviceOn(adapter)
  const asked = ['parents_by_parent_id', 'parents_by_big', 'parents_by_parent_code'].map((name) => ({
    table_name: 'kids',
    related: [name],
  }))
  const texts = (as: 'bytes' | 'json') =>
    Promise.all(
      asked.map(async (one) => {
        const { bytes, json } = await run(listRecords, { ...one, as })
        return bytes ? Buffer.concat(bytes).toString('utf8') : json
      }),
    )
  expect(await texts('bytes')).toEqual(await texts('json'))
})

test('text that is not UTF-8 does not get out as it is', async () => {
  const file = databaseFile(SQL)
  change(file, `UPDATE kids SET words = CAST(x'41ff42' AS TEXT) WHERE id = 1`)
  const { adapter } = openedSeat(file)
  const { together, json } = await both(adapter, { table_name: 'parents', related: [KIDS] })
  expect(together).toBeUndefined()
  expect(json).toContain('A\ufffdB')
})
