import { ANSWER_HEAD, type Framed, framed, MAX_FRAME_BYTES } from './protocol.ts'

/** Memory that is kept for the next answer; more is let go. In bytes. */
const KEPT_BYTES = 4 * 1024 * 1024
const FIRST_BYTES = 256 * 1024

/** Where bytes stand: from the first to what is behind them. */
export interface Piece {
  readonly from: number
  readonly to: number
}

/**
 * Puts answers together in the same memory, one after the other: what an answer is made of comes first, its frame behind that. In one
 * memory a piece is copied three times as fast as from one to another.
 */
export class TextFrame {
  #bytes = Buffer.alloc(0)
  #end = 0
  #start = 0

  /** Forgets what was there before. */
  clear(): void {
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.alloc(0)
    this.#end = 0
  }

  add(bytes: Uint8Array): Piece {
    const from = this.#end
    this.#room(bytes.length)
    this.#bytes.set(bytes, from)
    this.#end += bytes.length
    return { from, to: this.#end }
  }

  /** Makes room for so many bytes, which are written there and then added. */
  space(most: number): { readonly bytes: Buffer; readonly from: number } {
    this.#room(most)
    return { bytes: this.#bytes, from: this.#end }
  }

  written(size: number): void {
    this.#end += size
  }

  /** What follows is the answer. */
  begin(): void {
    this.#start = this.#end
    this.#room(ANSWER_HEAD)
    this.#end += ANSWER_HEAD
  }

  /** What stands there, once more. */
  again(from: number, to: number): void {
    this.#room(to - from)
    this.#bytes.copyWithin(this.#end, from, to)
    this.#end += to - from
  }

  byte(byte: number): void {
    this.#room(1)
    this.#bytes[this.#end++] = byte
  }

  /** The answer is longer than a frame may be. */
  get isTooLong(): boolean {
    return this.#end - this.#start > MAX_FRAME_BYTES
  }

  /** Good until the next one. */
  framed(count: number): Framed {
    return framed(this.#bytes.subarray(this.#start, this.#end), count)
  }

  #room(more: number): void {
    const needed = this.#end + more
    if (needed <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length, FIRST_BYTES))
    this.#bytes.copy(larger, 0, 0, this.#end)
    this.#bytes = larger
  }
}
