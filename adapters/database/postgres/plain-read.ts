import type { StatementText } from '../sql/connection.ts'
import { type PlainColumn, plainColumn } from './cell-form.ts'
import { rowKeys } from './row-writer.ts'

/** A select whose rows come as values, of which the JSON is written here: that takes the server half the time. */
export interface PlainRead {
  readonly text: StatementText
  readonly columns: readonly PlainColumn[]
  /** What stands before each value. */
  readonly keys: readonly Buffer[]
}

/** By the text of the other way; null where the columns turned out to be others than the schema said. */
const reads = new WeakMap<StatementText, PlainRead | null>()

/** Undefined where the server has to write the JSON. */
export function plainReadOf(text: StatementText): PlainRead | undefined {
  if (!text.plain) return undefined
  const known = reads.get(text)
  if (known !== undefined) return known ?? undefined
  const columns = text.columns.flatMap((column) => plainColumn(column) ?? [])
  const read = { text: text.plain, columns, keys: rowKeys(columns) }
  reads.set(text, read)
  return read
}

/** A table that changed since is read by the server's JSON, until its schema is read again. */
export function giveUpPlainRead(text: StatementText): void {
  reads.set(text, null)
}
