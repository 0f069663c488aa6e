import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openCall } from '../../src/core/call-log.ts'
import type { RequestLine } from '../../src/http/request-line.ts'
import { requestSignal } from '../../src/http/request-signal.ts'
import { createHttpServer } from '../../src/http/server.ts'

let app: FastifyInstance
let lines: RequestLine[]
let noted: string[]
let signals: AbortSignal[]
let written: number
let release: () => void

beforeEach(async () => {
  lines = []
  noted = []
  signals = []
  written = 0
  const released = new Promise<void>((done) => {
    release = done
  })
  app = await createHttpServer({
    logRequest: (line) => lines.push(line),
    calls: { note: ({ resource, error }) => noted.push(`${resource} ${error?.code ?? 'ok'}`) },
  })
  app.get('/slow', async (request) => {
    request.call = openCall({ door: 'rest', resource: 'slow' })
    const signal = requestSignal(request)
    signals.push(signal)
    await Promise.race([released, new Promise((done) => signal.addEventListener('abort', done))])
    return { done: true }
  })
  app.post('/write', async (request) => {
    request.call = openCall({ door: 'rest', resource: 'write' })
    written++
    return { written }
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
})
afterEach(async () => {
  app.server.closeAllConnections()
  await app.close()
})

const LONG = { timeout: 10_000 }
const SLOW = 'GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n'
const WRITE = 'POST /write HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n'

/** A client that sends this and reads nothing. */
async function silent(bytes: string) {
  const { port } = app.server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1').pause()
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(bytes)
  return socket
}

test('what was done behind a request that was not answered is noted and logged, once', async () => {
  const socket = await silent(SLOW + WRITE + WRITE)
  await vi.waitFor(() => expect(written).toBe(2), LONG)
  socket.destroy()
  await vi.waitFor(() => expect(lines).toHaveLength(3), LONG)
  expect(lines.map(({ path, status }) => [path, status])).toEqual(
    expect.arrayContaining([
      ['/slow', 499],
      ['/write', 200],
      ['/write', 200],
    ]),
  )
  expect(noted.toSorted()).toEqual(['slow timeout', 'write ok', 'write ok'])
})

test('addresses that cannot be read are logged too, and answered with the headers of every answer', async () => {
  const broken = 'GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n'
  const socket = await silent(SLOW + broken + broken)
  await vi.waitFor(() => expect(signals).toHaveLength(1), LONG)
  socket.destroy()
  await vi.waitFor(() => expect(lines).toHaveLength(3), LONG)
  expect(lines.map(({ path, status }) => [path, status])).toEqual(
    expect.arrayContaining([
      ['/slow', 499],
      ['/%zz', 400],
      ['/%zz', 400],
    ]),
  )
  expect(new Set(lines.map(({ caller }) => caller))).toEqual(new Set(['anonymous']))
  const { headers } = await app.inject({ url: '/%zz', headers: { 'x-request-id': 'one-of-mine' } })
  expect(headers).toMatchObject({ 'x-request-id': 'one-of-mine', 'x-content-type-options': 'nosniff' })
})

test('many that wait are logged once each when all are answered, without a warning', async () => {
  const warnings: string[] = []
  const warned = (warning: Error) => warnings.push(warning.name)
  process.on('warning', warned)
  const socket = await silent(SLOW + WRITE.repeat(30))
  await vi.waitFor(() => expect(written).toBe(30), LONG)
  const [connection] = signals
  release()
  socket.resume()
  await vi.waitFor(() => expect(lines).toHaveLength(31), LONG)
  socket.end()
  await once(socket, 'close')
  process.off('warning', warned)
  expect(lines).toHaveLength(31)
  expect(noted.filter((one) => one === 'write ok')).toHaveLength(30)
  expect(noted).toHaveLength(31)
  expect([connection?.aborted, warnings]).toEqual([false, []])
})
