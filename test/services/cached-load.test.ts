import { expect, test } from 'vitest'
import { cachedLoad } from '../../src/services/cached-load.ts'

const signal = new AbortController().signal
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** A load of so long; `state` is what it reads when it begins. */
function slowLoad(ms: number) {
  const spans: { beginMs: number; endMs: number }[] = []
  const seen = { loads: 0, atOnce: 0, most: 0, state: 'old', spans }
  const cache = cachedLoad(async () => {
    const beginMs = performance.now()
    seen.loads++
    seen.most = Math.max(seen.most, ++seen.atOnce)
    const read = seen.state
    await sleep(ms)
    seen.atOnce--
    spans.push({ beginMs, endMs: performance.now() })
    return read
  })
  return { seen, cache }
}

test('first callers share one load', async () => {
  const { seen, cache } = slowLoad(20)
  const all = await Promise.all(Array.from({ length: 50 }, () => cache.get({ signal })))
  expect(new Set(all)).toEqual(new Set(['old']))
  expect(seen.loads).toBe(1)
})

test('who refreshes shares one load with all who do meanwhile, and it began after they asked', async () => {
  const { seen, cache } = slowLoad(20)
  const early = cache.get({ signal })
  await sleep(5)
  seen.state = 'new'
  const late = await Promise.all(Array.from({ length: 50 }, () => cache.get({ signal, refresh: true })))
  expect(await early).toBe('old')
  expect(new Set(late)).toEqual(new Set(['new']))
  expect(seen).toMatchObject({ loads: 2, most: 1 })
})

test('however often it is asked for, the source rests four times as long as a load takes', async () => {
  const { seen, cache } = slowLoad(20)
  const caller = async () => {
    while (seen.loads < 5) await cache.get({ signal, refresh: true })
  }
  await Promise.all(Array.from({ length: 20 }, caller))
  for (const [at, { beginMs }] of seen.spans.entries()) {
    const before = seen.spans[at - 1]
    if (!before) continue
    const rested = (beginMs - before.endMs) / (before.endMs - before.beginMs)
    expect(rested).toBeGreaterThan(3.5)
  }
})

test('while it is read again others get what was there, and nobody waits after a change of our own', async () => {
  const { seen, cache } = slowLoad(30)
  await cache.get({ signal })
  seen.state = 'new'
  const refreshed = cache.get({ signal, refresh: true })
  expect(await cache.get({ signal })).toBe('old')
  cache.forget()
  const first = await Promise.race([
    refreshed.then(() => 'who refreshes'),
    cache.get({ signal }).then((read) => `who reads ${read}`),
  ])
  expect(first).toBe('who reads new')
  expect(await refreshed).toBe('new')
})

test('a load that fails is forgotten, and its failure is for those who shared it', async () => {
  let tries = 0
  const cache = cachedLoad(async () => {
    if (++tries === 1) throw new Error('away')
    return tries
  })
  await expect(Promise.all([cache.get({ signal }), cache.get({ signal })])).rejects.toThrow('away')
  expect(await cache.get({ signal })).toBe(2)
  expect(await cache.get({ signal, refresh: true })).toBe(3)
})
