import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openRedisCache } from '../../adapters/cache/redis/open.ts'
import { createKeyring } from '../../src/access/keyring.ts'
import { countersWithSpare } from '../../src/access/limits/counters-with-spare.ts'
import { createWindowCounters } from '../../src/access/limits/window-counters.ts'
import type { Cache } from '../../src/core/cache/cache.ts'
import type { WindowCounters } from '../../src/core/cache/window-counters.ts'
import { hasRedis, type RedisServer, startRedis } from './redis-server.ts'

const { seal } = createKeyring(randomBytes(32))
const LONG = 30 * 86_400_000

let server: RedisServer | undefined
const open: Cache[] = []

async function redisCounters(installation = 'test'): Promise<WindowCounters> {
  server ??= await startRedis()
  const cache = openRedisCache({
    host: '127.0.0.1',
    port: server.port,
    seal,
    installation,
    onError: () => {},
  })
  open.push(cache)
  const { counters } = cache
  if (!counters) throw new Error('Redis has counters.')
  const isReady = () =>
    counters.stateOf('ready').then(
      () => true,
      () => false,
    )
  await expect.poll(isReady).toBe(true)
  return counters
}

afterEach(async () => {
  for (const cache of open.splice(0)) await cache.close()
  await server?.kill()
  server = undefined
})

describe.each([
  ['memory', true, async () => createWindowCounters()],
  ['redis', hasRedis, () => redisCounters()],
] as const)('counters in %s', (_name, isThere, make) => {
  let counters: WindowCounters
  beforeEach(async () => {
    if (isThere) counters = await make()
  })

  test.runIf(isThere)('count up to the most, and no further', async () => {
    const wanted = [{ key: 'a', most: 2, windowMs: LONG }]
    expect([await counters.take(wanted), await counters.take(wanted)]).toEqual([[], []])
    expect(await counters.take(wanted)).toEqual([{ at: 0, leftMs: expect.any(Number) }])
    const { count, leftMs } = await counters.stateOf('a')
    expect(count).toBe(2)
    expect(leftMs).toBeGreaterThan(LONG - 86_400_000)
    expect(leftMs).toBeLessThanOrEqual(LONG)
    expect(await counters.stateOf('b')).toEqual({ count: 0, leftMs: 0 })
  })

  test.runIf(isThere)('count under all keys or under none', async () => {
    const one = (key: string, most: number) => ({ key, most, windowMs: LONG })
    await counters.take([one('full', 1)])
    const full = await counters.take([one('free', 5), one('full', 1), one('other', 5)])
    expect(full.map(({ at }) => at)).toEqual([1])
    expect((await counters.stateOf('free')).count).toBe(0)
    expect((await counters.stateOf('other')).count).toBe(0)
    expect(await counters.take([])).toEqual([])
  })

  test.runIf(isThere)('begin anew when the window is over', async () => {
    const wanted = [{ key: 'a', most: 1, windowMs: 50 }]
    expect(await counters.take(wanted)).toEqual([])
    await expect.poll(() => counters.take(wanted)).toEqual([])
  })

  test.runIf(isThere)('tell the keys that begin so, whatever is in them', async () => {
    for (const key of ['1:0:a*:user:1', '1:0:a*:user:2', '1:0:ab:user:3', '12:0:a*:user:4'])
      await counters.take([{ key, most: 1, windowMs: LONG }])
    expect((await counters.keysFrom('1:0:a*:')).toSorted()).toEqual(['1:0:a*:user:1', '1:0:a*:user:2'])
    expect(await counters.keysFrom('nothing')).toEqual([])
  })
})

describe.runIf(hasRedis)('counters of several servers', () => {
  const wanted = [{ key: 'a', most: 1, windowMs: LONG }]

  test('are shared by an installation and by no other', async () => {
    const [here, there, other] = [await redisCounters(), await redisCounters(), await redisCounters('other')]
    expect(await here.take(wanted)).toEqual([])
    expect(await there.take(wanted)).toHaveLength(1)
    expect(await other.take(wanted)).toEqual([])
  })

  test('hold in each process while the Redis server is away', async () => {
    const counters = countersWithSpare(await redisCounters(), createWindowCounters())
    expect(await counters.take(wanted)).toEqual([])
    await server?.kill()
    expect(await counters.take(wanted)).toEqual([])
    expect(await counters.take(wanted)).toHaveLength(1)
    expect((await counters.stateOf('a')).count).toBe(1)
    expect(await counters.keysFrom('a')).toEqual(['a'])
  })
})
