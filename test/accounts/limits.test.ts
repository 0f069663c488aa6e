import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'
import { ADMIN, askOf, signIn } from './people.ts'

const READS = { component: '*', verbs: ['GET'] }
let house: House
let token: string
const ask = (...given: Parameters<ReturnType<typeof askOf>>) => askOf(house)(...given)
const orders = (key = keyOf('reader')) => ask('GET', 'shop/_table/orders?limit=1', { key })

beforeAll(async () => {
  house = await openHouse({
    reader: [READS],
    other: [READS],
    writer: [{ component: '*', verbs: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] }],
    partial: [{ component: '_table/customers', verbs: ['GET'] }],
  })
  token = await signIn(house, 'admin', ADMIN)
})
afterAll(() => house.close())
beforeEach(async () => {
  const { body } = await ask('GET', 'system/limit?as_list=true', { token })
  const ids = Object(body).resource
  if (ids.length > 0) await ask('DELETE', `system/limit?ids=${ids.join(',')}`, { token })
})

async function limit(record: object): Promise<number> {
  const whole = { name: 'small', rate: 2, period: 'minute', ...record }
  const { body, status } = await ask('POST', 'system/limit', { token, body: { resource: [whole] } })
  if (status !== 201) throw new Error(JSON.stringify(body))
  return Object(body).resource[0].id
}

const serviceId = () => house.app.store.snapshot().serviceByName.get('shop')?.id

test('a limit holds from the next request on, and its answer says when to come back', async () => {
  const id = await limit({ type: 'instance.each_user' })
  expect([(await orders()).status, (await orders()).status]).toEqual([200, 200])
  const answer = await house.rest('GET', '/api/v2/shop/_table/orders', { key: keyOf('reader') })
  expect(answer.status).toBe(429)
  expect(answer.body).toMatchObject({
    error: {
      code: 429,
      message: 'API limit(s) exceeded. ',
      context: [{ id, name: 'small', object: { rate: 2 } }],
    },
  })
  expect(answer.headers).toMatchObject({ 'x-ratelimit-limit': '2', 'x-ratelimit-remaining': '0' })
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(60)
  expect(Number(answer.headers['x-ratelimit-reset'])).toBeGreaterThan(Date.now() / 1000)
  expect((await orders(keyOf('other'))).status).toBe(200)
})

test('MCP counts into the same limit, and answers 429', async () => {
  await limit({ type: 'instance.service', service_id: serviceId() })
  const call = (name: string) => house.tool(name, { table_name: 'orders', limit: 1 }, keyOf('reader'))
  expect((await call('get_table_data')).status).toBe(200)
  expect((await orders()).status).toBe(200)
  const answer = await call('get_table_data')
  expect(answer.status).toBe(429)
  expect(answer.headers).toHaveProperty('retry-after')
  expect(answer.headers).toMatchObject({ 'x-ratelimit-limit': '2' })
  expect((await orders()).status).toBe(429)
  expect((await house.rpc('tools/list', {}, keyOf('reader'))).status).toBe(200)
})

test('calls that the SDK answers, and those that no tool fits, count too', async () => {
  await limit({ type: 'instance.service', service_id: serviceId(), rate: 2 })
  const call = (name: string, more: object = {}) =>
    house.rpc('tools/call', { name, arguments: { table_name: 'orders' }, ...more }, keyOf('reader'))
  const progress = { _meta: { progressToken: 1 } }
  expect((await call('get_table_data', progress)).status).toBe(200)
  expect((await call('no_such_tool')).status).toBe(200)
  const refused = await call('get_table_data', progress)
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, expect.anything()])
})

test('an endpoint is the same at both doors', async () => {
  const endpoint = '_table/orders'
  await limit({ type: 'instance.service.endpoint', service_id: serviceId(), endpoint, rate: 1 })
  expect((await house.tool('get_table_data', { table_name: 'orders' }, keyOf('reader'))).status).toBe(200)
  expect((await orders()).status).toBe(429)
  const customers = { table_name: 'customers' }
  expect((await house.tool('get_table_data', customers, keyOf('reader'))).status).toBe(200)
  for (const args of [{ table_name: 'ORDERS' }, { tableName: 'orders', limit: 1 }])
    for (const name of ['get_table_data', 'shop_get_table_data'])
      expect((await house.tool(name, args, keyOf('reader'))).status).toBe(429)
})

test('who may not see a table learns nothing from its limit', async () => {
  const endpoint = '_table/orders'
  await limit({ type: 'instance.service.endpoint', service_id: serviceId(), endpoint, rate: 1 })
  const unseen = () => ask('GET', 'shop/_table/orders', { key: keyOf('partial') })
  const { status, text } = await unseen()
  expect((await orders()).status).toBe(200)
  expect((await orders()).status).toBe(429)
  expect(await unseen()).toMatchObject({ status, text })
})

