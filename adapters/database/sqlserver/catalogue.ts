import type { CallOptions } from '../../../src/core/database/adapter.ts'
import type { TableDefinition } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import type { SchemaScope } from '../sql/server-config.ts'
import {
  type CatalogueConnection,
  type CatalogueQuery,
  type CatalogueRows,
  firstThatAnswers,
  readIfThere,
  readOwn,
} from './catalogue-rows.ts'
import * as ask from './catalogue-statements.ts'
import { describeTables } from './describe-tables.ts'
import type { ServerFacts } from './server-facts.ts'
import {
  standardColumns,
  standardForeignKeys,
  standardIndexes,
  standardTables,
} from './standard-catalogue.ts'
import { shownName, spelledSchema } from './table-name.ts'

interface Described {
  readonly scope: SchemaScope
  readonly facts: ServerFacts
  /** Is told which tables have triggers. */
  readonly triggered: Set<string>
}

/**
 * All tables and views in nine statements however many there are. What is more than tables and columns may be missing: a server that
 * only speaks the protocol tells less.
 */
export async function readCatalogue(
  connection: CatalogueConnection,
  { scope, facts, triggered }: Described,
  options: CallOptions,
): Promise<TableDefinition[]> {
  const maybe = <K extends string>(query: CatalogueQuery<K>) => readIfThere(connection, query, options)
  const schema = scope.schema === 'default' ? facts.schema : scope.schema
  const all = await readTables(connection, options)
  const own = spelledSchema(
    all.map((row) => row.schema),
    facts.schema,
  )
  const tables = all.filter((row) => schema === '' || isSame(row.schema, schema))
  const nameOf = new Map(
    all.map((row) => [String(row.id), shownName(String(row.schema), String(row.name), own)]),
  )
  const triggers = await maybe(ask.TRIGGERS)
  triggered.clear()
  for (const { id } of triggers) triggered.add((nameOf.get(String(id)) ?? '').toLowerCase())
  const rows = {
    tables,
    ...(await readParts(connection, all, options)),
    checks: await maybe(ask.CHECKS),
    descriptions: await maybe(ask.DESCRIPTIONS),
    estimates: await maybe(ask.ESTIMATES),
    periods: await maybe(ask.PERIODS),
  }
  return describeTables(rows, nameOf)
}

function isSame(name: unknown, other: string): boolean {
  return String(name).toLowerCase() === other.toLowerCase()
}

function readTables(connection: CatalogueConnection, options: CallOptions): Promise<CatalogueRows['tables']> {
  let isEmpty = false
  const own = async (query: typeof ask.TABLES) => {
    const rows = await readOwn(connection, query, options)
    isEmpty ||= rows.length === 0
    return some(rows)
  }
  return firstThatAnswers<CatalogueRows['tables']>([
    () => own(ask.TABLES),
    () => own(ask.TABLES_ALONE),
    () => standardTables(connection, options),
    async () => {
      if (isEmpty) return []
      throw disagreeing()
    },
  ])
}

/** A view that is there for its name alone has no rows. */
function some<R>(rows: readonly R[]): readonly R[] {
  if (rows.length === 0) throw disagreeing()
  return rows
}

/** Columns and keys. A database without tables is asked for none. */
async function readParts(
  connection: CatalogueConnection,
  tables: CatalogueRows['tables'],
  options: CallOptions,
): Promise<Pick<CatalogueRows, 'columns' | 'indexes' | 'foreignKeys'>> {
  if (tables.length === 0) return { columns: [], indexes: [], foreignKeys: [] }
  const asked = { connection, tables, options }
  const known = new Set(tables.map(({ id }) => String(id)))
  /** Numbers that belong to no table are of a catalogue that does not agree with itself. */
  const fitting = async <R extends { readonly id: unknown }>(rows: Promise<readonly R[]>) => {
    const found = await rows
    const own = found.filter(({ id }) => known.has(String(id)))
    return some(own)
  }
  const columns = await firstThatAnswers<CatalogueRows['columns']>([
    () => fitting(readOwn(connection, ask.COLUMNS, options)),
    () => fitting(readOwn(connection, ask.PLAIN_COLUMNS, options)),
    () => standardColumns(asked),
  ])
  const indexes = await firstThatAnswers<CatalogueRows['indexes']>([
    async () => sound(await fitting(readOwn(connection, ask.INDEXES, options))),
    () => standardIndexes(asked),
    async () => [],
  ])
  const foreignKeys = await firstThatAnswers<CatalogueRows['foreignKeys']>([
    () => fitting(readOwn(connection, ask.FOREIGN_KEYS, options)),
    () => standardForeignKeys(asked),
    async () => [],
  ])
  return { columns, indexes, foreignKeys }
}

/**
 * Early Babelfish gives the columns of an index by their places in the index, not in its table, and calls the index's own number the
 * column's place: such rows would name wrong keys.
 */
function sound<R extends { readonly place: unknown }>(rows: readonly R[]): readonly R[] {
  if (rows.some(({ place }) => Number(place) > MOST_COLUMNS)) throw disagreeing()
  return rows
}

/** Of an index that finds rows, and far more than one takes (learn.microsoft.com, "Maximum capacity specifications for SQL Server"). */
const MOST_COLUMNS = 1024

function disagreeing(): AppError {
  return new AppError('internal', 'The catalogue of the database does not agree with itself.')
}
