import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { auth } from '@modelcontextprotocol/client'
import { expect, test } from 'vitest'
import { freePort, startProgram } from '../helpers/program.ts'
import { openBrowser } from './browser.ts'
import { memoryOf, REDIRECT } from './program.ts'

const ADMIN = { email: 'admin@example.com', password: 'a-long-enough-password' }

/** Sends each request to the next of the servers, as a load balancer without memory does. */
async function openBalancer(ports: readonly number[]) {
  let turn = 0
  const server = createServer((incoming, answer) => {
    const port = ports[turn++ % ports.length]
    const { method, url, headers } = incoming
    const passed = request({ host: '127.0.0.1', port, method, path: url, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    passed.on('error', () => answer.writeHead(502).end())
    incoming.pipe(passed)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() }
}

test('two servers carry one connection on, and both end it', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-oauth-'))
  const config = join(dataDir, 'sluice.json')
  await writeFile(
    config,
    JSON.stringify({ oauth_clients: [{ client_id: 'named', redirect_uris: [REDIRECT] }] }),
  )
  const ports = [await freePort(), await freePort()]
  const balancer = await openBalancer(ports)
  const settings = {
    SLUICE_DATA_DIR: dataDir,
    SLUICE_CONFIG: config,
    SLUICE_PUBLIC_URL: balancer.url,
    SLUICE_ADMIN_EMAIL: ADMIN.email,
    SLUICE_ADMIN_PASSWORD: ADMIN.password,
    SLUICE_LOG_LEVEL: 'warn',
  }
  const nodes = [
    await startProgram([], { ...settings, SLUICE_PORT: String(ports[0]) }),
    await startProgram([], { ...settings, SLUICE_PORT: String(ports[1]) }),
  ]
  try {
    const memory = memoryOf(undefined)
    await memory.saveClientInformation?.({ client_id: 'named', redirect_uris: [REDIRECT] })
    const serverUrl = `${balancer.url}/mcp/demo`
    expect(await auth(memory, { serverUrl })).toBe('REDIRECT')
    const browser = openBrowser(balancer.url)
    const page = await browser.submit(await browser.open(String(memory.asked)), '/sign-in', ADMIN)
    const { left } = await browser.submit(page, '/allow', { app: '', scope: ['demo:read'] })
    const code = String(left?.searchParams.get('code'))
    await auth(memory, { serverUrl, authorizationCode: code, iss: String(left?.searchParams.get('iss')) })
    const read = (node: { readonly url: string }) =>
      fetch(`${node.url}/api/v2/demo/_table/orders?limit=1`, {
        headers: { authorization: `Bearer ${memory.kept?.access_token}` },
      })
    for (const node of nodes) expect((await read(node)).status).toBe(200)
    expect(await auth(memory, { serverUrl })).toBe('AUTHORIZED')
    const [one, other] = nodes.map(({ url }) => `${url}/api/v2/system/admin`)
    const signed = await fetch(`${one}/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(ADMIN),
    })
    const { session_token } = (await signed.json()) as { session_token: string }
    const headers = { 'x-dreamfactory-session-token': session_token }
    const list = async (url: string | undefined) =>
      (await (await fetch(`${url}/oauth_connection`, { headers })).json()) as { resource: { id: number }[] }
    const { resource } = await list(other)
    expect(resource).toHaveLength(1)
    const ended = await fetch(`${one}/oauth_connection/${resource[0]?.id}`, { method: 'DELETE', headers })
    expect(ended.status).toBe(200)
    expect(await list(other)).toEqual({ resource: [] })
    for (const node of nodes)
      await expect.poll(async () => (await read(node)).status, { timeout: 30_000 }).toBe(401)
  } finally {
    balancer.close()
    for (const node of nodes) await node.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
})
