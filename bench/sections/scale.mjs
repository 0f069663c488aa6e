/** A schema of 2 000 tables and 40 000 columns, a table of 1 000 000 rows, a CSV file of 100 000: time and memory. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { hasType, withMysql, withPgsql } from '../databases.mjs'
import { BENCH, pause, peakMemory } from '../processes.mjs'
import { median } from '../rounds.mjs'
import { askMcp, askRest, startSluice } from '../sluice.mjs'

const SERVICE = 'large'
const ENGINES = [
  {
    type: 'pgsql',
    within: withPgsql,
    script: 'make-pgsql-schema.mjs',
    coldMs: 3000,
    events: `CREATE TABLE events (id bigint PRIMARY KEY, kind varchar(20) NOT NULL, note varchar(60), amount numeric(12,2), happened_at timestamp);
      INSERT INTO events SELECT n, 'kind ' || n % 50, 'note ' || n, n / 100.0, timestamp '2024-01-01' + n * interval '1 second'
      FROM generate_series(1, 1000000) n; ANALYZE events`,
  },
  {
    type: 'mysql',
    within: withMysql,
    script: 'make-mysql-schema.mjs',
    coldMs: 6000,
    events: `CREATE TABLE events (id bigint PRIMARY KEY, kind varchar(20) NOT NULL, note varchar(60), amount decimal(12,2), happened_at datetime);
      INSERT INTO events WITH RECURSIVE d AS (SELECT 0 AS d UNION ALL SELECT d + 1 FROM d WHERE d < 999)
      SELECT a.d * 1000 + b.d + 1, concat('kind ', (a.d * 1000 + b.d + 1) % 50), concat('note ', a.d * 1000 + b.d + 1), (a.d * 1000 + b.d + 1) / 100,
        timestampadd(SECOND, a.d * 1000 + b.d + 1, '2024-01-01') FROM d a, d b; ANALYZE TABLE events`,
  },
]

export async function run() {
  for (const engine of ENGINES) {
    if (!(await hasType(engine.type))) continue
    await engine.within(async (database) => {
      console.log(`-- ${engine.type}`)
      await measureSchema(engine, database)
      await measureRows(engine, database)
    })
  }
}

async function measureSchema({ type, script, coldMs }, { url, query }) {
  const sql = execFileSync(process.execPath, [join(BENCH, 'scale', script), '2000', '20'], {
    maxBuffer: 1e9,
  }).toString()
  await query(sql)
  const args = ['--expose-gc', join(BENCH, 'scale', 'schema-memory.mjs'), type, url]
  const { readMs, heapMb, columns } = JSON.parse(execFileSync(process.execPath, args).toString())
  console.log(
    `  ${columns} columns: read in ${readMs.toFixed(0)} ms (target ${coldMs}), cached in ${heapMb.toFixed(0)} MB (target 80)`,
  )
  const server = await startLarge({ type, url })
  const call = (name, given = {}) => askMcp(server, SERVICE, 'tools/call', { name, arguments: given })
  const coldFor = await msOf(() => call('get_tables'))
  const warm = []
  for (let turn = 0; turn < 20; turn++) warm.push(await msOf(() => call('get_tables')))
  console.log(
    `  get_tables: first ${coldFor.toFixed(0)} ms, then ${median(warm).toFixed(1)} ms (target 15), ${(await call('get_tables')).bytes} bytes`,
  )
  console.log(`  get_data_model: ${(await call('get_data_model')).bytes} bytes, in pages`)
}

async function measureRows({ type, events }, { url, query }) {
  await query(events)
  const server = await startLarge({ type, url })
  const table = `${SERVICE}/_table/events`
  const ask = (path) => askRest(server, path)
  await ask(`${table}?limit=1`)
  const cursor = JSON.parse(await ask(`${table}?limit=25&offset=999950&cursor=`)).meta.next_cursor
  const last = `${table}?limit=25&cursor=${cursor}`
  await show(server, 'first page', () => ask(`${table}?limit=25`))
  await show(server, 'last page by offset', () => ask(`${table}?limit=25&offset=999975`))
  await show(server, 'last page by cursor', () => ask(last))
  await show(server, 'count', () => ask(`${table}?count_only=true`))
  await show(server, 'count of a filter', () =>
    ask(`${table}?count_only=true&filter=${encodeURIComponent("kind = 'kind 7'")}`),
  )
  await show(server, 'groups', () => ask(`${table}?group=kind&fields=kind,COUNT(*),SUM(amount)`))
  await ask(`${table}?accept=csv&limit=5000`)
  await show(server, 'CSV of 100 000 rows (target 40 MB)', () => ask(`${table}?accept=csv&limit=100000`))
}

function startLarge({ type, url }) {
  const service = { name: SERVICE, type, config: { url, max_records: 100_000 } }
  return startSluice({ service, rules: [{ component: '_table/*', verbs: ['GET'] }] })
}

/** Time, size of the answer, and by how much the memory of the server grew meanwhile. */
async function show({ child }, title, work) {
  await pause(500)
  let ms = 0
  const { result, growth } = await peakMemory(child.pid, async () => {
    let text = ''
    ms = await msOf(async () => {
      text = await work()
    })
    return text
  })
  console.log(
    `  1 000 000 rows, ${title}: ${ms.toFixed(1)} ms, ${result.length} bytes, server memory + ${growth.toFixed(1)} MB`,
  )
}

async function msOf(work) {
  const before = process.hrtime.bigint()
  await work()
  return Number(process.hrtime.bigint() - before) / 1e6
}
