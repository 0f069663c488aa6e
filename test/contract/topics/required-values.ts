import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import type { DatabaseSettings } from '../../../src/core/service.ts'
import { createRecords } from '../../../src/operations/database/create-records.ts'
import { replaceRecords, updateRecords } from '../../../src/operations/database/update-records.ts'
import { serviceOn } from '../../helpers/shop.ts'
import { asc, calm, type Engine, equals, useScene } from '../scene.ts'

/** Fields that are not nullable, in writes as they are asked for and in those that reach the engine. */
export function requiredValues(engine: Engine): void {
  const scene = useScene(engine)
  const on = (settings: Partial<DatabaseSettings> = {}) => serviceOn(scene.adapter, settings).run
  const customers = () => scene.read('customers', { orderBy: [asc('id')] })
  const refusalOf = (writing: Promise<unknown>) =>
    writing.then(
      () => 'written',
      (error: unknown) => inspect(error, { depth: 9 }),
    )
  const UPSERT = { allowUpsert: true }

  test.each([
    ['a new record without it', createRecords, { records: [{ city: 'Nowhere' }] }, {}],
    ['a new record with null', createRecords, { records: [{ name: null }] }, {}],
    ['one of several new ones', createRecords, { records: [{ name: 'Good' }, { NAME: null }] }, {}],
    ['a record by its id', updateRecords, { id: '1', records: [{ name: null }] }, {}],
    ['a replaced record', replaceRecords, { id: '1', records: [{ name: null, city: 'Oslo' }] }, {}],
    ['records by ids', updateRecords, { ids: [1, 2], records: [{ name: null }] }, {}],
    ['records by a filter', updateRecords, { filter: 'id > 0', records: [{ name: null }] }, {}],
    [
      'records with their ids',
      updateRecords,
      {
        records: [
          { id: 2, city: 'Oslo' },
          { id: 1, name: null },
        ],
      },
      {},
    ],
    ['what would be made', replaceRecords, { id: '77', records: [{ city: 'Nowhere' }] }, UPSERT],
    ['what would be tried', createRecords, { records: [{ city: 'Nowhere' }], dry_run: true }, {}],
  ] as const)('%s is refused by name, and nothing is written', async (_what, operation, asked, settings) => {
    const before = await customers()
    const refusal = await refusalOf(on(settings)(operation, { table_name: 'customers', ...asked }))
    expect(refusal).toMatch(/(?:Required f|F)ield 'name' can not be NULL/)
    expect(await customers()).toEqual(before)
  })

  test('what has a default may be left out, and null stands where it may', async () => {
    const records = [{ name: 'Given', city: null }]
    const { rows } = await on()(createRecords, { table_name: 'customers', records, fields: ['name', 'city'] })
    expect(rows).toEqual([{ name: 'Given', city: null }])
  })

  test('the engine itself refuses what gets to it', async () => {
    const before = await customers()
    for (const row of [{ name: null }, { city: 'Nowhere' }])
      await expect(scene.insert('customers', [row])).rejects.toMatchObject({ code: 'bad_request' })
    const table = scene.table('customers')
    const change = { table, set: { name: null }, where: equals('id', 1), returning: [] }
    await expect(scene.adapter.update(change, calm)).rejects.toMatchObject({ code: 'bad_request' })
    expect(await customers()).toEqual(before)
  })
}
