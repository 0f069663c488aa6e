import { intervalBytes, momentBytes, numberBytes, Writer } from './wire.ts'

/** Oracle's number of a type, and the values it is written from. Source: node-oracledb, "Oracle Database Type Constants". */
const COLUMN_TYPES = {
  VARCHAR2: { number: 1, form: 1, bytes: (text: string) => Buffer.from(text) },
  NUMBER: { number: 2, form: 0, bytes: numberBytes },
  DATE: { number: 12, form: 0, bytes: momentBytes },
  RAW: { number: 23, form: 0, bytes: (hex: string) => Buffer.from(hex, 'hex') },
  'INTERVAL DAY TO SECOND': { number: 183, form: 0, bytes: intervalBytes },
  CLOB: { number: 112, form: 1, bytes: (text: string) => Buffer.from(text) },
  BLOB: { number: 113, form: 0, bytes: (hex: string) => Buffer.from(hex, 'hex') },
  TIMESTAMP: { number: 180, form: 0, bytes: momentBytes },
  'TIMESTAMP WITH TIME ZONE': { number: 181, form: 0, bytes: momentBytes },
} as const

export interface TnsColumn {
  readonly name: string
  readonly type: keyof typeof COLUMN_TYPES
}

/** Values as texts. */
export interface TnsRows {
  readonly columns: readonly TnsColumn[]
  readonly rows: Iterable<readonly (string | null)[]>
}

/** What is told of a statement's end; no number: it went well. */
export interface Ending {
  readonly cursor?: number
  readonly affected?: number
  readonly number?: number
  readonly message?: string
}

/** An error of the server, or its opposite. */
export function ending({ cursor = 0, affected = 0, number = 0, message = '' }: Ending): Buffer {
  const writer = new Writer().bytes(4).numbers(0, 0, 0, number % 65_536, 0, 0, cursor, 0)
  writer.bytes(0, 0, 0, 0, 0, 0)
  writer.numbers(0, 0).bytes(0).numbers(0, 0) // the address of a row
  writer.numbers(0).bytes(0, 0).numbers(0, 0, 0, 0, 0, 0)
  writer.numbers(number, affected)
  return (number === 0 ? writer : writer.sized(message)).done()
}

export const NO_MORE_ROWS = { number: 1403, message: 'ORA-01403: no data found' }

/** The columns of a query or a cursor. */
function description(columns: readonly TnsColumn[]): Buffer {
  const writer = new Writer().numbers(0, columns.length)
  if (columns.length > 0) writer.bytes(0)
  for (const [at, { name, type }] of columns.entries()) {
    const { number, form } = COLUMN_TYPES[type]
    const scale = type === 'NUMBER' ? 0x81 : 0 // -127: any digits
    writer.bytes(number, 0, 0, scale).numbers(4000, 0, 0, 0, 0, form === 1 ? 873 : 0)
    writer.bytes(form).numbers(4000).bytes(1, name.length).numbers(name.length).sized(name)
    writer.numbers(0, 0, at + 1, 0)
  }
  return writer.numbers(0, 0, 0, 0, 0, 0).done()
}

export function described(columns: readonly TnsColumn[]): Buffer {
  return new Writer().bytes(16, 0).raw(description(columns)).done()
}

export function rowHeader(): Buffer {
  return new Writer().bytes(6, 0).numbers(0, 0, 0, 0, 0, 0).done()
}

/** `keep` takes a large object and gives the locator that is sent in its place. */
export function row(
  columns: readonly TnsColumn[],
  cells: readonly (string | null)[],
  keep: (object: Buffer) => Buffer,
): Buffer {
  const writer = new Writer().bytes(7)
  for (const [at, { type }] of columns.entries()) {
    const text = cells[at] ?? null
    const value = text === null ? null : COLUMN_TYPES[type].bytes(text)
    if (!isLarge({ type }) || value === null) writer.sized(value)
    else {
      const locator = keep(value)
      // Its length is in letters, or in bytes.
      writer
        .numbers(locator.length, type === 'CLOB' ? (text?.length ?? 0) : value.length, 8000)
        .sized(locator)
    }
  }
  return writer.done()
}

export function isLarge({ type }: Pick<TnsColumn, 'type'>): boolean {
  return type.endsWith('LOB')
}

/** What a large object holds, and how much of it was read. */
export function lobData(data: Buffer, locator: Buffer): Buffer {
  return new Writer().bytes(14).sized(data).bytes(8).raw(locator).numbers(data.length).raw(status()).done()
}

/** A value that a block gives back: a text, or a cursor by its number. */
export type OutValue = string | null | { readonly cursor: number; readonly columns: readonly TnsColumn[] }

/** The places of a block in order, undefined for those that only go in. */
export function outValues(values: readonly (OutValue | undefined)[]): Buffer {
  const writer = new Writer().bytes(11, 0).numbers(values.length, 0, 0, 0, 0, 0)
  writer.bytes(...values.map((value) => (value === undefined ? 32 : 16)))
  writer.bytes(7)
  for (const value of values) {
    if (value === undefined) continue
    if (typeof value === 'object' && value !== null)
      writer.bytes(1).raw(description(value.columns)).numbers(value.cursor)
    else writer.sized(value)
    writer.numbers(0)
  }
  return writer.done()
}

/** Cursors that a block gives back by itself. */
export function implicitResults(
  cursors: readonly { readonly cursor: number; readonly columns: readonly TnsColumn[] }[],
): Buffer {
  const writer = new Writer().bytes(27).numbers(cursors.length)
  for (const { cursor, columns } of cursors) writer.bytes(0).raw(description(columns)).numbers(cursor)
  return writer.done()
}

/** Rows that one execution of a write gives back: a list for each of its places. */
export function returned(columns: readonly (readonly (string | null)[])[]): Buffer {
  const writer = new Writer().bytes(7)
  for (const values of columns) {
    writer.numbers(values.length)
    for (const value of values) writer.sized(value).numbers(0)
  }
  return writer.done()
}

/** That something went well which gives nothing back. */
export function status(): Buffer {
  return new Writer().bytes(9).numbers(0, 0).done()
}

/** What the server tells while a user signs in. */
export function told(values: Readonly<Record<string, string>>, flags: Readonly<Record<string, number>> = {}) {
  const writer = new Writer().bytes(8).numbers(Object.keys(values).length)
  for (const [name, value] of Object.entries(values)) {
    writer.numbers(name.length).sized(name).numbers(value.length)
    if (value !== '') writer.sized(value)
    writer.numbers(flags[name] ?? 0)
  }
  return writer.raw(status()).done()
}
