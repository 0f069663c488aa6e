import type { Order, RowsAsJson, SelectQuery } from '../../core/database/query.ts'
import { RowText } from '../../core/database/row-text.ts'
import type { OperationContext } from '../../core/operation.ts'
import { cursorOf } from './cursor.ts'

/** A page of rows as an engine wrote them. */
export interface TextPage {
  readonly text: RowText
  /** The cursor behind the row of an index, for a page that has to be cut; absent where its rows are none of the table. */
  readonly cut_cursor?: (index: number) => string | undefined
}

/** What a page was asked for, as far as its cursors hold for that alone. */
interface PageRequest {
  readonly filter?: string | undefined
  readonly params?: unknown
  readonly where?: unknown
  readonly fields?: readonly string[] | undefined
}

interface Cursors {
  /** One in which rows can be found again. */
  readonly order: readonly Order[]
  readonly request: PageRequest
  readonly context: OperationContext
}

/** `limit` of the query is the size of the page; one row more may have been read. */
export function textPage(
  { json, count: read, shown = read, lines }: RowsAsJson,
  query: Omit<SelectQuery, 'as'>,
  cursors?: Cursors,
): TextPage {
  const count = Math.min(read, query.limit)
  const { aggregates } = query
  const fields = aggregates ? [...query.fields, ...aggregates.map(({ alias }) => alias)] : query.fields
  const text = new RowText({ json, fields, count, hasMore: shown > count, lines })
  return cursors ? { text, cut_cursor: cutCursor({ text, count }, query, cursors) } : { text }
}

/** The place behind a row of text, where what it is ordered by is in it. */
function cutCursor(
  { text, count }: { readonly text: RowText; readonly count: number },
  { table, fields }: Omit<SelectQuery, 'as'>,
  { order, request, context }: Cursors,
): (index: number) => string | undefined {
  return (index) => {
    if (!order.every(({ by }) => fields.includes(by))) return undefined
    const row = index === count - 1 ? text.last(order.map(({ by }) => by)) : text.rows()[index]
    if (!row) return undefined
    // All of it stands in the text.
    return cursorOf(row, { table, orderBy: order, request, context }, true)
  }
}
