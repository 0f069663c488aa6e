import type { Binary, Decimal128, Double, Int32, Long, ObjectId } from 'mongodb'

/** What identifies a document: any value but a list. Named by its usual types, because the driver's types have no word for any. */
export type StoredId =
  | string
  | number
  | bigint
  | boolean
  | Date
  | ObjectId
  | Binary
  | Decimal128
  | Double
  | Int32
  | Long

/** A document as the driver takes and gives it: whatever there is in a collection. */
export type StoredDocument = { [key: string]: unknown; _id: StoredId }

/** Documents are identified by any value, also by documents. */
export function isId(value: unknown): value is StoredId {
  return value !== undefined && value !== null && !Array.isArray(value)
}
