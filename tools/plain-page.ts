import { limit as limitArgument } from './arguments.ts'

/** Arguments of a call for one page, read by hand: most calls of all have no others. */
interface PlainPage {
  readonly table_name: string
  readonly fields?: string[]
  readonly filter?: string
  readonly order?: string
  readonly format?: 'table' | 'json' | 'csv'
  readonly limit: number
  readonly offset: 0
}

/** Undefined for what else there may be, right or wrong: the schema of the arguments has the word on it. */
export function plainPageIn(given: Readonly<Record<string, unknown>>): PlainPage | undefined {
  for (const name in given) if (!KNOWN.has(name)) return undefined
  const { table_name, fields, filter, order, format, limit = DEFAULT_LIMIT, offset = 0 } = given
  if (!isShort(table_name) || typeof limit !== 'number' || offset !== 0) return undefined
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) return undefined
  if (filter !== undefined && !isShort(filter)) return undefined
  if (order !== undefined && !isShort(order)) return undefined
  if (fields !== undefined && !isNames(fields)) return undefined
  if (format !== undefined && format !== 'table' && format !== 'json' && format !== 'csv') return undefined
  return {
    table_name,
    limit,
    offset,
    ...(fields && { fields }),
    ...(filter !== undefined && { filter }),
    ...(order !== undefined && { order }),
    ...(format && { format }),
  }
}

const KNOWN: ReadonlySet<string> = new Set([
  'table_name',
  'fields',
  'filter',
  'order',
  'limit',
  'offset',
  'format',
])

/** Rows of a page for which no number was given. */
export const DEFAULT_LIMIT = limitArgument.parse(undefined)
const MOST = 1000
const LONGEST = 500
const MOST_NAMES = 50

/** Neither blank nor longer than people write. */
function isShort(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST && value.trim() !== ''
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.length <= MOST_NAMES && value.every(isShort)
}
