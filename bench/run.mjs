// `npm run bench`: the raw limit, our REST door and our MCP door in turn, in one run, printed as ratios.
// BENCH_SECONDS per turn (default 4), BENCH_ROUNDS (default 5).
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const root = dirname(here)
const seconds = Number(process.env.BENCH_SECONDS ?? 4)
const rounds = Number(process.env.BENCH_ROUNDS ?? 5)

if (!existsSync(join(here, 'node_modules', 'better-sqlite3', 'build'))) {
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--foreground-scripts'], {
    cwd: here,
    stdio: 'inherit',
  })
  execFileSync('npm', ['rebuild', 'better-sqlite3'], { cwd: here, stdio: 'inherit' })
}
execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' })
const { default: autocannon } = await import('autocannon')

/** One hundred different pages, so that no answer is served twice in a row. */
const pages = Array.from({ length: 100 }, (_, page) => page * 37)

const dataDir = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
const children = []
try {
  await main()
} finally {
  for (const child of children) child.kill('SIGTERM')
  await Promise.all(
    children.map(
      (child) =>
        new Promise((resolve) => (child.exitCode === null ? child.once('exit', resolve) : resolve())),
    ),
  )
  rmSync(dataDir, { recursive: true, force: true })
}

async function main() {
  const [port, rawPort] = [await freePort(), await freePort()]
  const first = await startSluice(port)
  const key = /\b[0-9a-f]{64}\b/.exec(first.output.slice(first.output.search(/read-only/i)))?.[0]
  if (!key) throw new Error('the first start printed no read-only key')
  const startMs = await restart(port, first)
  const idleMb = await idleMemory(children.at(-1).pid)
  start('node', [join(here, 'raw-server.mjs'), join(dataDir, 'demo.sqlite'), String(rawPort)])
  const targets = {
    raw: rawTarget(rawPort),
    rest: restTarget(port, key),
    mcp: mcpTarget(port, key),
  }
  for (const target of Object.values(targets)) await answers(target)
  const sizes = await tokens(port, key)
  for (const target of Object.values(targets)) await load(target, 1)
  const results = { raw: [], rest: [], mcp: [] }
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(targets)) results[name].push(await load(targets[name], seconds))
  }
  report({ results, startMs, idleMb, sizes })
}

/** Starts the server once more on the data of the first start: time from launch to the first answered request. */
async function restart(port, first) {
  first.child.kill('SIGTERM')
  await new Promise((resolve) => first.child.once('exit', resolve))
  const before = process.hrtime.bigint()
  await startSluice(port)
  return Number(process.hrtime.bigint() - before) / 1e6
}

async function startSluice(port) {
  const env = {
    ...process.env,
    SLUICE_PORT: String(port),
    SLUICE_DATA_DIR: dataDir,
    SLUICE_LOG_LEVEL: 'warn',
  }
  const started = start(process.execPath, [join(root, 'dist', 'src', 'main.js'), 'start'], env)
  await until(async () => (await fetch(`http://127.0.0.1:${port}/ready`)).ok)
  return started
}

function start(command, args, env = process.env) {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const started = { child, output: '' }
  child.stdout.on('data', (data) => {
    started.output += data
  })
  children.push(child)
  return started
}

/** Resident memory of the server and its children after a few quiet seconds, in MB. */
async function idleMemory(pid) {
  await new Promise((resolve) => setTimeout(resolve, 3000))
  const all = execFileSync('ps', ['-eo', 'pid=,ppid=,rss='])
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  return (
    all.filter(([id, parent]) => id === pid || parent === pid).reduce((sum, [, , rss]) => sum + rss, 0) / 1024
  )
}

function rawTarget(port) {
  return {
    url: `http://127.0.0.1:${port}`,
    requests: pages.map((after) => ({ method: 'GET', path: `/orders?after=${after}` })),
  }
}

function restTarget(port, key) {
  const headers = { 'x-dreamfactory-api-key': key }
  const path = (after) => `/api/v2/demo/_table/orders?limit=25&filter=${encodeURIComponent(`id > ${after}`)}`
  return {
    url: `http://127.0.0.1:${port}`,
    requests: pages.map((after) => ({ method: 'GET', path: path(after), headers })),
  }
}

function mcpTarget(port, key) {
  const headers = {
    'x-dreamfactory-api-key': key,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2025-11-25',
  }
  const body = (after) =>
    call('tools/call', {
      name: 'get_table_data',
      arguments: { table_name: 'orders', filter: `id > ${after}`, limit: 25 },
    })
  return {
    url: `http://127.0.0.1:${port}`,
    requests: pages.map((after) => ({ method: 'POST', path: '/mcp/demo', headers, body: body(after) })),
  }
}

function call(method, params) {
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
}

async function answers(target) {
  const [{ path, ...init }] = target.requests
  await until(async () => (await fetch(target.url + path, init)).ok)
}

/** Characters / 4 of the tool list and of a page of 25 rows. */
async function tokens(port, key) {
  const { headers } = mcpTarget(port, key).requests[0]
  const ask = async (method, params) => {
    const answer = await fetch(`http://127.0.0.1:${port}/mcp/demo`, {
      method: 'POST',
      headers,
      body: call(method, params),
    })
    const text = await answer.text()
    return JSON.parse(text.startsWith('event:') ? text.slice(text.indexOf('{')) : text).result
  }
  const { tools } = await ask('tools/list', {})
  const { content } = await ask('tools/call', {
    name: 'get_table_data',
    arguments: { table_name: 'orders', limit: 25 },
  })
  return { list: Math.round(JSON.stringify(tools).length / 4), page: Math.round(content[0].text.length / 4) }
}

async function load(target, duration) {
  const result = await autocannon({ ...target, connections: 10, duration })
  if (result.errors > 0 || result.non2xx > 0)
    throw new Error(`${target.url}: ${result.errors} errors, ${result.non2xx} refusals`)
  return result.requests.average
}

function report({ results, startMs, idleMb, sizes }) {
  const ratio = (name) => median(results[name].map((rate, round) => rate / results.raw[round]))
  console.log(
    `\n25-row reads of the demo orders, 10 connections, ${rounds} rounds of ${seconds} s, interleaved`,
  )
  for (const [name, rates] of Object.entries(results)) {
    console.log(
      `  ${name.padEnd(5)} ${median(rates).toFixed(0).padStart(7)} requests/s   ${ratio(name).toFixed(2)} x raw`,
    )
  }
  console.log(`start to first answer ${startMs.toFixed(0)} ms, idle memory ${idleMb.toFixed(0)} MB`)
  console.log(
    `tools/list (read-only key) ${sizes.list} tokens, 25 rows of orders ${sizes.page} tokens (characters / 4)`,
  )
  console.log(
    `node ${process.version}, ${readFileSync('/proc/cpuinfo', 'utf8').match(/model name\s*: (.*)/)?.[1] ?? process.arch}`,
  )
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}

async function until(done) {
  for (let attempt = 0; attempt < 400; attempt++) {
    if (await done().catch(() => false)) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error('the server did not answer in time')
}

async function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
