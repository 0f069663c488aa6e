import type { JsonBytes } from '../sql/json-bytes.ts'
import type { RowCursor } from './wire-cell.ts'

/** What the server tells of a column of a result, as far as it decides how its values are read. */
export interface WireColumn {
  /** The protocol's number of the type (dev.mysql.com/doc/dev/mysql-server, enum_field_types). */
  readonly type: number
  readonly isBinary: boolean
  readonly isUnsigned: boolean
  readonly decimals: number
}

/** The numbers of the types, and of small integers how many bytes they have. */
export const DECIMALS: ReadonlySet<number> = new Set([0, 246])
export const BIG = 8
export const FLOAT = 4
export const DOUBLE = 5
export const DATE: ReadonlySet<number> = new Set([10, 14])
export const DATE_AND_TIME: ReadonlySet<number> = new Set([7, 12])
export const TIME = 11
const BIT = 16
export const SMALL: ReadonlyMap<number, 1 | 2 | 4> = new Map([
  [1, 1],
  [2, 2],
  [13, 2],
  [3, 4],
  [9, 4],
])

/** The value's bytes with their length before them. */
export function isText({ type }: WireColumn): boolean {
  return !(
    DECIMALS.has(type) ||
    type === BIG ||
    type === FLOAT ||
    type === DOUBLE ||
    DATE.has(type) ||
    DATE_AND_TIME.has(type) ||
    type === TIME ||
    type === BIT ||
    SMALL.has(type)
  )
}

/** Writes the value that is next in a row, which is not null, as JSON. */
export type CellWriter = (row: RowCursor, out: JsonBytes) => void
