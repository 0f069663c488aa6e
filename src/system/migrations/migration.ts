import type { SchemaChange } from '../../core/database/adapter.ts'

/** A step of the system database, forward only. */
export interface Migration {
  /** 1, 2, 3, … in order. */
  readonly version: number
  readonly name: string
  /** A change whose result is already there is passed over, so an interrupted migration can be run again. */
  readonly changes: readonly MigrationChange[]
}

/** Of changes to a table only those of which it can be seen that they are done. */
export type MigrationChange = Exclude<SchemaChange, { readonly kind: 'change_table' }>
