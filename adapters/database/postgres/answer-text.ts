import { sql } from 'kysely'
import type { ResultColumn, StatementText } from '../sql/connection.ts'
import type { Fragment } from '../sql/dialect.ts'
import { readValue } from './read-value.ts'

/** Longest answer, in bytes: what is longer would be held three times over in memory. */
export const MAX_ANSWER_BYTES = 64 * 1024 * 1024

/**
 * A statement that returns rows → one that returns one row: how many there are, and all of them as the text of a JSON array,
 * null when it is too long. Writing the text here costs the server less than sending it the values, and us nothing.
 */
export function answerText(
  statement: Fragment,
  columns: readonly ResultColumn[],
  verb: StatementText['verb'],
): Fragment {
  const isWrite = verb !== 'select'
  const values = columns.map(({ name }) => sql.id('r', name))
  const read = columns.map((column, at) => readValue(values[at] ?? statement, column))
  const rows = isWrite ? sql`w r` : sql`(${statement}) r`
  const outputs = columns.map(({ name }, at) => {
    const value = read[at]
    return value ? sql`${value} as ${sql.id(name)}` : (values[at] ?? statement)
  })
  const shown = read.some((value) => value !== undefined)
    ? sql`select ${sql.join(outputs)} from ${rows}`
    : isWrite
      ? sql`select * from w`
      : statement
  const whole = sql`${sql.raw(headOf(columns))}${shown}${sql.raw(tailOf(columns))}`
  return isWrite ? sql`with w as (${statement}) ${whole}` : whole
}

/** The same rows one by one, each as the text of a JSON object. `text` is a select that `answerText` has made. */
export function rowsText({ sql: text, columns }: Pick<StatementText, 'sql' | 'columns'>): string {
  return `${ROW_HEAD(rowName(columns))}${text.slice(headOf(columns).length)}`
}

const LIMITED = `case when octet_length(t) <= ${MAX_ANSWER_BYTES} then t end`
const ROW_HEAD = (row: string) => `select ${LIMITED} from (select row_to_json(${row})::text as t from (`

function headOf(columns: readonly ResultColumn[]): string {
  const row = rowName(columns)
  return `select n, ${LIMITED} from (select count(*)::int as n, '[' || coalesce(string_agg(row_to_json(${row})::text, ','), '') || ']' as t from (`
}

function tailOf(columns: readonly ResultColumn[]): string {
  return `) ${rowName(columns)}) a`
}

/** A name that no column has: a column would be taken for the row. */
function rowName(columns: readonly ResultColumn[]): string {
  let name = 'j'
  while (columns.some((column) => column.name === name)) name += 'j'
  return name
}
