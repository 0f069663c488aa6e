import { AppError } from '../../../../src/core/errors.ts'

/** The only source of chance in the demo: integer arithmetic alone, so that every machine draws the same numbers. */
export interface Random {
  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number
  /** True in `percent` of a hundred draws. */
  chance(percent: number): boolean
  pick<T>(list: readonly T[]): T
  /** One of the items, in proportion to its weight (whole numbers, at least one above 0). */
  weighted<T>(items: readonly T[], weight: (item: T) => number): T
  /** `count` different items, in the order drawn. */
  sample<T>(list: readonly T[], count: number): readonly T[]
}

/** Each table draws from a stream of its own name, so that a change to one table leaves the others as they were. */
export function createRandom(name: string): Random {
  const next = mulberry32(fnv1a(name))
  const int = (min: number, max: number) => min + (next() % (max - min + 1))
  return {
    int,
    chance: (percent) => next() % 10_000 < percent * 100,
    pick: (list) => at(list, int(0, list.length - 1)),
    weighted: (items, weight) => {
      let left = next() % items.reduce((sum, item) => sum + weight(item), 0)
      for (const item of items) {
        left -= weight(item)
        if (left < 0) return item
      }
      return at(items, -1)
    },
    sample: (list, count) => {
      const rest = [...list]
      return Array.from({ length: Math.min(count, rest.length) }, () =>
        at(rest.splice(int(0, rest.length - 1), 1), 0),
      )
    },
  }
}

/** The item at `index`, which must exist. */
export function at<T>(list: readonly T[], index: number): T {
  const item = list[index]
  if (item === undefined)
    throw new AppError('internal', `The demo data has nothing at place ${index} of ${list.length}.`)
  return item
}

/** mulberry32 (Tommy Ettinger, public domain): 32 bits of state, 32-bit unsigned results. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
}

/** FNV-1a, 32 bits, over UTF-16 code units. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return hash
}
