import { parse } from 'csv-parse/browser/esm/sync'
import * as z from 'zod'
import { calledName, type TableDescription } from '../../database/description.ts'
import { isRequired } from './field-input.tsx'

export interface CsvPreview {
  readonly names: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Names of the file that are no field. */
  readonly unknown: readonly string[]
  /** Required fields that the file does not have. */
  readonly missing: readonly string[]
}

const START_BYTES = 64 * 1024
const ROWS = 20

/** The beginning of a file as the server will read it. Throws Error when it is no CSV. */
export async function previewOf(file: File, description: TableDescription): Promise<CsvPreview> {
  const text = await file.slice(0, START_BYTES).text()
  const [names = [], ...rows] = lines.parse(
    parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      relax_column_count: true,
      skip_empty_lines: true,
      to: ROWS + 2,
    }),
  )
  if (names.length === 0) throw new Error('The file is empty.')
  const fields = description.field
  const known = new Set(fields.map((field) => calledName(field).toLowerCase()))
  const given = new Set(names.map((name) => name.toLowerCase()))
  return {
    names,
    rows: rows.slice(0, ROWS),
    unknown: names.filter((name) => !known.has(name.toLowerCase())),
    missing: fields
      .filter(isRequired)
      .map(calledName)
      .filter((name) => !given.has(name.toLowerCase())),
  }
}

const lines = z.array(z.array(z.string()))

/** The sign that the server takes too. */
function delimiterOf(text: string): string {
  const [head = ''] = text.split(/\r?\n/, 1)
  return [',', ';', '\t'].find((sign) => head.includes(sign)) ?? ','
}
