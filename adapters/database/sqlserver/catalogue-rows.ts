import type { CallOptions } from '../../../src/core/database/adapter.ts'
import { AppError } from '../../../src/core/errors.ts'
import { type Connection, ownStatement } from '../sql/connection.ts'
import type { Parameter } from './parameter.ts'

/** A row of the catalogue under the names that the statement gives its columns. */
export type CatalogueRow<K extends string> = Readonly<Record<K, string | number | boolean | null>>

/** What the catalogue's statements answer; parts of a thing are sorted by their position. */
export interface CatalogueRows {
  readonly tables: readonly CatalogueRow<'id' | 'schema' | 'name' | 'is_view'>[]
  readonly columns: readonly CatalogueRow<
    | 'id'
    | 'name'
    | 'place'
    | 'type'
    | 'base'
    | 'max_length'
    | 'precision'
    | 'scale'
    | 'nullable'
    | 'is_identity'
    | 'is_computed'
    | 'default'
  >[]
  readonly indexes: readonly CatalogueRow<'id' | 'name' | 'is_primary' | 'is_unique' | 'filter' | 'field'>[]
  readonly foreignKeys: readonly CatalogueRow<
    'id' | 'name' | 'field' | 'ref_id' | 'ref_field' | 'on_update' | 'on_delete'
  >[]
  readonly checks: readonly CatalogueRow<'id' | 'name' | 'definition'>[]
  readonly descriptions: readonly CatalogueRow<'id' | 'place' | 'text'>[]
  readonly estimates: readonly CatalogueRow<'id' | 'count'>[]
  readonly periods: readonly CatalogueRow<'id' | 'place'>[]
}

/** What the catalogue needs of a connection. */
export type CatalogueConnection = Pick<Connection<Parameter>, 'read'>

/** A statement on the catalogue: expressions by the names of their columns, and the rest from `from` on. */
export interface CatalogueQuery<K extends string> {
  readonly columns: Readonly<Record<K, string>>
  readonly from: string
  readonly parameters?: readonly string[]
}

export async function readOwn<K extends string>(
  connection: CatalogueConnection,
  { columns, from, parameters = [] }: CatalogueQuery<K>,
  options: CallOptions,
): Promise<CatalogueRow<K>[]> {
  const list = Object.entries(columns).map(([name, expression]) => `${expression} as [${name}]`)
  const bound = parameters.map((value): Parameter => ({ type: 'text', value }))
  const statement = ownStatement(`select ${list.join(', ')} ${from}`, Object.keys(columns), bound)
  const result = await connection.read(statement, 'rows', options)
  // Texts, numbers and nulls under the names given: the statements are ours, and so is what they ask for.
  return 'rows' in result ? (result.rows as CatalogueRow<K>[]) : []
}

/** Of a part of the catalogue that a server may not have or not show: then it knows nothing of it. */
export async function readIfThere<K extends string>(
  connection: CatalogueConnection,
  query: CatalogueQuery<K>,
  options: CallOptions,
): Promise<CatalogueRow<K>[]> {
  return firstThatAnswers<CatalogueRow<K>[]>([() => readOwn(connection, query, options), async () => []])
}

/** Asks in one way after the other until the server takes one. Throws what was wrong with the first where none is. */
export async function firstThatAnswers<T>(ways: readonly (() => Promise<T>)[]): Promise<T> {
  let refused: unknown
  for (const ask of ways) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'timeout' || error.code === 'unavailable')
        throw error
      refused ??= error
    }
  }
  throw refused
}

/** Groups in the order of their first rows. */
export function grouped<R>(rows: readonly R[], keyOf: (row: R) => string): Map<string, R[]> {
  const groups = new Map<string, R[]>()
  for (const row of rows) {
    const key = keyOf(row)
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return groups
}

export function idOf({ id }: CatalogueRow<'id'>): string {
  return String(id)
}

/** Bits come as booleans, and as numbers from servers that have none. */
export function isTrue(bit: string | number | boolean | null): boolean {
  return bit === true || Number(bit) === 1
}
