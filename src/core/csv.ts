import { toJsonText } from './exact-json.ts'

const NEEDS_QUOTES = /[",\r\n]/

/** A value as a cell (RFC 4180): null is empty, the empty text is quoted, what is nested is JSON. */
export function csvCell(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return csvText(value)
    case 'number':
    case 'boolean':
      return String(value)
    default:
      return value === null || value === undefined ? '' : csvText(toJsonText(value))
  }
}

/** The empty text is quoted, so that it differs from null. */
export function csvText(text: string): string {
  if (text !== '' && !NEEDS_QUOTES.test(text)) return text
  return `"${text.replaceAll('"', '""')}"`
}

export function csvLine(cells: readonly unknown[]): string {
  return cells.map(csvCell).join(',')
}
