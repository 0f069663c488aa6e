import { CellLines } from './cell-lines.ts'

/** The rows of a JSON text, once more as lines, and where the last of them ends. */
interface Walked {
  /** As they stand inside of a JSON text (cell-lines.ts). */
  readonly lines: string
  /** The text up to there. */
  readonly head: string
}

/** Compact JSON of flat rows that all have these keys, in this order; undefined for any other. */
export function walkRows(json: string, fields: readonly string[], count: number): Walked | undefined {
  const keys = fields.map((name, at) => Buffer.from(`${at === 0 ? '{' : ','}${JSON.stringify(name)}:`))
  const bytes = Buffer.from(json)
  const lines = new CellLines(bytes.length + MORE)
  let at = 0
  for (let row = 0; row < count; row++) {
    lines.row()
    // Behind the bracket, or the comma between two rows.
    const end = walkRow(bytes, at + 1, keys, lines)
    if (end === undefined) return undefined
    at = end
  }
  const isAscii = bytes.length === json.length
  return { lines: lines.text() ?? '', head: isAscii ? json.slice(0, at) : bytes.toString('utf8', 0, at) }
}

/** Lines are shorter than JSON with its keys; this is room for quotes. In bytes. */
const MORE = 64
const CLOSE = 0x7d

/** Behind the row that begins here. */
function walkRow(bytes: Buffer, from: number, keys: readonly Buffer[], lines: CellLines): number | undefined {
  let at = from
  for (const key of keys) {
    if (!isAt(bytes, at, key)) return undefined
    const end = lines.next(bytes, at + key.length, bytes.length)
    if (end === undefined) return undefined
    at = end
  }
  return bytes[at] === CLOSE ? at + 1 : undefined
}

function isAt(bytes: Buffer, at: number, key: Buffer): boolean {
  for (let index = 0; index < key.length; index++) if (bytes[at + index] !== key[index]) return false
  return true
}
