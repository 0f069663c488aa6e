import type { Records } from '../../../core/database/adapter.ts'
import type { Filter } from '../../../core/database/query.ts'
import type { DatabaseSchema, Table } from '../../../core/database/schema.ts'
import type { Row } from '../../../core/database/value.ts'
import type { OperationContext } from '../../../core/operation.ts'
import type { InputRecord } from '../inputs.ts'
import type { Key } from '../plan-ids.ts'
import type { Values } from '../record-values.ts'

/** What writing one record of a request with the records in it works with. Made anew for each try of its transaction. */
export interface WriteScope {
  readonly schema: DatabaseSchema
  readonly context: OperationContext
  /** Of the transaction. */
  readonly records: Records
  readonly lenient: boolean
  /** A related record that cannot be without its parent is deleted when it is detached. */
  readonly allowRelatedDelete: boolean
  /** Levels below the record of the request. */
  readonly depth: number
  /** How many related records this request may still write. */
  readonly budget: { left: number }
  readonly insert: InsertRecord
  readonly change: ChangeRecord
}

/** One record to insert, with related records in it. `preset` wins over what the record says. */
export interface Insertion {
  readonly table: Table
  readonly given: InputRecord
  readonly preset: Values
  /** Rows the caller may create. */
  readonly inside: Filter | undefined
  /** Fields of the new row to give back. */
  readonly returning: readonly string[]
}
type InsertRecord = (insertion: Insertion, scope: WriteScope) => Promise<Row>

/** One related record to change, found by its primary key among the rows the caller may change. */
export interface Change {
  readonly table: Table
  readonly key: Key
  readonly given: InputRecord
  readonly preset: Values
  readonly returning: readonly string[]
}
/** Undefined when there is no such row for this caller. */
type ChangeRecord = (change: Change, scope: WriteScope) => Promise<Row | undefined>
