import type { Records } from '../../core/database/adapter.ts'
import type { Filter, SelectQuery } from '../../core/database/query.ts'
import type { Table } from '../../core/database/schema.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'

/** A select whose rows are wanted as rows. */
export async function readRows(
  records: Records,
  query: Omit<SelectQuery, 'as'>,
  signal: AbortSignal,
): Promise<readonly Row[]> {
  const result = await records.select({ ...query, as: 'rows' }, { signal })
  if ('rows' in result) return result.rows
  throw new AppError('internal', 'The engine answered with text where rows were asked for.')
}

/** How many rows the filter leaves. */
export async function countRows(
  records: Records,
  table: Table,
  where: Filter | undefined,
  signal: AbortSignal,
): Promise<number> {
  const aggregates = [{ function: 'COUNT' as const, field: '*', alias: 'count' }]
  const [row] = await readRows(
    records,
    { table, ...(where ? { where } : {}), fields: [], aggregates, limit: 1 },
    signal,
  )
  return Number(row?.count ?? 0)
}
