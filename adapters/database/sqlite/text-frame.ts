import { ANSWER_HEAD, type Framed, framed, MAX_FRAME_BYTES } from './protocol.ts'

/** A frame that is kept for the next answer; longer ones are let go. In bytes. */
const KEPT_BYTES = 4 * 1024 * 1024
const FIRST_BYTES = 256 * 1024

/** Writes answers piece by piece, one after the other in the same memory. */
export interface TextFrame {
  /** A character of the pieces stands for a byte. Undefined for more than a frame holds. */
  write(pieces: Iterable<string>, count: number): Framed | undefined
}

export function createTextFrame(): TextFrame {
  let kept: Buffer = Buffer.alloc(0)

  return {
    write(pieces, count) {
      let frame: Buffer = kept
      let end = ANSWER_HEAD
      for (const piece of pieces) {
        const needed = end + piece.length
        if (needed > MAX_FRAME_BYTES) return undefined
        if (needed > frame.length) frame = enlarged(frame, needed)
        end += frame.write(piece, end, 'latin1')
      }
      if (frame.length <= KEPT_BYTES) kept = frame
      return framed(frame.subarray(0, end), count)
    },
  }
}

function enlarged(frame: Buffer, needed: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * frame.length, FIRST_BYTES))
  frame.copy(larger)
  return larger
}