test('a limit counts other spellings and tunnelled verbs too', async () => {
  const endpoint = '_table/orders'
  await limit({ type: 'instance.service.endpoint', service_id: serviceId(), endpoint, rate: 1, verb: 'GET' })
  expect((await orders()).status).toBe(200)
  const tunnelled = ask('POST', 'shop/_table/orders?method=GET', { key: keyOf('reader'), body: {} })
  expect((await tunnelled).status).toBe(429)
  expect((await ask('GET', 'SHOP/_TABLE/Orders/', { key: keyOf('reader') })).status).toBe(429)
  expect((await house.rest('GET', '/api/shop/_table/orders', { key: keyOf('reader') })).status).toBe(429)
  expect((await house.rest('HEAD', '/api/v2/shop/_table/orders', { key: keyOf('reader') })).status).toBe(429)
})

test('each step of several in one request counts as a request to its table', async () => {
  const endpoint = '_table/orders*'
  await limit({ type: 'instance.service.endpoint', service_id: serviceId(), endpoint, rate: 3, verb: 'GET' })
  const list = { operation: 'list', table: 'orders', limit: 1 }
  const steps = (...given: object[]) =>
    ask('POST', 'shop/_batch', { key: keyOf('writer'), body: { steps: given } })
  const write = { operation: 'update', table: 'orders', id: 1, record: {} }
  expect((await steps(list, { ...list, table: 'ORDERS' }, write)).status).not.toBe(429)
  expect((await steps({ operation: 'list', table: 'customers', limit: 1 })).status).toBe(200)
  const refused = await steps({ operation: 'get', table: 'orders', id: 1 }, list)
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, expect.anything()])
  expect((await orders()).status).toBe(429)
})

test('administrators are limited as everybody is, but can mend the limits', async () => {
  const id = await limit({ type: 'instance', rate: 1, period: '30-day' })
  const roles = () => ask('GET', 'system/role', { token })
  expect([(await roles()).status, (await roles()).status]).toEqual([200, 429])
  expect((await ask('GET', 'api_docs', { token })).status).toBe(429)
  expect((await ask('GET', '', { token })).status).toBe(429)
  expect((await ask('PATCH', `system/limit/${id}`, { token, body: { rate: 2 } })).status).toBe(200)
  expect([(await roles()).status, (await roles()).status]).toEqual([200, 429])
  expect((await ask('DELETE', `system/limit/${id}`, { token })).status).toBe(200)
  expect((await roles()).status).toBe(200)
})

test('an inactive limit refuses nobody', async () => {
  await limit({ type: 'instance', rate: 1, is_active: false })
  expect([(await orders()).status, (await orders()).status]).toEqual([200, 200])
})

test('a refused caller does not use up the limit of others', async () => {
  await limit({ type: 'instance.service', service_id: serviceId(), rate: 1 })
  expect((await ask('GET', 'shop/_table/orders')).status).toBe(401)
  expect((await orders()).status).toBe(200)
})

describe('limit_cache', () => {
  test('tells how much is used, and lets it start over', async () => {
    const id = await limit({ type: 'instance.each_user' })
    await orders()
    await orders(keyOf('other'))
    await orders(keyOf('other'))
    const { body } = await ask('GET', `system/limit_cache/${id}`, { token })
    expect(body).toMatchObject({ id, name: 'small', max: 2 })
    const counters: readonly { attempts: number; remaining: number }[] = Object(body).counters
    const of = (attempts: number) => counters.filter((counter) => counter.attempts === attempts)
    expect([of(1).length, of(2).length]).toEqual([1, 1])
    expect(of(2)[0]?.remaining).toBe(0)
    expect((await orders(keyOf('other'))).status).toBe(429)
    expect((await ask('DELETE', `system/limit_cache/${id}`, { token })).body).toEqual({ success: true })
    expect((await orders(keyOf('other'))).status).toBe(200)
  })
  test('by ids, all with force, and nothing without either', async () => {
    const ids = [
      await limit({ type: 'instance', rate: 1 }),
      await limit({ type: 'instance', rate: 1, verb: 'GET' }),
    ]
    await orders()
    expect((await orders()).status).toBe(429)
    const { body } = await ask('GET', 'system/limit_cache?as_list=true', { token })
    expect(body).toEqual({ resource: ids })
    expect((await ask('DELETE', 'system/limit_cache', { token })).status).toBe(400)
    expect((await orders()).status).toBe(429)
    expect((await ask('DELETE', `system/limit_cache?ids=${ids.join(',')}`, { token })).status).toBe(200)
    expect([(await orders()).status, (await orders()).status]).toEqual([200, 429])
    expect((await ask('DELETE', 'system/limit_cache?force=true', { token })).status).toBe(200)
    expect((await orders()).status).toBe(200)
  })
  test('refuses what is not there', async () => {
    expect((await ask('GET', 'system/limit_cache/99999', { token })).status).toBe(404)
    expect((await ask('DELETE', 'system/limit_cache/99999', { token })).status).toBe(404)
    expect((await ask('DELETE', 'system/limit_cache?ids=x', { token })).status).toBe(400)
    expect((await ask('DELETE', 'system/limit_cache/1/2', { token })).status).toBe(404)
  })
})
