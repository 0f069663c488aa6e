import type { AggregateExpression } from './expression.ts'
import type { FieldExtras } from './extras.ts'
import type { FieldExpressions } from './field-functions.ts'
import type { Json } from './value.ts'

/** Engine-neutral column types (dreamfactory-rest §5.3). `id` and `reference` are integers with a role. */
export const SIMPLE_TYPES = [
  'id',
  'bigid',
  'integer',
  'bigint',
  'smallint',
  'tinyint',
  'boolean',
  'decimal',
  'money',
  'float',
  'double',
  'string',
  'text',
  'binary',
  'date',
  'time',
  'timetz',
  'datetime',
  'datetimetz',
  'timestamp',
  'timestamptz',
  'reference',
  'json',
  'jsonb',
  'uuid',
  'array',
  'object',
] as const
export type SimpleType = (typeof SIMPLE_TYPES)[number]

/** How values of a type are checked and converted: one class for several simple types. */
export type ValueClass =
  | 'integer'
  | 'boolean'
  | 'decimal'
  | 'float'
  | 'text'
  | 'binary'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'json'

/** Types that say more than the column does: whose number or moment a field holds, and who writes it (dreamfactory-rest §5.3). */
export const EXTRA_TYPES = [
  'timestamp_on_create',
  'timestamp_on_update',
  'user_id',
  'user_id_on_create',
  'user_id_on_update',
] as const
export type ExtraType = (typeof EXTRA_TYPES)[number]

export type ColumnDefault = Json | { readonly expression: string }

/** A column as the database describes it; everything a planner or a door may ask about it. */
export interface Field {
  /** What callers name it: its alias, where it has one. */
  readonly name: string
  /** What the database names it, where that is another name. */
  readonly column?: string
  /** What statements call the column, where the adapter shows its name in other letters than the database keeps it. */
  readonly source?: string
  readonly type: SimpleType
  /** The engine's own spelling, e.g. `varchar(40)`; empty in a new table's definition lets the engine choose it from `type`. */
  readonly dbType: string
  readonly length?: number
  readonly precision?: number
  readonly scale?: number
  /** Absent when there is none. */
  readonly default?: ColumnDefault
  readonly allowNull: boolean
  readonly autoIncrement: boolean
  /** Computed by the database: readable, never writable. */
  readonly isGenerated: boolean
  /** The only values it may have, in their own order (enums, sets); absent when it may have any. */
  readonly values?: readonly string[]
  /** Texts that are values of it here and of its type nowhere else: `NaN`, a time of 100 hours. The database has the last word. */
  readonly alsoTakes?: RegExp
  readonly description?: string
  readonly label?: string
  /** Values that writers choose from; others are refused only where a rule of `validation` says so. */
  readonly picklist?: readonly string[]
  readonly validation?: FieldExtras['validation']
  readonly functions?: FieldExtras['functions']
  readonly extraType?: ExtraType
  readonly clientInfo?: Json
  /** Part of the documents in another field, by a dotted name: only there when it is named. */
  readonly isNested?: true
  /** What its values were in a sample, where the database does not say what they may be; shares are of all rows, from 0 to 1. */
  readonly types?: readonly { readonly type: string; readonly share: number }[]
  /** No column: what a function computes. Never written. */
  readonly isVirtual?: true
  /** Virtual, over many rows: only there when it is named. */
  readonly isAggregate?: true
  readonly aggregate?: AggregateExpression
  /** What engines compute in place of the column, or of the value that is written. */
  readonly expressions?: FieldExpressions
}

export interface ForeignKey {
  readonly name?: string
  readonly fields: readonly string[]
  readonly refTable: string
  readonly refFields: readonly string[]
  readonly onUpdate: string
  readonly onDelete: string
}

