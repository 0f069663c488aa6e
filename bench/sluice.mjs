/** Our server in a data folder of its own, and requests to its doors. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, ROOT, start, until } from './processes.mjs'

const KEY = 'benchmark-key-of-more-than-32-letters'

/** With one service, a role with these rules and a key for it; `service` undefined: the demo. */
export async function startSluice({ service, rules = [] } = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
  process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }))
  const port = await freePort()
  const env = {
    ...process.env,
    SLUICE_PORT: String(port),
    SLUICE_DATA_DIR: dataDir,
    SLUICE_LOG_LEVEL: 'warn',
  }
  if (service) {
    const config = join(dataDir, 'sluice.json')
    const access = rules.map((rule) => ({ service: service.name, ...rule }))
    writeFileSync(
      config,
      JSON.stringify({
        services: [service],
        roles: [{ name: 'bench', access }],
        apps: [{ name: 'bench', role: 'bench', api_key: KEY }],
      }),
    )
    Object.assign(env, { SLUICE_CONFIG: config, SLUICE_DEMO: 'false' })
  }
  const flags = (process.env.BENCH_NODE_FLAGS ?? '').split(' ').filter(Boolean)
  const launch = async () => {
    const started = start([...flags, join(ROOT, 'dist', 'src', 'main.js'), 'start'], env)
    await until(async () => (await fetch(`http://127.0.0.1:${port}/ready`)).ok)
    return started
  }
  return { ...(await launch()), launch, url: `http://127.0.0.1:${port}`, key: KEY, dataDir }
}

export function restTarget({ url, key, pids }, paths) {
  const headers = { 'x-dreamfactory-api-key': key }
  return { url, pids, requests: paths.map((path) => ({ method: 'GET', path: `/api/v2/${path}`, headers })) }
}

/** The catalogue of a service, asked for again and again. */
export function toolsTarget(server, service) {
  const requests = [mcpRequest(server, service, 'tools/list', {})]
  return { url: server.url, pids: server.pids, requests }
}

/** `calls`: arguments of one tool. */
export function mcpTarget(server, service, name, calls) {
  const requests = calls.map((args) => mcpRequest(server, service, 'tools/call', { name, arguments: args }))
  return { url: server.url, pids: server.pids, requests }
}

function mcpRequest({ key }, service, method, params) {
  return {
    method: 'POST',
    path: `/mcp/${service}`,
    headers: {
      'x-dreamfactory-api-key': key,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  }
}

/** The result of one MCP request, and the bytes it came in. */
export async function askMcp(server, service, method, params) {
  const { path, ...init } = mcpRequest(server, service, method, params)
  const text = await (await fetch(server.url + path, init)).text()
  const { result } = JSON.parse(text.startsWith('event:') ? text.slice(text.indexOf('{')) : text)
  return { result, bytes: Buffer.byteLength(text) }
}

/** The text of one REST answer. */
export async function askRest({ url, key }, path) {
  const answer = await fetch(`${url}/api/v2/${path}`, { headers: { 'x-dreamfactory-api-key': key } })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text.slice(0, 300)}`)
  return text
}
