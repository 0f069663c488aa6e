import { expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'
import { ADMIN } from './people.ts'

const ROLES = { reader: [{ component: '_table/*', verbs: ['GET'] }] }

async function within(settings: Record<string, string>, work: (house: House) => Promise<void>) {
  const house = await openHouse(ROLES, {}, { SLUICE_TOOL_CALLS_PER_ADDRESS: '2', ...settings })
  await work(house)
  await house.close()
}

const forwarded = (from: string) => ({ 'x-forwarded-for': from })
const signIn = (house: House, from: string, password: string) =>
  house.rest('POST', '/api/v2/system/admin/session', {
    body: { email: ADMIN.email, password },
    headers: forwarded(from),
  })
const call = (house: House, from: string) =>
  house.rest('POST', '/mcp/shop', {
    key: keyOf('reader'),
    headers: { ...forwarded(from), accept: 'application/json, text/event-stream' },
    body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'get_tables', arguments: {} } },
  })

test('wrong passwords of one client keep out no other one behind the same proxy', () =>
  within({ SLUICE_TRUSTED_PROXIES: '127.0.0.0/8' }, async (house) => {
    for (let n = 0; n < 10; n++) expect((await signIn(house, '198.51.100.7', 'wrong')).status).toBe(401)
    expect((await signIn(house, '198.51.100.7', ADMIN.password)).status).toBe(429)
    // What a client adds in front of what the proxy knows counts for nothing.
    expect((await signIn(house, '192.0.2.1, 198.51.100.7', ADMIN.password)).status).toBe(429)
    expect((await signIn(house, '192.0.2.1', ADMIN.password)).status).toBe(200)
  }))

test('tool calls are counted by the client that the proxy names', () =>
  within({ SLUICE_TRUSTED_PROXIES: '127.0.0.1' }, async (house) => {
    const statuses = []
    for (const from of ['192.0.2.1', '192.0.2.1', '198.51.100.7, 192.0.2.1', '192.0.2.2'])
      statuses.push((await call(house, from)).status)
    expect(statuses).toEqual([200, 200, 429, 200])
  }))

test.each<[string, Record<string, string>]>([
  ['nobody', {}],
  ['others', { SLUICE_TRUSTED_PROXIES: '10.0.0.0/8' }],
])('who trusts %s believes no header', (_whom, settings) =>
  within(settings, async (house) => {
    const statuses = []
    for (const from of ['192.0.2.1', '192.0.2.2', '192.0.2.3'])
      statuses.push((await call(house, from)).status)
    expect(statuses).toEqual([200, 200, 429])
  }),
)
