import type { Order, RowsAsJson, SelectQuery } from '../../core/database/query.ts'
import { RowText } from '../../core/database/row-text.ts'
import type { Row } from '../../core/database/value.ts'
import type { OperationContext } from '../../core/operation.ts'
import { countedCursor } from './counted-cursor.ts'
import { cursorOf } from './cursor.ts'

/** A page of rows as an engine wrote them. */
export interface TextPage {
  readonly text: RowText
  /** The cursor behind the row of an index, for a page that has more or has to be cut. */
  readonly cut_cursor: (index: number) => string
}

/** What a page was asked for, as far as its cursors hold for that alone. */
interface PageRequest {
  readonly filter?: string | undefined
  readonly params?: unknown
  readonly where?: unknown
  readonly fields?: readonly string[] | undefined
}

interface Cursors {
  /** One in which rows can be found again; absent where there is none. */
  readonly order: readonly Order[] | undefined
  readonly request: PageRequest
  readonly context: OperationContext
}

/** `limit` of the query is the size of the page; one row more may have been read. */
export function textPage(
  { json, count: read, shown = read, lines }: RowsAsJson,
  query: Omit<SelectQuery, 'as'>,
  cursors: Cursors,
): TextPage {
  const count = Math.min(read, query.limit)
  const { aggregates } = query
  const fields = aggregates ? [...query.fields, ...aggregates.map(({ alias }) => alias)] : query.fields
  const text = new RowText({ json, fields, count, hasMore: shown > count, lines })
  const rowAt: RowAt = (index, names) => (index === count - 1 ? text.last(names) : text.rows()[index])
  return { text, cut_cursor: cutCursor(rowAt, query, cursors) }
}

/** A row of a page, or these fields of it. */
type RowAt = (index: number, fields: readonly string[]) => Row | undefined

/** The place behind a row of a page that began at an offset: by what the row holds, or else by how many come before it. */
export function cutCursor(
  rowAt: RowAt,
  { table, fields, offset = 0 }: Omit<SelectQuery, 'as'>,
  { order, request, context }: Cursors,
): (index: number) => string {
  return (index) => {
    // All of what the rows are ordered by stands in the answer.
    const isTold = order?.every(({ by }) => fields.includes(by))
    const row =
      order && isTold
        ? rowAt(
            index,
            order.map(({ by }) => by),
          )
        : undefined
    const found = row && order && cursorOf(row, { table, orderBy: order, request, context }, true)
    return found ?? countedCursor(offset + index + 1, { table: table.name, request, context })
  }
}
