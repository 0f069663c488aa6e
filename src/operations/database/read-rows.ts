import type { Records } from '../../core/database/adapter.ts'
import type { SelectQuery } from '../../core/database/query.ts'
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

/** How many rows the select has, whatever its order, limit and offset. */
export async function countRows(
  records: Records,
  query: Omit<SelectQuery, 'as'>,
  signal: AbortSignal,
): Promise<number> {
  const { offset: _, orderBy: __, ...rest } = query
  const [row] = await readRows(records, { ...rest, limit: 1, countOnly: true }, signal)
  return Number(row?.count ?? 0)
}
