import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { openSqlite } from '../../adapters/database/sqlite/open.ts'
import { type House, keyOf, openHouse } from '../helpers/house.ts'
import { hasRedis, startRedis } from './redis-server.ts'

const RULE = { service: 'shop', component: '*', verb_mask: 31 }
const ROLES = {
  all: [RULE],
  north: [
    RULE,
    {
      ...RULE,
      component: '_table/customers',
      filters: [{ name: 'region', operator: '=', value: 'north' }],
    },
  ],
}
const CACHED = { cache_enabled: true, cache_ttl: 600 }
const NAMES = '/api/v2/shop/_table/customers?fields=name&order=id'

const houses: House[] = []
afterEach(async () => {
  for (const house of houses.splice(0)) await house.close()
})

async function open(settings: Record<string, string> = {}, config: object = CACHED): Promise<House> {
  const house = await openHouse(ROLES, config, settings)
  houses.push(house)
  return house
}

const names = async (house: House, role = 'all', address = NAMES) =>
  JSON.stringify((await house.rest('GET', address, { key: keyOf(role) })).body)

/** As another program would: not through the server. */
async function renameBehindTheBack(house: House, name: string): Promise<void> {
  const file = join(house.app.config.dataDir, 'shop.sqlite')
  const database = await openSqlite({ file, inline: true, statementTimeoutMs: 10_000 })
  const tables = await database.readSchema({ signal: new AbortController().signal })
  const [table] = (await import('../../src/core/database/build-schema.ts'))
    .buildSchema(tables)
    .tables.filter((one) => one.name === 'customers')
  if (!table) throw new Error('no table')
  const where = { op: '=', field: 'id', value: 1 } as const
  await database.update(
    { table, set: { name }, where, returning: [] },
    { signal: new AbortController().signal },
  )
  await database.close()
}

describe('a service with cache_enabled', () => {
  test('answers from what was read, until it is asked to refresh', async () => {
    const house = await open()
    const before = await names(house)
    await renameBehindTheBack(house, 'Changed')
    expect(await names(house)).toBe(before)
    expect(await names(house, 'all', `${NAMES}&refresh=true`)).toContain('Changed')
    expect(await names(house)).toContain('Changed')
  })

  test('without it every read asks the database', async () => {
    const house = await open({}, {})
    await names(house)
    await renameBehindTheBack(house, 'Changed')
    expect(await names(house)).toContain('Changed')
  })

  test('is over when its time is', async () => {
    const house = await open({}, { cache_enabled: true, cache_ttl: 1 })
    await names(house)
    await renameBehindTheBack(house, 'Changed')
    await expect.poll(() => names(house), { timeout: 30_000 }).toContain('Changed')
  })

  test.each([
    ['POST', '/api/v2/shop/_table/customers', { resource: [{ name: 'New', region: 'north' }] }, 'New'],
    ['PATCH', '/api/v2/shop/_table/customers/1', { name: 'Patched' }, 'Patched'],
    ['PUT', '/api/v2/shop/_table/customers/1', { name: 'Put' }, 'Put'],
  ])('%s ends what was kept', async (method, address, body, name) => {
    const house = await open()
    for (const role of ['all', 'north']) expect(await names(house, role)).not.toContain(name)
    expect((await house.rest(method, address, { key: keyOf('all'), body })).status).toBe(200)
    for (const role of ['all', 'north']) expect(await names(house, role)).toContain(name)
  })

  test('DELETE ends what was kept, as does flushing the cache', async () => {
    const house = await open()
    const count = '/api/v2/shop/_table/order_items?count_only=true'
    expect(await names(house, 'all', count)).toBe('3')
    await house.rest('DELETE', '/api/v2/shop/_table/order_items?filter=line_no=2', { key: keyOf('all') })
    expect(await names(house, 'all', count)).toBe('2')
    await names(house)
    await renameBehindTheBack(house, 'Changed')
    const session = await house.rest('POST', '/api/v2/system/admin/session', {
      body: { email: 'admin@example.com', password: 'a-long-enough-password' },
    })
    const token = String(Reflect.get(Object(session.body), 'session_token'))
    const flushed = await house.rest('DELETE', '/api/v2/system/cache/shop', {
      headers: { 'x-dreamfactory-session-token': token },
    })
    expect(flushed.status).toBe(200)
    expect(await names(house)).toContain('Changed')
  })

  test('a batch that fails ends it too, and leaves nothing half done in it', async () => {
    const house = await open()
    const before = await names(house)
    const body = { resource: [{ name: 'Half', region: 'north' }, { name: null }] }
    await house.rest('POST', '/api/v2/shop/_table/customers', { key: keyOf('all'), body })
    expect(await names(house)).toBe(before)
  })

  test('a role gets nothing that was read for another one, through either door', async () => {
    const house = await open()
    expect(await names(house, 'all')).toContain('Bob')
    expect(await names(house, 'north')).toBe('{"resource":[{"name":"Ann"}]}')
    const call = { table_name: 'customers', fields: ['name'], order: 'id' }
    expect((await house.tool('get_table_data', call, keyOf('all'))).text).toContain('Bob')
    expect((await house.tool('get_table_data', call, keyOf('north'))).text).not.toContain('Bob')
    const count = `${NAMES.split('?')[0]}?count_only=true`
    expect([await names(house, 'all', count), await names(house, 'north', count)]).toEqual(['3', '1'])
  })
})

describe.runIf(hasRedis)('several nodes with one Redis server', () => {
  test('see each other’s writes, and go on without it', async () => {
    const redis = await startRedis()
    const settings = {
      CACHE_DRIVER: 'redis',
      CACHE_HOST: '127.0.0.1',
      CACHE_PORT: String(redis.port),
      APP_KEY: 'k'.repeat(40),
    }
    const one = await open(settings)
    const file = join(one.app.config.dataDir, 'shop.sqlite')
    const shared = { ...CACHED, database: file }
    const two = await open(settings, shared)
    const three = await open(settings, shared)
    await expect
      .poll(async () => {
        await names(two)
        await renameBehindTheBack(one, `Unseen ${Math.random()}`)
        return (await names(two)).includes('Unseen')
      })
      .toBe(false)
    await three.rest('PATCH', '/api/v2/shop/_table/customers/1', {
      key: keyOf('all'),
      body: { name: 'Seen' },
    })
    expect(await names(two)).toContain('Seen')
    await redis.kill()
    await renameBehindTheBack(one, 'Without')
    expect(await names(two)).toContain('Without')
    const patched = await two.rest('PATCH', '/api/v2/shop/_table/customers/1', {
      key: keyOf('all'),
      body: { name: 'Still' },
    })
    expect(patched.status).toBe(200)
    expect(await names(three)).toContain('Still')
    await rm(file, { force: true })
  })
})
