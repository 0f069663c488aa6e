import { createServer, request, type Server } from 'node:http'
import { auth } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADMIN } from '../accounts/people.ts'
import { type House, openHouse } from '../helpers/house.ts'
import { freePort } from '../helpers/program.ts'
import { openBrowser } from './browser.ts'
import { memoryOf, openProgram, type Program } from './program.ts'

/** A proxy hands on what is below `/data/gate`, without that, and the well-known addresses that end so, as they are. */
const PATH = '/data/gate'
let proxy: Server
let origin: string
let house: House
let program: Program
beforeAll(async () => {
  program = await openProgram()
  const inside = await freePort()
  const outside = await freePort()
  origin = `http://127.0.0.1:${outside}`
  proxy = createServer((asked, answer) => {
    const { url = '', method, headers } = asked
    const isBelow = url.startsWith(`${PATH}/`)
    if (!isBelow && !url.startsWith('/.well-known/')) return answer.writeHead(404).end()
    const path = isBelow ? url.slice(PATH.length) : url
    asked.pipe(
      request({ host: '127.0.0.1', port: inside, path, method, headers }, (told) => {
        answer.writeHead(told.statusCode ?? 500, told.headers)
        told.pipe(answer)
      }),
    )
  })
  await new Promise<void>((done) => proxy.listen(outside, '127.0.0.1', done))
  house = await openHouse(
    { writer: [{ component: '_table/*', verbs: ['GET', 'POST'] }] },
    {},
    { SLUICE_PUBLIC_URL: `${origin}${PATH}`, SLUICE_OAUTH_PRIVATE_HOSTS: 'localhost', SLUICE_OAUTH: 'true' },
  )
  await house.listen(inside)
})
afterAll(async () => {
  await house.close()
  await program.close()
  proxy.closeAllConnections()
  await new Promise((done) => proxy.close(done))
})

describe('a server below a path of a proxy', () => {
  test.each([
    [`${PATH}/mcp/shop/.well-known/oauth-protected-resource`, '/mcp/shop'],
    [`${PATH}/.well-known/oauth-protected-resource/mcp/shop`, '/mcp/shop'],
    [`/.well-known/oauth-protected-resource${PATH}/mcp/shop`, '/mcp/shop'],
    [`/.well-known/oauth-protected-resource${PATH}/mcp`, '/mcp'],
    [`/.well-known/oauth-protected-resource${PATH}`, '/mcp'],
  ])('tells of itself at %s', async (path, resource) => {
    const told = await (await fetch(`${origin}${path}`)).json()
    expect(told).toMatchObject({
      resource: `${origin}${PATH}${resource}`,
      authorization_servers: [`${origin}${PATH}`],
    })
  })

  test.each([
    `${PATH}/.well-known/oauth-authorization-server`,
    `${PATH}/.well-known/openid-configuration`,
    `/.well-known/oauth-authorization-server${PATH}`,
    `/.well-known/openid-configuration${PATH}`,
  ])('tells of its authorization server at %s', async (path) => {
    const told = await (await fetch(`${origin}${path}`)).json()
    expect(told).toMatchObject({
      issuer: `${origin}${PATH}`,
      token_endpoint: `${origin}${PATH}/oauth/token`,
      jwks_uri: `${origin}${PATH}/oauth/jwks`,
    })
  })

  test('lets a program in, from the 401 to a call', async () => {
    const memory = memoryOf(program.url)
    const serverUrl = `${origin}${PATH}/mcp/shop`
    expect(await auth(memory, { serverUrl })).toBe('REDIRECT')
    const browser = openBrowser(origin)
    const first = await browser.open(String(memory.asked))
    const style = /href="([^"]+\.css)"/.exec(first.text)?.[1] ?? ''
    expect((await fetch(new URL(style, first.url))).status).toBe(200)
    const page = await browser.submit(first, '/sign-in', ADMIN)
    const { left } = await browser.submit(page, '/allow', { app: '', scope: ['shop:read'] })
    const { searchParams } = left ?? new URL('http://nowhere')
    await auth(memory, {
      serverUrl,
      authorizationCode: String(searchParams.get('code')),
      iss: String(searchParams.get('iss')),
    })
    const answer = await fetch(serverUrl, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${memory.kept?.access_token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    })
    expect(await answer.text()).toContain('"get_table_data"')
  })
})
