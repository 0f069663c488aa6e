import type { Filter } from '../../core/database/query.ts'
import type { Table } from '../../core/database/schema.ts'
import type { OperationContext } from '../../core/operation.ts'
import { allOf } from './plan-filter.ts'
import { readFilter } from './write-answer.ts'

/**
 * The rows a write selects by a filter. A filter reads: how many rows it hits tells what is in them. So the caller's rules for
 * reading hold beside those for the write, and without the right to read there is no filter.
 */
export function selectForWrite(
  table: Table,
  filter: Filter | undefined,
  inside: Filter | undefined,
  context: OperationContext,
): Filter {
  return allOf(filter, inside, readFilter(table, context)) ?? { op: 'and', all: [] }
}
