import type { RowsAsJson } from '../../../src/core/database/query.ts'
import type { JsonBytes } from '../sql/json-bytes.ts'
import type { RowLines } from '../sql/row-lines.ts'
import type { CellForm, PlainColumn } from './cell-form.ts'
import type { PlainRead } from './plain-read.ts'

/** A column as the server describes it (RowDescription). */
export interface DescribedColumn {
  readonly dataTypeID: number
  readonly dataTypeModifier: number
}

/** Rows as the server sends them (DataRow) → the text of a JSON array, byte by byte: no value is an object in between. */
export class RowWriter {
  /** Rows so far. */
  count = 0
  /** False once the server has described other columns than these: then nothing is written. */
  fits = true
  /** Every number is written as `JSON.stringify` writes it; strings always are. */
  isCanonical = true
  readonly #columns: readonly PlainColumn[]
  readonly #keys: readonly Buffer[]
  readonly #out: JsonBytes
  readonly #mostBytes: number
  readonly #lines: RowLines | undefined

  constructor(
    { columns, keys }: Pick<PlainRead, 'columns' | 'keys'>,
    out: JsonBytes,
    mostBytes: number,
    lines?: RowLines,
  ) {
    this.#columns = columns
    this.#keys = keys
    this.#out = out
    this.#mostBytes = mostBytes
    this.#lines = lines
    out.start()
    out.byte(OPEN_LIST)
  }

  described(columns: readonly DescribedColumn[]): void {
    this.fits =
      columns.length === this.#columns.length &&
      this.#columns.every(({ typeId, precision }, at) => {
        const column = columns[at]
        const isSame = column?.dataTypeID === typeId
        return isSame && (precision === undefined || precisionOf(column.dataTypeModifier) <= precision)
      })
  }

  /** Of the message's body: how many values, and each with its length before it. What is too much is passed over. */
  row(bytes: Buffer, start: number): void {
    this.count++
    const out = this.#out
    const lines = this.#lines
    if (!this.fits || out.length > this.#mostBytes || (lines && this.count > lines.wanted)) return
    if (this.count > 1) out.byte(COMMA)
    lines?.row()
    let at = start + COUNT_BYTES
    for (let index = 0; index < this.#columns.length; index++) {
      const key = this.#keys[index]
      const column = this.#columns[index]
      if (!key || !column) return
      out.json(key, 0, key.length)
      const length = bytes.readInt32BE(at)
      at += LENGTH_BYTES
      const to = at + Math.max(0, length)
      if (lines && length >= 0 && column.form === 'quote') lines.quoted(out, bytes, at, to)
      else {
        const from = out.length
        if (length < 0) out.ascii('null')
        else writeCell(column.form, bytes, at, to, out)
        lines?.cell(out, from)
      }
      if (column.form === 'number' && length >= 0) this.isCanonical &&= isCanonicalNumber(bytes, at, to)
      at = to
    }
    out.byte(CLOSE_ROW)
  }

  /** Undefined when it is longer than it may be. */
  result(): RowsAsJson | undefined {
    if (this.#out.length > this.#mostBytes) return undefined
    this.#out.byte(CLOSE_LIST)
    const { count } = this
    return { json: this.#out.text(), count, ...this.#lines?.result(count) }
  }
}

/** What stands before each value of a row. */
export function rowKeys(columns: readonly PlainColumn[]): readonly Buffer[] {
  return columns.map(({ name }, at) => Buffer.from(`${at === 0 ? '{' : ','}${JSON.stringify(name)}:`))
}

const COUNT_BYTES = 2
const LENGTH_BYTES = 4
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const CLOSE_ROW = 0x7d
const COMMA = 0x2c
const DASH = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const TRUE = 0x74
/** Every whole number of so many characters is a safe one. */
const SAFE_CHARACTERS = 15

/** numeric(precision, scale) in its type modifier (src/backend/utils/adt/numeric.c); too many when there is none. */
function precisionOf(modifier: number): number {
  return modifier < LENGTH_BYTES ? Number.POSITIVE_INFINITY : ((modifier - LENGTH_BYTES) >> 16) & 0xffff
}

function writeCell(form: CellForm, bytes: Buffer, from: number, to: number, out: JsonBytes): void {
  switch (form) {
    case 'quote':
      out.quoted(bytes, from, to)
      break
    case 'copy':
      out.json(bytes, from, to)
      break
    case 'truth':
      out.ascii(bytes[from] === TRUE ? 'true' : 'false')
      break
    case 'number':
      if (isDigits(bytes, from, to)) out.json(bytes, from, to)
      else out.quoted(bytes, from, to)
      break
    case 'bigint':
      if (to - from <= SAFE_CHARACTERS || isSafe(bytes, from, to)) out.json(bytes, from, to)
      else out.quoted(bytes, from, to)
      break
  }
}

/** NaN and the infinities are no numbers in JSON. */
function isDigits(bytes: Buffer, from: number, to: number): boolean {
  const first = bytes[bytes[from] === DASH && from + 1 < to ? from + 1 : from] ?? 0
  return first >= ZERO && first <= NINE
}

/** Few digits, neither an exponent nor zeros at the end of a fraction; of others nothing is said. */
function isCanonicalNumber(bytes: Buffer, from: number, to: number): boolean {
  if (to - from > SAFE_CHARACTERS) return false
  let point = -1
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0
    if (byte === POINT) point = at
    else if ((byte < ZERO || byte > NINE) && (byte !== DASH || at > from)) return false
  }
  if (point < 0) return bytes[from] !== DASH || bytes[from + 1] !== ZERO
  return bytes[to - 1] !== ZERO && to - point - 1 <= MOST_OF_FRACTION
}

/** Smaller numbers are shown with an exponent. */
const MOST_OF_FRACTION = 6

function isSafe(bytes: Buffer, from: number, to: number): boolean {
  return Number.isSafeInteger(Number(bytes.toString('latin1', from, to)))
}
