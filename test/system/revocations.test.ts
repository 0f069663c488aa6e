import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DatabaseAdapter } from '../../src/core/database/adapter.ts'
import { createRevocationList } from '../../src/system/sessions/revocation-list.ts'
import type { SystemStore } from '../../src/system/store.ts'
import { everything, openFile, openStore } from './world.ts'

const later = new Date(Date.now() + 3_600_000)
let adapters: DatabaseAdapter[]
let here: SystemStore
let there: SystemStore

beforeEach(async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'sluice-revoked-')), 'system.sqlite')
  adapters = [await openFile(file), await openFile(file)]
  here = await openStore(adapters[0])
  there = await openStore(adapters[1])
})
afterEach(async () => {
  for (const adapter of adapters) await adapter.close()
})

test('a token that ended here has ended on another node soon, without a new snapshot', async () => {
  const stop = there.watch()
  const before = there.snapshot()
  expect(await here.revocations.revoke('token-1', later)).toBe(true)
  expect(here.revocations.has('token-1')).toBe(true)
  await expect.poll(() => there.revocations.has('token-1')).toBe(true)
  expect(there.snapshot()).toBe(before)
  expect(there.revocations.has('token-2')).toBe(false)
  stop()
})

test('a token ends once, on whichever node', async () => {
  expect(await here.revocations.revoke('token-1', later)).toBe(true)
  expect(await here.revocations.revoke('token-1', later)).toBe(false)
  expect(await there.revocations.revoke('token-1', later)).toBe(false)
  expect(there.revocations.has('token-1')).toBe(true)
})

test('a later start knows what ended before', async () => {
  await here.revocations.revoke('token-1', later)
  expect((await openStore(adapters[1])).revocations.has('token-1')).toBe(true)
})

test('what could not be used any more is forgotten, and the rest is kept', async () => {
  const [adapter] = adapters
  if (!adapter) throw new Error('no database')
  let now = Date.now()
  const list = createRevocationList(adapter, () => now)
  await list.revoke('old', new Date(now + 60_000))
  await list.revoke('kept', new Date(now + 9_000_000))
  now += 3_700_000
  await list.revoke('new', new Date(now + 9_000_000))
  expect(['old', 'kept', 'new'].map(list.has)).toEqual([false, true, true])
  const stored = await everything(adapter)
  expect([stored.includes('"old"'), stored.includes('"kept"')]).toEqual([false, true])
})

test('what others end bit by bit is all known', async () => {
  const [adapter] = adapters
  if (!adapter) throw new Error('no database')
  let now = Date.now()
  const list = createRevocationList(adapter, () => now)
  for (let n = 0; n < 5; n++) {
    await here.revocations.revoke(`token-${n}`, later)
    await list.load()
    now += 40_000
  }
  expect([0, 1, 2, 3, 4].every((n) => list.has(`token-${n}`))).toBe(true)
})
