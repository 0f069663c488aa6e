import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serveMcpStdio } from '../../src/mcp/stdio.ts'
import { type House, keyOf, openHouse } from '../helpers/house.ts'
import { modern } from '../mcp/scene.ts'
import { expectSilent, NAMES, ROLES } from './canaries.ts'
import { CALLS, WRONG } from './canary-calls.ts'

let house: House
beforeAll(async () => {
  house = await openHouse(Object.fromEntries(NAMES.map((name) => [name, ROLES[name].rules])))
})
afterAll(() => house.close())

interface Door {
  /** What is answered, as it came. */
  ask(method: string, params: object): Promise<string>
  close(): Promise<void>
}

async function modernDoor(key: string, path: string): Promise<Door> {
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

async function stdioDoor(key: string, service: string | undefined): Promise<Door> {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const caller = () => house.app.authenticator.authenticate({ apiKey: key })
  const done = serveMcpStdio({ ...house.app.mcp, service, caller, input, output, logError: () => {} })
  const lines = createInterface({ input: output })[Symbol.asyncIterator]()
  let id = 0
  const ask: Door['ask'] = async (method, params) => {
    input.write(`${JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params })}\n`)
    for (;;) {
      const { value, done: isOver } = await lines.next()
      if (isOver) throw new Error('The door is closed.')
      if (JSON.parse(value).id === id) return value
    }
  }
  const clientInfo = { name: 'test', version: '1' }
  await ask('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo })
  input.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`)
  return {
    ask,
    async close() {
      input.end()
      await done
    },
  }
}

const DOORS: readonly (readonly [string, (key: string) => Promise<Door>, object])[] = [
  ['HTTP of 2026', (key) => modernDoor(key, '/mcp/shop'), {}],
  ['HTTP of 2026 for all services', (key) => modernDoor(key, '/mcp'), { service: 'shop' }],
  ['stdio', (key) => stdioDoor(key, 'shop'), {}],
  ['stdio for all services', (key) => stdioDoor(key, undefined), { service: 'shop' }],
]

describe.each(NAMES)('role %s', (role) => {
  test.each(DOORS)('hears nothing hidden over %s', { timeout: 120_000 }, async (_, open, more) => {
    const door = await open(keyOf(role))
    const read = { name: 'get_table_data', arguments: { table_name: 'orders', ...more } }
    expect(await door.ask('tools/call', read)).toContain('paid')
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
    await door.close()
  })
})
