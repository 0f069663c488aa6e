/** Lists with related records against the list alone: on the demo the CPU of our processes and the statements, elsewhere that of the server. */
import { join } from 'node:path'
import { withMysql, withPgsql } from '../databases.mjs'
import { childrenOf, stop } from '../processes.mjs'
import { compare, median, ROUNDS } from '../rounds.mjs'
import { SHOP } from '../shop.mjs'
import { restTarget, startSluice } from '../sluice.mjs'

const TARGET = 2.5
const RELATED = ['customers_by_customer_id', 'order_items_by_order_id']
/** Of a turn. */
const REQUESTS = 200
/** Pages of 1 000 orders. */
const OFFSETS = [0, 1000, 2000, 3000, 4000]

export async function run() {
  const first = await startSluice()
  const key = /\b[0-9a-f]{64}\b/.exec(first.output.slice(first.output.search(/read-only/i)))?.[0]
  if (!key) throw new Error('the first start printed no read-only key')
  await stop(first.child)
  const { child } = await first.launch()
  const pids = async () => [child.pid, ...childrenOf(child.pid)]
  await measure({ ...first, child, key, pids }, 'demo', 'the demo')
  console.log(
    `  statements                ${await statements(join(first.dataDir, 'demo.sqlite'))} (target 3)`,
  )
  await withPgsql((database) => onServer('pgsql', database))
  await withMysql((database) => onServer('mysql', database))
}

async function onServer(type, { url, query }) {
  for (const statement of SHOP) await query(statement)
  const service = { name: 'shop', type, config: { url } }
  const server = await startSluice({ service, rules: [{ component: '_table/*', verbs: ['GET'] }] })
  const pids = async () => [server.child.pid]
  await measure({ ...server, pids }, service.name, `a shop on ${type}, without the database's share`)
}

async function measure(server, service, world) {
  const list = (more) =>
    restTarget(
      server,
      OFFSETS.map((offset) => `${service}/_table/orders?limit=1000&order=id&offset=${offset}${more}`),
    )
  const turns = await compare(
    { raw: list(''), related: list(`&related=${RELATED.join(',')}`) },
    { connections: 2, amount: REQUESTS },
  )
  const ms = (cpuUs) => (cpuUs / 1000).toFixed(1)
  const all = (name) => turns[name].map(({ cpuUs }) => cpuUs)
  const cpuMs = (name) => `${ms(median(all(name)))} ms CPU (least ${ms(Math.min(...all(name)))})`
  const ratio = median(turns.related.map(({ cpuUs }, round) => cpuUs / turns.raw[round].cpuUs))
  console.log(`1 000 orders of ${world}, ${ROUNDS} rounds of ${REQUESTS} requests, in turn`)
  console.log(`  alone                     ${cpuMs('raw')}`)
  console.log(
    `  with customers and items  ${cpuMs('related')}   ${ratio.toFixed(2)} x alone (target ${TARGET})`,
  )
}

/** How many selects the list with its relations takes, counted in this process. */
async function statements(file) {
  const load = (path) => import(`../../dist/${path}.js`)
  const { openSqlite } = await load('adapters/database/sqlite/open')
  const { runningService } = await load('src/services/running-service')
  const { listRecords } = await load('src/operations/database/list-records')
  const { UNRESTRICTED } = await load('src/core/policy')
  const adapter = await openSqlite({ file, statementTimeoutMs: 10_000, inline: true, readOnly: true })
  let count = 0
  const counted = {
    ...adapter,
    select: (...args) => {
      count++
      return adapter.select(...args)
    },
    selectTogether: (query, related, options) => {
      count += 1 + related.length
      return adapter.selectTogether(query, related, options)
    },
  }
  const none = {
    of: () => ({ version: '', tables: new Map() }),
    serviceName: () => undefined,
    namesVersion: () => '',
  }
  const service = runningService({ id: 1, name: 'demo' }, { maxRecords: 1000 }, counted, none)
  const context = {
    service,
    caller: { policy: UNRESTRICTED, lookups: new Map() },
    access: { allowed: true },
    verb: 'GET',
    signal: AbortSignal.timeout(30_000),
  }
  try {
    const { returned } = await listRecords.run(
      { table_name: 'orders', limit: 1000, related: RELATED, as: 'bytes' },
      context,
    )
    if (returned !== 1000) throw new Error(`${returned} orders`)
    return count
  } finally {
    await adapter.close()
  }
}
