import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADMIN, askOf, signIn } from '../accounts/people.ts'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

const CANARY = 'zz-canary-value-zz'

let house: House
let token: string
beforeAll(async () => {
  house = await openHouse({
    reader: [{ component: '_table/orders/*', verbs: ['GET'] }],
    auditor: [
      { service: 'system', component: 'call_log/*', verbs: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] },
    ],
    rest: [
      {
        service: 'system',
        component: 'call_log/*',
        verbs: ['GET'],
        filters: [{ name: 'door', operator: '=', value: 'rest' }],
      },
    ],
  })
  token = await signIn(house, 'admin', ADMIN)
})
afterAll(() => house.close())

const key = keyOf('reader')

type Entry = Readonly<Record<string, unknown>>

/** Those that were asked for, once so many are there. */
async function entries(query: string, count: number, as: { token?: string; key?: string } = { token }) {
  const read = async (): Promise<Entry[]> => {
    const { body } = await askOf(house)('GET', `system/call_log?${query}`, as)
    return Object(body).resource ?? []
  }
  await expect
    .poll(async () => (await read()).length, { timeout: 30_000, interval: 100 })
    .toBeGreaterThanOrEqual(count)
  return read()
}

const filter = (text: string) => `filter=${encodeURIComponent(text)}`

describe('a call', () => {
  test('over REST is noted with its rows', async () => {
    await house.rest('GET', `/api/v2/shop/_table/orders?limit=2`, {
      key,
      headers: { 'x-request-id': 'list-number-1' },
    })
    const [entry] = await entries(filter("request_id='list-number-1'"), 1)
    expect(entry).toMatchObject({
      door: 'rest',
      caller: 'app:reader',
      role: 'reader',
      service: 'shop',
      resource: '_table/orders',
      verb: 'GET',
      outcome: 'ok',
      status: 200,
      row_count: 2,
    })
    expect(entry?.duration_us).toBeGreaterThan(0)
  })

  test('over MCP is noted with its rows and tokens', async () => {
    await house.tool('get_table_data', { table_name: 'orders', limit: 2 }, key)
    const [entry] = await entries(filter("(operation='get_table_data') and (outcome='ok')"), 1)
    expect(entry).toMatchObject({ door: 'mcp', role: 'reader', service: 'shop', row_count: 2, status: 200 })
    expect(entry?.token_count).toBeGreaterThan(5)
    expect(entry?.request_id).toMatch(/^[\w-]{8,}$/)
  })

  test.each([
    ['GET', 'shop/_table/customers', 'No rule covers it.'],
    ['DELETE', 'shop/_table/orders/1', "'_table/orders/*' (GET) of shop decides, and does not grant DELETE"],
  ])('that is refused (%s %s) names the rule', async (method, path, rule) => {
    const id = `refused-${path}`.replaceAll('/', '-')
    const answer = await house.rest(method, `/api/v2/${path}`, { key, headers: { 'x-request-id': id } })
    expect(answer.status).toBe(403)
    const [entry] = await entries(filter(`request_id='${id}'`), 1)
    expect(entry).toMatchObject({
      outcome: 'refused',
      status: 403,
      code: 'forbidden',
      reason: 'not_allowed_by_role',
    })
    expect(entry?.rule).toContain(rule)
  })

  test('of a tool that is not there, or of a key that is unknown, is noted too', async () => {
    await house.tool('delete_records', { table_name: 'orders' }, key)
    expect((await entries(filter("operation='delete_records'"), 1))[0]).toMatchObject({
      outcome: 'failed',
      code: 'not_found',
      caller: 'app:reader',
    })
    await house.tool('get_tables', {}, 'f'.repeat(64))
    expect((await entries(filter("(door='mcp') and (caller='unknown')"), 1))[0]).toMatchObject({
      outcome: 'refused',
      status: 401,
      service: 'shop',
    })
  })
})

test('no value and no secret is in the log', async () => {
  const condition = encodeURIComponent(`note='${CANARY}'`)
  await house.rest('GET', `/api/v2/shop/_table/orders?filter=${condition}`, { key })
  await house.rest('GET', `/api/v2/shop/_table/orders/${CANARY}`, { key })
  await house.rest('GET', `/api/v2/${CANARY}/_table/orders`, { key })
  await house.rest('GET', `/api/v2/shop/_proc/p(${CANARY})`, { key })
  await house.rest('GET', `/api/v2/shop/_table/orders?api_key=${CANARY}`)
  await house.rest('POST', '/api/v2/system/admin/session', {
    body: { email: `${CANARY}@example.com`, password: CANARY },
  })
  await house.tool('get_table_data', { table_name: 'orders', filter: `note = '${CANARY}'` }, key)
  await house.tool(CANARY, {}, key)
  await house.rest('GET', '/api/v2/shop/_table/orders?limit=1', {
    key,
    headers: { 'x-request-id': 'last-one' },
  })
  await entries(filter("request_id='last-one'"), 1)
  const all = JSON.stringify(await entries('limit=1000', 5))
  expect(all).not.toContain(key)
  // What a caller calls a tool is kept: models invent names, and an administrator wants to know them.
  expect(all.replaceAll(`"operation":"${CANARY}"`, '')).not.toContain(CANARY)
})

describe('the log', () => {
  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('is not changed by %s, whoever asks', async (method) => {
    const [entry] = await entries('limit=1', 1)
    for (const as of [{ token }, { key: keyOf('auditor') }]) {
      for (const path of [
        'system/call_log',
        `system/call_log/${entry?.id}`,
        `system/call_log?ids=${entry?.id}`,
        'system/call_log?force=true',
      ]) {
        const body = { resource: [{ id: entry?.id, caller: 'nobody' }] }
        const answer = await askOf(house)(method, path, { ...as, body })
        expect([path, answer.status >= 400 && answer.status < 500]).toEqual([path, true])
      }
    }
    expect((await entries(`ids=${entry?.id}`, 1))[0]).toEqual(entry)
  })

  test('is read by whom a role lets, of it what a row filter leaves', async () => {
    expect((await askOf(house)('GET', 'system/call_log', { key })).status).toBe(403)
    await entries('limit=1', 1, { key: keyOf('auditor') })
    const some = await entries('limit=100', 1, { key: keyOf('rest') })
    expect(new Set(some.map(({ door }) => door))).toEqual(new Set(['rest']))
  })

  test('is counted by service and outcome, and paged', async () => {
    const groups = await entries('group=service,outcome&fields=service,outcome,COUNT(*)', 2)
    expect(groups).toContainEqual({ service: 'shop', outcome: 'refused', COUNT_ALL: expect.any(Number) })
    const page = await entries('limit=2&offset=1&order=id%20desc', 2)
    expect(page).toHaveLength(2)
    expect(Number(page[0]?.id)).toBeGreaterThan(Number(page[1]?.id))
  })
})

test('a server that is told to keep none has none', async () => {
  const quiet = await openHouse(
    { reader: [{ component: '*', verbs: ['GET'] }] },
    {},
    { SLUICE_CALL_LOG_DAYS: '0' },
  )
  await quiet.rest('GET', '/api/v2/shop/_table/orders', { key })
  await quiet.app.close()
  const again = await askOf(quiet)('GET', 'system/call_log', { key }).catch(() => undefined)
  expect(JSON.stringify(again?.body ?? '')).not.toContain('orders')
  await quiet.close().catch(() => {})
})
