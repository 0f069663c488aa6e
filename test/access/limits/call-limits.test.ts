import { expect, test } from 'vitest'
import { createCallLimits } from '../../../src/access/limits/call-limits.ts'
import { createWindowCounters } from '../../../src/access/limits/window-counters.ts'
import type { Caller } from '../../../src/core/caller.ts'
import { keyOf, openHouse } from '../../helpers/house.ts'
import { ADMIN } from '../../helpers/shop.ts'
import { stdioDoor } from '../../helpers/stdio-door.ts'

const app = (id: number, roleId = 1): Caller => ({
  kind: 'app',
  label: `app:${id}`,
  policy: ADMIN.policy,
  appId: id,
  roleId,
  lookups: new Map(),
})

function limitsWith(rates: Parameters<typeof createCallLimits>[0]['rates']) {
  let time = 0
  const now = () => time
  const limits = createCallLimits({ rates, counters: createWindowCounters(now), now })
  return {
    call: async (caller: Caller, address = 'a') => limits.count(caller, address),
    pass(ms: number) {
      time += ms
    },
  }
}

const FULL = { code: 'too_many_requests', retryable: true }

test('without rates there is nothing to wait for', () => {
  expect(createCallLimits({ rates: {}, counters: createWindowCounters() }).count(app(1), 'a')).toBeUndefined()
})

test('each key has its own, and begins anew after a minute', async () => {
  const { call, pass } = limitsWith({ perCaller: 2 })
  await call(app(1))
  await call(app(1), 'b')
  await expect(call(app(1))).rejects.toMatchObject({ ...FULL, rate: { limit: 2, retryAfterSeconds: 60 } })
  await call(app(2))
  pass(60_000)
  await call(app(1))
})

test('a role and an address count all who use them, and a refused call counts for nothing', async () => {
  const role = limitsWith({ perRole: 2 })
  await role.call(app(1))
  await role.call(app(2))
  await expect(role.call(app(3))).rejects.toMatchObject(FULL)
  await role.call(app(4, 2))
  const both = limitsWith({ perAddress: 1, perCaller: 2 })
  await both.call(app(1))
  for (let n = 0; n < 3; n++) await expect(both.call(app(1))).rejects.toMatchObject(FULL)
  await both.call(app(1), 'b')
})

test('over HTTP a call too many is 429, and other requests go on', async () => {
  const house = await openHouse(
    { reader: [{ component: '_table/*', verbs: ['GET'] }] },
    {},
    { SLUICE_TOOL_CALLS_PER_ADDRESS: '2' },
  )
  const call = () => house.tool('get_tables', {}, keyOf('reader'))
  expect([(await call()).status, (await call()).status]).toEqual([200, 200])
  const { status, headers } = await call()
  expect(status).toBe(429)
  expect(Number(headers['retry-after'])).toBeGreaterThan(0)
  expect((await house.rpc('tools/list', {}, keyOf('reader'))).status).toBe(200)
  await house.close()
})

test.each([
  ['resources/read', { uri: 'sluice://shop/tables' }],
  ['resources/read', { uri: 'sluice://shop/export/x' }],
  [
    'completion/complete',
    {
      ref: { type: 'ref/resource', uri: 'sluice://shop/schema/{table}' },
      argument: { name: 'table', value: '' },
    },
  ],
])('what tools answer under another name counts as a call of theirs: %s', async (method, params) => {
  const house = await openHouse(
    { reader: [{ component: '_table/*', verbs: ['GET'] }] },
    {},
    { SLUICE_TOOL_CALLS_PER_CALLER: '1' },
  )
  const read = () => house.rpc(method, params, keyOf('reader'))
  expect((await read()).status).not.toBe(429)
  expect((await read()).status).toBe(429)
  expect((await house.tool('get_tables', {}, keyOf('reader'))).status).toBe(429)
  await house.close()
})

test.each([
  ['one service', 'shop', {}],
  ['all services', undefined, { service: 'shop' }],
])('over stdio for %s a call too many is a tool error, shared with HTTP', async (_, service, more) => {
  const house = await openHouse(
    { reader: [{ component: '_table/*', verbs: ['GET'] }] },
    {},
    { SLUICE_TOOL_CALLS_PER_CALLER: '2' },
  )
  const door = await stdioDoor(house, keyOf('reader'), service)
  const call = () => door.ask('tools/call', { name: 'get_tables', arguments: more })
  expect(await call()).not.toContain('isError')
  expect((await house.tool('get_tables', {}, keyOf('reader'))).status).toBe(200)
  expect(await call()).toMatch(/"isError":true/)
  expect(await call()).toContain('too_many_requests')
  expect(await door.ask('tools/call', { name: 'no_such_tool', arguments: more })).toContain('too_many')
  expect((await house.tool('get_tables', {}, keyOf('reader'))).status).toBe(429)
  await door.close()
  await house.close()
})
