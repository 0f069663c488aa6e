import { AppError } from '../../core/errors.ts'
import type { ImportRecord } from '../../core/imports.ts'

/** Sealed, they must fit in 64 KiB. In UTF-8 bytes. */
const LONGEST = 45_000
const MOST_ROWS = 500

/** Rows as texts of JSON lists, each small enough to be kept as one. Throws `bad_request` for a row that is too long. */
export function partsOf(
  records: readonly ImportRecord[],
): readonly { readonly offset: number; readonly text: string }[] {
  const parts: { offset: number; text: string }[] = []
  let rows: string[] = []
  let sizeBytes = 0
  let offset = 0
  const close = () => {
    if (rows.length === 0) return
    parts.push({ offset, text: `[${rows.join(',')}]` })
    offset += rows.length
    rows = []
    sizeBytes = 0
  }
  for (const [index, record] of records.entries()) {
    const text = JSON.stringify(record)
    const bytes = Buffer.byteLength(text) + 1
    if (bytes > LONGEST) throw tooLong(index + 1)
    if (rows.length === MOST_ROWS || sizeBytes + bytes > LONGEST) close()
    rows.push(text)
    sizeBytes += bytes
  }
  close()
  return parts
}

function tooLong(row: number): AppError {
  return new AppError('bad_request', `Row ${row} is longer than ${LONGEST} bytes.`, {
    hint: 'Insert such records with POST on _table.',
    context: { row },
  })
}
