import { csvCell } from '../core/csv.ts'
import { isObject, WRAPPER } from './body.ts'

export const CSV_TYPE = 'text/csv; charset=utf-8; header=present'

export interface CsvOptions {
  /** Text that a spreadsheet would run as a formula stays as it is; else a ' in front of it keeps it text. */
  readonly formulas: boolean
  /** Starts with the mark by which spreadsheets know UTF-8. */
  readonly bom: boolean
}

/** The line of names that comes first. */
export function csvHead(columns: readonly string[], options: CsvOptions): string {
  return `${options.bom ? '\uFEFF' : ''}${csvLine(columns, options)}`
}

/** A line for each row, with the cells of these columns. RFC 4180: commas, CRLF behind every line. */
export function csvLines(
  rows: readonly Readonly<Record<string, unknown>>[],
  columns: readonly string[],
  options: CsvOptions,
): string {
  let text = ''
  for (const row of rows)
    text += csvLine(
      columns.map((column) => row[column]),
      options,
    )
  return text
}

/** A JSON answer as CSV: its list, or its one record; the columns are the keys of the first (dreamfactory-rest §1.5). */
export function csvOfJson(json: string, options: CsvOptions): string {
  const answer: unknown = JSON.parse(json)
  const list = isObject(answer) && Array.isArray(answer[WRAPPER]) ? answer[WRAPPER] : answer
  const rows = (Array.isArray(list) ? list : [list]).map((row: unknown) =>
    isObject(row) ? row : { value: row },
  )
  const columns = Object.keys(rows[0] ?? {})
  return columns.length === 0 ? '' : csvHead(columns, options) + csvLines(rows, columns, options)
}

function csvLine(cells: readonly unknown[], { formulas }: CsvOptions): string {
  const shown = formulas ? cells : cells.map(inert)
  return `${shown.map(csvCell).join(',')}\r\n`
}

/** How formulas begin (OWASP, "CSV Injection"), in the wide forms of East Asian keyboards too. Numbers are none. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i

function inert(cell: unknown): unknown {
  return typeof cell === 'string' && FORMULA.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell
}
