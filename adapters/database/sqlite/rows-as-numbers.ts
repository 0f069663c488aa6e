import type { Column } from './protocol.ts'
import { canBeNamed } from './rows-as-json.ts'

/**
 * The same as `rowsAsLines` for rows of nothing but numbers, decimals among them: lists of their values, and decimals as whole hundredths.
 * SQLite writes those in a fifth of the time, and no names (`spellRows` puts them in). What the other numbers are is seen when they
 * are read.
 */
export function rowsAsNumbers(sql: string, columns: readonly Column[]): string | undefined {
  if (!canBeNamed(columns) || !columns.every(([, code]) => code === 'i' || code === 'd')) return undefined
  const values: string[] = []
  const doubts: string[] = []
  for (const [name, code] of columns) {
    const column = `"${name.replaceAll('"', '""')}"`
    const hundredths = `(${column} * 100.0 + 0.5 | 0)`
    values.push(code === 'd' ? hundredths : column)
    if (code === 'd') doubts.push(`${column} <> ${hundredths} / 100.0`, wholeReal(column))
  }
  if (doubts.length === 0) return undefined
  const doubted = `count(*) FILTER (WHERE ${doubts.join(' OR ')})`
  return `SELECT CAST(group_concat(json_array(${values.join(', ')}), char(10)) AS BLOB), count(*), ${doubted} FROM (${sql})`
}

/** A column of no numeric type, or a view, may give these, which are written with a point. */
function wholeReal(column: string): string {
  return `(${column} = ${column} | 0 AND typeof(${column}) = 'real')`
}
