import type { CallOptions } from '../../../src/core/database/adapter.ts'
import type { Filter, InsertQuery, WriteResult } from '../../../src/core/database/query.ts'
import type { Row, Value } from '../../../src/core/database/value.ts'
import { AppError } from '../../../src/core/errors.ts'
import type { Connection, StatementResult } from '../sql/connection.ts'
import type { Statements } from '../sql/statements.ts'
import type { Parameter } from './parameter.ts'

interface Upsert {
  /** A transaction. */
  readonly connection: Connection<Parameter>
  readonly statements: Statements<Parameter>
  readonly query: InsertQuery
  readonly keys: readonly string[]
  readonly options: CallOptions
}

/**
 * Row by row: updated by its key, and inserted where there was none. MERGE would do both in one statement, but fails in another session's
 * insert of the same key, and returns nothing before 23ai. Here a key that clashes on the way is updated after all.
 */
export async function upsertRows(upsert: Upsert): Promise<WriteResult> {
  const rows: Row[] = []
  for (const row of upsert.query.rows) {
    const { keys } = upsert
    const isKeyed = keys.every((key) => (row[key] ?? null) !== null)
    const result = isKeyed ? await updateOrInsert(upsert, row) : await insert(upsert, row)
    rows.push(...result.rows)
  }
  return { affected: upsert.query.rows.length, rows }
}

type Given = InsertQuery['rows'][number]

async function updateOrInsert(upsert: Upsert, row: Given): Promise<WriteResult> {
  const updated = await update(upsert, row)
  if (updated.affected > 0) return updated
  try {
    return await insert(upsert, row)
  } catch (error) {
    if (!isClashOf(upsert.keys, error)) throw error
    // The other one has committed by now, or it would still be waited for.
    const second = await update(upsert, row)
    if (second.affected > 0) return second
    throw error
  }
}

function update({ connection, statements, query, keys, options }: Upsert, row: Given): Promise<WriteResult> {
  const { table, returning } = query
  const set = Object.fromEntries(Object.entries(row).filter(([name]) => !keys.includes(name)))
  const where: Filter = { op: 'and', all: keys.map((field) => equals(field, row[field] ?? null)) }
  return one(connection.write([statements.update({ table, set, where, returning }, true)], options))
}

function insert({ connection, statements, query, options }: Upsert, row: Given): Promise<WriteResult> {
  const { table, returning } = query
  const statement = statements.insert({ table, rows: [row], returning }, Object.keys(row))
  return one(connection.write([statement], options))
}

function equals(field: string, value: Value): Filter {
  return value === null ? { op: 'is_null', field } : { op: '=', field, value }
}

async function one(written: Promise<readonly StatementResult[]>): Promise<WriteResult> {
  const [result] = await written
  return { affected: result?.affected ?? 0, rows: result?.rows ?? [] }
}

/** Another key that clashes is the caller's to hear of. */
function isClashOf(keys: readonly string[], error: unknown): boolean {
  if (!(error instanceof AppError) || error.code !== 'conflict') return false
  const { context } = error
  const fields: unknown =
    typeof context === 'object' && context !== null ? Reflect.get(context, 'fields') : []
  return Array.isArray(fields) && fields.length === keys.length && keys.every((key) => fields.includes(key))
}
