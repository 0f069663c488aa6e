import { type ClientRequest, request } from 'node:http'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { serveMcpStdio } from '../../../src/mcp/stdio.ts'
import { type House, keyOf, openHouseOn } from '../../helpers/house.ts'
import { useWire } from './wire-scene.ts'
import { type Command, cursorOf, failure, type WireServer } from './wire-server.ts'

const wire = useWire()
const ALL = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const CALLS = {
  read: { name: 'get_table_data', arguments: { table_name: 'people', filter: "name = 'slow'" } },
  count: {
    name: 'aggregate_data',
    arguments: {
      table_name: 'people',
      filter: "name = 'slow'",
      aggregates: [{ function: 'COUNT', field: '*' }],
    },
  },
  write: {
    name: 'update_records',
    arguments: { table_name: 'people', ids: ['a'], records: [{ name: 'slow' }] },
  },
} as const

let server: WireServer
let house: House
let url: string
beforeEach(async () => {
  const stopped = new Map<string, () => void>()
  server = await wire.serve({ answer: (command, name) => answerTo(command, name, stopped) })
  const config = { host: '127.0.0.1', port: server.port, database: 'shop', connect_timeout: 30, pool_size: 1 }
  house = await openHouseOn({ type: 'mongodb', config }, { all: [{ component: '*', verbs: ALL }] })
  url = `${await house.listen(0)}/mcp/shop`
})
afterEach(() => house.close())

/** A command that mentions the slow name runs until its session is killed, as a server would have it. */
function answerTo(
  command: Command,
  name: string,
  stopped: Map<string, () => void>,
): Command | undefined | Promise<Command> {
  if (name === 'listCollections') return cursorOf([{ name: 'people', type: 'collection' }])
  if (name === 'killSessions') {
    for (const session of list(command.killSessions)) stopped.get(JSON.stringify(session))?.()
    return { ok: 1 }
  }
  if (isSlow(command))
    return new Promise((resolve) => {
      stopped.set(JSON.stringify(command.lsid), () => resolve(failure(11_601, 'Interrupted')))
    })
  return name === 'find' || name === 'aggregate' ? cursorOf([{ _id: 'a', name: 'Ada' }]) : undefined
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

const isSlow = (command: Command) => JSON.stringify(command).includes('"slow"')
const slow = () => server.heard.find(isSlow)
const killed = () => server.heard.flatMap(({ killSessions }) => list(killSessions))

async function untilSlow(): Promise<void> {
  await expect.poll(slow, { timeout: 20_000 }).toBeDefined()
}

/** The very session of the command that runs was told to end. */
async function expectStopped(): Promise<void> {
  await expect.poll(killed, { timeout: 20_000 }).toEqual([slow()?.lsid])
}

const MODERN = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
}

type Call = (typeof CALLS)[keyof typeof CALLS]

/** A client that does nothing but wait; it goes away when it is destroyed. */
function callOver(version: '2025-11-25' | '2026-07-28', call: Call): ClientRequest {
  const isModern = version === '2026-07-28'
  const client = request(url, {
    method: 'POST',
    agent: false,
    headers: {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      authorization: `Bearer ${keyOf('all')}`,
      'mcp-protocol-version': version,
      ...(isModern && { 'mcp-method': 'tools/call', 'mcp-name': call.name }),
    },
  })
  client.on('error', () => {})
  const params = isModern ? { ...call, _meta: MODERN } : call
  client.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }))
  return client
}

describe('what runs on MongoDB for an MCP client is stopped there', () => {
  test.each([
    ['2025-11-25', 'read'],
    ['2025-11-25', 'write'],
    ['2026-07-28', 'count'],
  ] as const)('when a client of %s goes away: %s', async (version, call) => {
    const client = callOver(version, CALLS[call])
    await untilSlow()
    client.destroy()
    await expectStopped()
  })

  test.each(Object.entries(CALLS))('when a client on stdio cancels: %s', async (_, call) => {
    const [input, output] = [new PassThrough(), new PassThrough()]
    output.resume()
    const caller = () => house.app.authenticator.authenticate({ apiKey: keyOf('all') })
    const done = serveMcpStdio({
      ...house.app.mcp,
      service: 'shop',
      caller,
      input,
      output,
      logError: () => {},
    })
    const send = (message: object) => input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
    const clientInfo = { name: 'test', version: '1' }
    send({
      id: 0,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo },
    })
    send({ method: 'notifications/initialized' })
    send({ id: 1, method: 'tools/call', params: call })
    await untilSlow()
    send({ method: 'notifications/cancelled', params: { requestId: 1 } })
    await expectStopped()
    input.end()
    await done
  })
})
