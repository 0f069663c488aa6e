import { sql } from 'kysely'
import { MAX_ANSWER_BYTES } from '../sql/answer-size.ts'
import type { ResultColumn, StatementText } from '../sql/connection.ts'
import type { Fragment } from '../sql/dialect.ts'
import { readValue } from './read-value.ts'

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
  const keys = keysOf(columns)
  const values = keys.map((key) => sql.id('r', key))
  const outputs = columns.map((column, at) => outputSql(column, values[at] ?? statement, keys[at] ?? ''))
  const isSame = columns.every(({ name }, at) => name === keys[at] && outputs[at] === values[at])
  const source = isWrite ? sql`w r` : sql`(${statement}) r(${sql.join(keys.map((key) => sql.id(key)))})`
  const plain = isWrite ? sql`select * from w` : statement
  const shown = isSame ? plain : sql`select ${sql.join(outputs)} from ${source}`
  const whole = sql`${sql.raw(headOf(columns))}${shown}${sql.raw(tailOf(columns))}`
  return isWrite ? sql`with w as (${statement}) ${whole}` : whole
}

function outputSql(column: ResultColumn, value: Fragment, key: string): Fragment {
  const read = readValue(value, column)
  return read ? sql`${read} as ${sql.id(key)}` : value
}

/** The same rows one by one, each as the text of a JSON object. `text` is a select that `answerText` has made. */
export function rowsText({ sql: text, columns }: Pick<StatementText, 'sql' | 'columns'>): string {
  const head = `select ${LIMITED} from (select ${rowJson(columns)}::text as t from (`
  return `${head}${text.slice(headOf(columns).length)}`
}

const LIMITED = `case when octet_length(t) <= ${MAX_ANSWER_BYTES} then t end`

function headOf(columns: readonly ResultColumn[]): string {
  return `select n, ${LIMITED} from (select count(*)::int as n, '[' || coalesce(string_agg(${rowJson(columns)}::text, ','), '') || ']' as t from (`
}

function tailOf(columns: readonly ResultColumn[]): string {
  return `) ${rowName(columns)}) a`
}

/** NAMEDATALEN − 1: PostgreSQL cuts longer names off, and only names of aggregates can be so long. */
const MAX_NAME_BYTES = 63

function hasLongName(columns: readonly ResultColumn[]): boolean {
  return columns.some(({ name }) => Buffer.byteLength(name) > MAX_NAME_BYTES)
}

/** What the columns are called inside: by their names, which are the keys of the JSON, where they can be. */
function keysOf(columns: readonly ResultColumn[]): readonly string[] {
  return columns.map(({ name }, at) => (hasLongName(columns) ? `c${at}` : name))
}

function rowJson(columns: readonly ResultColumn[]): string {
  const row = rowName(columns)
  if (!hasLongName(columns)) return `row_to_json(${row})`
  const members = columns.map(({ name }, at) => `'${name.replaceAll("'", "''")}', ${row}.c${at}`)
  return `json_build_object(${members.join(', ')})`
}

/** A name that no column has: a column would be taken for the row. */
function rowName(columns: readonly ResultColumn[]): string {
  const keys = keysOf(columns)
  let name = 'j'
  while (keys.includes(name)) name += 'j'
  return name
}
