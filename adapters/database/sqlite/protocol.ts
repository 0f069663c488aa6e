import type { RelatedSelect } from '../../../src/core/database/rows-together.ts'
import type { ValueClass } from '../../../src/core/database/schema.ts'
import type { ResultColumn } from '../sql/connection.ts'

/**
 * What a database process and the server say to each other over a socket pair: frames of a little-endian u32 length and
 * that many bytes. The process answers in the order of the requests, so neither side needs an id.
 */

/** A bound value as JSON carries it. Whole numbers are bound as integers, others as floating point. */
export type Parameter =
  | null
  | number
  | string
  /** An integer that a double cannot hold. */
  | { readonly integer: string }
  /** Bytes in base64. */
  | { readonly blob: string }
  /** Of the keys of the rows that the statement's rows belong to: all as a JSON list, the least, or the greatest. */
  | { readonly keys: 'list' | 'first' | 'last' }

/**
 * How a column's values are shown: `b` 0 and 1 as false and true, `j` JSON text as JSON, `c` a computed decimal without the
 * rounding errors of binary floating point; the others as they are: `i` integers, `d` decimals, `t` text, `=` any. `s` is text
 * as a table keeps it, `T` that of a column in which SQLite keeps no numbers.
 */
export type ColumnCode = '=' | 'b' | 'j' | 'c' | 'i' | 'd' | 't' | 's' | 'T'
export type Column = readonly [name: string, code: ColumnCode]

/** One statement. Without columns it returns no rows. */
export type Step = readonly [
  sql: string,
  columns: readonly Column[],
  parameters: readonly Parameter[],
  member?: Member,
]

/** How the rows of a step belong to those of the first. */
export interface Member extends Omit<RelatedSelect, 'query'> {
  /** The same statement for keys that are all the whole numbers from the least to the greatest. */
  readonly range?: readonly [sql: string, parameters: readonly Parameter[]]
}

/**
 * - `read`: one step; the answer is its rows.
 * - `careful`: the same for a database that holds text which is not UTF-8; slower.
 * - `together`: a read and others whose rows belong to its rows; the answer is all of them in one text.
 * - `write`: steps one after the other, as they are.
 * - `atomic`: steps in a transaction of their own.
 * - `nested`: steps in the open transaction, undone together; refused when there is none.
 */
export type Mode = 'read' | 'careful' | 'together' | 'write' | 'atomic' | 'nested'
export type Request = readonly [mode: Mode, ...steps: Step[]]

/** How a process opens its database; the first frame it gets. */
export interface SessionOptions {
  /** Absolute path, or `:memory:`. */
  readonly file: string
  readonly access: 'read' | 'write'
  /** Statements that the service's configuration runs on every connection. */
  readonly statements: readonly string[]
  /** How long to wait for a lock of another process. */
  readonly busyTimeoutMs: number
}

/** Rows: JSON text of an array of row objects, and how many. Writes: JSON text of an array of `WriteResult`. */
export interface Answer {
  readonly count: number
  readonly text: string
}

/** The same as the frame that it is sent in. Good until the next request. */
export interface Framed {
  readonly count: number
  readonly frame: Buffer
}

/** The same in UTF-8, as it comes out of the frame: nobody here reads it. */
export interface Forwarded {
  readonly count: number
  readonly bytes: readonly Uint8Array[]
}

/** An error as SQLite or its driver told it. */
export interface DriverFailure {
  /** Extended result code (sqlite.org/rescode.html); 0 when the driver gave none. */
  readonly code: number
  readonly message: string
}

/** Longest frame, in bytes, in either direction. */
export const MAX_FRAME_BYTES = 64 * 1024 * 1024
/** Our own code, outside of SQLite's range: an answer longer than a frame. */
export const TOO_LARGE = -1
/** Our own code: the file could not be opened. */
export const OPEN_FAILED = -2
/** Our own code: a statement of the service's configuration failed. */
export const STATEMENTS_FAILED = -3
/** Our own code: the open transaction is gone, rolled back by SQLite itself. */
export const TRANSACTION_LOST = -4
/** Our own code: rows that cannot be put together here. */
export const NOT_TOGETHER = -5
export const APART: DriverFailure = { code: NOT_TOGETHER, message: 'to be read one by one' }

export function columnCode({ type, computed, dbType, isStored }: ResultColumn): ColumnCode {
  if (computed) return type === 'decimal' ? 'c' : '='
  const code = CODE[type] ?? '='
  if (code !== 't' || !isStored) return code
  return hasTextAffinity(dbType) ? 'T' : 's'
}

