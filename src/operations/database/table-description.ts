import type { Json } from '../../core/database/value.ts'

/** Of a field: its values do not repeat. In a key of several fields they may, though the wire's `is_unique` is true there, too. */
export const UNIQUE_ALONE = Symbol('unique alone')

/** A field on the wire (dreamfactory-rest §5.2). */
export interface FieldDescription {
  readonly alias: string | null
  /** Of the column. */
  readonly name: string
  readonly label: string
  readonly description: string | null
  readonly native: readonly []
  readonly type: string
  readonly db_type: string
  readonly length: number | null
  readonly precision: number | null
  readonly scale: number | null
  readonly default: Json
  readonly required: boolean
  readonly allow_null: boolean
  readonly fixed_length: boolean
  readonly supports_multibyte: boolean
  readonly auto_increment: boolean
  readonly is_primary_key: boolean
  /** It is in a unique key; see `UNIQUE_ALONE`. */
  readonly is_unique: boolean
  readonly [UNIQUE_ALONE]: boolean
  readonly is_index: boolean
  readonly is_foreign_key: boolean
  readonly ref_table: string | null
  readonly ref_field: string | null
  readonly ref_on_update: null
  readonly ref_on_delete: null
  /** The only values it may have. */
  readonly picklist: readonly string[] | null
  readonly validation: Readonly<Record<string, Json>> | null
  readonly db_function: Json
  readonly is_virtual: boolean
  readonly is_aggregate: boolean
  /** What a sample of its values was, where the database does not say; shares are of all rows, from 0 to 1. */
  readonly types?: readonly { readonly type: string; readonly share: number }[]
}

/** A relation on the wire (dreamfactory-rest §5.4). */
export interface RelationDescription {
  readonly alias: string | null
  readonly name: string
  readonly label: string
  readonly description: string | null
  readonly native: readonly []
  readonly type: string
  readonly field: string
  readonly is_virtual: boolean
  readonly ref_service_id: number
  readonly ref_table: string
  readonly ref_field: string
  readonly ref_on_update: string | null
  readonly ref_on_delete: string | null
  readonly junction_service_id: number | null
  readonly junction_table: string | null
  readonly junction_field: string | null
  readonly junction_ref_field: string | null
  readonly always_fetch: boolean
  readonly flatten: boolean
  readonly flatten_drop_prefix: boolean
}

/** What of a table stands in record answers (`meta.schema`). */
export interface TableDescription {
  readonly name: string
  readonly label: string
  readonly description: string | null
  readonly native: readonly []
  readonly plural: string
  readonly is_view: boolean
  readonly primary_key: readonly string[]
  readonly name_field: string | null
  /** There where one is set. */
  readonly version_field?: string
  readonly field: readonly FieldDescription[]
  readonly related: readonly RelationDescription[]
  readonly constraints: Readonly<Record<string, Json>>
}

/** A table as its schema answer has it (dreamfactory-rest §5.1). `access` is a verb mask. */
export interface DescribedTable extends TableDescription {
  readonly alias: string | null
  readonly access: number
}
