import type { Row } from '../core/database/value.ts'
import { toJsonText } from '../core/exact-json.ts'
import type { RecordStream } from '../operations/database/stream-records.ts'
import { WRAPPER } from './body.ts'
import { csvHead, csvLines } from './csv.ts'
import type { Format } from './format.ts'
import { xmlElement, xmlHead, xmlTail } from './xml.ts'

/** A list that is written while it is read: before its rows, for each part of them, and behind them. */
export interface ListText {
  readonly head: string
  readonly write: (rows: readonly Row[]) => string
  readonly tail: string
}

interface ListOptions {
  readonly columns: readonly string[]
  readonly format: Format
  readonly wrap: boolean
  readonly meta: object | undefined
}

/** The parts of a list in the format asked for; CSV has no place for `meta`. */
export function listText(options: ListOptions): ListText {
  return LISTS[options.format.type](options)
}

/** What stands beside the rows, if anything does; the rule is that of a page (dreamfactory-rest §4.3). */
export function metaOfStream({ total, limit, offset }: RecordStream): object | undefined {
  if (total === undefined) return undefined
  return { count: total, ...(total - offset > limit && { next: offset + limit }) }
}

const LISTS: Readonly<Record<Format['type'], (options: ListOptions) => ListText>> = {
  csv: ({ columns, format }) => ({
    head: csvHead(columns, format),
    write: (rows) => csvLines(rows, columns, format),
    tail: '',
  }),
  xml: ({ columns, meta }) => ({
    head: xmlHead(),
    write: (rows) =>
      xmlElement(
        WRAPPER,
        rows.map((row) => only(row, columns)),
        1,
      ),
    tail: `${meta ? xmlElement('meta', meta, 1) : ''}${xmlTail()}`,
  }),
  json: ({ columns, wrap, meta }) => {
    const isWrapped = wrap || meta !== undefined
    let isFirst = true
    return {
      head: isWrapped ? `{"${WRAPPER}":[` : '[',
      write(rows) {
        const text = rows.map((row) => toJsonText(only(row, columns))).join(',')
        const separator = isFirst || text === '' ? '' : ','
        isFirst &&= text === ''
        return separator + text
      },
      tail: `]${meta ? `,"meta":${JSON.stringify(meta)}` : ''}${isWrapped ? '}' : ''}`,
    }
  },
}

/** Rows may hold more than was asked for. */
function only(row: Row, columns: readonly string[]): object {
  return Object.fromEntries(columns.map((column) => [column, row[column] ?? null]))
}
