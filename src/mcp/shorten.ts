import { toJsonText } from '../core/exact-json.ts'
import { lines } from './columns.ts'

type Item = Readonly<Record<string, unknown>>

/** Shortest a cell is cut to, in characters. */
const SHORTEST = 16

/** An item whose long cells are cut until its JSON and its line fit into `bytes`, each with its full length told. */
export function shortened(item: Item, bytes: number): Item {
  let longest = SHORTEST
  // The most that fits, to a sixty-fourth of the room.
  for (let step = bytes >> 1; step > Math.max(SHORTEST, bytes >> 6); step >>= 1)
    if (fits(withCellsUpTo(longest + step, item), bytes)) longest += step
  return withCellsUpTo(longest, item)
}

function withCellsUpTo(longest: number, item: Item): Item {
  return Object.fromEntries(Object.entries(item).map(([key, value]) => [key, shortCell(value, longest)]))
}

/** An item whose longer texts are cut, each with its full length told; what is nested stays. */
export function withTextsUpTo(longest: number, item: Item): Item {
  const isLong = (value: unknown) => typeof value === 'string' && value.length > longest
  if (!Object.values(item).some(isLong)) return item
  return Object.fromEntries(
    Object.entries(item).map(([key, value]) => [key, isLong(value) ? shortCell(value, longest) : value]),
  )
}

function shortCell(value: unknown, longest: number): unknown {
  const text = typeof value === 'string' ? value : isNested(value) ? toJsonText(value) : undefined
  if (text === undefined || text.length <= longest) return value
  return `${start(text, longest)}… (${charactersIn(text)} characters)`
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

/** Two surrogates are one. */
function charactersIn(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0)
}

/** The first characters, without half of a surrogate pair at the end. */
function start(text: string, length: number): string {
  const last = text.charCodeAt(length - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length)
}

function fits(item: Item, bytes: number): boolean {
  return (
    Buffer.byteLength(JSON.stringify(item)) <= bytes && Buffer.byteLength(lines([item]).join('\n')) <= bytes
  )
}
