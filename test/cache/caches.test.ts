import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openMemoryCache } from '../../adapters/cache/memory/open.ts'
import { openRedisCache } from '../../adapters/cache/redis/open.ts'
import { createKeyring } from '../../src/access/keyring.ts'
import type { Cache } from '../../src/core/cache/cache.ts'
import { required } from '../contract/required.ts'
import { hasRedis, type RedisServer, startRedis } from './redis-server.ts'

const { seal } = createKeyring(randomBytes(32))

test('Redis is here where it is required', () => {
  expect(hasRedis || !required.includes('redis')).toBe(true)
})

describe.each([
  ['memory', true],
  ['redis', hasRedis],
] as const)('%s', (name, isThere) => {
  let server: RedisServer | undefined
  let cache: Cache
  beforeEach(async () => {
    server = name === 'redis' && isThere ? await startRedis() : undefined
    cache = server ? openRedis(server) : openMemoryCache()
    const warm = () =>
      cache.set('warm', '', 10).then(
        () => true,
        () => false,
      )
    await expect.poll(warm).toBe(true)
  })
  afterEach(async () => {
    await cache.close()
    await server?.kill()
  })

  test.runIf(isThere)('gives back what it was given, in the order asked for', async () => {
    await cache.set('a', 'first ž😀', 60_000)
    await cache.set('b', '7', 60_000)
    expect(await cache.get(['b', 'nothing', 'a'])).toEqual(['7', undefined, 'first ž😀'])
    await cache.set('a', 'second', 60_000)
    expect(await cache.get(['a'])).toEqual(['second'])
  })

  test.runIf(isThere)('forgets when the time is over', async () => {
    await cache.set('a', 'x', 40)
    await expect.poll(() => cache.get(['a'])).toEqual([undefined])
  })
})

test('memory forgets what was not used for longest when it is full', async () => {
  const cache = openMemoryCache(10_000)
  for (const key of ['a', 'b', 'c', 'd']) {
    await cache.set(key, 'x'.repeat(1500), 60_000)
    await cache.get(['a'])
  }
  expect((await cache.get(['a', 'b', 'd'])).map((text) => text?.length)).toEqual([1500, undefined, 1500])
})

describe.runIf(hasRedis)('a Redis server', () => {
  let server: RedisServer
  const errors: unknown[] = []
  beforeEach(async () => {
    server = await startRedis()
    errors.length = 0
  })
  afterEach(() => server.kill())

  test('learns nothing, and what others put in is not read', async () => {
    const cache = openRedis(server)
    await expect
      .poll(() =>
        cache.set('a', 'canary text', 60_000).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true)
    const other = openRedisCache({
      host: '127.0.0.1',
      port: server.port,
      onError: () => {},
      installation: 'test',
      seal: { seal: (text) => text, open: (text) => text },
    })
    await expect
      .poll(() =>
        other.get(['a']).then(
          ([text]) => text !== undefined,
          () => false,
        ),
      )
      .toBe(true)
    const [stored = ''] = await other.get(['a'])
    expect(stored).not.toContain('canary')
    await other.set('b', stored, 60_000)
    await other.set('c', 'made up', 60_000)
    expect(await cache.get(['a', 'b', 'c'])).toEqual(['canary text', undefined, undefined])
    await Promise.all([cache.close(), other.close()])
  })

  test('that is away fails calls, is told once, and is used again when it is back', async () => {
    const cache = openRedisCache({
      host: '127.0.0.1',
      port: server.port,
      seal,
      installation: 'test',
      onError: (error) => errors.push(error),
    })
    const set = () =>
      cache.set('a', 'x', 60_000).then(
        () => true,
        () => false,
      )
    await expect.poll(set).toBe(true)
    await server.kill()
    await expect.poll(() => errors.length).toBe(1)
    await expect(cache.get(['a'])).rejects.toMatchObject({ code: 'unavailable' })
    await server.start()
    await expect.poll(set).toBe(true)
    expect(errors).toHaveLength(1)
    await cache.close()
  })
})

function openRedis({ port }: RedisServer): Cache {
  return openRedisCache({ host: '127.0.0.1', port, seal, installation: 'test', onError: () => {} })
}
