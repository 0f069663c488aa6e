import { sql } from 'kysely'
import { type Field, valueClassOf } from '../../../src/core/database/schema.ts'
import type { Value } from '../../../src/core/database/value.ts'
import { AppError } from '../../../src/core/errors.ts'
import type { Fragment, SqlDialect } from '../sql/dialect.ts'
import { expressionSql } from '../sql/expression-sql.ts'
import { JsonBytes } from '../sql/json-bytes.ts'
import type { ColumnKind } from '../sql/value-type.ts'
import { bindValue, NUL_REFUSED, type Parameter } from './bind-value.ts'
import { postgresExpressions } from './expression-words.ts'
import { isComposite } from './type-name.ts'

/** All rows of an insert as one parameter of JSON, which PostgreSQL reads by the types of the table's own columns. */
export const bulkRows: NonNullable<SqlDialect<Parameter>['bulk']> = {
  from: 2,
  rows: (fields, table, parameter) =>
    sql`select ${sql.join(fields.map(inserted))} from json_populate_recordset(null::${table}, ${parameter})`,
  pack: (rows, cells) => {
    const columns = cells.map(({ name, field }, at) => ({
      name,
      key: Buffer.from(`${at === 0 ? '{' : ','}${JSON.stringify(field.column ?? field.name)}:`),
      kind: kindOf(field),
    }))
    const out = new JsonBytes()
    let before = '['
    for (const row of rows) {
      out.ascii(before)
      before = ','
      for (const { name, key, kind } of columns) {
        out.json(key, 0, key.length)
        writeValue(row[name] ?? null, kind, out)
      }
      out.ascii('}')
    }
    out.ascii(']')
    // Bytes are sent in the binary form of JSON, which is its text.
    return out.taken()
  },
}

/** The value of a row as it is stored, by the name of its column. */
function inserted({ name, column = name, expressions }: Field): Fragment {
  const value = sql.id(column)
  const expression = expressions?.insert
  return expression
    ? expressionSql(expression, { column: (one) => sql.id(one), value }, postgresExpressions)
    : value
}

/** What most values are, written without a text in between. */
function writeValue(value: Value, kind: ColumnKind, out: JsonBytes): void {
  if (typeof value === 'number' || typeof value === 'boolean') out.ascii(String(value))
  else if (typeof value === 'string' && PLAIN_TEXTS.has(kind.type) && out.plainText(value)) return
  else out.wide(jsonText(value, kind))
}

/** Of these a text is stored as it is. */
const PLAIN_TEXTS: ReadonlySet<ColumnKind['type']> = new Set(['text', 'date', 'time'])

function kindOf({ type, dbType }: Field): ColumnKind {
  return { type: valueClassOf(type), dbType }
}

/** JSON columns and rows take the JSON itself; everything else is a string of JSON that holds the text form of its type. */
function jsonText(value: Value, kind: ColumnKind): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const text = bindValue(value, kind, 'store')
  if (text === null) return 'null'
  if (typeof text !== 'string') return `"\\\\x${text.toString('hex')}"`
  if (!isJson(kind) && !isComposite(kind)) return IN_QUOTES.test(text) ? `"${text}"` : JSON.stringify(text)
  return typeof value === 'object' ? text : ofText(text)
}

/** Whatever is neither a quote, a backslash, a control character nor half of a surrogate pair. */
const IN_QUOTES = /^[\x20\x21\x23-\x5b\x5d-\ud7ff\ue000-\uffff]*$/

/** Of a table that was declared here and not read from the database, only the class is known. */
function isJson({ type, dbType }: ColumnKind): boolean {
  return dbType === '' ? type === 'json' : dbType === 'json' || dbType === 'jsonb'
}

/** Text for a JSON column must be JSON by itself, or it could end its place and begin another column. */
function ofText(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text))
  } catch (cause) {
    throw new AppError('bad_request', text.includes('\u0000') ? NUL_REFUSED : 'A value is not valid JSON.', {
      cause,
    })
  }
}
