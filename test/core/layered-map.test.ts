import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withChanges } from '../../src/core/layered-map.ts'

const changes = fc.array(fc.tuple(fc.nat(2_500), fc.option(fc.string(), { nil: undefined })), {
  maxLength: 40,
})

/** As the same changes make of a plain map. */
function changed(map: ReadonlyMap<number, string>, all: readonly (readonly [number, string | undefined])[]) {
  const copy = new Map(map)
  for (const [key, value] of all) {
    if (value === undefined) copy.delete(key)
    else copy.set(key, value)
  }
  return copy
}

test.each([0, 900, 2_400])('a map of %i entries is after changes what a plain one is', (size) => {
  const start = new Map(Array.from({ length: size }, (_, at) => [at, `v${at}`]))
  fc.assert(
    fc.property(fc.array(changes, { maxLength: 60 }), (steps) => {
      let ours: ReadonlyMap<number, string> = start
      let plain: ReadonlyMap<number, string> = start
      for (const step of steps) {
        ours = withChanges(ours, step)
        plain = changed(plain, step)
      }
      expect(ours.size).toBe(plain.size)
      expect([...ours].toSorted()).toEqual([...plain].toSorted())
      expect([...ours.keys()].toSorted()).toEqual([...plain.keys()].toSorted())
      expect([...ours.values()].toSorted()).toEqual([...plain.values()].toSorted())
      for (const key of [0, 1, 2_399, 2_450])
        expect([ours.get(key), ours.has(key)]).toEqual([plain.get(key), plain.has(key)])
      const seen: unknown[] = []
      ours.forEach((value, key) => {
        seen.push([key, value])
      })
      expect(seen).toEqual([...ours])
    }),
    { numRuns: 20 },
  )
})

test('the map before stays as it was', () => {
  const before = new Map(Array.from({ length: 2_000 }, (_, at) => [at, 'x']))
  const between = withChanges(before, [[1, 'y']])
  const after = withChanges(between, [[1, undefined]])
  expect([before.get(1), between.get(1), after.get(1)]).toEqual(['x', 'y', undefined])
  expect([before.size, between.size, after.size]).toEqual([2_000, 2_000, 1_999])
  expect(withChanges(before, [])).toBe(before)
})
