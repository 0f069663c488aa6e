import type { StatementText } from '../sql/connection.ts'
import type { Parameter } from './bind-value.ts'

/** A statement that writes, and what it was given. */
export interface Written extends Pick<StatementText, 'verb' | 'table' | 'written'> {
  readonly parameters?: readonly Parameter[]
}

type Row = { readonly [field: string]: unknown }

/** The values come first among the parameters, in the order of the fields; those of many rows are one text of JSON, by column. */
export function writtenRows({ verb, written, parameters = [] }: Written): readonly Row[] {
  const [first] = parameters
  const text = first instanceof Uint8Array ? Buffer.from(first).toString() : first
  if (verb === 'insert' && parameters.length === 1 && typeof text === 'string' && text.startsWith('[{'))
    return rowsOf(text)
  const rows: Row[] = []
  const atOnce = verb === 'insert' ? parameters.length : written.length
  for (let from = 0; from < atOnce && written.length > 0; from += written.length)
    rows.push(Object.fromEntries(written.map((name, at) => [name, parameters[from + at] ?? null])))
  return rows
}

function rowsOf(text: string): readonly Row[] {
  try {
    const rows: unknown = JSON.parse(text)
    return Array.isArray(rows) ? rows : []
  } catch {
    return []
  }
}
