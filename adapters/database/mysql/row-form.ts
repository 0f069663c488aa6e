import type { ResultColumn } from '../sql/connection.ts'
import type { JsonBytes } from '../sql/json-bytes.ts'
import type { RowLines } from '../sql/row-lines.ts'
import { cellWriter } from './cell-writer.ts'
import type { RowCursor } from './wire-cell.ts'
import type { CellWriter, WireColumn } from './wire-column.ts'
import type { ServerPacket } from './wire-driver.ts'

/** How the rows of a result become JSON. */
export interface RowForm {
  readonly asked: readonly ResultColumn[]
  readonly wire: readonly WireColumn[]
  /** Of each column: `{"name":`, `,"name":`. */
  readonly keys: readonly Buffer[]
  readonly cells: readonly CellWriter[]
}

/** For the columns as they came; `known`, if it is of the same. */
export function rowForm(
  asked: readonly ResultColumn[],
  wire: readonly WireColumn[],
  known: RowForm | undefined,
): RowForm {
  if (known?.asked === asked && isSame(known.wire, wire)) return known
  const keys = asked.map(({ name }, at) => Buffer.from(`${at === 0 ? '{' : ','}${JSON.stringify(name)}:`))
  const cells = asked.flatMap((column, at) => {
    const given = wire[at]
    return given ? [cellWriter(column, given)] : []
  })
  return { asked, wire, keys, cells }
}

/** A row is a byte, a bit for each column that is null, and the values of the others. */
export function writeRow(
  { keys, cells }: RowForm,
  { buffer, offset }: Pick<ServerPacket, 'buffer' | 'offset'>,
  out: JsonBytes,
  lines: RowLines | undefined,
): void {
  lines?.row()
  const row: RowCursor = { bytes: buffer, at: offset + 1 + ((cells.length + FIRST_BIT + 7) >> 3) }
  for (let at = 0; at < cells.length; at++) {
    const key = keys[at]
    if (key) out.json(key, 0, key.length)
    const from = out.length
    const bit = at + FIRST_BIT
    if (((buffer[offset + 1 + (bit >> 3)] ?? 0) >> (bit & 7)) & 1) out.ascii('null')
    else cells[at]?.(row, out)
    lines?.cell(out, from)
  }
  out.byte(END_OF_OBJECT)
}

/** The first two bits are not used. */
const FIRST_BIT = 2
const END_OF_OBJECT = 0x7d

/** Character set, length, type, flags, decimals and two bytes of nothing are at the end of a column's description. */
export function columnOf({ buffer, end }: ServerPacket): WireColumn {
  return {
    isBinary: buffer.readUInt16LE(end - 12) === BINARY,
    type: buffer[end - 6] ?? 0,
    isUnsigned: ((buffer[end - 5] ?? 0) & UNSIGNED) !== 0,
    decimals: buffer[end - 3] ?? 0,
  }
}

/** The character set that is none. */
const BINARY = 63
const UNSIGNED = 32

function isSame(known: readonly WireColumn[], given: readonly WireColumn[]): boolean {
  if (known.length !== given.length) return false
  for (let at = 0; at < known.length; at++) {
    const [one, other] = [known[at], given[at]]
    if (one?.type !== other?.type || one?.isBinary !== other?.isBinary) return false
    if (one?.isUnsigned !== other?.isUnsigned || one?.decimals !== other?.decimals) return false
  }
  return true
}
