import type { Field, ForeignKey, SimpleType, TableDefinition } from '../core/database/schema.ts'

/** A column as a resource declares it; absent means: not null, no default. */
export interface Column {
  readonly type: SimpleType
  readonly length?: number
  readonly allowNull?: true
  readonly default?: boolean | number | string
}

/** One kind of record of the system API, declared as data. Names are the wire's (dreamfactory-rest §7.2). */
export interface SystemResource {
  readonly name: string
  readonly table: TableDefinition
}

interface Declaration {
  readonly name: string
  readonly description: string
  /** Besides `id` and the columns every record has. */
  readonly columns: Readonly<Record<string, Column>>
  readonly unique?: readonly string[]
  /** Column → the resource whose `id` it holds. A record goes with the one it `belongsTo`; else the column is set to null. */
  readonly belongsTo?: Readonly<Record<string, string>>
  readonly refersTo?: Readonly<Record<string, string>>
}

/** UTC, `YYYY-MM-DD HH:MM:SS`; the ids are of users, and null when the server itself wrote. */
const COMMON: Readonly<Record<string, Column>> = {
  created_date: { type: 'timestamp' },
  last_modified_date: { type: 'timestamp' },
  created_by_id: { type: 'integer', allowNull: true },
  last_modified_by_id: { type: 'integer', allowNull: true },
}

export function defineSystemResource(declaration: Declaration): SystemResource {
  const { name, description, columns, unique = [], belongsTo = {}, refersTo = {} } = declaration
  const id: Field = { ...fieldOf('id', { type: 'id' }), autoIncrement: true }
  const fields = Object.entries({ ...columns, ...COMMON }).map(([column, rule]) => fieldOf(column, rule))
  return {
    name,
    table: {
      name,
      isView: false,
      description,
      fields: [id, ...fields],
      primaryKey: ['id'],
      uniqueKeys: unique.map((column) => [column]),
      foreignKeys: [...references(belongsTo, 'CASCADE'), ...references(refersTo, 'SET NULL')],
    },
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
