import type { Records } from '../../core/database/adapter.ts'
import type { Filter, Order, SelectQuery } from '../../core/database/query.ts'
import type { Table } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'
import type { KeyValues } from './match-keys.ts'
import { allOf } from './plan-filter.ts'
import { type Key, keyOfParts, whereKeys } from './plan-ids.ts'
import { joinedRows, type RowForm, type RowSet } from './related-rows.ts'

/** How many more rows may be read. */
export interface Budget {
  left: number
}

export interface Matching<V> {
  readonly records: Records
  readonly form: RowForm<V>
  readonly context: OperationContext
  readonly budget: Budget
  readonly query: Omit<SelectQuery, 'as' | 'limit' | 'where' | 'orderBy'> & {
    readonly where: Filter | undefined
    readonly orderBy: readonly Order[]
  }
  /** Fields whose values are asked for besides the keys. */
  readonly needed?: readonly string[]
  /** The order holds for all rows together, not for those of one key alone. */
  readonly isWhole?: true
}

/** Values in one statement: below what any engine takes. */
const VALUES_AT_ONCE = 20_000

/** The rows whose key fields have one of these values: one statement, or one for each so many keys. */
export async function readMatching<V>(
  values: readonly KeyValues[],
  keyFields: readonly string[],
  { records, form, context, budget, query, needed = [], isWhole }: Matching<V>,
): Promise<RowSet<V>> {
  const keys = keysIn(query.table, keyFields, values)
  const atOnce = Math.floor(VALUES_AT_ONCE / keyFields.length)
  if (isWhole && keys.length > atOnce) throw tooMany(query.table)
  const asked = [...new Set([...keyFields, ...needed])]
  const found: RowSet<V>[] = []
  for (let start = 0; start < keys.length; start += atOnce) {
    const wanted = whereKeys(keyFields, keys.slice(start, start + atOnce))
    const where = allOf(wanted, query.where) ?? wanted
    const limited = { ...query, where, limit: budget.left + 1 }
    const rows = await form.select(records, limited, asked, context.signal)
    budget.left -= rows.count
    if (budget.left < 0) throw tooMany(query.table)
    found.push(rows)
  }
  return joinedRows(found, form)
}

/** Values that are none of the key's type match nothing: relations that are only declared may join any fields. */
function keysIn(table: Table, keyFields: readonly string[], values: readonly KeyValues[]): Key[] {
  const keys: Key[] = []
  for (const parts of values) {
    const given = parts.map((part) => (typeof part === 'boolean' ? String(part) : part))
    try {
      keys.push(keyOfParts(table, keyFields, given))
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'bad_request') throw error
    }
  }
  return keys
}

function tooMany(table: Table): AppError {
  return new AppError('bad_request', `Too many related records of '${table.name}' would have to be read.`, {
    hint: 'Ask for fewer records, filter the relation, or give it a limit.',
  })
}
