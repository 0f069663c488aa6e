import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import type { RequestLimits } from '../../src/access/limits/request-limits.ts'
import { AppError } from '../../src/core/errors.ts'
import { fromJsonText } from '../../src/core/from-json-text.ts'
import { stdioTransport } from '../../src/mcp/stdio-transport.ts'
import { call, callerFor, LIST, modern } from './scene.ts'
import { openStdio as open } from './stdio-scene.ts'
import { waitingAdapter } from './waiting-adapter.ts'

const HELLO = {
  jsonrpc: '2.0',
  id: 'hello',
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
}

const byId = (messages: { id: unknown }[], id: unknown) =>
  messages.find((message) => message.id === id) as Record<string, never> | undefined

describe('stdio', () => {
  test('serves a 2025 client', async () => {
    const { send, end } = await open()
    for (const message of [
      HELLO,
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      LIST,
      call('get_tables', {}, 2),
    ])
      send(message)
    const messages = await end()
    expect(byId(messages, 'hello')).toMatchObject({
      result: { protocolVersion: '2025-11-25', serverInfo: { name: 'sluice' } },
    })
    expect(byId(messages, 1)).toMatchObject({ result: { tools: expect.any(Array) } })
    expect(byId(messages, 2)).toMatchObject({ result: { structuredContent: { tables: expect.any(Array) } } })
  })

  test('serves a 2026 client', async () => {
    const { send, end } = await open()
    send(modern({ ...LIST, method: 'server/discover' }).message)
    send(modern({ ...call('get_tables'), ...{ id: 2 } }).message)
    const messages = await end()
    expect(byId(messages, 1)).toMatchObject({
      result: { supportedVersions: ['2026-07-28'], instructions: expect.any(String) },
    })
    expect(byId(messages, 2)).toMatchObject({
      result: { resultType: 'complete', structuredContent: { tables: expect.any(Array) } },
    })
  })

  test('a line that is too long is refused under its id, and the next one is answered', async () => {
    const { send, write, end } = await open()
    const long = 'x'.repeat(11 * 1024 * 1024)
    send(HELLO)
    send({ jsonrpc: '2.0', id: 1, method: 'ping', params: { long } })
    send({ method: 'ping', params: { long, id: 8, nested: { id: 9 } }, jsonrpc: '2.0', id: 'two' })
    send({ id: '3', method: 'ping', params: { long } })
    send({ method: 'ping', params: { long, nested: { id: 9 } } })
    for (const id of ['007', '"a\tb"']) write(`{"jsonrpc":"2.0","id":${id},"params":{"long":"${long}"}}\n`)
    write(long)
    send(long)
    send({ jsonrpc: '2.0', id: 5, method: 'ping' })
    const messages = await end()
    const refused = { error: { code: -32600, message: 'The message is longer than 10485760 characters.' } }
    expect(messages.filter(({ id }) => id !== 'hello')).toEqual([
      ...[1, 'two', '3', null, null, null, null].map((id) => ({ jsonrpc: '2.0', id, ...refused })),
      { jsonrpc: '2.0', id: 5, result: {} },
    ])
  })

  test('numbers in documents keep their digits', async () => {
    const output = new PassThrough()
    const transport = stdioTransport({ input: new PassThrough(), output }, { onEnd() {}, onClosed() {} })
    const result = { structuredContent: fromJsonText('{"n":[12345678901234567890]}') }
    await transport.send({ jsonrpc: '2.0', id: 1, result })
    expect(String(output.read())).toBe(
      '{"jsonrpc":"2.0","id":1,"result":{"structuredContent":{"n":[12345678901234567890]}}}\n',
    )
  })

  test('a call too many is answered with when to come back', async () => {
    const counted: string[] = []
    const hint = 'Try again in 9 seconds.'
    const count: RequestLimits['count'] = async ({ verb, resource }) => {
      counted.push(`${verb} ${resource()}`)
      if (counted.length > 1) throw new AppError('too_many_requests', 'API limit(s) exceeded. ', { hint })
    }
    const { send, end } = await open({ limits: { count } })
    send(HELLO)
    send(call('get_table_data', { table_name: 'orders', limit: 1 }, 1))
    send(call('get_table_data', { table_name: 'orders', limit: 1 }, 2))
    const messages = await end()
    expect(byId(messages, 1)?.result).not.toHaveProperty('isError')
    expect(byId(messages, 2)).toMatchObject({
      result: {
        isError: true,
        content: [
          { text: 'too_many_requests: API limit(s) exceeded. Try again in 9 seconds. (service shop)' },
        ],
      },
    })
    expect(counted).toEqual(['GET _table/orders', 'GET _table/orders'])
  })

  test('answers what was asked before the input ended, then ends', async () => {
    const { send, end } = await open()
    send(HELLO)
    for (let id = 0; id < 20; id++) send(call('get_table_data', { table_name: 'orders' }, id))
    expect((await end()).filter(({ result }) => result?.structuredContent?.returned === 6)).toHaveLength(20)
  })

  test('a last line without its end is a message too', async () => {
    const { send, write, end } = await open()
    send(HELLO)
    write(JSON.stringify(call('get_tables', {}, 9)))
    expect(byId(await end(), 9)).toBeDefined()
  })

  test('what is not JSON is answered −32700, what is not JSON-RPC −32600, and the talk goes on', async () => {
    const { send, end } = await open()
    send('{broken')
    send('{"jsonrpc":"2.0"}')
    send(HELLO)
    const messages = await end()
    expect(messages.filter(({ id }) => id === null).map(({ error }) => error.code)).toEqual([
      -32_700, -32_600,
    ])
    expect(byId(messages, 'hello')).toHaveProperty('result')
  })

  test('a cancelled call is ended in the database and not answered', async () => {
    const { adapter, started, aborted } = waitingAdapter()
    const { send, end } = await open({ adapter })
    send(HELLO)
    send(call('get_table_data', { table_name: 'orders' }, 5))
    await started
    send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 5 } })
    await aborted
    expect(byId(await end(), 5)).toBeUndefined()
  })

  test('so is a call of a 2026 client', async () => {
    const { adapter, started, aborted } = waitingAdapter()
    const { send, end } = await open({ adapter })
    send(modern(call('get_table_data', { table_name: 'orders' }, 5)).message)
    await started
    send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 5 } })
    await aborted
    expect(byId(await end(), 5)).toBeUndefined()
  })

  test('calls that do not end are ended when the time to drain is over', async () => {
    const { adapter, started, aborted } = waitingAdapter()
    const { send, end } = await open({ adapter, drainMs: 20 })
    send(HELLO)
    send(call('get_table_data', { table_name: 'orders' }, 5))
    await started
    await end()
    await aborted
  })

  test('shows a caller what its role allows', async () => {
    const { send, end } = await open({ caller: callerFor('reader') })
    send(HELLO)
    send(LIST)
    send(call('delete_records', { table_name: 'orders', ids: [1] }, 2))
    const messages = await end()
    expect(byId(messages, 1)).toMatchObject({ result: { tools: { length: 9 } } })
    expect(byId(messages, 2)).toMatchObject({ error: { code: -32_602 } })
  })

  test.each([
    ['that is not there', { service: 'shp' }, "There is no service 'shp' for this caller."],
    ['of others', { caller: callerFor('stranger') }, "There is no service 'shop' for this caller."],
  ])('a service %s is refused at once', async (_name, options, message) => {
    await expect(open(options)).rejects.toThrow(message)
  })
})
