import type { CallOptions } from '../../../src/core/database/adapter.ts'
import {
  type CatalogueConnection,
  type CatalogueRow,
  type CatalogueRows,
  readIfThere,
  readOwn,
} from './catalogue-rows.ts'
import {
  STANDARD_COLUMNS,
  STANDARD_FOREIGN_KEYS,
  STANDARD_KEYS,
  STANDARD_NUMBERS,
  STANDARD_TABLES,
} from './standard-statements.ts'

/** Tables known by `schema.name`, for these views have no numbers of theirs. */
export async function standardTables(
  connection: CatalogueConnection,
  options: CallOptions,
): Promise<CatalogueRows['tables']> {
  const rows = await readOwn(connection, STANDARD_TABLES, options)
  return rows
    .filter(({ schema }) => !/^(sys|information_schema|pg_catalog)$/i.test(String(schema)))
    .map(({ schema, name, kind }) => ({ id: keyOf(schema, name), schema, name, is_view: kind === 'VIEW' }))
}

export async function standardColumns(
  connection: CatalogueConnection,
  tables: CatalogueRows['tables'],
  options: CallOptions,
): Promise<CatalogueRows['columns']> {
  const rows = await readOwn(connection, STANDARD_COLUMNS, options)
  const numbers = await readIfThere(connection, STANDARD_NUMBERS, options)
  const numbered = new Set(numbers.map(({ schema, table, name }) => `${keyOf(schema, table)}\u0000${name}`))
  return ofTables(rows, tables).map(({ id, row }) => ({
    id,
    name: row.name,
    place: row.place,
    type: row.type,
    base: row.type,
    max_length: bytesOf(row),
    precision: row.precision,
    scale: row.places ?? row.scale,
    nullable: /^yes$/i.test(String(row.nullable)),
    is_identity: numbered.has(`${keyOf(row.schema, row.table)}\u0000${row.name}`),
    is_computed: false,
    default: row.default,
  }))
}

/** The keys alone: these views know no other indexes. */
export async function standardIndexes(
  connection: CatalogueConnection,
  tables: CatalogueRows['tables'],
  options: CallOptions,
): Promise<CatalogueRows['indexes']> {
  const rows = await readOwn(connection, STANDARD_KEYS, options)
  return ofTables(rows, tables).map(({ id, row: { name, kind, field } }) => ({
    id,
    name,
    is_primary: kind === 'PRIMARY KEY',
    is_unique: true,
    filter: null,
    field,
  }))
}

export async function standardForeignKeys(
  connection: CatalogueConnection,
  tables: CatalogueRows['tables'],
  options: CallOptions,
): Promise<CatalogueRows['foreignKeys']> {
  const rows = await readOwn(connection, STANDARD_FOREIGN_KEYS, options)
  const ids = idsByName(tables)
  return ofTables(rows, tables).flatMap(({ id, row }) => {
    const ref = ids.get(keyOf(row.ref_schema, row.ref_table))
    const { name, field, ref_field, on_update, on_delete } = row
    return ref === undefined ? [] : { id, name, field, ref_id: ref, ref_field, on_update, on_delete }
  })
}

type Id = CatalogueRows['tables'][number]['id']

function ofTables<R extends CatalogueRow<'schema' | 'table'>>(
  rows: readonly R[],
  tables: CatalogueRows['tables'],
): { readonly id: Id; readonly row: R }[] {
  const ids = idsByName(tables)
  return rows.flatMap((row) => {
    const id = ids.get(keyOf(row.schema, row.table))
    return id === undefined ? [] : { id, row }
  })
}

function idsByName(tables: CatalogueRows['tables']): ReadonlyMap<string, Id> {
  return new Map(tables.map(({ id, schema, name }) => [keyOf(schema, name), id]))
}

function keyOf(schema: unknown, name: unknown): string {
  return `${schema}\u0000${name}`.toLowerCase()
}

/** As `sys.columns` counts: two bytes for a character of the wide types. */
function bytesOf({ type, length }: CatalogueRow<'type' | 'length'>): number {
  const characters = Number(length ?? 0)
  return characters > 0 && /^n(var)?char$/i.test(String(type)) ? characters * 2 : characters
}
