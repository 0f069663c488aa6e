import type { InsertQuery } from '../../../src/core/database/query.ts'
import type { SqlDialect } from './dialect.ts'

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