/** sqlite.org/datatype3.html §3.1 */
function hasTextAffinity(dbType: string): boolean {
  return /char|clob|text/i.test(dbType) && !/int/i.test(dbType)
}

const CODE: Readonly<Partial<Record<ValueClass, ColumnCode>>> = {
  boolean: 'b',
  json: 'j',
  integer: 'i',
  decimal: 'd',
  text: 't',
  date: 't',
  time: 't',
  timestamp: 't',
}

/** u32 length, then one byte for the kind, then u32 row count, then text. */
export const ANSWER_HEAD = 9
/** Text of ASCII alone is written and read several times faster than UTF-8. */
const ASCII = 0
const FAILURE = 1
const UTF8 = 2
const BYTES = 3

export function encodeAnswer(answer: Answer | DriverFailure): Buffer {
  const isFailure = !('text' in answer)
  const text = isFailure ? JSON.stringify(answer) : answer.text
  const size = Buffer.byteLength(text)
  const isAscii = size === text.length
  const kind = isFailure ? FAILURE : isAscii ? ASCII : UTF8
  const frame = Buffer.allocUnsafe(ANSWER_HEAD + size)
  writeHead(frame, kind, isFailure ? 0 : answer.count)
  frame.write(text, ANSWER_HEAD, isAscii ? 'latin1' : 'utf8')
  return frame
}

function writeHead(frame: Buffer, kind: number, count: number): void {
  frame.writeUInt32LE(frame.length - 4, 0)
  frame.writeUInt8(kind, 4)
  frame.writeUInt32LE(count, 5)
}

/** Text is written behind the place of the head. */
export function framed(frame: Buffer, count: number): Framed {
  writeHead(frame, BYTES, count)
  return { count, frame }
}

/** A copy of what is in a frame. */
export function forwarded({ count, frame }: Framed): Forwarded {
  return { count, bytes: [Buffer.from(frame.subarray(ANSWER_HEAD))] }
}

/** `parts` are a frame without its length, in pieces; the head is in the first. */
export function decodeAnswer(parts: readonly Buffer[]): Answer | Forwarded | DriverFailure {
  const [first = EMPTY, ...others] = parts
  if (first[0] === BYTES)
    return { count: first.readUInt32LE(1), bytes: [first.subarray(ANSWER_HEAD - 4), ...others] }
  const body = others.length === 0 ? first : Buffer.concat(parts)
  const kind = body[0]
  const text = body.toString(kind === ASCII ? 'latin1' : 'utf8', ANSWER_HEAD - 4)
  return kind === FAILURE ? JSON.parse(text) : { count: body.readUInt32LE(1), text }
}

export function encodeRequest(json: string): Buffer {
  const size = Buffer.byteLength(json)
  const frame = Buffer.allocUnsafe(4 + size)
  frame.writeUInt32LE(size, 0)
  frame.write(json, 4)
  return frame
}

/** Cuts a stream of bytes into frame bodies, without copying a large one more than once. */
export class FrameReader {
  #chunks: Buffer[] = []
  #size = 0

  push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#size += chunk.length
  }

  /** The next complete frame body, or nothing yet. */
  next(): Buffer | undefined {
    const parts = this.nextParts()
    return parts && (parts.length === 1 ? parts[0] : Buffer.concat(parts))
  }

  /** The same as it came; its first bytes are in the first part. */
  nextParts(): readonly Buffer[] | undefined {
    if (this.#size < 4) return undefined
    const length = this.#joined(4).readUInt32LE(0)
    if (this.#size < 4 + length) return undefined
    this.#take(4)
    this.#joined(Math.min(length, ANSWER_HEAD))
    return this.#take(length)
  }

  #take(length: number): readonly Buffer[] {
    const taken: Buffer[] = []
    this.#size -= length
    for (let left = length; left > 0; ) {
      const chunk = this.#chunks[0] ?? EMPTY
      taken.push(chunk.subarray(0, left))
      if (chunk.length > left) this.#chunks[0] = chunk.subarray(left)
      else this.#chunks.shift()
      left -= chunk.length
    }
    return taken.length > 0 ? taken : [EMPTY]
  }

  /** The first chunk, made to hold at least so many bytes. */
  #joined(atLeast: number): Buffer {
    const first = this.#chunks[0]
    if (first && first.length >= atLeast) return first
    const all = Buffer.concat(this.#chunks)
    this.#chunks = [all]
    return all
  }
}

const EMPTY = Buffer.alloc(0)
