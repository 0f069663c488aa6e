import { AppError } from '../../core/errors.ts'
import { toJsonText } from '../../core/exact-json.ts'
import type { ImportRecord } from '../../core/imports.ts'

/** Sealed, they must fit in 64 KiB: that is what a text column holds on every system database. In UTF-8 bytes. */
const LONGEST = 45_000
const MOST_ROWS = 500

export interface PartText {
  /** Rows before it. */
  readonly offset: number
  readonly count: number
  readonly text: string
}

/** Rows as texts of JSON lists, each small enough to be kept as one. Throws `bad_request` for a row that is too long. */
export async function* partsOf(records: AsyncIterable<ImportRecord>): AsyncGenerator<PartText> {
  let rows: string[] = []
  let sizeBytes = 0
  let offset = 0
  const part = () => ({ offset, count: rows.length, text: `[${rows.join(',')}]` })
  for await (const record of records) {
    const text = toJsonText(record)
    const bytes = Buffer.byteLength(text) + 1
    if (bytes > LONGEST) throw tooLong(offset + rows.length + 1)
    if (rows.length === MOST_ROWS || sizeBytes + bytes > LONGEST) {
      yield part()
      offset += rows.length
      rows = []
      sizeBytes = 0
    }
    rows.push(text)
    sizeBytes += bytes
  }
  if (rows.length > 0) yield part()
}

function tooLong(row: number): AppError {
  return new AppError('bad_request', `Row ${row} is longer than ${LONGEST} bytes.`, {
    hint: 'Insert such records with POST on _table.',
    context: { row },
  })
}
