import type { z } from 'zod'
import type { Field, ForeignKey, SimpleType, TableDefinition } from '../core/database/schema.ts'
import type { Json, Row } from '../core/database/value.ts'
import type { ReadTools, WriteContext, WriteTools } from './write-context.ts'

/** A column as a resource declares it; absent means: not null, no default. */
export interface Column {
  readonly type: SimpleType
  readonly length?: number
  readonly allowNull?: true
  readonly default?: boolean | number | string
}

/** Fields of a record as a request brings them, checked. */
export type Given = Readonly<Record<string, Json>>

/** One kind of record of the system API, declared as data. Names are the wire's (dreamfactory-rest §7.2). */
export interface SystemResource {
  /** Unique among the resources; several may show parts of one table. */
  readonly name: string
  readonly table: TableDefinition
  /** What roles name: `role`. Records of a resource without an address go with another one. */
  readonly component: string
  readonly hasAddress: boolean
  /** Reading takes the right to read this component too. */
  readonly readsAs: string | undefined
  /** Written by callers whom no role binds, whatever the rules of a role say. */
  readonly isForUnrestricted: boolean
  /** Written by the server alone: a request may read it. */
  readonly isReadOnly: boolean
  /** Its rows in the table: columns with the values that make them its own. */
  readonly fixed: Readonly<Record<string, boolean | null>>
  /** Columns that do not exist for a caller. */
  readonly hidden: ReadonlySet<string>
  /** Fields that are left out of an answer where they are null, unless they are asked for by name. */
  readonly quiet: ReadonlySet<string>
  /** Fields that are shown and can be neither filtered nor ordered by: what is stored is not what is shown. */
  readonly opaque: ReadonlySet<string>
  /** What a write may bring: field → rule. */
  readonly accepts: Readonly<Record<string, z.ZodType<Json>>>
  /** A new record as it came, with what follows from its other fields. */
  readonly complete:
    | ((record: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>)
    | undefined
  /** Of those, what a new record needs. */
  readonly required: readonly string[]
  /** Unique over all records, in any case. */
  readonly unique: readonly string[]
  /** Unique among the records of one owner. */
  readonly uniqueInOwner: readonly string[]
  /** The unique field by which an address may name a record. */
  readonly nameField: string | undefined
  /** An address names its records by that field alone: digits are a name like any other. */
  readonly isByNameOnly: boolean
  /** Its table is one between two others, so these two are related through it. */
  readonly isJunction: boolean
  /** Shown fields that are made of stored ones. */
  readonly shows: Readonly<Record<string, ShownField>>
  /** Work on a record that needs no database and may take long: before the transaction. */
  readonly early: ((given: Given, tools: WriteTools) => Promise<Given>) | undefined
  /** With `validate=true`: finds out before the transaction whether the record would work. Throws AppError. */
  readonly tryOut: ((given: Given, context: WriteContext) => Promise<void>) | undefined
  /** What is stored for what was given, inside the transaction. Throws AppError. */
  readonly toColumns: ((given: Given, context: WriteContext) => Given | Promise<Given>) | undefined
  /** Who keeps it from being deleted. */
  readonly usedBy: readonly Use[]
  /** Refuses a deletion for another reason. */
  readonly beforeDelete: ((stored: Row, context: WriteContext) => Promise<void>) | undefined
}

/** Records that point at this one. */
export interface Use {
  readonly table: string
  /** Holds the id of this record. */
  readonly column: string
  /** The column that tells who they are; with `of`, the id of the record that tells it. */
  readonly shows: string
  readonly of?: { readonly table: string; readonly shows: string }
  /** `apps` */
  readonly what: string
}

interface ShownField {
  /** Stored fields it is made of, besides the one of its own name. */
  readonly needs: readonly string[]
  /** In every answer, whatever fields were asked for. */
  readonly isAlways?: true
  /** Must fail closed: a field it needs may be missing in a related record. */
  readonly show: (row: Row, tools: ReadTools) => Json
}

interface TableDeclaration {
  readonly name: string
  /** Where it is not the resource's name. */
  readonly tableName?: string
  readonly description: string
  /** Besides `id` and the columns every record has. */
  readonly columns: Readonly<Record<string, Column>>
  /** Column → the resource whose `id` it holds. A record goes with the one it `belongsTo`; else the column is set to null. */
  readonly belongsTo?: Readonly<Record<string, string>>
  readonly refersTo?: Readonly<Record<string, string>>
  readonly unique?: readonly string[]
  /** Further unique keys of the table, of several columns. */
  readonly uniqueTogether?: readonly (readonly string[])[]
  /** False: records without dates and authors. */
  readonly isStamped?: boolean
}

type Rules = Partial<Omit<SystemResource, 'name' | 'table' | 'unique' | 'hidden' | 'opaque' | 'quiet'>>

interface Declaration extends TableDeclaration, Rules {
  readonly hidden?: readonly string[]
  readonly opaque?: readonly string[]
  readonly quiet?: readonly string[]
}

/** UTC, `YYYY-MM-DD HH:MM:SS`; the ids are of users, and null when the server itself wrote. */
const COMMON: Readonly<Record<string, Column>> = {
  created_date: { type: 'timestamp' },
  last_modified_date: { type: 'timestamp' },
  created_by_id: { type: 'integer', allowNull: true },
  last_modified_by_id: { type: 'integer', allowNull: true },
}

export function defineSystemResource(declaration: Declaration): SystemResource {
  const { name, unique = [], hidden = [], opaque = [], quiet = [] } = declaration
  return {
    name,
    table: tableOf(declaration),
    component: declaration.component ?? name,
    hasAddress: declaration.hasAddress ?? true,
    readsAs: declaration.readsAs,
    isForUnrestricted: declaration.isForUnrestricted ?? false,
    isReadOnly: declaration.isReadOnly ?? false,
    fixed: declaration.fixed ?? {},
    hidden: new Set(hidden),
    opaque: new Set(opaque),
    quiet: new Set(quiet),
    accepts: declaration.accepts ?? {},
    complete: declaration.complete,
    required: declaration.required ?? [],
    unique,
    uniqueInOwner: declaration.uniqueInOwner ?? [],
    nameField: declaration.nameField ?? (unique.includes('name') ? 'name' : undefined),
    isByNameOnly: declaration.isByNameOnly ?? false,
    isJunction: declaration.isJunction ?? false,
    shows: declaration.shows ?? {},
    early: declaration.early,
    tryOut: declaration.tryOut,
    toColumns: declaration.toColumns,
    usedBy: declaration.usedBy ?? [],
    beforeDelete: declaration.beforeDelete,
  }
}

/** The table of a declaration, also for migrations. */
export function tableOf(declaration: TableDeclaration): TableDefinition {
  const { name, description, columns, unique = [], uniqueTogether = [] } = declaration
  const { belongsTo = {}, refersTo = {}, isStamped = true } = declaration
  const id: Field = { ...fieldOf('id', { type: 'id' }), autoIncrement: true }
  const fields = Object.entries({ ...columns, ...(isStamped ? COMMON : {}) }).map(([column, rule]) =>
    fieldOf(column, rule),
  )
  return {
    name: declaration.tableName ?? name,
    isView: false,
    description,
    fields: [id, ...fields],
    primaryKey: ['id'],
    uniqueKeys: [...unique.map((column) => [column]), ...uniqueTogether],
    foreignKeys: [...references(belongsTo, 'CASCADE'), ...references(refersTo, 'SET NULL')],
  }
}

/** A field of a system table; engines spell the type themselves. */
export function fieldOf(name: string, column: Column): Field {
  return {
    name,
    type: column.type,
    dbType: '',
    allowNull: column.allowNull ?? false,
    autoIncrement: false,
    isGenerated: false,
    ...(column.length !== undefined && { length: column.length }),
    ...(column.default !== undefined && { default: column.default }),
  }
}

function references(columns: Readonly<Record<string, string>>, onDelete: string): ForeignKey[] {
  return Object.entries(columns).map(([column, refTable]) => ({
    fields: [column],
    refTable,
    refFields: ['id'],
    onUpdate: 'NO ACTION',
    onDelete,
  }))
}
