import type { CallOptions } from '../../../src/core/database/adapter.ts'
import {
  type CatalogueConnection,
  type CatalogueQuery,
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

/** Tables whose parts are read, and where. */
interface Asked {
  readonly connection: CatalogueConnection
  readonly tables: CatalogueRows['tables']
  readonly options: CallOptions
}

export async function standardColumns(asked: Asked): Promise<CatalogueRows['columns']> {
  const rows = await ofTables(STANDARD_COLUMNS, asked)
  const numbers = await readIfThere(asked.connection, STANDARD_NUMBERS, asked.options)
  const numbered = new Set(numbers.map(columnKey))
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    place: row.place,
    type: row.type,
    base: row.type,
    max_length: bytesOf(row),
    precision: row.precision,
    scale: row.places ?? row.scale,
    nullable: /^yes$/i.test(String(row.nullable)),
    is_identity: numbered.has(columnKey(row)),
    is_computed: false,
    default: row.default,
  }))
}

/** The keys alone: these views know no other indexes. */
export async function standardIndexes(asked: Asked): Promise<CatalogueRows['indexes']> {
  const rows = await ofTables(STANDARD_KEYS, asked)
  return rows.map(({ id, name, kind, field }) => ({
    id,
    name,
    is_primary: kind === 'PRIMARY KEY',
    is_unique: true,
    filter: null,
    field,
  }))
}

export async function standardForeignKeys(asked: Asked): Promise<CatalogueRows['foreignKeys']> {
  const rows = await ofTables(STANDARD_FOREIGN_KEYS, asked)
  const ids = idsByName(asked.tables)
  return rows.flatMap(({ id, name, field, ref_schema, ref_table, ref_field, on_update, on_delete }) => {
    const ref = ids.get(keyOf(ref_schema, ref_table))
    return ref === undefined ? [] : { id, name, field, ref_id: ref, ref_field, on_update, on_delete }
  })
}

type Id = CatalogueRows['tables'][number]['id']

/** What is about one of the tables, with the table's id. */
async function ofTables<K extends string>(
  query: CatalogueQuery<K | 'schema' | 'table'>,
  { connection, tables, options }: Asked,
): Promise<(CatalogueRow<K | 'schema' | 'table'> & { readonly id: Id })[]> {
  const rows = await readOwn(connection, query, options)
  const ids = idsByName(tables)
  return rows.flatMap((row) => {
    const id = ids.get(keyOf(row.schema, row.table))
    return id === undefined ? [] : { ...row, id }
  })
}

function idsByName(tables: CatalogueRows['tables']): ReadonlyMap<string, Id> {
  return new Map(tables.map(({ id, schema, name }) => [keyOf(schema, name), id]))
}

function keyOf(schema: unknown, name: unknown): string {
  return `${schema}\u0000${name}`.toLowerCase()
}

function columnKey({ schema, table, name }: CatalogueRow<'schema' | 'table' | 'name'>): string {
  return `${keyOf(schema, table)}\u0000${name}`
}

/** As `sys.columns` counts: two bytes for a character of the wide types. */
function bytesOf({ type, length }: CatalogueRow<'type' | 'length'>): number {
  const characters = Number(length ?? 0)
  return characters > 0 && /^n(var)?char$/i.test(String(type)) ? characters * 2 : characters
}
