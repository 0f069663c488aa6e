import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { mysqlConfig } from '../../../adapters/database/mysql/config.ts'
import { openMysql } from '../../../adapters/database/mysql/open.ts'
import { pgsql } from '../../../adapters/database/postgres/service-type.ts'
import { openSqlite } from '../../../adapters/database/sqlite/open.ts'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import type { DatabaseSchema } from '../../../src/core/database/schema.ts'
import type { Row } from '../../../src/core/database/value.ts'
import type { ServerName } from '../../contract/servers/find-server.ts'
import { ownDatabase, reachServer } from '../../contract/servers/test-server.ts'
import { createWorld } from '../../contract/world.ts'
import { openLives, type Sent } from './killed-program.ts'
import { KINDS, randomNumbers } from './requests.ts'

interface Database {
  readonly service: { readonly type: string; readonly config: object }
  open(): Promise<DatabaseAdapter>
  remove(): Promise<void>
}

interface EngineEntry {
  readonly name: string
  readonly kills: number
  readonly server?: ServerName
  create(): Promise<Database>
}

const LIMIT = { baseDir: '.', statementTimeoutMs: 20_000 }
const ENGINES: readonly EngineEntry[] = [
  { name: 'sqlite', kills: 50, create: sqliteDatabase },
  {
    name: 'pgsql',
    kills: 10,
    server: 'pgsql',
    create: () => serverDatabase('pgsql', (url) => pgsql.open(pgsql.config.parse({ url }), LIMIT)),
  },
  {
    name: 'mysql',
    kills: 10,
    server: 'mysql',
    create: () => serverDatabase('mysql', (url) => openMysql(mysqlConfig.parse({ url }), LIMIT)),
  },
]

const SEED = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000)
/** A process lives so long under load at most. In ms. */
const LONGEST_LIFE = 120
const CLIENTS = 4
const TIMEOUT_MS = 3_600_000

for (const { name, kills, server, create } of ENGINES) {
  describe(`${name}, killed ${kills} times under load (KILL_SEED=${SEED})`, async () => {
    const reached = server ? await reachServer(server) : 'reachable'
    test.skipIf(reached !== 'reachable')(
      'keeps each request whole, and none twice',
      { timeout: TIMEOUT_MS },
      async () => {
        console.info(`${name}: KILL_SEED=${SEED}`)
        const database = await create()
        const schema = await prepared(database)
        const sent = await livesUnderLoad(database, kills)
        const counts = await countedSets(database, schema)
        const of = (one: Sent) => ({ request: one.name, status: one.status, sets: counts.get(one.name) ?? 0 })
        const outcomes = sent.map(of)
        expect(outcomes.filter(({ sets }) => sets !== 0 && sets !== 1)).toEqual([])
        expect(outcomes.filter(({ status, sets }) => status === 200 && sets !== 1)).toEqual([])
        expect(new Set(outcomes.map(({ status }) => status))).toContain(200)
        expect([...counts.keys()].filter((known) => !sent.some((one) => one.name === known))).toEqual([])
        await database.remove()
      },
    )
  })
}

async function livesUnderLoad(database: Database, kills: number): Promise<readonly Sent[]> {
  const random = randomNumbers(SEED)
  const lives = await openLives(database.service)
  const all: Sent[] = []
  let number = 0
  const next = (): Sent => {
    const kinds = Object.keys(KINDS)
    const kind = kinds[number % kinds.length] ?? ''
    const one: Sent = { kind, name: `${kind} ${++number}`.replace(' ', '-'), status: undefined }
    all.push(one)
    return one
  }
  for (let life = 0; life < kills; life++) {
    const unanswered = all.filter(({ status }) => status === undefined).slice(-CLIENTS)
    const program = await lives.start()
    await program.warm
    // Sent again under their keys: what was carried out already must not be carried out again.
    await Promise.all(unanswered.map((one) => program.send(one)))
    let isOver = false
    const clients = Array.from({ length: CLIENTS }, async () => {
      while (!isOver) await program.send(next())
    })
    await new Promise((resolve) => setTimeout(resolve, random() * LONGEST_LIFE))
    isOver = true
    await program.kill()
    await Promise.all(clients)
  }
  await lives.close()
  return all
}

/** How many whole sets of each request there are, by name; a part of a set is a broken number. */
async function countedSets(database: Database, schema: DatabaseSchema): Promise<ReadonlyMap<string, number>> {
  const adapter = await database.open()
  const read = async (table: string): Promise<readonly Row[]> => {
    const found = schema.tableByName.get(table)
    if (!found) throw new Error(`no table ${table}`)
    const fields = found.fields.map(({ name }) => name)
    const result = await adapter.select(
      { table: found, fields, limit: 1_000_000, as: 'rows' },
      { signal: new AbortController().signal },
    )
    return 'rows' in result ? result.rows : []
  }
  const [customers, orders, items] = [
    await read('customers'),
    await read('orders'),
    await read('order_items'),
  ]
  await adapter.close()
  const ofCustomer = new Map(customers.map((row) => [row.id, String(row.name)]))
  const ofOrder = new Map(orders.map((row) => [row.id, ofCustomer.get(row.customer_id ?? null) ?? '']))
  const made = new Map<string, { customers: number; orders: number; order_items: number }>()
  const count = (name: string | undefined, table: 'customers' | 'orders' | 'order_items') => {
    if (name === undefined || !/^\w+-\d+$/.test(name)) return
    const counts = made.get(name) ?? { customers: 0, orders: 0, order_items: 0 }
    counts[table] += 1
    made.set(name, counts)
  }
  for (const row of customers) count(String(row.name), 'customers')
  for (const row of orders) count(ofCustomer.get(row.customer_id ?? null), 'orders')
  for (const row of items) count(ofOrder.get(row.order_id ?? null), 'order_items')
  return new Map([...made].map(([name, counts]) => [name, setsIn(name, counts)]))
}

function setsIn(name: string, made: { customers: number; orders: number; order_items: number }): number {
  const set = KINDS[name.split('-')[0] ?? '']?.set
  if (!set) return Number.NaN
  const sets = made.customers / set.customers
  const isWhole = made.orders === set.orders * sets && made.order_items === set.order_items * sets
  return isWhole ? sets : Number.NaN
}

async function prepared(database: Database): Promise<DatabaseSchema> {
  const adapter = await database.open()
  const schema = await createWorld(adapter)
  await adapter.close()
  return schema
}

async function sqliteDatabase(): Promise<Database> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-killed-data-'))
  const file = join(folder, 'world.sqlite')
  return {
    service: { type: 'sqlite', config: { database: file } },
    open: () => openSqlite({ file, create: true, inline: true, statementTimeoutMs: 20_000 }),
    remove: () => rm(folder, { recursive: true }),
  }
}

async function serverDatabase(
  name: 'pgsql' | 'mysql',
  open: (url: string) => Promise<DatabaseAdapter>,
): Promise<Database> {
  const { url, drop } = await ownDatabase(name)
  return { service: { type: name, config: { url } }, open: () => open(url), remove: drop }
}
