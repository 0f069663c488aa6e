import { csvCell, csvLine } from '../core/csv.ts'

type Item = Readonly<Record<string, unknown>>

/** Rows as lines: column names first, then one line for each row (RFC 4180, quoted only where needed, null is empty). */
export function lines(rows: readonly Item[]): string[] {
  const columns = Object.keys(rows[0] ?? {})
  const head = csvLine(columns)
  const body: string[] = [head]
  for (const row of rows) {
    const text = regularLine(row, columns)
    if (text === undefined) return irregularLines(rows)
    body.push(text)
  }
  return body
}

/** Rows of one read all have the same keys in the same order: then nothing has to be looked up. */
function regularLine(row: Item, columns: readonly string[]): string | undefined {
  let text = ''
  let index = 0
  for (const key in row) {
    if (key !== columns[index]) return undefined
    text += index === 0 ? csvCell(row[key]) : `,${csvCell(row[key])}`
    index++
  }
  return index === columns.length ? text : undefined
}

function irregularLines(rows: readonly Item[]): string[] {
  const columns = columnsOf(rows)
  return [csvLine(columns), ...rows.map((row) => csvLine(columns.map((column) => row[column])))]
}

/** Every key of the rows, in the order they turn up. */
function columnsOf(rows: readonly Item[]): string[] {
  const columns = new Set<string>()
  for (const row of rows) for (const column in row) columns.add(column)
  return [...columns]
}
