import type { Records } from '../../core/database/adapter.ts'
import type { Filter, Order, SelectQuery } from '../../core/database/query.ts'
import type { Table } from '../../core/database/schema.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'
import { type KeyValues, keyTextOf } from './match-keys.ts'
import { allOf } from './plan-filter.ts'
import { type Key, keyOf, whereKeys } from './plan-ids.ts'
import { readRows } from './read-rows.ts'

/** How many more rows may be read. */
export interface Budget {
  left: number
}

interface Matching {
  readonly records: Records
  readonly context: OperationContext
  readonly budget: Budget
  readonly query: Omit<SelectQuery, 'as' | 'limit' | 'where' | 'orderBy'> & {
    readonly where: Filter | undefined
    readonly orderBy: readonly Order[]
  }
  /** The order holds for all rows together, not for those of one key alone. */
  readonly isWhole?: true
}

/** Values in one statement: below what any engine takes. */
const VALUES_AT_ONCE = 20_000

/** The rows whose key fields have one of these values: one statement, or one for each so many keys. */
export async function readMatching(
  values: readonly (KeyValues | undefined)[],
  keyFields: readonly string[],
  { records, context, budget, query, isWhole }: Matching,
): Promise<readonly Row[]> {
  const keys = distinctKeys(query.table, keyFields, values)
  const atOnce = Math.floor(VALUES_AT_ONCE / keyFields.length)
  if (isWhole && keys.length > atOnce) throw tooMany(query.table)
  const found: Row[] = []
  for (let start = 0; start < keys.length; start += atOnce) {
    const wanted = whereKeys(keyFields, keys.slice(start, start + atOnce))
    const where = allOf(wanted, query.where) ?? wanted
    const rows = await readRows(records, { ...query, where, limit: budget.left + 1 }, context.signal)
    budget.left -= rows.length
    if (budget.left < 0) throw tooMany(query.table)
    if (keys.length <= atOnce) return rows
    found.push(...rows)
  }
  return found
}

/** Each once. Values that are none of the key's type match nothing: relations that are only declared may join any fields. */
function distinctKeys(
  table: Table,
  keyFields: readonly string[],
  values: readonly (KeyValues | undefined)[],
): Key[] {
  const distinct = new Map<string, KeyValues>()
  for (const parts of values) if (parts) distinct.set(keyTextOf(parts), parts)
  return [...distinct.values()].flatMap((parts) => {
    const given = parts.map((part) => (typeof part === 'boolean' ? String(part) : part))
    const id = Object.fromEntries(keyFields.map((field, at) => [field, given[at] ?? '']))
    try {
      return [keyOf(table, keyFields, id)]
    } catch (error) {
      if (error instanceof AppError && error.code === 'bad_request') return []
      throw error
    }
  })
}

function tooMany(table: Table): AppError {
  return new AppError('bad_request', `Too many related records of '${table.name}' would have to be read.`, {
    hint: 'Ask for fewer records, filter the relation, or give it a limit.',
  })
}
