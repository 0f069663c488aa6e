import type { Records } from '../../core/database/adapter.ts'
import type { Filter } from '../../core/database/query.ts'
import type { Table } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'
import { keyOf, whereKeys } from './plan-ids.ts'
import { readRows } from './read-rows.ts'

/** Most records of a write whose filter is on related records: they are found first, and written by their keys. */
const MOST_FOUND = 10_000

/**
 * A filter for a write, over the table alone: not every engine changes a table while a query inside the statement reads it.
 * Runs in the transaction of the write.
 */
export async function settleFilter(
  where: Filter,
  table: Table,
  records: Records,
  { signal }: OperationContext,
): Promise<Filter> {
  if (!readsOthers(where)) return where
  const { primaryKey } = table
  if (primaryKey.length === 0)
    throw new AppError(
      'bad_request',
      `'${table.name}' has no primary key: its records are not written by a filter on related records.`,
    )
  const rows = await readRows(records, { table, fields: primaryKey, where, limit: MOST_FOUND + 1 }, signal)
  if (rows.length > MOST_FOUND)
    throw new AppError('bad_request', `The filter matches more than ${MOST_FOUND} records.`, {
      hint: 'Narrow the filter, which is on related records, and write in parts.',
    })
  const keys = rows.map((row) =>
    keyOf(
      table,
      primaryKey,
      Object.fromEntries(
        primaryKey.map((field) => [field, typeof row[field] === 'number' ? row[field] : String(row[field])]),
      ),
    ),
  )
  return whereKeys(primaryKey, keys)
}

function readsOthers(filter: Filter): boolean {
  switch (filter.op) {
    case 'exists':
      return true
    case 'and':
    case 'or':
      return filter.all.some(readsOthers)
    case 'not':
      return readsOthers(filter.filter)
    default:
      return false
  }
}
