import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as readText } from 'node:stream/consumers'
import { afterAll, describe, expect, test } from 'vitest'
import { CLIENTS } from './clients.ts'
import { call, LIST } from './scene.ts'

/** As on a fresh machine: nothing was ever started with this folder. */
const dataDir = mkdtempSync(join(tmpdir(), 'sluice-stdio-'))
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

const program = new URL('../../dist/src/main.js', import.meta.url).pathname
const args = [program, 'stdio', '--service', 'demo']
const env = { PATH: process.env.PATH ?? '', SLUICE_DATA_DIR: dataDir }

function start(): ChildProcess {
  return spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'inherit'] })
}

const HELLO = {
  jsonrpc: '2.0',
  id: 'hello',
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
}

function lines(...messages: readonly object[]): string {
  return messages.map((message) => `${JSON.stringify(message)}\n`).join('')
}

describe.each(Object.entries(CLIENTS))('client %s over stdio', (_name, connect) => {
  test('lists the tools and calls them', async () => {
    const client = await connect({ command: process.execPath, args, env })
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toContain('get_table_data')
    const answer = await client.callTool({
      name: 'get_table_data',
      arguments: { table_name: 'orders', limit: 3 },
    })
    expect(answer.structuredContent).toMatchObject({ returned: 3, has_more: true, next_offset: 3 })
    const wrong = await client.callTool({ name: 'get_table_data', arguments: { table_name: 'ordrs' } })
    expect(wrong).toMatchObject({ isError: true, content: [{ text: expect.stringContaining("'orders'") }] })
    await client.close()
  })

  test('works with several services at once', async () => {
    const file = join(dataDir, 'demo.sqlite')
    const several = ['--service', 'demo', '--service', `again=sqlite:${file}`]
    const client = await connect({ command: process.execPath, args: [program, 'stdio', ...several], env })
    const listed = await client.callTool({ name: 'list_services', arguments: {} })
    expect(listed.structuredContent).toMatchObject({ services: [{ name: 'demo' }, { name: 'again' }] })
    for (const service of ['demo', 'again']) {
      const args = { service, table_name: 'orders', limit: 3 }
      const answer = await client.callTool({ name: 'get_table_data', arguments: args })
      expect(answer.structuredContent).toMatchObject({ returned: 3, has_more: true })
    }
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).not.toContain('create_records')
    const wrong = await client.callTool({ name: 'get_tables', arguments: { service: 'system' } })
    expect(wrong).toMatchObject({ isError: true })
    await client.close()
  })

  test('reads resources, gets prompts and completes names', async () => {
    const client = await connect({ command: process.execPath, args, env })
    const { resources } = await client.listResources()
    expect(resources.map(({ uri }) => uri)).toContain('sluice://demo/schema/orders')
    const { resourceTemplates } = await client.listResourceTemplates()
    const [uriTemplate = ''] = resourceTemplates.map((template) => template.uriTemplate)
    expect(uriTemplate).toBe('sluice://demo/schema/{table}')
    const { contents } = await client.readResource({ uri: 'sluice://demo/schema/orders' })
    expect(contents).toMatchObject([
      { mimeType: 'application/json', text: expect.stringContaining('"orders"') },
    ])
    await expect(client.readResource({ uri: 'sluice://demo/schema/ordrs' })).rejects.toMatchObject({
      code: -32602,
    })
    expect((await client.listPrompts()).prompts).toHaveLength(3)
    const { messages } = await client.getPrompt({ name: 'explain_table', arguments: { table: 'orders' } })
    expect(messages).toHaveLength(2)
    const ref = { type: 'ref/resource' as const, uri: uriTemplate }
    const { completion } = await client.complete({ ref, argument: { name: 'table', value: 'order_i' } })
    expect(completion).toMatchObject({ values: ['order_items'] })
    await client.close()
  })
})

describe('the process', () => {
  test('writes nothing but JSON-RPC, answers what was asked, and ends with its input', async () => {
    const child = start()
    child.stdin?.end(lines(HELLO, LIST, call('get_tables', {}, 2)))
    const [out, [code]] = await Promise.all([child.stdout ? readText(child.stdout) : '', once(child, 'exit')])
    const messages = out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
    expect(messages.map(({ jsonrpc }) => jsonrpc)).toEqual(['2.0', '2.0', '2.0'])
    expect(new Set(messages.map(({ id }) => id))).toEqual(new Set(['hello', 1, 2]))
    expect(code).toBe(0)
  })

  test('serves every service when none is named', async () => {
    const child = spawn(process.execPath, [program, 'stdio'], { env, stdio: ['pipe', 'pipe', 'inherit'] })
    child.stdin?.end(lines(HELLO, call('list_services', {}, 2)))
    const [out] = await Promise.all([child.stdout ? readText(child.stdout) : '', once(child, 'exit')])
    expect(out).toContain('"name":"demo"')
  })

  test.each(['SIGTERM', 'SIGINT'] as const)('ends on %s', async (signal) => {
    const child = start()
    child.stdin?.write(lines(HELLO))
    if (child.stdout) await once(child.stdout, 'data')
    child.kill(signal)
    const [code] = await once(child, 'exit')
    expect(code).toBe(0)
  })
})
