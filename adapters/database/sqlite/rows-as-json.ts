import type { Column, ColumnCode } from './protocol.ts'

/** Columns from which on SQLite's json_object() has too many arguments (sqlite.org/limits.html, 127). */
const MOST_COLUMNS = 60

/**
 * A read whose rows SQLite itself writes as JSON: one row of the text, the number of rows, and of those with a value
 * that is not what its column's type says and would be written wrongly: above 0 the text must not be used. Half the time of
 * building the text in JavaScript. Undefined for columns that SQLite's JSON cannot carry exactly.
 */
export function rowsAsText(sql: string, columns: readonly Column[]): string | undefined {
  return rowsAsJson(sql, columns, (row) => `json_group_array(${row})`)
}

/** The same as a blob, without the brackets of the array and each row in a line of its own; null for no rows. */
export function rowsAsLines(sql: string, columns: readonly Column[]): string | undefined {
  return rowsAsJson(sql, columns, (row) => `CAST(group_concat(${row}, char(10)) AS BLOB)`)
}

/** Whether each can be told from the others by its name, and one function takes them all. */
export function canBeNamed(columns: readonly Column[]): boolean {
  const names = new Set(columns.map(([name]) => name.toLowerCase()))
  return columns.length > 0 && columns.length <= MOST_COLUMNS && names.size === columns.length
}

function rowsAsJson(
  sql: string,
  columns: readonly Column[],
  all: (row: string) => string,
): string | undefined {
  if (!canBeNamed(columns)) return undefined
  const members: string[] = []
  const doubts: string[] = []
  for (const [name, code] of columns) {
    const written = WRITTEN[code]
    if (!written) return undefined
    const column = `"${name.replaceAll('"', '""')}"`
    members.push(`'${name.replaceAll("'", "''")}', ${written.value(column)}`)
    if (written.doubt) doubts.push(written.doubt(column))
  }
  // A condition costs less than its value.
  const doubted = doubts.length > 0 ? `count(*) FILTER (WHERE ${doubts.join(' OR ')})` : '0'
  return `SELECT ${all(`json_object(${members.join(', ')})`)}, count(*), ${doubted} FROM (${sql})`
}

interface Written {
  readonly value: (column: string) => string
  /** SQL that is true of a value that `value` would not write as `Row` has it; absent where there can be none. */
  readonly doubt?: (column: string) => string
}

/** 2^53 − 1 */
const SAFE = '9007199254740991'

/**
 * Absent: floating point needs 17 digits, of which SQLite writes 15; bytes and JSON columns are for JavaScript. The doubts
 * use operators where they can, because each call of a function costs as much as writing the value.
 */
const WRITTEN: Readonly<Partial<Record<ColumnCode, Written>>> = {
  i: {
    value: (column) => column,
    // Of fractions and texts the integer part is another value, and of what has more than 53 bits those that are left.
    doubt: (column) => `${column} << 11 >> 11 <> ${column}`,
  },
  t: {
    // Concatenation takes off the mark by which SQLite knows JSON that a view's function made.
    value: (column) => `${column} || ''`,
    // Numbers sort before all text, bytes after it (sqlite.org/datatype3.html §4.1).
    doubt: (column) => `${column} < '' OR ${column} >= x''`,
  },
  // Numbers sort before all text. Bytes SQLite refuses to write.
  s: { value: (column) => column, doubt: (column) => `${column} < ''` },
  T: { value: (column) => column },
  d: { value: (column) => column, doubt: decimalDoubt },
  b: {
    value: (column) => `json(CASE ${column} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)`,
    doubt: (column) => `${column} NOT IN (0, 1)`,
  },
}

/**
 * Up to four decimals below 50 billion have no more than 15 digits: that is cheap to see, of positive numbers at least. Of ten-thousandths
 * with more than 50 bits the others are cut off, which makes another number. What is not seen so is written to see, and what SQLite writes
 * as `1.0e-05`, where everything else here writes 0.00001. Conditions joined by operators cost less than CASE.
 */
function decimalDoubt(column: string): string {
  const isNotSeen = `${column} <> ((${column} * 10000.0 + 0.5) << 14 >> 14) / 10000.0`
  const isTiny = `${column} BETWEEN -0.0001 AND 0.0001`
  const isWrong = `${column} <> CAST(format('%!.15g', ${column}) AS REAL)`
  return `(${isNotSeen} AND (${isTiny} OR ${isWrong} OR ${column} NOT BETWEEN -${SAFE} AND ${SAFE}))`
}
