import { afterAll, beforeAll, expect, test } from 'vitest'
import { completeRequest } from '../../src/authorization/authorization-request.ts'
import { createClientFetch } from '../../src/authorization/client-fetch.ts'
import { createSafeFetch } from '../../src/authorization/safe-fetch.ts'
import { openProgram, type Program } from './program.ts'

let program: Program
beforeAll(async () => {
  program = await openProgram()
})
afterAll(() => program.close())

const allowing = (privateHosts: readonly string[], limits: object = {}) =>
  createSafeFetch({ privateHosts, timeoutMs: 10_000, ...limits })

test('a document at a private address is fetched where its host is named, and nowhere else', async () => {
  const response = await allowing(['LOCALHOST'])(program.url)
  expect(await response.json()).toMatchObject({ client_id: program.url })
  const before = program.fetches()
  await expect(allowing([])(program.url)).rejects.toMatchObject({ code: 'bad_request' })
  await expect(allowing(['other.example'])(program.url)).rejects.toMatchObject({ code: 'bad_request' })
  expect(program.fetches()).toBe(before)
})

test('keys of clients are counted as their documents are, each fetch once', async () => {
  const asked: string[] = []
  const request = { ip: '192.0.2.1' }
  let left = 2
  const mayFetch = (ip: string) => {
    asked.push(ip)
    return left-- > 0
  }
  const fetching = createClientFetch({ privateHosts: ['localhost'], mayFetch }, () => request)
  const keys = `${program.url}?keys`
  expect(fetching.mayFetchDocument(request, program.url)).toBe(true)
  expect(await (await fetching.fetch(program.url)).json()).toMatchObject({ client_id: program.url })
  expect(asked).toHaveLength(1)
  expect((await fetching.fetch(keys)).status).toBe(200)
  expect(asked).toEqual([request.ip, request.ip])
  const before = program.fetches()
  await expect(fetching.fetch(keys)).rejects.toMatchObject({ code: 'too_many_requests' })
  expect(fetching.mayFetchDocument(request, `${program.url}?other`)).toBe(false)
  expect(program.fetches()).toBe(before)
})

test.each([
  ['a redirect', 302, '', { location: 'https://localhost/elsewhere' }],
  ['an error', 500, '', {}],
  ['too much', 200, 'x'.repeat(40_000), {}],
])('%s is refused', async (_what, status, body, headers) => {
  program.answer(status, body, headers)
  await expect(allowing(['localhost'])(program.url)).rejects.toMatchObject({
    code: 'bad_request',
    message: 'The document of this client cannot be used.',
  })
})

test.each([
  'http://localhost/x',
  'ftp://localhost/x',
  'https://user:secret@localhost/x',
  'file:///etc/passwd',
])('%s is not asked for', async (url) => {
  await expect(allowing(['localhost'])(url)).rejects.toMatchObject({ code: 'bad_request' })
})

test('a server that does not answer is not waited for', async () => {
  const { createServer } = await import('node:net')
  const silent = createServer(() => {})
  await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done))
  const address = silent.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const fetching = allowing(['127.0.0.1'], { timeoutMs: 50 })(`https://127.0.0.1:${port}/x`)
  await expect(fetching).rejects.toMatchObject({ code: 'bad_request' })
  silent.close()
})

test('a name that nobody answers for is not waited for', async () => {
  const silent = () => new Promise<never>(() => {})
  const fetching = allowing([], { timeoutMs: 50, resolve: silent })('https://silent.example/x')
  await expect(fetching).rejects.toMatchObject({ code: 'bad_request' })
})

test('a question mark in an address that a request names stays in it', () => {
  const redirect = 'https://client.example/cb?from=a?b'
  const raw = { url: `/oauth/authorize?client_id=x&redirect_uri=${redirect}&state=1`, headers: {} }
  // Of the request the function reads nothing else.
  completeRequest({ raw } as Parameters<typeof completeRequest>[0], 'https://here.example')
  const asked = new URL(raw.url, 'https://here.example').searchParams
  expect([asked.get('redirect_uri'), asked.get('state')]).toEqual([redirect, '1'])
})
