import { lines } from './columns.ts'

type Item = Readonly<Record<string, unknown>>

/** Shortest a cell is cut to, in characters. */
const SHORTEST = 16

/** An item whose long cells are cut until its JSON and its line fit into `bytes`, each with its full length told. */
export function shortened(item: Item, bytes: number): Item {
  for (let longest = bytes >> 1; longest > SHORTEST; longest >>= 1) {
    const short = withCellsUpTo(longest, item)
    if (fits(short, bytes)) return short
  }
  return withCellsUpTo(SHORTEST, item)
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
  const text = typeof value === 'string' ? value : isNested(value) ? JSON.stringify(value) : undefined
  if (text === undefined || text.length <= longest) return value
  return `${start(text, longest)}… (${text.length} characters)`
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null
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
