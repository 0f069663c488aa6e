import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { limitArrival } from '../../src/http/arrival-limit.ts'
import { addRowStreamParsers } from '../../src/http/body-parsers.ts'

const LIMIT_MS = 100

let app: FastifyInstance
let socket: Socket
/** Bytes that the server has read of the connection. */
let arrived: () => number
beforeEach(() => {
  arrived = () => 0
})
afterEach(async () => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  socket.destroy()
  await app.close()
})

/** A server that reads bodies of CSV to their end, and a connection that has sent headers for ten bytes. */
async function begun({ hasLongBodies }: { hasLongBodies: boolean }): Promise<void> {
  app = fastify()
  app.decorateRequest('bodyFormat', 'json')
  addRowStreamParsers(app)
  app.addHook('onRequest', async (request, reply) => {
    limitArrival(request, reply, LIMIT_MS)
    arrived = () => request.raw.socket.bytesRead
  })
  app.post('/', { config: hasLongBodies ? { hasLongBodies } : {} }, async ({ body }) => {
    let size = 0
    if (body instanceof Object && Symbol.asyncIterator in body)
      for await (const chunk of body as AsyncIterable<Buffer>) size += chunk.length
    return { size }
  })
  const address = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  socket = connect(Number(address.port), address.hostname)
  socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\nContent-Length: 10\r\n\r\n')
  while (arrived() === 0) await new Promise(setImmediate)
}

async function answer(): Promise<string> {
  const [data] = await once(socket, 'data')
  return String(data)
}

test.each([true, false])('a body that stops coming ends in 408 (long: %s)', async (hasLongBodies) => {
  await begun({ hasLongBodies })
  socket.write('abc')
  expect(await answer()).toMatch(/^HTTP\/1\.1 408 /)
})

test('a long body may take its time as long as it keeps coming', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  await begun({ hasLongBodies: true })
  const told = answer()
  for (let sent = 0; sent < 10; sent++) {
    const before = arrived()
    socket.write('x')
    while (arrived() <= before) await new Promise(setImmediate)
    vi.advanceTimersByTime(LIMIT_MS)
  }
  expect(await told).toContain('{"size":10}')
})

test('a short one has one limit for all of it', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  await begun({ hasLongBodies: false })
  const told = answer()
  const before = arrived()
  socket.write('x')
  while (arrived() <= before) await new Promise(setImmediate)
  vi.advanceTimersByTime(LIMIT_MS)
  expect(await told).toMatch(/^HTTP\/1\.1 408 /)
})

test('a body that comes with its headers is not timed', async () => {
  const timed = vi.spyOn(globalThis, 'setInterval')
  app = fastify()
  app.addHook('onRequest', async (request, reply) => limitArrival(request, reply, LIMIT_MS))
  app.post('/', async ({ body }) => body)
  const address = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  socket = connect(Number(address.port), address.hostname)
  const told = answer()
  const head = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2'
  socket.write(`${head}\r\n\r\n{}`)
  expect(await told).toMatch(/^HTTP\/1\.1 200 /)
  expect(timed).not.toHaveBeenCalledWith(expect.anything(), LIMIT_MS)
})
