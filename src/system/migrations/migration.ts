import type { SchemaChange } from '../../core/database/adapter.ts'

/** A step of the system database, forward only. */
export interface Migration {
  /** 1, 2, 3, … in order. */
  readonly version: number
  readonly name: string
  /** A change whose result is already there is passed over, so an interrupted migration can be run again. */
  readonly changes: readonly SchemaChange[]
}
