import { expect, test } from 'vitest'
import { openMemory } from '../../adapters/database/memory/open.ts'
import { NO_TABLE_EXTRAS } from '../../src/core/database/extras.ts'
import type { ServiceInfo } from '../../src/core/service.ts'
import { runningService } from '../../src/services/running-service.ts'
import { createExtrasStore } from '../../src/system/extras/extras-store.ts'
import type { SystemStore } from '../../src/system/store.ts'
import { field, id, table } from '../contract/world.ts'
import { openStore } from './world.ts'

const calm = { signal: new AbortController().signal }
const SETTINGS = { maxRecords: 1000, allowUpsert: false, haltsOnError: false }

/** Two nodes on one system database, each with the same database open as the service `shop`. */
async function twoNodes() {
  const system = openMemory()
  const database = openMemory([table('things', { fields: [id(), field('a', 'string')], primaryKey: ['id'] })])
  const first = await openStore(system)
  await first.change((writer) =>
    writer.upsertService({ name: 'shop', type: 'box', config: { database: 'x' } }),
  )
  const second = await openStore(system)
  const info = infoOf(first)
  const open = (store: SystemStore) =>
    runningService({ info, settings: SETTINGS, adapter: database, extras: createExtrasStore(store) })
  return { first, second, database, here: open(first), there: open(second) }
}

function infoOf(store: SystemStore): ServiceInfo {
  const service = store.snapshot().serviceByName.get('shop')
  if (!service) throw new Error('no shop')
  const { id, name, label } = service
  return { id, name, label, description: '', type: 'box', kind: 'database', isActive: true }
}

test('what is kept beside a table is there at once, and on the other node when it looks', async () => {
  const { here, there, second } = await twoNodes()
  const names = async (node: typeof here) =>
    (await node.schema(calm)).tables.flatMap(({ fields }) => fields.map(({ name }) => name))
  const versionThere = (await there.schema(calm)).version
  await here.changeExtras(
    () => new Map([['things', { ...NO_TABLE_EXTRAS, alias: 'stuff', fields: { a: { alias: 'b' } } }]]),
  )
  expect(await names(here)).toEqual(['id', 'b'])
  expect(here.tableNamed('STUFF')).toBe('things')
  expect(await names(there)).toEqual(['id', 'a'])
  await second.refresh()
  expect(await names(there)).toEqual(['id', 'b'])
  expect((await there.schema(calm)).version).not.toBe(versionThere)
  await here.changeExtras(() => new Map([['things', undefined]]))
  expect(await names(here)).toEqual(['id', 'a'])
})

test('the other node reads the catalogue again when tables were changed', async () => {
  const { here, there, second, database } = await twoNodes()
  expect((await there.schema(calm)).tables.length).toBe(1)
  const made = table('more', { fields: [id()], primaryKey: ['id'] })
  await database.alter({ kind: 'create_table', table: made }, calm)
  await here.changeExtras(() => new Map(), { renew: true })
  expect((await there.schema(calm)).tables.length).toBe(1)
  await second.refresh()
  expect((await there.schema(calm)).tables.length).toBe(2)
})

test('a check changes nothing, and a service that is not stored keeps nothing', async () => {
  const { first, here } = await twoNodes()
  const change = () => new Map([['things', { ...NO_TABLE_EXTRAS, label: 'x' }]])
  await here.changeExtras(change, { check: true })
  expect((await here.schema(calm)).tables[0]?.label).toBeUndefined()
  const extras = createExtrasStore(first)
  await expect(extras.change(1_000_000, change, { check: true })).rejects.toMatchObject({
    code: 'not_supported',
  })
  await extras.change(1_000_000, () => new Map([['things', NO_TABLE_EXTRAS]]))
})