/** What an adapter reports of one table: facts only; relations and flags are derived in `build-schema.ts`. */
export interface TableDefinition {
  /** `orders`, or `schema.orders` outside the default schema. */
  readonly name: string
  /** What the adapter calls it in statements, where that does not follow from the name. */
  readonly source?: string
  readonly isView: boolean
  readonly description?: string
  readonly fields: readonly Field[]
  /** Empty when there is none. */
  readonly primaryKey: readonly string[]
  /** Unique constraints and unique indexes without the primary key. */
  readonly uniqueKeys: readonly (readonly string[])[]
  readonly foreignKeys: readonly ForeignKey[]
  /** Check constraints that have a name, with the fields they are about. */
  readonly checks?: readonly { readonly name: string; readonly fields: readonly string[] }[]
  /** Fields that lead a non-unique index. */
  readonly indexedFields?: readonly string[]
  /** From the engine's statistics, never from COUNT(*); absent when unknown. */
  readonly rowEstimate?: number
  /** What is written to it stays when the transaction is rolled back. */
  readonly outlivesRollback?: true
  /** Rows may have fields that are not listed: writing one makes it. */
  readonly takesNewFields?: true
}

type RelationType = 'belongs_to' | 'has_one' | 'has_many' | 'many_many'

export interface Relation {
  /** `orders_by_customer_id`; unique in its table. */
  readonly name: string
  readonly type: RelationType
  readonly fields: readonly string[]
  readonly refTable: string
  readonly refFields: readonly string[]
  readonly onUpdate: string
  readonly onDelete: string
  /** many_many only: the table between, and its fields towards this table and the other one. */
  readonly junction?: {
    readonly table: string
    readonly fields: readonly string[]
    readonly refFields: readonly string[]
    /** The service that has the table; absent: the same one. */
    readonly service?: string
    readonly serviceId?: number
  }
  /** Declared here, not by a foreign key of the database. */
  readonly isVirtual?: true
  /** Stands for the name in requests and answers. */
  readonly alias?: string
  readonly label?: string
  /** Read along by every GET. */
  readonly alwaysFetch?: true
  readonly description?: string
  /** Kept for clients; answers are not flattened. */
  readonly flatten?: true
  readonly flattenDropPrefix?: true
  /** The service that has the other table; absent: the same one. */
  readonly refService?: string
  readonly refServiceId?: number
}

/** A table with what follows from its definition, its neighbours and what is kept of it beside the database. */
export interface Table extends TableDefinition {
  /** Stands for the name in requests and listings. */
  readonly alias?: string
  readonly label?: string
  readonly plural?: string
  /** The field that tells people which record it is. */
  readonly nameField?: string
  /** The field that is another one after each change of a record. */
  readonly versionField?: string
  readonly relations: readonly Relation[]
  /** Virtual fields over many rows: read only where they are named. */
  readonly aggregates?: readonly Field[]
  /** For `findByName`; a field with an alias is there by its column's name as well. */
  readonly fieldByName: ReadonlyMap<string, Field>
}

export interface DatabaseSchema {
  /** Sorted by name. */
  readonly tables: readonly Table[]
  /** For `findByName`. */
  readonly tableByName: ReadonlyMap<string, Table>
  /** Changes whenever anything in it changes; part of cache keys. */
  readonly version: string
}

const VALUE_CLASS: Record<SimpleType, ValueClass> = {
  id: 'integer',
  bigid: 'integer',
  integer: 'integer',
  bigint: 'integer',
  smallint: 'integer',
  tinyint: 'integer',
  reference: 'integer',
  boolean: 'boolean',
  decimal: 'decimal',
  money: 'decimal',
  float: 'float',
  double: 'float',
  string: 'text',
  text: 'text',
  uuid: 'text',
  array: 'json',
  object: 'json',
  binary: 'binary',
  date: 'date',
  time: 'time',
  timetz: 'time',
  datetime: 'timestamp',
  datetimetz: 'timestamp',
  timestamp: 'timestamp',
  timestamptz: 'timestamp',
  json: 'json',
  jsonb: 'json',
}

/** The name of a field's column as expressions and statements call it. */
export function storedColumn({ source, column, name }: Pick<Field, 'source' | 'column' | 'name'>): string {
  return source ?? column ?? name
}

export function valueClassOf(type: SimpleType): ValueClass {
  return VALUE_CLASS[type]
}
