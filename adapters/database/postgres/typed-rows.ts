import { sql } from 'kysely'
import type { Row } from '../../../src/core/database/value.ts'
import type { PostgresConnection } from './connection.ts'
import { readRows } from './read-rows.ts'
import type { TypedColumn } from './signature.ts'

/**
 * Rows as the server wrote them → the form that rows of tables have. What a procedure or a cursor answers is not to be had
 * by a select, so the texts go back as one parameter and are read as their types.
 */
export async function typedRows(
  connection: Pick<PostgresConnection, 'read'>,
  columns: readonly TypedColumn[],
  rows: readonly (readonly (string | null)[])[],
): Promise<readonly Row[]> {
  if (rows.length === 0) return []
  const objects = rows.map((row) => Object.fromEntries(columns.map((_, at) => [`c${at}`, row[at] ?? null])))
  const values = columns.map(
    ({ name, cast }, at) => sql`${sql.id('v', `c${at}`)}::${sql.raw(cast)} as ${sql.id(name)}`,
  )
  const texts = columns.map((_, at) => sql`${sql.id(`c${at}`)} text`)
  const select = sql`select ${sql.join(values)} from json_to_recordset(${JSON.stringify(objects)}::json) as v(${sql.join(texts)})`
  return readRows(connection, select, columns)
}
