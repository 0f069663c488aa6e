import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADMIN, askOf, signIn } from '../accounts/people.ts'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

let house: House
let token: string
let role: number
let app: number
beforeAll(async () => {
  house = await openHouse({
    reader: [{ component: '_table/orders/*', verbs: ['GET'] }],
    clerk: [{ service: 'system', component: '*', verbs: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] }],
  })
  token = await signIn(house, 'admin', ADMIN)
  const { roleById, apps } = house.app.store.snapshot()
  role = [...roleById.values()].find(({ name }) => name === 'reader')?.id ?? 0
  app = apps.find(({ name }) => name === 'reader')?.id ?? 0
})
afterAll(() => house.close())

async function tried(body: object, as: { token?: string; key?: string } = { token }) {
  const answer = await askOf(house)('POST', 'system/try', { ...as, body })
  return { status: answer.status, text: answer.text, body: Object(answer.body) }
}

const rest = (verb: string, path: string, body?: unknown) => ({
  rest: { verb, path, ...(body !== undefined && { body }) },
})

describe('an administrator tries', () => {
  test.each(['role', 'app'])('a REST request as a %s, and it is answered as to that one', async (kind) => {
    const as = kind === 'role' ? { role } : { app }
    const own = await house.rest('GET', '/api/v2/shop/_table/orders?limit=2', { key: keyOf('reader') })
    const { body } = await tried({ as, ...rest('GET', 'shop/_table/orders?limit=2') })
    expect([body.status, body.body]).toEqual([200, own.text])
    expect(body.token_count).toBeGreaterThan(0)
    expect(body.curl).toContain(`/api/v2/shop/_table/orders?limit=2' -H "X-DreamFactory-API-Key: $KEY"`)
    const refused = await tried({ as, ...rest('DELETE', 'shop/_table/orders/1') })
    expect(refused.body.status).toBe(403)
    expect((await tried({ as, ...rest('GET', 'shop/_table/customers') })).body.status).toBe(403)
    expect((await tried({ as, ...rest('GET', 'system/role') })).body.status).toBe(403)
  })

  test('a tool, and gets the message that an agent sends', async () => {
    const tool = { service: 'shop', name: 'get_table_data', arguments: { table_name: 'orders', limit: 1 } }
    const { body } = await tried({ as: { role }, tool })
    expect(body.status).toBe(200)
    expect(JSON.parse(body.body).result.structuredContent.returned).toBe(1)
    expect(body.message).toMatchObject({ method: 'tools/call', params: { name: 'get_table_data' } })
    const hidden = { service: 'shop', name: 'delete_records', arguments: {} }
    expect(JSON.parse((await tried({ as: { role }, tool: hidden })).body.body).error).toMatchObject({
      code: -32602,
    })
  })

  test('and it is told as what it is: in the log, and not as a use of the key', async () => {
    await tried({ as: { app }, ...rest('GET', 'shop/_table/orders?limit=1&fields=id') })
    const read = async () => {
      const filter = encodeURIComponent("(acted_by like 'admin:%') and (service = 'shop')")
      const { body } = await askOf(house)('GET', `system/call_log?filter=${filter}&order=id%20desc`, {
        token,
      })
      return Object(body).resource
    }
    await expect.poll(async () => (await read()).length, { timeout: 30_000 }).toBeGreaterThan(0)
    expect((await read())[0]).toMatchObject({
      service: 'shop',
      role: 'reader',
      acted_by: expect.stringMatching(/^admin:\d+$/),
    })
  })
})

describe('nobody else does', () => {
  test('not a role, however much of the system it may change', async () => {
    const body = { as: { role }, ...rest('GET', 'shop/_table/orders') }
    expect((await tried(body, { key: keyOf('clerk') })).status).toBe(403)
    expect((await tried(body, { key: keyOf('reader') })).status).toBe(403)
    expect((await tried(body, {})).status).toBe(401)
  })

  test('and not from within a try', async () => {
    const clerk = [...house.app.store.snapshot().roleById.values()].find(({ name }) => name === 'clerk')?.id
    const inner = { as: { role }, ...rest('GET', 'shop/_table/orders') }
    const { body } = await tried({ as: { role: clerk }, ...rest('POST', 'system/try', inner) })
    expect(body.status).toBe(403)
  })

  test('a key that was lent is good for nothing afterwards, and told nowhere', async () => {
    const { text } = await tried({ as: { role }, ...rest('GET', 'shop/_table/orders?limit=1') })
    expect(text).not.toMatch(/try-[0-9a-f]/)
    const made = `try-${'a'.repeat(64)}`
    expect((await house.rest('GET', '/api/v2/shop/_table/orders', { key: made })).status).toBe(401)
  })
})

test.each([
  [{}, 'as'],
  [{ as: { role: 1, app: 1 }, ...rest('GET', 'shop') }, 'role or app'],
  [{ as: { role: 1 } }, 'tool or rest'],
  [{ as: { role: 1 }, ...rest('GET', '/shop') }, 'path'],
  [{ as: { role: 1 }, ...rest('GET', 'shop/_table/orders?api_key=k') }, 'api_key'],
  [{ as: { role: 1 }, ...rest('GET', 'shop/_table/orders?limit=1&api%5Fkey=k') }, 'api_key'],
  [{ as: { role: 1 }, ...rest('GET', 'shop?session_token=t') }, 'session_token'],
  [{ as: { role: 1 }, ...rest('TRACE', 'shop') }, 'verb'],
  [{ as: { role: 1 }, ...rest('GET', 'shop'), key: 'x' }, 'key'],
])('%j is refused', async (body, word) => {
  const { status, text } = await tried(body)
  expect([status, text]).toEqual([400, expect.stringContaining(word)])
})

test('what is not there, or switched off, is told', async () => {
  expect((await tried({ as: { role: 99_999 }, ...rest('GET', 'shop') })).status).toBe(404)
  expect((await tried({ as: { app: 99_999 }, ...rest('GET', 'shop') })).status).toBe(404)
  await askOf(house)('PATCH', `system/role/${role}`, { token, body: { is_active: false } })
  expect((await tried({ as: { role }, ...rest('GET', 'shop/_table') })).status).toBe(403)
  await askOf(house)('PATCH', `system/role/${role}`, { token, body: { is_active: true } })
})
