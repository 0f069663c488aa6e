import { sql } from 'kysely'
import type { Row } from '../../../src/core/database/value.ts'
import { MAX_ANSWER_BYTES, tooLarge } from '../sql/answer-size.ts'
import { ownStatement } from '../sql/connection.ts'
import type { TypeRow } from './catalogue-rows.ts'
import type { PostgresConnection } from './connection.ts'
import { compiled } from './read-rows.ts'
import { routineTypes } from './routines.ts'
import { type TypedColumn, typedColumn } from './signature.ts'
import { RESOLVE_TYPES } from './type-rows.ts'
import { typedRows } from './typed-rows.ts'
import type { WireAnswer } from './wire-query.ts'

/** All rows of an open cursor, which is then closed. Throws `payload_too_large`. */
export async function fetchCursor(connection: PostgresConnection, cursor: string): Promise<readonly Row[]> {
  const fetch = compiled(sql`fetch ${sql.raw(String(PART_ROWS))} from ${sql.id(cursor)}`)
  const rows: (readonly (string | null)[])[] = []
  let size = 0
  for (;;) {
    const part = await connection.texts(fetch)
    for (const row of part.rows) {
      rows.push(row)
      size += row.reduce((sum, text) => sum + (text?.length ?? 0), 0)
    }
    if (size > MAX_ANSWER_BYTES) throw tooLarge()
    if (part.rows.length < PART_ROWS) {
      await connection.write(compiled(sql`close ${sql.id(cursor)}`))
      return typedRows(connection, await typedColumns(connection, part), rows)
    }
  }
}

const PART_ROWS = 1000

async function typedColumns(
  connection: PostgresConnection,
  { names, typeIds }: Pick<WireAnswer, 'names' | 'typeIds'>,
): Promise<TypedColumn[]> {
  const ids = `{${typeIds.join(',')}}`
  const result = await connection.read(ownStatement(TYPES, ['types'], [ids]), 'rows')
  const text = 'rows' in result ? result.rows[0]?.types : undefined
  // The statement is ours, and so is the form of what it answers.
  const rows = JSON.parse(typeof text === 'string' ? text : '[]') as TypeRow[]
  const types = routineTypes({ types: rows.filter(([, , , , kind]) => kind !== 'p') })
  const taken = new Set<string>()
  return names.map((name, at) => typedColumn(freeName(name, taken), types.get(typeIds[at] ?? 0)))
}

const TYPES = `WITH RECURSIVE used (type, modifier) AS (SELECT DISTINCT t, -1 FROM unnest($1::oid[]) t),${RESOLVE_TYPES}
  SELECT coalesce(pg_catalog.json_agg(row), '[]')::text AS types FROM resolved`

/** A select may give two columns one name; a row cannot. */
function freeName(name: string, taken: Set<string>): string {
  let free = name
  for (let count = 2; taken.has(free); count++) free = `${name}_${count}`
  taken.add(free)
  return free
}
