import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DatabaseAdapter } from '../../src/core/database/adapter.ts'
import type { SystemStore } from '../../src/system/store.ts'
import { ADMIN } from '../helpers/shop.ts'
import { keyring, openFile, openStore, readAll, systemApiOf } from './world.ts'

const KEY = 'k'.repeat(64)

interface Node {
  readonly adapter: DatabaseAdapter
  readonly store: SystemStore
}

/** Two servers on one file. */
let here: Node
let there: Node
let stop = () => {}

beforeEach(async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'sluice-watch-')), 'system.sqlite')
  const open = async () => {
    const adapter = await openFile(file)
    return { adapter, store: await openStore(adapter) }
  }
  here = await open()
  there = await open()
})

afterEach(async () => {
  stop()
  await Promise.all([here.adapter.close(), there.adapter.close()])
})

test('a change made by another process arrives', async () => {
  stop = there.store.watch({ intervalMs: 20 })
  const seen: number[] = []
  there.store.onChange(({ version }) => seen.push(version))
  await here.store.change(async (writer) => {
    await writer.upsertService({ name: 'shop', type: 'box', config: { database: '/x', password: 'secret' } })
    await writer.upsertRole({ name: 'reader', rules: [readAll] })
    await writer.upsertApp({ name: 'agent', role: 'reader', apiKey: KEY })
  })
  await expect.poll(() => there.store.snapshot().appByKeyHash.has(keyring.apiKeyHash(KEY))).toBe(true)
  expect(there.store.snapshot()).toEqual(here.store.snapshot())
  expect(seen).toEqual([here.store.snapshot().version])
})

test('what is written over the system API arrives', async () => {
  stop = there.store.watch()
  const api = systemApiOf(here.store)
  const asked = { caller: { ...ADMIN, userId: 99 }, signal: new AbortController().signal }
  const arrived = (isThere: () => boolean) => expect.poll(isThere).toBe(true)
  await api.write('create', 'role', { records: [{ name: 'reader', is_active: true }] }, asked)
  await api.write('create', 'app', { records: [{ name: 'agent', role_id: 1, api_key: KEY }] }, asked)
  await arrived(() => there.store.snapshot().appByKeyHash.has(keyring.apiKeyHash(KEY)))
  await api.write('update', 'role', { id: 1, records: [{ is_active: false }] }, asked)
  await arrived(() => there.store.snapshot().roleById.get(1)?.isActive === false)
  await api.write('update', 'app', { id: 1, records: [{}], regenerate: true }, asked)
  await arrived(() => !there.store.snapshot().appByKeyHash.has(keyring.apiKeyHash(KEY)))
})

test('without a change the snapshot stays the same object', async () => {
  stop = there.store.watch({ intervalMs: 5 })
  const before = there.store.snapshot()
  await here.store.recordSignIn(1, '2026-01-01 00:00:00')
  await sleep(50)
  expect(there.store.snapshot()).toBe(before)
})

test('after the end of the watch nothing arrives', async () => {
  there.store.watch({ intervalMs: 5 })()
  await here.store.change((writer) => writer.upsertRole({ name: 'reader', rules: [] }))
  await sleep(50)
  expect(there.store.snapshot().roleById.size).toBe(0)
})

test('each may write on top of what the other wrote, also before seeing it', async () => {
  stop = here.store.watch({ intervalMs: 20 })
  await here.store.change((writer) => writer.upsertRole({ name: 'reader', rules: [] }))
  const id = await there.store.change((writer) =>
    writer.upsertRole({ name: 'Reader', description: 'd', rules: [] }),
  )
  await there.store.change((writer) => writer.upsertApp({ name: 'agent', role: 'reader', apiKey: KEY }))
  await expect.poll(() => here.store.snapshot()).toEqual(there.store.snapshot())
  expect([...here.store.snapshot().roleById.values()]).toMatchObject([
    { id, name: 'reader', description: 'd' },
  ])
})

test('a database that does not answer is told once, and the watch goes on', async () => {
  const errors: unknown[] = []
  stop = there.store.watch({ intervalMs: 5, onError: (error) => errors.push(error) })
  await there.adapter.close()
  await expect.poll(() => errors).toHaveLength(1)
  await sleep(50)
  expect(errors).toHaveLength(1)
})

test('whoever finds a change made by another process has seen it', async () => {
  await here.store.change((writer) => writer.upsertRole({ name: 'reader', rules: [] }))
  await there.store.change((writer) => writer.upsertRole({ name: 'reader', rules: [] }))
  expect([...there.store.snapshot().roleById.values()]).toMatchObject([{ name: 'reader' }])
})
