import type { Order, SelectQuery } from '../../core/database/query.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'
import { afterCursor, cursorOf } from './cursor.ts'
import type { ListRequest } from './list-input.ts'
import { seekOrder } from './plan-after.ts'
import { allOf } from './plan-filter.ts'
import type { ListPlan } from './plan-list.ts'

type Query = Omit<SelectQuery, 'as'>

export interface SeekRequest extends ListRequest {
  readonly cursor?: string | undefined
  readonly next_cursor?: 'required' | 'where_possible' | undefined
}

/** A page that is found by what its rows hold, not by how many come before it. */
interface Seek {
  /** The rows behind the cursor, with the fields of the order. */
  readonly query: Query
  /** Fields that are read for the cursor alone. */
  readonly unasked: readonly string[]
  cursorAfter(row: Row): string | undefined
}

/**
 * Undefined when no cursor was given or asked for, or when the request has no order in which rows can be found again and
 * a cursor is only wanted where possible. Throws `bad_request` where it is required.
 */
export function planSeek(
  request: SeekRequest,
  { query, isPlain }: ListPlan,
  context: OperationContext,
): Seek | undefined {
  const { cursor, next_cursor: wanted } = request
  const isNeeded = cursor !== undefined || wanted === 'required'
  if (!isNeeded && wanted === undefined) return undefined
  const orderBy = isPlain ? seekOrder(query.table, query.orderBy ?? []) : undefined
  if (!orderBy) {
    if (isNeeded) throw noSeek(isPlain)
    return undefined
  }
  if (cursor !== undefined && query.offset)
    throw new AppError('bad_request', 'Give either cursor or offset, not both.')
  const scope = { table: query.table, orderBy, request, context }
  const where = allOf(query.where, cursor === undefined ? undefined : afterCursor(cursor, scope))
  return {
    ...withOrder({ ...query, ...(where ? { where } : {}) }, orderBy),
    cursorAfter(row) {
      const next = cursorOf(row, scope)
      if (next === undefined && isNeeded) throw noPlace()
      return next
    },
  }
}

/** The select in this order and with its fields. */
export function withOrder(
  query: Query,
  orderBy: readonly Order[],
): { readonly query: Query; readonly unasked: readonly string[] } {
  const unasked = orderBy.map(({ by }) => by).filter((by) => !query.fields.includes(by))
  return { query: { ...query, orderBy, fields: [...query.fields, ...unasked] }, unasked }
}

function noPlace(): AppError {
  return new AppError('bad_request', 'The last row of this page cannot be found again by cursor.', {
    hint: 'The fields it is ordered by hold long texts, or moments in a form of their own. Page with offset, or order by the key.',
  })
}

function noSeek(isPlain: boolean): AppError {
  return isPlain
    ? new AppError('bad_request', 'The rows of this table in this order cannot be paged by cursor.', {
        hint: 'A cursor needs a primary or unique key, and an order without JSON and enumerated fields. Page with offset.',
      })
    : new AppError('bad_request', 'Groups and distinct rows cannot be paged by cursor.', {
        hint: 'Page with offset.',
      })
}
