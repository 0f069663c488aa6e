import type { Taken, WindowCounters } from '../../../src/core/cache/window-counters.ts'

/** What counting asks of a Redis client. */
interface Commands {
  eval(script: string, given: { keys: string[]; arguments: string[] }): Promise<unknown>
  get(key: string): Promise<string | null>
  pTTL(key: string): Promise<number>
  scanIterator(options: { MATCH: string; COUNT: number }): AsyncIterable<readonly string[]>
}

/** Runs as one: looks at every counter before it counts under any. Answers places and remaining times of those that are full. */
const TAKE = `
local full = {}
for i, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or '0') >= tonumber(ARGV[2 * i - 1]) then
    full[#full + 1] = i - 1
    full[#full + 1] = redis.call('PTTL', key)
  end
end
if #full == 0 then
  for i, key in ipairs(KEYS) do
    if redis.call('INCR', key) == 1 then redis.call('PEXPIRE', key, ARGV[2 * i]) end
  end
end
return full`

/** Keys looked at in one step of a listing. */
const SCANNED = 1_000

/** Counters in a Redis server, under keys that begin with `prefix`. */
export function createRedisCounters(client: Commands, prefix: string): WindowCounters {
  return {
    async take(wanted) {
      const answer = await client.eval(TAKE, {
        keys: wanted.map(({ key }) => prefix + key),
        arguments: wanted.flatMap(({ most, windowMs }) => [String(most), String(windowMs)]),
      })
      return pairsOf(answer)
    },
    async stateOf(key) {
      const [count, leftMs] = await Promise.all([client.get(prefix + key), client.pTTL(prefix + key)])
      return { count: Number(count ?? 0), leftMs: Math.max(0, leftMs) }
    },
    async keysFrom(start) {
      const keys = new Set<string>()
      const MATCH = `${literal(prefix + start)}*`
      for await (const found of client.scanIterator({ MATCH, COUNT: SCANNED }))
        for (const key of found) keys.add(key.slice(prefix.length))
      return [...keys]
    },
  }
}

function pairsOf(answer: unknown): Taken {
  const numbers = Array.isArray(answer) ? answer.map(Number) : []
  return numbers.flatMap((at, index) => {
    const leftMs = numbers[index + 1]
    return index % 2 === 0 && leftMs !== undefined ? [{ at, leftMs: Math.max(0, leftMs) }] : []
  })
}

/** As a pattern that means itself. */
function literal(text: string): string {
  return text.replaceAll(/[\\*?[\]^-]/g, String.raw`\$&`)
}
