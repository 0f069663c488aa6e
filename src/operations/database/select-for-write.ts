import type { Filter } from '../../core/database/query.ts'
import type { DatabaseSchema, Table } from '../../core/database/schema.ts'
import type { OperationContext } from '../../core/operation.ts'
import { allOf, planFilter } from './plan-filter.ts'
import { readFilter } from './write-keys.ts'

/**
 * The rows a write selects by a filter. A filter reads: how many rows it hits tells what is in them. So the caller's rules for
 * reading hold beside those for the write, and without the right to read there is no filter.
 */
export function selectForWrite(
  { schema, table, inside }: Writable,
  request: FilterRequest,
  context: OperationContext,
): Filter {
  // Rights come before names: who may not read is not told which fields there are.
  const visible = readFilter(table, context)
  return allOf(planFilter(table, request, context, schema), inside, visible) ?? { op: 'and', all: [] }
}

interface Writable {
  readonly schema: DatabaseSchema
  readonly table: Table
  /** Rows that the caller may write; undefined: all. */
  readonly inside: Filter | undefined
}

type FilterRequest = Parameters<typeof planFilter>[1]
