/** Lists with related records on the demo, against the list alone: CPU of our processes, and statements. */
import { childrenOf, stop } from '../processes.mjs'
import { compare, median, ROUNDS, SECONDS } from '../rounds.mjs'
import { restTarget, startSluice } from '../sluice.mjs'

const TARGET = 2.5
const RELATED = 'customers_by_customer_id,order_items_by_order_id'
/** Pages of 1 000 orders. */
const OFFSETS = [0, 1000, 2000, 3000, 4000]

export async function run() {
  const first = await startSluice()
  const key = /\b[0-9a-f]{64}\b/.exec(first.output.slice(first.output.search(/read-only/i)))?.[0]
  await stop(first.child)
  const launched = await first.launch()
  const { pid } = launched.child
  const server = { ...first, ...launched, key, pids: async () => [pid, ...childrenOf(pid)] }
  const list = (more) =>
    restTarget(
      server,
      OFFSETS.map((offset) => `demo/_table/orders?limit=1000&order=id&offset=${offset}${more}`),
    )
  const turns = await compare({ raw: list(''), related: list(`&related=${RELATED}`) }, { connections: 2 })
  const cpu = (name) => median(turns[name].map(({ cpuUs }) => cpuUs))
  const ratio = median(turns.related.map(({ cpuUs }, round) => cpuUs / turns.raw[round].cpuUs))
  console.log(`1 000 orders of the demo, ${ROUNDS} rounds of ${SECONDS} s, in turn`)
  console.log(`  alone                     ${(cpu('raw') / 1000).toFixed(1)} ms CPU`)
  console.log(
    `  with customers and items  ${(cpu('related') / 1000).toFixed(1)} ms CPU   ${ratio.toFixed(2)} x alone (target ${TARGET})`,
  )
}
