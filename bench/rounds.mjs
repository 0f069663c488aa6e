/** Load on several targets in turn, so that ratios hold when the machine's speed drifts. */
import { readFileSync } from 'node:fs'
import autocannon from 'autocannon'
import { until } from './processes.mjs'

export const SECONDS = Number(process.env.BENCH_SECONDS ?? 4)
export const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5)
/** V8 goes on compiling for some ten thousand requests: what is measured is the rate a server keeps. */
const WARM_SECONDS = 5

/**
 * `amount`: requests of a turn, in place of its seconds: none is then cut off at its end, which would end the database process that
 * works on it.
 *
 * Requests per second of each target, and the CPU time of its processes for one request, round by round. A target is
 * `{url, requests, pids}`; `between` is run before each turn. The first, `raw`, is what the others are compared with.
 */
export async function compare(targets, { connections = 10, between = async () => {}, amount } = {}) {
  const turn = amount ? { connections, amount } : { connections, duration: SECONDS }
  for (const target of Object.values(targets)) {
    await until(async () => (await first(target)).ok)
    await load(target, amount ? turn : { connections, duration: WARM_SECONDS })
  }
  const turns = Object.fromEntries(Object.keys(targets).map((name) => [name, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, target] of Object.entries(targets)) {
      await between()
      turns[name].push(await load(target, turn))
    }
  }
  return turns
}

export function report(title, turns, goals = {}) {
  console.log(`${title}, ${ROUNDS} rounds of ${SECONDS} s, in turn`)
  for (const [name, all] of Object.entries(turns)) {
    const ratio = median(all.map(({ rate }, round) => rate / turns.raw[round].rate))
    const rate = median(all.map((turn) => turn.rate))
    const goal = goals[name] === undefined ? '' : `   target ${goals[name].toFixed(2)}`
    const cpu = median(all.map((turn) => turn.cpuUs))
      .toFixed(0)
      .padStart(7)
    // On a machine that others use too, the least is what comes nearest to the work itself.
    const least = Math.min(...all.map((turn) => turn.cpuUs)).toFixed(0)
    console.log(
      `  ${name.padEnd(5)} ${rate.toFixed(0).padStart(7)} requests/s ${cpu} us CPU each (least ${least})   ${ratio.toFixed(2)} x raw${goal}`,
    )
  }
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}

function first({ url, requests }) {
  const [{ path, ...init }] = requests
  return fetch(url + path, init)
}

async function load({ pids = async () => [], ...target }, options) {
  const before = cpuOf(await pids())
  const result = await autocannon({ ...target, ...options })
  if (result.errors > 0 || result.non2xx > 0)
    throw new Error(`${target.url}: ${result.errors} errors, ${result.non2xx} refusals`)
  let cpuUs = 0
  for (const [pid, used] of cpuOf(await pids())) cpuUs += used - (before.get(pid) ?? 0)
  return { rate: result.requests.average, cpuUs: cpuUs / result.requests.total }
}

/** CPU time of these processes so far, in microseconds (proc(5): the 14th and 15th field, in ticks of 10 ms). */
function cpuOf(pids) {
  return new Map(pids.map((pid) => [pid, ticksOf(pid) * 10_000]))
}

function ticksOf(pid) {
  try {
    const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
    const fields = rest.split(' ')
    return Number(fields[11]) + Number(fields[12])
  } catch {
    return 0
  }
}
