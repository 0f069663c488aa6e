import type { Order, SelectQuery } from '../../core/database/query.ts'
import type { Row } from '../../core/database/value.ts'
import type { OperationContext } from '../../core/operation.ts'
import { attachRelated } from './attach-related.ts'
import { afterRow } from './cursor.ts'
import { seekOrder } from './plan-after.ts'
import { allOf } from './plan-filter.ts'
import type { ListPlan } from './plan-list.ts'
import { withOrder } from './plan-seek.ts'
import { readRows } from './read-rows.ts'

/** Rows in memory at a time. */
const PART_ROWS = 1000

/**
 * The rows of a plan in parts: as the engine streams them, else page by page, each behind the last row of the one before.
 * Rows that cannot be found again by their values, of an engine that does not stream, come in one part.
 */
export function readParts(plan: ListPlan, context: OperationContext): AsyncIterator<readonly Row[]> {
  const { adapter } = context.service
  const { query, related, isPlain } = plan
  // A stream keeps its connection: whoever read related records meanwhile would wait for a second one.
  if (adapter.stream && related.length === 0)
    return adapter.stream(query, { signal: context.signal })[Symbol.asyncIterator]()
  const orderBy = isPlain ? seekOrder(query.table, query.orderBy ?? []) : undefined
  return orderBy ? readPages(plan, orderBy, context) : readWhole(plan, context)
}

async function* readPages(
  { query: asked, related }: ListPlan,
  orderBy: readonly Order[],
  context: OperationContext,
): AsyncGenerator<readonly Row[]> {
  const { adapter } = context.service
  const { query } = withOrder(asked, orderBy)
  let page: Omit<SelectQuery, 'as'> = query
  for (let read = 0; read < query.limit; ) {
    const limit = Math.min(query.limit - read, PART_ROWS)
    const rows = await readRows(adapter, { ...page, limit }, context.signal)
    read += rows.length
    const last = rows.at(-1)
    if (last) yield await attachRelated(rows, related, adapter, context)
    if (!last || rows.length < limit) return
    page = pageAfter(last, read, query, orderBy)
  }
}

/** Behind the last row, or where its values cannot be compared, by counting off what was read. */
function pageAfter(
  last: Row,
  read: number,
  query: Omit<SelectQuery, 'as'>,
  orderBy: readonly Order[],
): Omit<SelectQuery, 'as'> {
  const behind = afterRow(last, query.table, orderBy)
  if (!behind) return { ...query, offset: (query.offset ?? 0) + read }
  const { offset: _, ...rest } = query
  const where = allOf(query.where, behind)
  return { ...rest, ...(where ? { where } : {}) }
}

async function* readWhole(
  { query, related }: ListPlan,
  context: OperationContext,
): AsyncGenerator<readonly Row[]> {
  const { adapter } = context.service
  const rows = await readRows(adapter, query, context.signal)
  if (rows.length > 0) yield await attachRelated(rows, related, adapter, context)
}
