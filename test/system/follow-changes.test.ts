import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DatabaseAdapter, Records } from '../../src/core/database/adapter.ts'
import type { SelectQuery } from '../../src/core/database/query.ts'
import { systemResources } from '../../src/system/all.ts'
import { CHANGE_TABLE, VERSION_TABLE } from '../../src/system/bookkeeping.ts'
import { rowsOf, tableNamed } from '../../src/system/records.ts'
import { SNAPSHOT_TABLES } from '../../src/system/snapshot-state.ts'
import type { SystemStore } from '../../src/system/store.ts'
import { plain, run, transactions } from './changes.ts'
import { engines } from './engines.ts'
import { openStore, readAll } from './world.ts'

const signal = () => new AbortController().signal
const LOG = tableNamed(CHANGE_TABLE)
const VERSION = tableNamed(VERSION_TABLE)
const everyRow = { op: '>', field: 'id', value: 0 } as const
const box = { name: 'shop', type: 'box', config: { database: '/shop.db' } }

/** The tables that are read through it. */
function watched(adapter: DatabaseAdapter): { readonly adapter: DatabaseAdapter; read(): string[] } {
  let names: string[] = []
  const counting = (records: Records) => (query: SelectQuery, options: { signal: AbortSignal }) => {
    names.push(query.table.name)
    return records.select(query, options)
  }
  const read = () => {
    const before = names
    names = []
    return [...new Set(before)].toSorted()
  }
  return { adapter: Object.assign(Object.create(adapter), { select: counting(adapter) }), read }
}

async function fill(store: SystemStore): Promise<void> {
  await store.change(async (writer) => {
    await writer.upsertService(box)
    await writer.upsertRole({ name: 'reader', rules: [readAll] })
    await writer.upsertRole({ name: 'other', rules: [readAll] })
    await writer.upsertApp({ name: 'agent', role: 'reader', apiKey: 'k'.repeat(64) })
  })
}

describe.each(engines)('records in memory on $name', ({ name, open }) => {
  test('are what a fresh start reads, after whatever was written by two servers', {
    timeout: 300_000,
  }, async () => {
    const adapter = await open()
    const nodes = [await openStore(adapter), await openStore(adapter)] as const
    const property = fc.asyncProperty(transactions, async (all) => {
      for (const transaction of all) {
        const store = nodes[transaction.node]
        await run(store, transaction)
        if (transaction.refreshes) await store.refresh()
      }
      await Promise.all(nodes.map((store) => store.refresh()))
      const fresh = plain((await openStore(adapter)).snapshot())
      for (const store of nodes) expect(plain(store.snapshot())).toEqual(fresh)
    })
    const isInProcess = name === 'memory' || name === 'sqlite'
    await fc.assert(property, { numRuns: isInProcess ? 30 : 8, endOnFailure: true })
  })

  test('are right after two servers wrote at once', async () => {
    const adapter = await open()
    const nodes = [await openStore(adapter), await openStore(adapter)] as const
    const all = fc.sample(transactions, { numRuns: 3, seed: 7 }).flat()
    const work = nodes.map(async (store, at) => {
      for (const transaction of all.filter(({ node }) => node === at)) {
        await run(store, transaction)
        await store.refresh()
      }
    })
    await Promise.all(work)
    await Promise.all(nodes.map((store) => store.refresh()))
    const fresh = plain((await openStore(adapter)).snapshot())
    for (const store of nodes) expect(plain(store.snapshot())).toEqual(fresh)
  })

  test('are read again no further than they changed', async () => {
    const { adapter, read } = watched(await open())
    const store = await openStore(adapter)
    await fill(store)
    const { apps, serviceByName, roleById } = store.snapshot()
    read()
    await store.change((writer) => writer.upsertRole({ name: 'reader', description: 'd', rules: [readAll] }))
    expect(read()).toEqual(['role', 'system_change', 'system_version'])
    const latest = store.snapshot()
    expect([latest.apps, latest.serviceByName, latest.roleById.get(2)]).toEqual([
      apps,
      serviceByName,
      roleById.get(2),
    ])
    expect(latest.apps).toBe(apps)
    expect(latest.roleById.get(2)).toBe(roleById.get(2))
    expect(latest.roleById.get(1)).toMatchObject({ description: 'd' })
  })

  test('follow what the database deletes along with a record', async () => {
    const adapter = await open()
    const [here, there] = [await openStore(adapter), await openStore(adapter)]
    await fill(here)
    await there.refresh()
    const of = (table: string) => SNAPSHOT_TABLES.find((known) => known.name === table) ?? VERSION
    await here.database.delete({ table: of('service'), where: everyRow, returning: [] }, { signal: signal() })
    await here.database.delete(
      { table: of('role'), where: { ...everyRow, op: '=', value: 1 }, returning: [] },
      { signal: signal() },
    )
    await there.refresh()
    const { services, roleById, apps } = there.snapshot()
    expect(services).toEqual([])
    expect([...roleById.values()]).toMatchObject([{ name: 'other', rules: [] }])
    expect(apps).toMatchObject([{ name: 'agent', roleId: undefined }])
  })

  test.each([
    [
      'the log of which was cut',
      (adapter: DatabaseAdapter) =>
        adapter.delete({ table: LOG, where: everyRow, returning: [] }, { signal: signal() }),
    ],
    [
      'written by a program that keeps no log',
      (adapter: DatabaseAdapter) =>
        adapter.update(
          { table: VERSION, set: { version: 4_711 }, where: everyRow, returning: [] },
          { signal: signal() },
        ),
    ],
  ])('take in changes %s', async (_, harm) => {
    const adapter = await open()
    const [here, there] = [await openStore(adapter), await openStore(adapter)]
    await fill(here)
    await there.refresh()
    await here.change((writer) => writer.upsertRole({ name: 'other', description: 'd', rules: [] }))
    await harm(adapter)
    await here.change((writer) => writer.upsertService({ ...box, name: 'second' }))
    await there.refresh()
    const fresh = plain((await openStore(adapter)).snapshot())
    expect(plain(there.snapshot())).toEqual(fresh)
    expect(plain(here.snapshot())).toEqual(fresh)
    expect(there.snapshot().roleById.get(2)).toMatchObject({ description: 'd', rules: [] })
  })

  test('and the log of changes does not grow for ever', async () => {
    const adapter = await open()
    const store = await openStore(adapter)
    const row = { version: 1, after_version: 2, records: { json: {} } }
    for (let part = 0; part < 6; part++)
      await adapter.insert({ table: LOG, rows: Array(500).fill(row), returning: [] }, { signal: signal() })
    for (let at = 0; at < 101; at++)
      await store.change((writer) => writer.upsertRole({ name: 'reader', description: `${at}`, rules: [] }))
    expect((await rowsOf(adapter, LOG, signal())).length).toBeLessThan(2_200)
    expect(store.snapshot().roleById.get(1)).toMatchObject({ description: '100' })
  })
})

test('every record that one of the snapshot belongs to is in the snapshot itself', () => {
  const names = SNAPSHOT_TABLES.map(({ name }) => name)
  const parents = systemResources
    .filter(({ table }) => names.includes(table.name))
    .flatMap(({ table }) => table.foreignKeys.map(({ refTable }) => refTable))
  expect(names).toEqual(expect.arrayContaining(parents))
})
