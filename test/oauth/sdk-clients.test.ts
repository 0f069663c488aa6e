import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADMIN, askOf, signIn } from '../accounts/people.ts'
import { type House, openHouse } from '../helpers/house.ts'
import { freePort } from '../helpers/program.ts'
import { openBrowser } from './browser.ts'
import { type Memory, memoryOf, openProgram, type Program } from './program.ts'

const ANN = { email: 'ann@example.com', password: 'the password of ann' }
const WHO = { name: 'test', version: '1' }

/** A client with its transport, as the SDK's own OAuth provider drives it. */
interface OAuthClient {
  connect(): Promise<void>
  /** With what the person's browser came back with. */
  finish(back: URLSearchParams): Promise<void>
  call(name: string, args: Record<string, unknown>): Promise<unknown>
  close(): Promise<void>
}
type MakeClient = (url: URL, memory: Memory) => OAuthClient

const CLIENTS: Readonly<Record<string, MakeClient>> = {
  'sdk 1.x': (url, memory) => {
    const client = new ClientV1(WHO)
    // The two generations' types of one shape differ in members that are optional.
    const options = { authProvider: memory } as ConstructorParameters<typeof HttpV1>[1]
    const transport = new HttpV1(url, options)
    return {
      connect: () => client.connect(transport as Parameters<ClientV1['connect']>[0]),
      finish: (back) => transport.finishAuth(back.get('code') ?? ''),
      call: (name, args) => client.callTool({ name, arguments: args }),
      close: () => client.close(),
    }
  },
  '2.x legacy': (url, memory) => second(url, memory, 'legacy'),
  '2.x auto': (url, memory) => second(url, memory, 'auto'),
  '2.x pinned to 2026-07-28': (url, memory) => second(url, memory, { pin: '2026-07-28' }),
}

function second(url: URL, memory: Memory, mode: 'legacy' | 'auto' | { pin: string }): OAuthClient {
  const client = new ClientV2(WHO, { versionNegotiation: { mode } })
  const transport = new HttpV2(url, { authProvider: memory })
  return {
    connect: () => client.connect(transport),
    finish: (back) => transport.finishAuth(back),
    call: (name, args) => client.callTool({ name, arguments: args }),
    close: () => client.close(),
  }
}

let program: Program
let house: House
let base: string
let app: string

beforeAll(async () => {
  program = await openProgram()
  const port = await freePort()
  base = `http://127.0.0.1:${port}`
  house = await openHouse(
    { writer: [{ component: '_table/*', verbs: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] }] },
    {},
    { SLUICE_PUBLIC_URL: base, SLUICE_OAUTH_PRIVATE_HOSTS: 'localhost' },
  )
  await house.listen(port)
  const token = await signIn(house, 'admin', ADMIN)
  const listed = async (path: string) => {
    const { body } = await askOf(house)('GET', path, { token })
    return (body as { resource: { name: string; id: number }[] }).resource
  }
  const [appId, roleId] = await Promise.all(
    ['system/app', 'system/role'].map(
      async (path) => (await listed(path)).find(({ name }) => name === 'writer')?.id,
    ),
  )
  app = String(appId)
  const rights = [{ app_id: appId, role_id: roleId }]
  const ann = { ...ANN, name: 'Ann', user_to_app_to_role_by_user_id: rights }
  const { status } = await askOf(house)('POST', 'system/user', { token, body: { resource: [ann] } })
  expect(status).toBe(201)
})
afterAll(async () => {
  await house.close()
  await program.close()
})

const post = (path: string, fields: Record<string, string>) =>
  fetch(`${base}${path}`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: program.url, ...fields }),
  })
const refresh = (token: string) => post('/oauth/token', { grant_type: 'refresh_token', refresh_token: token })

describe.each(Object.entries(CLIENTS))('client %s with the SDK’s own OAuth', (_name, make) => {
  test.each([
    ['/mcp/shop', {}, 'shop:read shop:write'],
    ['/mcp', { service: 'shop' }, '*:read *:write'],
  ])('is connected to %s from a 401 to its end', async (path, more, scope) => {
    const url = new URL(`${base}${path}`)
    const memory = memoryOf(program.url)
    const read = { table_name: 'orders', limit: 1, ...more }

    const first = make(url, memory)
    await expect(first.connect()).rejects.toThrow()
    const asked = memory.asked?.searchParams
    expect([asked?.get('client_id'), asked?.get('resource')]).toEqual([program.url, url.href])
    expect([asked?.get('scope'), asked?.get('code_challenge_method')]).toEqual([scope, 'S256'])

    const browser = openBrowser(base)
    const consent = await browser.submit(await browser.open(String(memory.asked)), '/sign-in', ANN)
    expect(consent.text).toContain('writer')
    const { left } = await browser.submit(consent, '/allow', { app, scope: scope.split(' ') })
    await first.finish(left?.searchParams ?? new URLSearchParams())

    const client = make(url, memory)
    await client.connect()
    const answer = await client.call('get_table_data', read)
    expect(answer).toMatchObject({ structuredContent: { service: 'shop', returned: 1 } })

    // One that ran out: the client gets another by itself, and goes on.
    const { kept } = memory
    const used = String(kept?.refresh_token)
    if (kept) memory.kept = { ...kept, access_token: `${kept.access_token.slice(0, -4)}AAAA` }
    expect(await client.call('get_table_data', read)).toMatchObject({ structuredContent: { returned: 1 } })
    const next = String(memory.kept?.refresh_token)
    expect(next).not.toBe(used)

    // A copy of the old one ends all of it.
    expect((await refresh(used)).status).toBe(400)
    expect((await refresh(next)).status).toBe(400)
    await client.close()
  })
})

test('a program that is signed out by itself is asked for a person again', async () => {
  const url = new URL(`${base}/mcp/shop`)
  const memory = Object.assign(memoryOf(program.url), {
    invalidateCredentials: () => {
      memory.kept = undefined
    },
  })
  const make = CLIENTS['2.x auto']
  if (!make) throw new Error('no client')
  const first = make(url, memory)
  await expect(first.connect()).rejects.toThrow()
  const browser = openBrowser(base)
  const consent = await browser.submit(await browser.open(String(memory.asked)), '/sign-in', ANN)
  const { left } = await browser.submit(consent, '/allow', { app, scope: ['shop:read'] })
  await first.finish(left?.searchParams ?? new URLSearchParams())
  const revoked = await post('/oauth/revoke', { token: String(memory.kept?.refresh_token) })
  expect(revoked.status).toBe(200)
  memory.asked = undefined
  if (memory.kept) memory.kept = { ...memory.kept, access_token: 'over' }
  await expect(make(url, memory).connect()).rejects.toThrow()
  expect(memory.asked).toBeInstanceOf(URL)
})
