import { auth } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, expect } from 'vitest'
import { ADMIN, askOf, signIn } from '../accounts/people.ts'
import { type House, openHouse } from '../helpers/house.ts'
import { freePort } from '../helpers/program.ts'
import { openBrowser } from './browser.ts'
import { type Memory, memoryOf, openProgram, type Program } from './program.ts'

const ALL = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
export const ANN = { email: 'ann@example.com', password: 'the password of ann' }

export let program: Program
export let house: House
export let base: string
export let appIds: Record<string, number>
let adminToken: string

/** An authorization server and a program that connects, for the tests of a file. */
export function useConnecting(): void {
  beforeAll(async () => {
    program = await openProgram()
    const port = await freePort()
    base = `http://127.0.0.1:${port}`
    house = await openHouse(
      {
        reader: [{ component: '_table/orders/*', verbs: ['GET'] }],
        writer: [{ component: '_table/*', verbs: ALL }],
      },
      {},
      {
        SLUICE_PUBLIC_URL: base,
        SLUICE_OAUTH_PRIVATE_HOSTS: 'localhost',
        SLUICE_OAUTH_REGISTRATION: 'true',
      },
      {
        oauth_clients: [
          { client_id: 'named', redirect_uris: ['cursor://anysphere.cursor-mcp/oauth/callback'] },
        ],
      },
    )
    await house.listen(port)
    adminToken = await signIn(house, 'admin', ADMIN)
    appIds = Object.fromEntries(
      (await resources('system/app')).map(({ name, id }) => [String(name), Number(id)]),
    )
    await person(ANN, ['writer'])
  })
  afterAll(async () => {
    await house.close()
    await program.close()
  })
}

export const ask = (method: string, path: string, body?: object) =>
  askOf(house)(method, path, { token: adminToken, ...(body && { body }) })

export async function resources(path: string): Promise<readonly Record<string, unknown>[]> {
  const { body } = await ask('GET', path)
  return (body as { resource: Record<string, unknown>[] }).resource
}

export async function person(
  login: { email: string; password: string },
  roles: readonly string[],
): Promise<number> {
  const roleIds = new Map((await resources('system/role')).map(({ name, id }) => [name, id]))
  const { status, body } = await ask('POST', 'system/user', {
    resource: [
      {
        ...login,
        name: login.email,
        user_to_app_to_role_by_user_id: roles.map((name) => ({
          app_id: appIds[name],
          role_id: roleIds.get(name),
        })),
      },
    ],
  })
  expect(status).toBe(201)
  return (body as { resource: [{ id: number }] }).resource[0].id
}

export interface Connect {
  readonly service?: string | null
  readonly scope?: string
  readonly login?: { email: string; password: string }
  readonly allow?: readonly string[]
  readonly role?: string
  readonly client?: string
}

/** From the SDK's first request to the page that asks for a yes. */
export async function toConsent({
  service = 'shop',
  scope,
  login = ANN,
  client = program.url,
}: Connect = {}) {
  const memory = memoryOf(client)
  const serverUrl = service === null ? `${base}/mcp` : `${base}/mcp/${service}`
  const asked = await auth(memory, { serverUrl, ...(scope !== undefined && { scope }) })
  expect(asked).toBe('REDIRECT')
  const browser = openBrowser(base)
  const first = await browser.open(String(memory.asked))
  const page = await browser.submit(first, '/sign-in', login)
  return { memory, browser, serverUrl, first, page }
}

/** The whole way; what comes back to the program. */
export async function connect(options: Connect = {}) {
  const { memory, browser, serverUrl, page } = await toConsent(options)
  const role = options.role ?? 'writer'
  const allow = options.allow ?? ['shop:read', 'shop:write']
  const app = role === 'Administrator' ? '' : String(appIds[role])
  const { left } = await browser.submit(page, '/allow', { app, scope: [...allow] })
  if (!left) throw new Error('the browser stayed')
  const code = String(left.searchParams.get('code'))
  await auth(memory, {
    serverUrl,
    authorizationCode: code,
    iss: String(left.searchParams.get('iss')),
  })
  return { memory, serverUrl, left, code }
}

export const accessToken = ({ kept }: Memory) => String(kept?.access_token)
export const refreshToken = ({ kept }: Memory) => String(kept?.refresh_token)
export const rest = (token: string, path: string, method = 'GET', body?: object) =>
  house.rest(method, `/api/v2/${path}`, {
    headers: { authorization: `Bearer ${token}` },
    ...(body && { body }),
  })
export const post = (path: string, fields: Record<string, string>) =>
  fetch(`${base}${path}`, { method: 'POST', body: new URLSearchParams(fields) })
export const refresh = (token: string) =>
  post('/oauth/token', { grant_type: 'refresh_token', refresh_token: token, client_id: program.url })

/** Texts of a JSON answer. */
export async function jsonOf(response: Response): Promise<Record<string, string>> {
  return (await response.json()) as Record<string, string>
}

/** Asked again until it is so: other nodes have a second. */
export async function until(claim: () => Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 30_000
  while (!(await claim())) {
    if (Date.now() > giveUpAt) throw new Error('it did not come to be')
    await new Promise((done) => setTimeout(done, 50))
  }
}
