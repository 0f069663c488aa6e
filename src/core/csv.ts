const NEEDS_QUOTES = /[",\r\n]/

/** A value as a cell (RFC 4180): null is empty, the empty text is quoted, what is nested is JSON. */
export function csvCell(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quoted(value)
    case 'number':
    case 'boolean':
      return String(value)
    default:
      return value === null || value === undefined ? '' : quoted(JSON.stringify(value))
  }
}

/** The empty text is quoted, so that it differs from null. */
function quoted(text: string): string {
  if (text !== '' && !NEEDS_QUOTES.test(text)) return text
  return `"${text.replaceAll('"', '""')}"`
}
