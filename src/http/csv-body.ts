import { CsvError, parse } from 'csv-parse/sync'
import { AppError } from '../core/errors.ts'
import { csvOptions } from './csv-form.ts'

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
