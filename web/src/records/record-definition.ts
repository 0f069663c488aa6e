import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import type { AnyRecord } from '../api/wire.ts'
import type { FormField } from './form-field.ts'

export interface RecordColumn {
  readonly field: string
  readonly label: string
  /** Else the value as text. */
  readonly show?: (record: AnyRecord) => ReactNode
}

/** A kind of record of the system API, as a screen shows it: a list, a form, and how one is removed. */
export interface RecordDefinition {
  /** Below `/api/v2/system/`. */
  readonly resource: string
  readonly title: string
  readonly lead: ReactNode
  readonly icon: LucideIcon
  /** "lookup": in "Add a lookup", "Delete the lookup region?". */
  readonly one: string
  /** The first is what a record is called, and opens it. */
  readonly columns: readonly [RecordColumn, ...RecordColumn[]]
  readonly fields: readonly FormField[]
  /** Beside its own fields, as the API takes it: `related`, `filter`, `order`. */
  readonly query?: Readonly<Record<string, string>>
  /** What such records are for, where there are none yet. */
  readonly emptyText: string
  /** What stops working without it. */
  readonly deleteText: (record: AnyRecord) => ReactNode
  /** Made of what the form holds, before it is sent; else that. */
  readonly toWire?: (values: AnyRecord) => AnyRecord
  /** Made of a record of the API, before it is shown; else that. */
  readonly fromWire?: (record: AnyRecord) => AnyRecord
  /** In the address of a request that creates or changes one, by what the form holds. */
  readonly saveQuery?: (values: AnyRecord) => Readonly<Record<string, boolean | string>>
}

export function nameOfRecord({ columns: [first] }: RecordDefinition, record: AnyRecord): string {
  return String(record[first.field] ?? record.id)
}
