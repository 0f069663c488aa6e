import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADMIN, askOf, signIn } from '../accounts/people.ts'
import { type House, keyOf, openHouse } from '../helpers/house.ts'
import { eventsOf } from './events.ts'
import { ACCEPT, modern } from './scene.ts'

const ROLES = {
  reader: [{ component: '_table/orders/*', verbs: ['GET'] }],
  stranger: [{ component: '_table/customers/*', verbs: ['GET'] }],
}
const CHANGED = 'notifications/tools/list_changed'

let house: House
let token: string
let address: string
beforeAll(async () => {
  house = await openHouse(ROLES, {}, { SLUICE_MCP_SESSIONS: 'true' })
  token = await signIn(house, 'admin', ADMIN)
  address = await house.listen(0)
})
afterAll(() => house.close())

const send = (role: string, path: string, message: object | undefined, headers: Record<string, string>) =>
  fetch(`${address}${path}`, {
    method: message ? 'POST' : 'GET',
    headers: {
      accept: ACCEPT,
      'content-type': 'application/json',
      'x-dreamfactory-api-key': keyOf(role),
      ...headers,
    },
    ...(message && { body: JSON.stringify(message) }),
  })

async function listen2026(role: string, path: string) {
  const params = { notifications: { toolsListChanged: true } }
  const { message, headers } = modern({ jsonrpc: '2.0', id: 's', method: 'subscriptions/listen', params })
  const events = eventsOf(await send(role, path, message, headers))
  expect((await events.next()).value.method).toBe('notifications/subscriptions/acknowledged')
  return events
}

async function listen2025(role: string, path: string) {
  const clientInfo = { name: 'test', version: '1' }
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }
  const hello = await send(role, path, { jsonrpc: '2.0', id: 1, method: 'initialize', params }, {})
  const session = { 'mcp-session-id': String(hello.headers.get('mcp-session-id')) }
  await send(role, path, { jsonrpc: '2.0', method: 'notifications/initialized' }, session)
  return eventsOf(await send(role, path, undefined, session))
}

const ask = (method: string, path: string, body?: object) =>
  askOf(house)(method, `system/${path}`, { token, ...(body && { body }) })
const declaration = (name: string, more: object = {}) => ({
  name,
  service_id: house.app.store.snapshot().serviceByName.get('shop')?.id,
  description: 'Orders.',
  operation: 'get_table_data',
  arguments: { table_name: 'orders' },
  ...more,
})
async function declare(name: string, more?: object): Promise<number> {
  const { status, body } = await ask('POST', 'tool', { resource: [declaration(name, more)] })
  expect(status).toBe(201)
  return Number(Object(body).resource[0].id)
}

describe.each([
  ['2026', listen2026],
  ['2025', listen2025],
])('a client of %s', (version, listen) => {
  test.each([
    ['a service', '/mcp/shop'],
    ['all services', '/mcp'],
  ])('of %s hears of a tool that comes, changes, stops and goes', async (_, path) => {
    const events = await listen('reader', path)
    const heard = async () => (await events.next()).value?.method
    const name = `tool_${version}${path.replaceAll('/', '_')}`
    const id = await declare(name)
    expect(await heard()).toBe(CHANGED)
    await ask('PATCH', `tool/${id}`, { description: 'Orders, all of them.' })
    expect(await heard()).toBe(CHANGED)
    await ask('PATCH', `tool/${id}`, { is_active: false })
    expect(await heard()).toBe(CHANGED)
    await ask('PATCH', `tool/${id}`, { is_active: true })
    expect(await heard()).toBe(CHANGED)
    await ask('DELETE', `tool/${id}`)
    expect(await heard()).toBe(CHANGED)
    await events.return(undefined)
  })

  test('hears of one that its list has no room for', async () => {
    const long = { description: 'Long. '.repeat(150) }
    const ids: number[] = []
    for (let n = 0; n < 30; n++) ids.push(await declare(`many_${version}_${n}`, long))
    const events = await listen('reader', '/mcp/shop')
    await ask('PATCH', `tool/${ids.at(-1)}`, { description: `${long.description} Other.` })
    expect((await events.next()).value?.method).toBe(CHANGED)
    await events.return(undefined)
    await ask('DELETE', `tool?ids=${ids.join(',')}`)
  })

  test('hears nothing of one that it does not have', async () => {
    const [events, readers] = [await listen('stranger', '/mcp/shop'), await listen('reader', '/mcp/shop')]
    let isHeard = false
    const first = events.next().then(({ value }) => {
      isHeard = true
      return value?.method
    })
    const id = await declare(`not_theirs_${version}`)
    expect((await readers.next()).value?.method).toBe(CHANGED)
    await ask('PATCH', `tool/${id}`, { description: 'Other.' })
    expect((await readers.next()).value?.method).toBe(CHANGED)
    expect(isHeard).toBe(false)
    const own = await declare(`theirs_${version}`, { arguments: { table_name: 'customers' } })
    expect(await first).toBe(CHANGED)
    await events.return(undefined)
    await readers.return(undefined)
    await ask('DELETE', `tool?ids=${id},${own}`)
  })
})
