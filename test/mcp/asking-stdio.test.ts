import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { createChanges } from '../../src/mcp/changes.ts'
import { serveMcpStdio } from '../../src/mcp/stdio.ts'
import { execute } from '../../src/operations/execute.ts'
import { openIdempotencyBook } from '../helpers/idempotency.ts'
import { NO_LIMITS } from '../helpers/no-limits.ts'
import { ADMIN, openShop } from '../helpers/shop.ts'
import { askingTool } from './asking-tool.ts'
import { call, modern } from './scene.ts'

type Message = ReturnType<typeof JSON.parse>

/**
 * A process whose client answers every request of the server with `answer`, or goes away when it is asked; tells what came for the
 * call of id 1.
 */
async function talk(opening: readonly object[], answer?: object | 'goes away') {
  const { tool, deeds } = askingTool()
  const { services } = await openShop()
  const input = new PassThrough()
  const output = new PassThrough()
  const done = serveMcpStdio({
    tools: [tool],
    services,
    execute,
    limits: NO_LIMITS,
    idempotency: openIdempotencyBook(),
    changes: createChanges(),
    service: 'shop',
    caller: async () => ADMIN,
    input,
    output,
    resultBytes: 24_000,
    ...(answer === 'goes away' && { drainMs: 1 }),
    configVersion: () => '1',
    serverInfo: { name: 'sluice', version: '0' },
    logError: () => {},
  })
  const send = (message: object) => input.write(`${JSON.stringify(message)}\n`)
  for (const message of opening) send(message)
  const asked: Message[] = []
  let result: Message
  for await (const line of createInterface({ input: output })) {
    const message: Message = JSON.parse(line)
    if (message.method === 'elicitation/create') {
      asked.push(message.params)
      if (answer === 'goes away') break
      send({ jsonrpc: '2.0', id: message.id, ...Object(answer) })
    }
    if (message.id !== 1 || 'method' in message) continue
    result = message.result
    break
  }
  input.end()
  await done
  return { asked, result, deeds }
}

const hello = (capabilities: object) => ({
  jsonrpc: '2.0',
  id: 'hello',
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities, clientInfo: { name: 'test', version: '1' } },
})
const DO = call('do_deed', { what: 'good' })

test.each([
  ['yes', { action: 'accept', content: { confirm: true } }, ['good']],
  ['no', { action: 'decline' }, []],
  ['no', { action: 'accept', content: { confirm: false } }, []],
])('a client of 2025 asks its person, who says %s', async (answer, response, done) => {
  const { asked, result, deeds } = await talk([hello({ elicitation: {} }), DO], { result: response })
  expect(asked).toMatchObject([{ message: 'Do good?', requestedSchema: { required: ['confirm'] } }])
  expect(result.structuredContent).toEqual({ service: 'shop', answer })
  expect(deeds).toEqual(done)
})

test('a client of 2025 that fails to ask has not got a yes', async () => {
  const { result, deeds } = await talk([hello({ elicitation: {} }), DO], {
    error: { code: -32_603, message: 'no window' },
  })
  expect(result.isError).toBe(true)
  expect(deeds).toEqual([])
})

test('a client of 2025 that goes away with the question open has said nothing, and the process ends', async () => {
  const { asked, result, deeds } = await talk([hello({ elicitation: {} }), DO], 'goes away')
  expect(asked).toHaveLength(1)
  expect([result, deeds]).toEqual([undefined, []])
})

test('a client of 2025 that cannot ask is not asked', async () => {
  const { asked, result, deeds } = await talk([hello({}), DO])
  expect([asked, result.structuredContent, deeds]).toEqual([
    [],
    { service: 'shop', answer: 'unavailable' },
    [],
  ])
})

test('a client of 2026 gets the question as a result', async () => {
  const { message } = modern(DO)
  const _meta = { ...message.params._meta, 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } }
  const { result } = await talk([{ ...message, params: { ...message.params, _meta } }])
  expect(result).toMatchObject({ resultType: 'input_required', requestState: expect.any(String) })
})
