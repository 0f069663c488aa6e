import type { Options } from 'csv-parse'
import { AppError } from '../core/errors.ts'

/** How a CSV is read that begins with this text, the whole first line in it. */
export function csvOptions(start: string): Options {
  return {
    columns: columnNames,
    delimiter: delimiterOf(start),
    bom: true,
    skip_empty_lines: true,
    cast: (value, { quoting, header }) => (header || quoting || value !== '' ? value : null),
  }
}

/** A text that is one if nobody says what it is: a line of names, and rows. */
export function looksLikeCsv(text: string): boolean {
  const [first = '', second = ''] = text.split(/\r?\n/, 2)
  const delimiter = delimiterOf(text)
  const names = first.split(delimiter)
  return second !== '' && names.every((name) => /^\s*"?[\p{L}_][\p{L}\p{N} _.-]*"?\s*$/u.test(name))
}

function delimiterOf(text: string): string {
  const [first = ''] = text.split(/\r?\n/, 1)
  return [',', ';', '\t'].find((delimiter) => first.includes(delimiter)) ?? ','
}

function columnNames(names: readonly (string | null)[]): string[] {
  const trimmed = names.map((name) => name?.trim() ?? '')
  const double = trimmed.find((name, index) => trimmed.indexOf(name) !== index)
  if (trimmed.includes('')) throw badHeader('has a column without a name')
  if (double !== undefined) throw badHeader(`names the column '${double}' twice`)
  return trimmed
}

function badHeader(what: string): AppError {
  return new AppError('bad_request', `The first line of the CSV ${what}.`, {
    hint: 'The first line names the fields; each further line is a record.',
    context: { line: 1 },
  })
}
