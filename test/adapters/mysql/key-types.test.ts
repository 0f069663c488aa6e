import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import { type ListRecordsInput, listRecords } from '../../../src/operations/database/list-records.ts'
import { reachServer } from '../../contract/servers/test-server.ts'
import { serviceOn } from '../../helpers/shop.ts'
import { createDatabase, type TestDatabase } from './server.ts'
import { openService } from './service.ts'

const reached = await reachServer('mysql')

describe.skipIf(reached !== 'reachable')(`bits and shapes on MySQL and MariaDB (${reached})`, () => {
  let database: TestDatabase
  let adapter: DatabaseAdapter
  const ask = async (asked: Omit<ListRecordsInput, 'table_name'>) =>
    (await serviceOn(adapter).run(listRecords, { table_name: 'things', ...asked })).rows
  beforeAll(async () => {
    database = await createDatabase()
    await database.run(
      'create table things (id int primary key, flag bit(1), bits bit(12), place point, shape geometry)',
      "insert into things values (1, b'1', 9, point(1, 2), st_geomfromtext('POINT(1 2)', 4326)), (2, b'0', 10, point(1, 3), null)",
    )
    adapter = await openService(database.url)
  })
  afterAll(async () => {
    await adapter.close()
    await database.drop()
  })

  test('the least and the greatest of bits', async () => {
    const fields = ['a:MIN(flag)', 'b:MAX(flag)', 'c:MIN(bits)', 'd:MAX(bits)']
    expect(await ask({ fields })).toEqual([{ a: false, b: true, c: 9, d: 10 }])
    const having = 'MAX(bits) = 10'
    expect(await ask({ fields: ['flag', 'd:MAX(bits)'], group: ['flag'], having })).toEqual([
      { flag: false, d: 10 },
    ])
  })

  test('shapes are compared as they are read', async () => {
    const ids = { fields: ['id'] }
    expect(await ask({ ...ids, filter: "place = 'POINT(1 2)'" })).toEqual([{ id: 1 }])
    expect(await ask({ ...ids, filter: "place in ('point(1 3)', 'POINT(7 7)')" })).toEqual([{ id: 2 }])
    expect(await ask({ ...ids, filter: "place != 'POINT(1 2)'" })).toEqual([{ id: 2 }])
    expect(await ask({ ...ids, filter: "shape = 'SRID=4326;POINT(1 2)'" })).toEqual([{ id: 1 }])
    expect(await ask({ ...ids, filter: "shape = 'POINT(1 2)'" })).toEqual([])
    await expect(ask({ filter: "place = 'nowhere'" })).rejects.toMatchObject({ code: 'bad_request' })
  })

  test('shapes have no least one, which is said before the database is asked', async () => {
    await expect(ask({ fields: ['a:MIN(place)'] })).rejects.toMatchObject({
      code: 'bad_request',
      message: "MIN cannot be asked for: 'place' is point.",
    })
  })
})
