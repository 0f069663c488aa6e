import type { Members } from './member-rows.ts'
import type { Framed } from './protocol.ts'
import type { Piece, TextFrame } from './text-frame.ts'

/** Rows whose text is in the frame's memory, with one byte between two. */
export interface PlacedRows {
  readonly count: number
  /** Where their text begins. */
  readonly from: number
  /** From there: where each row begins, and where one behind the last would. */
  readonly starts: Uint32Array
}

/** Rows that belong to others. */
export interface PlacedMember extends PlacedRows, Members {
  readonly isOne: boolean
  /** Of each row above the place of its key; -1 where it has none. */
  readonly of: Int32Array
  /** What stands before rows, and in place of none. */
  readonly some: Piece
  readonly none: Piece
}

/** The text of the array of rows with their members. Undefined for more than a frame holds. */
export function writeRows(
  { count, from, starts }: PlacedRows,
  members: readonly PlacedMember[],
  frame: TextFrame,
): Framed | undefined {
  frame.begin()
  frame.byte(OPEN_LIST)
  let copied = from
  for (let row = 0; row < count; row++) {
    // What stands between two rows goes with the second.
    const end = from + (starts[row + 1] ?? 0) - 2
    frame.again(copied, end)
    copied = end
    for (const member of members) writeMember(member, row, frame)
    if (frame.isTooLong) return undefined
  }
  if (count > 0) frame.byte(CLOSE)
  frame.byte(CLOSE_LIST)
  return frame.framed(count)
}

function writeMember(
  { from, starts, rows, firsts, isOne, of, some, none }: PlacedMember,
  row: number,
  frame: TextFrame,
): void {
  const place = of[row] ?? -1
  const first = firsts[place] ?? 0
  const behind = place < 0 ? 0 : (firsts[place + 1] ?? 0)
  if (first >= behind) {
    frame.again(none.from, none.to)
    return
  }
  frame.again(some.from, some.to)
  const last = isOne ? first : behind - 1
  for (let at = first; at <= last; at++) {
    if (at > first) frame.byte(COMMA)
    const start = rows[at] ?? 0
    // Rows that follow each other are one piece.
    while (at < last && rows[at + 1] === (rows[at] ?? 0) + 1) at++
    frame.again(from + (starts[start] ?? 0), from + (starts[(rows[at] ?? 0) + 1] ?? 0) - 1)
  }
  if (!isOne) frame.byte(CLOSE_LIST)
}

const COMMA = 0x2c
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const CLOSE = 0x7d
