import { type AddressInfo, connect } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { drain } from '../../src/http/drain.ts'
import type { RequestLine } from '../../src/http/request-line.ts'
import { requestSignal } from '../../src/http/request-signal.ts'
import { sendWhole } from '../../src/http/send-whole.ts'
import { createHttpServer } from '../../src/http/server.ts'

/** One promise and its hands. */
function deferred<T>() {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

let app: FastifyInstance
let port: number
let running: number
const LONG = { timeout: 10_000 }
let line: ReturnType<typeof deferred<RequestLine>>
let started: ReturnType<typeof deferred<AbortSignal>>
let release: ReturnType<typeof deferred<void>>

beforeEach(async () => {
  line = deferred()
  started = deferred()
  release = deferred()
  app = await createHttpServer({ bodyLimitBytes: 2000, logRequest: (told) => line.resolve(told) })
  app.get('/quick', async (request) => ({ aborted: requestSignal(request).aborted }))
  running = 0
  const slow = async (request: FastifyRequest) => {
    running++
    const signal = requestSignal(request)
    started.resolve(signal)
    await Promise.race([release.promise, new Promise((done) => signal.addEventListener('abort', done))])
  }
  app.get('/slow', async (request) => {
    await slow(request)
    return { done: true }
  })
  app.get('/slow-whole', async (request, reply) => {
    await slow(request)
    return sendWhole(reply, '{"done":true}')
  })
  app.post('/body', async (request) => ({ body: request.body ?? null }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  port = (app.server.address() as AddressInfo).port
})
afterEach(async () => {
  app.server.closeAllConnections()
  await app.close()
})

/** Sends bytes, and resolves with everything that comes back until the other side closes. */
function exchange(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.setEncoding('utf8')
    socket.on('data', (data) => {
      text += data
    })
    socket.on('close', () => resolve(text))
    socket.on('error', (error) => (text === '' ? reject(error) : undefined))
  })
}

const bodyOf = (answer: string) => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))

describe('the signal of a request', () => {
  test('aborts when the client goes away, and the line says so', async () => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write('GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n'),
    )
    const signal = await started.promise
    expect(signal.aborted).toBe(false)
    socket.destroy()
    await new Promise((done) => signal.addEventListener('abort', done))
    expect(await line.promise).toMatchObject({ path: '/slow', status: 499 })
  })

  test('stays quiet when the answer is written', async () => {
    const answer = await exchange('GET /quick HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    expect(bodyOf(answer)).toEqual({ aborted: false })
    expect(await line.promise).toMatchObject({ status: 200 })
  })
})

describe('what Node cannot read', () => {
  test('HTTP/1.0 without a Host is refused', async () => {
    const answer = await exchange('GET /quick HTTP/1.0\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 403 /)
    expect(bodyOf(answer).error.message).toContain('a Host header is required')
  })

  test('no HTTP at all is 400 in the envelope', async () => {
    const answer = await exchange('hello\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(bodyOf(answer).error).toMatchObject({ code: 400, message: 'The request is not valid HTTP.' })
  })

  test('an address that is too long is 431 and says where to put it', async () => {
    const answer = await exchange(
      `GET /quick?filter=${'x'.repeat(70_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 431 /)
    expect(bodyOf(answer).error.hint).toContain('?method=GET')
  })
})

describe('bodies on the wire', () => {
  const headers = 'Host: localhost\r\nContent-Type: application/json\r\n'

  test('malformed JSON is answered', async () => {
    const answer = await exchange(`POST /body HTTP/1.1\r\n${headers}Content-Length: 3\r\n\r\n{"a`)
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(bodyOf(answer).error.context).toEqual({ line: 1, column: 4, position: 3 })
  })

  test('a body announced over the limit is refused before it is read', async () => {
    const answer = await exchange(`POST /body HTTP/1.1\r\n${headers}Content-Length: 999999999\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(bodyOf(answer).error.code).toBe(413)
  })

  test('a chunked body is counted as it comes', async () => {
    const chunk = `${(1500).toString(16)}\r\n${'1'.repeat(1500)}\r\n`
    const answer = await exchange(
      `POST /body HTTP/1.1\r\n${headers}Transfer-Encoding: chunked\r\n\r\n${chunk}${chunk}`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  })
})

describe('draining', () => {
  const request = 'GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n'

  test('waits for running requests, then lets kept-alive connections go', async () => {
    const answer = exchange(request)
    await started.promise
    const drained = drain(app, { limitMs: 10_000 })
    release.resolve()
    expect(bodyOf(await answer)).toEqual({ done: true })
    expect(await drained).toEqual({ cut: false })
  })

  test.each(['/slow', '/slow-whole'])('tells the client of %s that its connection ends', async (path) => {
    const answer = exchange(request.replace('/slow', path))
    await started.promise
    const drained = drain(app, { limitMs: 10_000 })
    release.resolve()
    expect(await answer).toMatch(/^connection: close\r$/im)
    expect(await drained).toEqual({ cut: false })
  })

  test('answers all that were asked on a connection; the last one ends it', async () => {
    const answers = exchange(request + request)
    await started.promise
    await expect.poll(() => running, LONG).toBe(2)
    const drained = drain(app, { limitMs: 10_000 })
    await expect.poll(() => app.server.listening, LONG).toBe(false)
    release.resolve()
    expect((await answers).match(/^connection: [\w-]+|\{.*?\}/gim)).toEqual([
      'Connection: keep-alive',
      '{"done":true}',
      'Connection: close',
      '{"done":true}',
    ])
    expect(await drained).toEqual({ cut: false })
  })

  test('ends what runs past the limit by its signal', async () => {
    const answer = exchange(request).catch(() => '')
    const signal = await started.promise
    expect(await drain(app, { limitMs: 50 })).toEqual({ cut: true })
    expect(await answer).toBe('')
    await expect.poll(() => signal.aborted).toBe(true)
  })
})
