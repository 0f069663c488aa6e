import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'
import { type Door, stdioDoor } from '../helpers/stdio-door.ts'
import { expectSilent, NAMES, ROLES, type RoleName } from './canaries.ts'

const filterOf = { name: 'kind', type: 'string', description: 'Kind' }

/** Tools that an administrator declared, over what most roles may not see; each says so in its description. */
const DECLARED = [
  { name: 'wages', operation: 'get_table_data', arguments: { table_name: 'secret_salaries' } },
  {
    name: 'wage_bill',
    operation: 'aggregate_data',
    arguments: {
      table_name: 'secret_salaries',
      aggregates: [{ function: 'SUM', field: 'hidden_amount', alias: 'n' }],
    },
  },
  {
    name: 'held_orders',
    operation: 'get_table_data',
    arguments: { table_name: 'orders', filter: "status = 'canary-held'" },
  },
  { name: 'all_orders', operation: 'get_table_data', arguments: { table_name: 'orders', related: '*' } },
  {
    name: 'worth_of_kind',
    operation: 'aggregate_data',
    parameters: [filterOf],
    arguments: {
      table_name: 'orders',
      filter: 'status = {kind}',
      aggregates: [{ function: 'MAX', field: 'total', alias: 'n' }],
      group_by: ['placed_on'],
    },
  },
  {
    name: 'orders_of_place',
    operation: 'get_table_data',
    arguments: { table_name: 'orders', filter: "customer.region = 'south'" },
  },
  {
    name: 'drop_held',
    operation: 'delete_records',
    arguments: { table_name: 'orders', filter: "status = 'canary-held'" },
  },
].map((tool) => ({ ...tool, service: 'shop', description: `Tells of ${tool.arguments.table_name}.` }))

const OVER_SECRETS = ['wages', 'wage_bill']
const ARGS: readonly object[] = [
  {},
  { kind: 'canary-held' },
  { kind: 'paid' },
  { offset: 1 },
  { dry_run: true },
]

let house: House
beforeAll(async () => {
  const roles = Object.fromEntries(NAMES.map((name) => [name, ROLES[name].rules]))
  house = await openHouse(roles, {}, {}, { tools: DECLARED })
})
afterAll(() => house.close())

function httpDoor(key: string, path: string): Door {
  const accept = 'application/json, text/event-stream'
  return {
    async ask(method, params) {
      const headers = { authorization: `Bearer ${key}`, accept, 'mcp-protocol-version': '2025-11-25' }
      const sent = { headers, body: { jsonrpc: '2.0', id: 1, method, params } }
      return (await house.rest('POST', path, sent)).text
    },
    close: async () => {},
  }
}

const DOORS: readonly (readonly [string, (role: RoleName) => Promise<Door>, object])[] = [
  ['HTTP', async (role) => httpDoor(keyOf(role), '/mcp/shop'), {}],
  ['HTTP for all services', async (role) => httpDoor(keyOf(role), '/mcp'), { service: 'shop' }],
  ['stdio', (role) => stdioDoor(house, keyOf(role), 'shop'), {}],
]

describe.each(NAMES)('role %s', (role) => {
  test.each(DOORS)('hears nothing hidden through declared tools over %s', async (_, open, more) => {
    const door = await open(role)
    const canaries: readonly string[] = ROLES[role].canaries
    const silent = (text: string, sent: unknown) =>
      expectSilent(
        text,
        canaries.filter((canary) => !JSON.stringify(sent).includes(canary)),
        sent,
      )
    const call = (name: string, args: object) =>
      door.ask('tools/call', { name, arguments: { ...args, ...more } })
    for (const [method, params] of [
      ['tools/list', {}],
      ['resources/list', {}],
      ['prompts/list', {}],
    ] as const)
      silent(await door.ask(method, params), method)
    const told = await call('list_tools', {})
    silent(told, 'list_tools')
    expect(told).toContain('all_orders')
    for (const name of OVER_SECRETS) expect(told).not.toContain(name)
    for (const { name } of DECLARED)
      for (const args of [...ARGS, { ...more, stranger: 1 }]) {
        const sent = { ...args, ...more }
        silent(await door.ask('tools/call', { name, arguments: sent }), [name, sent])
        silent(await door.ask('tools/call', { name, arguments: args }), [name, args])
        silent(await call('call_tool', { name, arguments: args }), [name, args])
        silent(await call('list_tools', { name }), name)
      }
    await door.close()
  })

  test('cannot tell a tool over a hidden table from none', async () => {
    for (const path of ['/mcp/shop', '/mcp'])
      for (const args of [{}, { service: 'shop' }, { offset: 1 }]) {
        const ask = (name: string) => httpDoor(keyOf(role), path).ask('tools/call', { name, arguments: args })
        const none = (await ask('no_such')).replaceAll('no_such', 'X')
        for (const name of OVER_SECRETS) expect((await ask(name)).replaceAll(name, 'X')).toBe(none)
      }
  })
})
