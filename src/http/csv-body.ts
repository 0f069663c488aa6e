import type { Options } from 'csv-parse'
import { CsvError, parse } from 'csv-parse/sync'
import { AppError } from '../core/errors.ts'

/**
 * The rows of a CSV text (RFC 4180) by the names of its first line, as `{"resource":[…]}` (dreamfactory-rest §1.4). Values are
 * texts; an empty cell is null, a quoted empty one the empty text. Between cells stand commas, or what the first line has in
 * their place: semicolons or tabs. Throws `bad_request` with the line.
 */
export function parseCsv(text: string): unknown {
  try {
    const rows: unknown = parse(text, csvOptions(text))
    return { resource: rows }
  } catch (error) {
    throw asCsvFault(error)
  }
}

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

/** What a reader of CSV throws, as `bad_request` with the line; anything else as it is. */
export function asCsvFault(error: unknown): unknown {
  return error instanceof CsvError ? notCsv(error) : error
}

function notCsv(error: CsvError): AppError {
  const lines: unknown = Reflect.get(error, 'lines')
  const line = typeof lines === 'number' ? lines : undefined
  const reason = REASONS[error.code] ?? 'it cannot be read'
  return new AppError(
    'bad_request',
    `The request body is not valid CSV: ${reason}${line ? ` in line ${line}` : ''}.`,
    {
      context: { line: line ?? null },
      cause: error,
    },
  )
}

const REASONS: Readonly<Record<string, string>> = {
  CSV_RECORD_INCONSISTENT_COLUMNS: 'there are more or fewer cells than names',
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: 'there are more or fewer cells than names',
  CSV_QUOTE_NOT_CLOSED: 'a quotation mark is not closed',
  INVALID_OPENING_QUOTE: 'a quotation mark stands inside a cell that does not begin with one',
  CSV_INVALID_CLOSING_QUOTE: 'something stands between a quotation mark and the end of its cell',
}
