import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type House, keyOf } from '../helpers/house.ts'
import { type Door, stdioDoor } from '../helpers/stdio-door.ts'
import { modern } from '../mcp/scene.ts'
import { expectSilent, NAMES, type OpenCanaries, ROLES } from './canaries.ts'
import { CALLS, NEAR, WRONG } from './canary-calls.ts'

async function modernDoor(house: House, key: string, path: string): Promise<Door> {
  return {
    async ask(method, params) {
      const { message, headers } = modern({ jsonrpc: '2.0', id: 1, method, params })
      const accept = 'application/json, text/event-stream'
      const sent = { headers: { authorization: `Bearer ${key}`, accept, ...headers }, body: message }
      return (await house.rest('POST', path, sent)).text
    },
    close: async () => {},
  }
}

const DOORS: readonly (readonly [string, (house: House, key: string) => Promise<Door>, object])[] = [
  ['HTTP of 2026', (house, key) => modernDoor(house, key, '/mcp/shop'), {}],
  ['HTTP of 2026 for all services', (house, key) => modernDoor(house, key, '/mcp'), { service: 'shop' }],
  ['stdio', (house, key) => stdioDoor(house, key, 'shop'), {}],
  ['stdio for all services', (house, key) => stdioDoor(house, key, undefined), { service: 'shop' }],
]

/** Prompts and completions that come near to hidden names; `more` says which service, where that has to be said. */
function namings(more: object): readonly (readonly [string, object])[] {
  const prompts = [...NEAR, 'orders'].flatMap((table) => [
    ['prompts/get', { name: 'explain_table', arguments: { ...more, table } }] as const,
    [
      'prompts/get',
      { name: 'check_data_quality', arguments: { ...more, table: 'orders', column: table } },
    ] as const,
  ])
  const completions = ['', 's', 'h', 'c', 'o', 'r'].flatMap((value) =>
    (
      [
        ['service', {}],
        ['table', {}],
        ['column', { table: 'orders' }],
        ['column', { table: 'secret_salarie' }],
      ] as const
    ).map(([name, filled]) => {
      const ref = { type: 'ref/prompt', name: 'check_data_quality' }
      const context = { arguments: { ...more, ...filled } }
      return ['completion/complete', { ref, argument: { name, value }, context }] as const
    }),
  )
  return [...prompts, ...completions]
}

/** Every door but HTTP of 2025, which `toolsAreSilent` goes through, tells no role anything hidden from it. */
export function doorsAreSilent(openShop: OpenCanaries): void {
  let house: House
  beforeAll(async () => {
    house = await openShop(Object.fromEntries(NAMES.map((name) => [name, ROLES[name].rules])))
  })
  afterAll(() => house?.close())

  describe.each(NAMES)('role %s', (role) => {
    test.each(DOORS)('hears nothing hidden over %s', async (_, open, more) => {
      const door = await open(house, keyOf(role))
      const read = { name: 'get_table_data', arguments: { table_name: 'orders', ...more } }
      expect(await door.ask('tools/call', read)).toContain('shop.orders: returned')
      const silent = (text: string, sent: unknown) =>
        expectSilent(
          text,
          ROLES[role].canaries.filter((canary) => !JSON.stringify(sent).includes(canary)),
          sent,
        )
      for (const [name, calls] of Object.entries(CALLS))
        for (const args of [...calls, ...WRONG]) {
          const params = { name, arguments: { ...args, ...more } }
          silent(await door.ask('tools/call', params), params)
        }
      for (const method of ['tools/list', 'resources/list', 'resources/templates/list', 'prompts/list'])
        silent(await door.ask(method, {}), method)
      for (const [method, params] of namings(more)) silent(await door.ask(method, params), params)
      await door.close()
    })
  })
}
