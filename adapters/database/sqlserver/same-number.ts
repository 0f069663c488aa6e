import type { Filter, UpdateQuery } from '../../../src/core/database/query.ts'

/**
 * The update without the number of its row where that stays the same: whoever writes back a whole record names it, and this database
 * takes no word about it. A number that is to be another one stays, for the database to refuse.
 */
export function withoutSameNumber(query: UpdateQuery): UpdateQuery {
  const number = query.table.fields.find(({ autoIncrement }) => autoIncrement)?.name
  const value = number === undefined ? undefined : query.set[number]
  if (number === undefined || value === undefined || !isPinned(query.where, number, String(value)))
    return query
  return { ...query, set: Object.fromEntries(Object.entries(query.set).filter(([name]) => name !== number)) }
}

/** Only rows with this value are meant. */
function isPinned(where: Filter, field: string, value: string): boolean {
  if (where.op === 'and') return where.all.some((part) => isPinned(part, field, value))
  if (where.op === '=') return where.field === field && String(where.value) === value
  return (
    where.op === 'in' &&
    where.field === field &&
    where.values.length === 1 &&
    String(where.values[0]) === value
  )
}
