import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import type { Row } from '../../../src/core/database/value.ts'
import { type ListRecordsInput, listRecords } from '../../../src/operations/database/list-records.ts'
import { serviceOn } from '../../helpers/shop.ts'
import { type Database, freshDatabase, isLeftOut, title } from './fresh-database.ts'
import { openService } from './service.ts'

/** Types without an order or an equality of their values, or with others than those: two values in their order, and what the second may be spelled as. */
const TYPES: readonly (readonly [type: string, less: string, more: string, spelled?: string])[] = [
  ['xid', '9', '10'],
  ['cid', '9', '10'],
  ['xml', '<a/>', '<b/>'],
  ['point', '(1,2)', '(1,3)', '1, 3'],
  ['lseg', '[(1,2),(3,4)]', '[(1,2),(3,5)]'],
  ['path', '((1,2),(3,4))', '((1,2),(3,5))'],
  ['box', '(3,4),(1,2)', '(5,6),(3,4)'],
  ['polygon', '((1,2),(3,4))', '((1,2),(3,5))'],
  ['line', '{1,2,3}', '{1,2,4}'],
  ['circle', '<(1,2),3>', '<(2,2),3>', '((2,2),3)'],
  ['aclitem', 'postgres=r/postgres', 'postgres=w/postgres'],
  ['jsonpath', '$."a"', '$."b"', '$.b'],
  ['pg_snapshot', '1:1:', '2:2:'],
  ['txid_snapshot', '1:1:', '2:2:'],
  ['refcursor', 'a', 'b'],
  ['a_domain', '9', '10'],
  // By their numbers it would be the other way round.
  ['regtype', 'bigint', 'boolean'],
]
/** Those that PostgreSQL has no MIN of. */
const LEAST: readonly (readonly [type: string, less: string, more: string])[] = [
  ['boolean', 'false', 'true'],
  ['uuid', '00000000-0000-0000-0000-0000000000aa', 'a0000000-0000-0000-0000-000000000001'],
  ['bytea', '\\x01', '\\xff00'],
  ['macaddr', '08:00:2b:01:02:03', '0a:00:2b:01:02:03'],
  ['macaddr8', '08:00:2b:01:02:03:04:05', '0a:00:2b:01:02:03:04:05'],
  ['bit(3)', '011', '100'],
  ['bit varying', '1', '10'],
  ['age_range', 'low', 'high'],
]
const WITHOUT_LEAST = ['json', 'jsonb', 'tsvector', 'tsquery', 'int4range', 'int4multirange', 'a_row']

