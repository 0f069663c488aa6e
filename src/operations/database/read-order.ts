import type { Order } from '../../core/database/query.ts'

/** One criterion of an order, as it is written. */
export interface WrittenOrder extends Pick<Order, 'direction' | 'nulls'> {
  /** Of a field, or a path to one; without quotes. */
  readonly name: string
}

/** `f1 [asc|desc] [nulls first|last], …`; what is empty is none. */
export function readOrder(text: string): readonly WrittenOrder[] {
  return (text.match(PART) ?? [])
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(readPart)
}

/** Up to a comma that is in no quoted name. */
const PART = /(?:"[^"]*"|`[^`]*`|[^,])+/g

/** Read from the right, since a field's name may hold spaces. */
function readPart(part: string): WrittenOrder {
  const words = part.split(/\s+/)
  const last = () => words.at(-1)?.toLowerCase() ?? ''
  const nulls =
    words.length > 2 && words.at(-2)?.toLowerCase() === 'nulls'
      ? NULLS.find((place) => place === last())
      : undefined
  if (nulls) words.splice(-2)
  const direction = words.length > 1 ? DIRECTIONS.get(last()) : undefined
  if (direction) words.pop()
  return { name: unquoted(words.join(' ')), direction: direction ?? 'asc', ...(nulls ? { nulls } : {}) }
}

const NULLS = ['first', 'last'] as const
const DIRECTIONS: ReadonlyMap<string, Order['direction']> = new Map([
  ['asc', 'asc'],
  ['ascending', 'asc'],
  ['desc', 'desc'],
  ['descending', 'desc'],
])

function unquoted(name: string): string {
  const isQuoted = name.length > 2 && QUOTES.has(`${name[0]}${name.at(-1)}`)
  return isQuoted ? name.slice(1, -1).trim() : name
}

const QUOTES: ReadonlySet<string> = new Set(['""', "''", '``', '[]'])
