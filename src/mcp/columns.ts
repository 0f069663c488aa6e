type Item = Readonly<Record<string, unknown>>

/** Rows as lines: column names first, then one line for each row (RFC 4180, quoted only where needed, null is empty). */
export function lines(rows: readonly Item[]): string[] {
  const columns = columnsOf(rows)
  return [line(columns), ...rows.map((row) => line(columns.map((column) => row[column])))]
}

/** Every key of the rows, in the order they turn up. */
function columnsOf(rows: readonly Item[]): string[] {
  const columns = new Set<string>()
  for (const row of rows) for (const column in row) columns.add(column)
  return [...columns]
}

function line(cells: readonly unknown[]): string {
  let text = ''
  for (let index = 0; index < cells.length; index++) text += (index === 0 ? '' : ',') + cell(cells[index])
  return text
}

function cell(value: unknown): string {
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

const NEEDS_QUOTES = /[",\r\n]|^$/

/** The empty text is quoted, so that it differs from null. */
function quoted(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