describe.skipIf(isLeftOut)(title('types without operators on PostgreSQL'), () => {
  let database: Database
  let adapter: DatabaseAdapter
  const tableOf = (type: string) => `of_${type.replaceAll(/\W/g, '_')}`
  const ask = async (type: string, asked: Omit<ListRecordsInput, 'table_name'>): Promise<readonly Row[]> =>
    (await serviceOn(adapter).run(listRecords, { table_name: tableOf(type), ...asked })).rows ?? []
  const ids = async (type: string, asked: Omit<ListRecordsInput, 'table_name'>) =>
    (await ask(type, { fields: ['id'], ...asked })).map(({ id }) => id)

  beforeAll(async () => {
    database = await freshDatabase(
      "create domain a_domain as xid; create type a_row as (a int, b text); create type age_range as enum ('low', 'high')",
    )
    for (const [type, less, more] of [...TYPES, ...LEAST])
      await database.run(
        `create table ${tableOf(type)} (id int primary key, v ${type});
         insert into ${tableOf(type)} values (1, '${more}'), (2, '${less}'), (3, '${more}'), (4, null)`,
      )
    for (const type of WITHOUT_LEAST)
      await database.run(`create table ${tableOf(type)} (id int primary key, v ${type})`)
    await database.run(
      `insert into of_json values (1, '{"a":1,"b":2}'), (2, '{ "b": 2, "a": 1 }'), (3, '[1]'), (4, null);
       insert into of_a_row values (1, '(1,x)'), (2, '(2,x)')`,
    )
    adapter = await openService(database.url)
  })
  afterAll(async () => {
    await adapter.close()
    await database.close()
  })

  test.each(TYPES.map(([type, less, more, spelled = more]) => [type, less, more, spelled] as const))(
    '%s: by its values',
    async (type, less, more, spelled) => {
      expect(await ids(type, { filter: `v = '${spelled}'` })).toEqual([1, 3])
      expect(await ids(type, { filter: `v in ('${spelled}')` })).toEqual([1, 3])
      expect(await ids(type, { filter: `v != '${spelled}'` })).toEqual([2])
      expect(await ids(type, { filter: `v > '${less}'` })).toEqual([1, 3])
      expect(await ids(type, { order: 'v, id' })).toEqual([4, 2, 1, 3])
      expect(await ask(type, { fields: ['a:MIN(v)', 'z:MAX(v)'] })).toEqual([{ a: less, z: more }])
      const distinct = await ask(type, { fields: ['v'], distinct: true, order: 'v' })
      expect(new Set(distinct.map(({ v }) => v))).toEqual(new Set([null, less, more]))
      expect(await ask(type, { fields: ['v', 'n:COUNT(*)'], group: ['v'], order: 'n desc' })).toEqual([
        { v: more, n: 2 },
        ...[1, 1].map(() => ({ v: expect.toBeOneOf([null, less]), n: 1 })),
      ])
      expect(await ask(type, { fields: ['v'], group: ['v'], having: `v = '${spelled}'` })).toEqual([
        { v: more },
      ])
      expect(await ask(type, { fields: ['v'], group: ['v'], having: 'v is null' })).toEqual([{ v: null }])
      expect(await ask(type, { fields: ['n:COUNT_DISTINCT(v)'] })).toEqual([{ n: 2 }])
    },
  )

  test.each(LEAST)('%s: the least and the greatest', async (type) => {
    const rows = await ask(type, { order: 'v desc, id' })
    const [most] = rows
    const [least] = rows.filter(({ v }) => v !== null).slice(-1)
    expect(await ask(type, { fields: ['a:MIN(v)', 'z:MAX(v)'] })).toEqual([{ a: least?.v, z: most?.v }])
  })

  test.each(WITHOUT_LEAST)('%s: MIN and MAX are refused before the database is asked', async (type) => {
    for (const name of ['MIN', 'MAX'])
      await expect(ask(type, { fields: [`a:${name}(v)`] })).rejects.toMatchObject({
        code: 'bad_request',
        message: `${name} cannot be asked for: 'v' is ${type}.`,
      })
  })

  test('documents and rows are compared by what is in them', async () => {
    expect(await ids('json', { filter: `v = '{"b":2,"a":1}'` })).toEqual([1, 2])
    expect(
      await ask('json', { fields: ['v', 'n:COUNT(*)'], group: ['v'], order: 'n desc', limit: 1 }),
    ).toEqual([{ v: { a: 1, b: 2 }, n: 2 }])
    expect(await ask('json', { fields: ['n:COUNT_DISTINCT(v)'] })).toEqual([{ n: 2 }])
    expect(await ids('a_row', { filter: `v = '{"a":2,"b":"x"}'` })).toEqual([2])
  })

  test('a day is compared as its beginning, with moments of that day too', async () => {
    await database.run(
      `create table of_days (id int primary key, v date); insert into of_days values (1, '2024-02-29'), (2, '2024-03-01')`,
    )
    const adapter = await openService(database.url)
    onTestFinished(() => adapter.close())
    const ids = async (filter: string) =>
      (await serviceOn(adapter).run(listRecords, { table_name: 'of_days', filter })).rows?.map(({ id }) => id)
    expect(await ids("v = '2024-02-29'")).toEqual([1])
    expect(await ids("v in ('2024-02-29', '2024-03-01')")).toEqual([1, 2])
    expect(await ids("v >= '2024-02-29 10:00'")).toEqual([2])
    expect(await ids("v < '2024-02-29T10:00:00'")).toEqual([1])
    expect(await ids("v = '2024-02-29 10:00'")).toEqual([])
  })

  test('sums and means of all numbers, and no order of lists of what has none', async () => {
    await database.run(
      `create table of_numbers (id int primary key, o oid, m money); insert into of_numbers values (1, 1, 1.5), (2, 4, 2)`,
    )
    await database.run('create table of_lists (id int primary key, v point[])')
    const adapter = await openService(database.url)
    onTestFinished(() => adapter.close())
    const { run } = serviceOn(adapter)
    await expect(run(listRecords, { table_name: 'of_lists', order: 'v' })).rejects.toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining('cannot compare'),
    })
    const fields = ['a:SUM(o)', 'b:AVG(o)', 'c:SUM(m)', 'd:AVG(m)']
    const { rows } = await run(listRecords, { table_name: 'of_numbers', fields })
    expect(rows).toEqual([{ a: 5, b: 2.5, c: 3.5, d: 1.75 }])
  })
})
