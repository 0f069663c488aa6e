import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Caller } from '../../src/core/caller.ts'
import { AppError } from '../../src/core/errors.ts'
import { tools } from '../../tools/all.ts'
import { customTool } from '../../tools/custom/custom-tool.ts'
import { ADMIN, callerWith } from '../helpers/shop.ts'
import { openShops, policyOn } from '../helpers/shops.ts'
import { ACCEPT, call, messageIn, openScene, type Scene } from './scene.ts'

const CALLERS: Readonly<Record<string, Caller>> = {
  admin: ADMIN,
  northern: callerWith(policyOn(1, ['north'], ['GET'])),
  nobody: callerWith(policyOn(2, [], ['GET'])),
}
const unpaid = customTool(
  {
    name: 'unpaid',
    description: 'Orders that are not paid.',
    operation: 'get_table_data',
    parameters: [],
    arguments: { table_name: 'orders', filter: "status <> 'paid'" },
  },
  tools,
)

let scene: Scene
beforeAll(async () => {
  const services = await openShops(['north', 'canary_south', 'canary_down'], { down: ['canary_down'] })
  scene = await openScene({
    services,
    customTools: (service) => (service.endsWith('south') ? [unpaid] : []),
    authenticate: async ({ apiKey = '' }) => {
      const caller = CALLERS[apiKey]
      if (!caller) throw new AppError('unauthenticated', 'Unauthorized.')
      return caller
    },
  })
})
afterAll(() => scene.app.close())

async function post(message: object, role = 'admin') {
  const { body } = await scene.app.inject({
    method: 'POST',
    url: '/mcp',
    headers: {
      accept: ACCEPT,
      'content-type': 'application/json',
      'x-dreamfactory-api-key': role,
      host: 'localhost',
    },
    payload: JSON.stringify(message),
  })
  return messageIn(body)
}
const ask = (method: string, params: object = {}, role?: string) =>
  post({ jsonrpc: '2.0', id: 1, method, params }, role)
const get = (name: string, args: object, role?: string) => ask('prompts/get', { name, arguments: args }, role)

describe('prompts of all services', () => {
  test('are there once, and take the service first', async () => {
    const { prompts } = (await ask('prompts/list')).result
    expect(prompts.map(({ name }: { name: string }) => name)).toEqual([
      'check_data_quality',
      'explain_table',
      'explore_database',
    ])
    for (const prompt of prompts)
      expect(prompt.arguments[0]).toMatchObject({ name: 'service', required: true })
    expect((await ask('prompts/list', {}, 'nobody')).result.prompts).toEqual([])
  })

  test('are about the service that is named', async () => {
    const { messages } = (await get('explain_table', { service: 'canary_south', table: 'orders' })).result
    expect(messages).toMatchObject([
      { content: { type: 'resource', resource: { uri: 'sluice://canary_south/schema/orders' } } },
      { content: { text: expect.stringMatching(/table 'orders'.*service 'canary_south'/s) } },
    ])
  })

  test.each([
    ['none', { table: 'orders' }, "Prompt explain_table needs 'service'"],
    [
      'one that does not exist',
      { service: 'nort', table: 'orders' },
      "no service 'nort' for you. Did you mean 'north'?",
    ],
    ['one of others', { service: 'canary_south', table: 'orders' }, "no service 'canary_south' for you."],
    ['one without its table', { service: 'north' }, "needs 'table'"],
    ['one with an unknown table', { service: 'north', table: 'canary' }, "no table 'canary' for you."],
  ])('with %s are refused', async (_name, args, words) => {
    const { error } = await get('explain_table', args, 'northern')
    expect(error).toMatchObject({ code: -32_602, message: expect.stringContaining(words) })
  })

  test('that do not exist are unknown, whatever the service', async () => {
    for (const args of [{}, { service: 'north' }, { service: 'canary_south' }])
      expect((await get('no_such', args, 'northern')).error.message).toContain('Unknown prompt: no_such')
  })
})

describe('completion at all services', () => {
  const complete = async (ref: object, name: string, filled: object = {}, role = 'admin') =>
    await ask(
      'completion/complete',
      { ref, argument: { name, value: '' }, context: { arguments: filled } },
      role,
    )
  const values = async (...asked: Parameters<typeof complete>) =>
    (await complete(...asked)).result.completion.values
  const quality = { type: 'ref/prompt', name: 'check_data_quality' }

  test('tells the services, then the tables of one, then its columns', async () => {
    expect(await values(quality, 'service')).toEqual(['canary_south', 'north'])
    expect(await values(quality, 'table', { service: 'north' })).toContain('orders')
    expect(await values(quality, 'column', { service: 'north', table: 'orders' })).toContain('status')
    expect(await values(quality, 'table')).toEqual([])
  })

  test('tells a caller nothing of others', async () => {
    expect(await values(quality, 'service', {}, 'northern')).toEqual(['north'])
    for (const service of ['canary_south', 'canary_down', 'nowhere'])
      expect(await values(quality, 'table', { service }, 'northern')).toEqual([])
  })

  test('of an address is that of its service', async () => {
    const at = (service: string) => ({ type: 'ref/resource', uri: `sluice://${service}/table/{table}` })
    expect(await values(at('north'), 'table', {}, 'northern')).toContain('orders')
    for (const service of ['canary_south', 'nowhere'])
      expect((await complete(at(service), 'table', {}, 'northern')).error.code).toBe(-32_602)
  })

  test('of what is no argument is refused', async () => {
    expect((await complete(quality, 'tabel')).error.code).toBe(-32_602)
    expect((await complete({ type: 'ref/prompt', name: 'no_such' }, 'service')).error.code).toBe(-32_602)
  })
})

describe('a declared tool', () => {
  test('without a service is told which it may name', async () => {
    const { result } = await post(call('unpaid'))
    expect(result.isError).toBe(true)
    expect(result.content[0].text).toMatch(/'service' is missing.*Services with unpaid: canary_south\./)
    const { isError } = (await post(call('unpaid', { service: 'canary_south' }))).result
    expect(isError).toBeUndefined()
  })

  test('is unknown to those who do not have it', async () => {
    for (const name of ['unpaid', 'no_such', 'canary_south_unpaid'])
      expect((await post(call(name), 'northern')).error).toMatchObject({
        code: -32_602,
        message: `Unknown tool: ${name}. tools/list shows the tools there are.`,
      })
  })
})
