// A stranger with a database: one command starts the server on it, and the first MCP answer shows its rows. Takes URLs of
// servers (postgres://, mysql://, mongodb://) whose user may create databases; prints how long the first answer took, from the start
// of the process. Exits 1 with a sentence when something is not as the README says.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MongoClient } from 'mongodb'
import { createConnection } from 'mysql2/promise'
import pg from 'pg'

const MAIN = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist', 'src', 'main.js')
const NAME = `sluice_smoke_${process.pid}`
const WORLD = [
  'create table customers (id int primary key, name varchar(40) not null)',
  "insert into customers values (1, 'Ada'), (2, 'Grace')",
]

for (const server of process.argv.slice(2)) {
  const url = new URL(server)
  url.pathname = `/${NAME}`
  if (!isMongodb(server)) await run(server, [`create database ${NAME}`])
  try {
    await (isMongodb(server) ? fillMongodb(url.href) : run(url.href, WORLD))
    console.log(
      `smoke: ${url.protocol}// first MCP answer ${Math.round(await firstAnswer(url.href))} ms after the start`,
    )
  } finally {
    await (isMongodb(server)
      ? onMongodb(url.href, (db) => db.dropDatabase())
      : run(server, [`drop database ${NAME}`]))
  }
}

/** Milliseconds from the start of the program until a call over MCP is answered. */
async function firstAnswer(url) {
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-smoke-'))
  const env = { ...process.env, SLUICE_PORT: '0', SLUICE_DEMO: 'false', SLUICE_DATA_DIR: dataDir }
  const start = performance.now()
  const child = spawn(process.execPath, [MAIN, 'start', '--service', `crm=${url}`], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  try {
    const { address, key } = await told(child)
    const answer = await call(address, key)
    const ms = performance.now() - start
    assert.deepEqual(
      answer.result?.structuredContent?.rows?.map(({ name }) => name),
      ['Ada', 'Grace'],
      JSON.stringify(answer),
    )
    return ms
  } finally {
    child.kill('SIGINT')
    await ended
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** What the program prints when it is ready. */
function told(child) {
  let output = ''
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data) => {
        output += data
        const [, address] = /Sluice is ready at (\S+)/.exec(output) ?? []
        const [, key] = /API key for the services of this run.*\s+([0-9a-f]{64})/.exec(output) ?? []
        if (address && key) resolve({ address, key })
      })
    }
    child.once('exit', () => reject(new Error(`the server ended:\n${output}`)))
  })
}

async function call(address, key) {
  const body = {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'get_table_data', arguments: { table_name: 'customers', order: 'id' } },
  }
  const answer = await fetch(`${address}/mcp/crm`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
    },
    body: JSON.stringify(body),
  })
  return answer.json()
}

function isMongodb(url) {
  return url.startsWith('mongodb:')
}

async function onMongodb(url, work) {
  const client = new MongoClient(url)
  await work(client.db())
  return client.close()
}

function fillMongodb(url) {
  return onMongodb(url, (db) =>
    db.collection('customers').insertMany([
      { id: 1, name: 'Ada', address: { city: 'London' } },
      { id: 2, name: 'Grace', address: { city: 'New York' } },
    ]),
  )
}

async function run(url, statements) {
  if (url.startsWith('mysql:')) {
    const connection = await createConnection({ uri: url })
    for (const statement of statements) await connection.query(statement)
    return connection.end()
  }
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  for (const statement of statements) await client.query(statement)
  return client.end()
}
