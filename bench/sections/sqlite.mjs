/** The demo on SQLite: reads, start, memory, tokens. */
import { join } from 'node:path'
import { BENCH, childrenOf, freePort, memoryOf, pause, start, stop } from '../processes.mjs'
import { compare, report } from '../rounds.mjs'
import { askMcp, mcpTarget, restTarget, startSluice } from '../sluice.mjs'

/** One hundred different pages, so that no answer is served twice in a row. */
const PAGES = Array.from({ length: 100 }, (_, page) => page * 37)

export async function run() {
  const first = await startSluice()
  const key = /\b[0-9a-f]{64}\b/.exec(first.output.slice(first.output.search(/read-only/i)))?.[0]
  if (!key) throw new Error('the first start printed no read-only key')
  await stop(first.child)
  const before = process.hrtime.bigint()
  const launched = await first.launch()
  const { pid } = launched.child
  const server = { ...first, ...launched, key, pids: async () => [pid, ...childrenOf(pid)] }
  const startMs = Number(process.hrtime.bigint() - before) / 1e6
  await pause(3000)
  const idleMb = memoryOf(server.child.pid)
  const rawPort = await freePort()
  const raw = start([join(BENCH, 'raw', 'sqlite.mjs'), join(server.dataDir, 'demo.sqlite'), String(rawPort)])
  const rates = await compare({
    raw: {
      url: `http://127.0.0.1:${rawPort}`,
      pids: async () => [raw.child.pid],
      requests: PAGES.map((after) => ({ method: 'GET', path: `/orders?after=${after}` })),
    },
    rest: restTarget(
      server,
      PAGES.map((after) => `demo/_table/orders?limit=25&filter=${encodeURIComponent(`id > ${after}`)}`),
    ),
    mcp: mcpTarget(
      server,
      'demo',
      'get_table_data',
      PAGES.map((after) => ({ table_name: 'orders', filter: `id > ${after}`, limit: 25 })),
    ),
  })
  report('25-row reads of the demo orders, 10 connections', rates)
  console.log(`start to first answer ${startMs.toFixed(0)} ms, idle memory ${idleMb.toFixed(0)} MB`)
  const { tools } = (await askMcp(server, 'demo', 'tools/list', {})).result
  const args = { table_name: 'orders', limit: 25 }
  const { content } = (
    await askMcp(server, 'demo', 'tools/call', { name: 'get_table_data', arguments: args })
  ).result
  const tokens = (text) => Math.round(text.length / 4)
  console.log(
    `tools/list (read-only key) ${tokens(JSON.stringify(tools))} tokens, 25 rows of orders ${tokens(content[0].text)} tokens (characters / 4)`,
  )
}
