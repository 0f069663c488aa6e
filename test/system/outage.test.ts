import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { startProxy, type TcpProxy } from '../faults/tcp-proxy.ts'
import { engines, openPlace } from './engines.ts'
import { keyring, openStore, readAll } from './world.ts'

const KEY = 'k'.repeat(64)
const NEW_KEY = 'n'.repeat(64)
const hash = (key: string) => keyring.apiKeyHash(key)
const onServers = engines.flatMap(({ name, place }) => (place && name !== 'sqlite' ? [{ name, place }] : []))

let proxy: TcpProxy | undefined
afterEach(() => proxy?.close())

describe.each(onServers)('while the system database on $name does not answer', ({ place }) => {
  test('what was known is served, and what changed arrives when it is back', async () => {
    const settings = await place()
    const there = await openStore(await openPlace(settings))
    await there.change(async (writer) => {
      await writer.upsertRole({ name: 'reader', rules: [{ ...readAll, service: null }] })
      await writer.upsertApp({ name: 'agent', role: 'reader', apiKey: KEY })
    })
    proxy = await startProxy(Number(settings.DB_PORT))
    const here = await openStore(await openPlace({ ...settings, DB_PORT: String(proxy.port) }))
    const errors: unknown[] = []
    const stop = here.watch({ onError: (error) => errors.push(error) })

    proxy.stall()
    proxy.cut()
    await there.change((writer) => writer.upsertApp({ name: 'agent', role: 'reader', apiKey: NEW_KEY }))
    await expect.poll(() => errors.length).toBe(1)
    // Time to try again, and to say nothing more.
    await sleep(2_000)
    expect(errors).toHaveLength(1)
    expect(here.snapshot().appByKeyHash.has(hash(KEY))).toBe(true)

    proxy.heal()
    await expect.poll(() => here.snapshot().appByKeyHash.has(hash(NEW_KEY))).toBe(true)
    stop()
  })
})
