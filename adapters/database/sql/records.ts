import type { Records } from '../../../src/core/database/adapter.ts'
import type { InsertQuery } from '../../../src/core/database/query.ts'
import type { Connection } from './connection.ts'
import type { SqlDialect } from './dialect.ts'
import type { Statements } from './statements.ts'

/** Reading and writing rows over a connection: the same in autocommit and inside a transaction. */
export function createRecords<P>(
  connection: Connection<P>,
  statements: Statements<P>,
  dialect: SqlDialect<P>,
): Records {
  return {
    async select(query, options) {
      return connection.read(statements.select(query), query.as, options)
    },
    async insert(query, options) {
      if (query.rows.length === 0) return { affected: 0, rows: [] }
      const parts = splitInsert(query, dialect)
      const results = await connection.write(
        parts.map(({ rows, fields }) => statements.insert({ ...query, rows }, fields)),
        options,
      )
      return {
        affected: results.reduce((sum, { affected }) => sum + affected, 0),
        rows: results.flatMap(({ rows }) => rows),
      }
    },
    async update(query, options) {
      const [result] = await connection.write([statements.update(query)], options)
      return result ?? { affected: 0, rows: [] }
    },
    async delete(query, options) {
      const [result] = await connection.write([statements.delete(query)], options)
      return result ?? { affected: 0, rows: [] }
    },
  }
}

interface InsertPart {
  readonly fields: readonly string[]
  readonly rows: InsertQuery['rows']
}

/**
 * Rows in input order, cut where their keys change, where parameters run out, and into few sizes, so that inserts of any
 * length share few statement texts. A row without keys is a statement of its own.
 */
export function splitInsert<P>(
  query: InsertQuery,
  { maxParameters, bulk }: Pick<SqlDialect<P>, 'maxParameters' | 'bulk'>,
): readonly InsertPart[] {
  const parts: InsertPart[] = []
  for (let start = 0; start < query.rows.length; ) {
    const fields = Object.keys(query.rows[start] ?? {})
    const key = fields.join('\u0000')
    let end = start + 1
    while (end < query.rows.length && Object.keys(query.rows[end] ?? {}).join('\u0000') === key) end++
    if (bulk && fields.length > 0 && end - start >= bulk.from) {
      parts.push({ fields, rows: query.rows.slice(start, end) })
      start = end
    }
    while (start < end) {
      const size = partSize(end - start, fields.length, maxParameters)
      parts.push({ fields, rows: query.rows.slice(start, start + size) })
      start += size
    }
  }
  return parts
}

const PART_SIZES = [256, 64, 16, 4]

function partSize(rows: number, fields: number, maxParameters: number): number {
  if (fields === 0) return 1
  return PART_SIZES.find((size) => size <= rows && size * fields <= maxParameters) ?? 1
}
