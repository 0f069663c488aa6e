// A stranger's first minute, without a person: start, read the printed keys, one REST call, one MCP call through the
// real client, stop, start again without secrets. Exits 1 with a sentence when something is not as the README says.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dataDir = mkdtempSync(join(tmpdir(), 'sluice-smoke-'))
const port = await freePort()
const url = `http://127.0.0.1:${port}`
const KEY = /\b[0-9a-f]{64}\b/g

try {
  const first = await start()
  const [readKey, writeKey] = [...new Set(first.output.match(KEY))]
  assert.ok(readKey && writeKey, `the first start prints two keys:\n${first.output}`)
  await restCall(readKey)
  await mcpCall(readKey)
  await stop(first)
  const second = await start()
  assert.equal(second.output.match(KEY), null, 'the second start prints no key')
  assert.match(second.output, /\/mcp\/demo/, 'the second start prints the addresses')
  await stop(second)
  console.log('smoke: first start, REST, MCP, stop, second start: all as the README says')
} finally {
  rmSync(dataDir, { recursive: true, force: true })
}

async function restCall(key) {
  const answer = await fetch(`${url}/api/v2/demo/_table/orders?limit=2`, {
    headers: { 'X-DreamFactory-API-Key': key },
  })
  const { resource } = await answer.json()
  assert.equal(answer.status, 200)
  assert.equal(resource.length, 2)
  assert.equal((await fetch(`${url}/api/v2/demo/_table/orders`)).status, 401, 'no key, no answer')
}

async function mcpCall(key) {
  const client = new Client({ name: 'smoke', version: '1.0.0' })
  const headers = { Authorization: `Bearer ${key}` }
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${url}/mcp/demo`), { requestInit: { headers } }),
  )
  const { tools } = await client.listTools()
  assert.ok(tools.some(({ name }) => name === 'get_table_data'))
  assert.ok(!tools.some(({ name }) => name === 'delete_records'), 'the read-only key sees no write tool')
  const result = await client.callTool({
    name: 'get_table_data',
    arguments: { table_name: 'orders', limit: 3 },
  })
  assert.equal(result.structuredContent.returned, 3)
  await client.close()
}

async function start() {
  const env = { ...process.env, SLUICE_PORT: String(port), SLUICE_DATA_DIR: dataDir }
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const started = { child, output: '' }
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      started.output += data
    })
  }
  for (let attempt = 0; attempt < 600; attempt++) {
    assert.equal(child.exitCode, null, `the server ended:\n${started.output}`)
    if (
      await fetch(`${url}/ready`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return started
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  child.kill('SIGKILL')
  throw new Error(`not ready after a minute:\n${started.output}`)
}

async function stop({ child }) {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGINT')
  assert.equal(await ended, 0, 'Ctrl-C ends the server cleanly')
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = server.address()
      server.close(() => resolve(free))
    })
  })
}
