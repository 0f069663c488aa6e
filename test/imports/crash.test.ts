import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSqlite } from '../../adapters/database/sqlite/open.ts'
import { freePort } from '../helpers/program.ts'
import { fillShop } from '../helpers/shop.ts'

const KEY = 'ab'.repeat(32)
/** In parts of 500: there is something left to write at most kills. */
const ROWS = 40_000
const KILLS = 50
/** Of a process at its work, before it is killed: not a time, which is another one on every machine. */
const MOST_LOOKS = 12

let folder: string
let port: number
let child: ChildProcess
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-import-'))
  port = await freePort()
  const shop = await openSqlite({
    file: join(folder, 'shop.sqlite'),
    create: true,
    inline: true,
    statementTimeoutMs: 10_000,
  })
  await fillShop(shop)
  await shop.close()
  const config = {
    services: [{ name: 'shop', type: 'sqlite', config: { database: join(folder, 'shop.sqlite') } }],
    roles: [{ name: 'all', access: [{ service: 'shop', component: '*', verb_mask: 31 }] }],
    apps: [{ name: 'all', role: 'all', api_key: KEY }],
  }
  await writeFile(join(folder, 'sluice.json'), JSON.stringify(config))
})
afterEach(async () => {
  child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

const api = async (path: string, init: RequestInit = {}): Promise<unknown> => {
  const headers = { 'x-dreamfactory-api-key': KEY, ...init.headers }
  const answer = await fetch(`http://127.0.0.1:${port}/api/v2/shop/${path}`, { ...init, headers })
  return answer.json()
}

async function start(): Promise<void> {
  const { PATH = '', HOME = '' } = process.env
  child = spawn(
    process.execPath,
    ['dist/src/main.js', 'start', '--config', join(folder, 'sluice.json'), '--no-demo'],
    {
      env: {
        PATH,
        HOME,
        SLUICE_PORT: String(port),
        SLUICE_DATA_DIR: join(folder, 'data'),
        SLUICE_LOG_LEVEL: 'error',
      },
      stdio: 'ignore',
    },
  )
  const isReady = () =>
    fetch(`http://127.0.0.1:${port}/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
  while (!(await isReady())) await new Promise((resolve) => setTimeout(resolve, 20))
}

async function kill(): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

test('a killed import is taken up again: every row once, none left out', async () => {
  await start()
  const seed = Number(process.env.CRASH_SEED ?? Date.now() % 100_000)
  console.log(`crash seed ${seed}`)
  const body = `name,region\n${Array.from({ length: ROWS }, (_, at) => `imported ${at},north`).join('\n')}`
  const job = await api('_import/customers', {
    method: 'POST',
    body,
    headers: { 'content-type': 'text/csv' },
  })
  const id = Reflect.get(Object(job), 'id')
  expect(id).toBeTypeOf('number')
  const status = async () => Reflect.get(Object(await api(`_import/${id}`)), 'status')
  let random = seed
  let atWork = 0
  for (let kills = 0; kills < KILLS; kills++) {
    random = (random * 1103515245 + 12345) % 2147483648
    const looks = 1 + (Math.floor(random / 65_536) % MOST_LOOKS)
    let seen: unknown
    for (let look = 0; look < looks; look++) seen = await status()
    if (seen === 'running') atWork += 1
    await kill()
    await forgetLease()
    await start()
  }
  console.log(`killed at work: ${atWork} of ${KILLS}`)
  await expect.poll(status, { timeout: 300_000 }).toBe('done')
  const filter = encodeURIComponent("name starts with 'imported '")
  const counted = await api(`_table/customers?count_only=true&filter=${filter}`)
  const different = await api(`_table/customers?fields=n:COUNT_DISTINCT(name)&filter=${filter}`)
  expect([counted, JSON.stringify(different)]).toEqual([ROWS, expect.stringContaining(`:${ROWS}}`)])
}, 3_600_000)

/** A killed process holds its lease for half a minute more; nobody wants to wait for that here. */
async function forgetLease(): Promise<void> {
  const system = await openSqlite({
    file: join(folder, 'data', 'system.sqlite'),
    inline: true,
    statementTimeoutMs: 10_000,
  })
  const { buildSchema } = await import('../../src/core/database/build-schema.ts')
  const signal = new AbortController().signal
  const table = buildSchema(await system.readSchema({ signal })).tableByName.get('import_job')
  if (!table) throw new Error('no table')
  const where = { op: '=', field: 'status', value: 'running' } as const
  await system.update(
    { table, set: { leased_date: '2000-01-01 00:00:00' }, where, returning: [] },
    { signal },
  )
  await system.close()
}
