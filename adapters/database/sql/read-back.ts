import type { CallOptions } from '../../../src/core/database/adapter.ts'
import type { Filter, SelectQuery } from '../../../src/core/database/query.ts'
import { type Table, valueClassOf } from '../../../src/core/database/schema.ts'
import type { Json, Row, Value } from '../../../src/core/database/value.ts'
import { AppError } from '../../../src/core/errors.ts'
import type { Connection } from './connection.ts'
import type { Statements } from './statements.ts'

/** Values by field: a key, or all that is known of a row. */
export type Known = { readonly [field: string]: Value }

/** Reads rows of one table again, inside the transaction that wrote them. */
export interface ReadBack {
  /** The rows of a query, in its order; locked until the transaction ends. */
  locked(where: Filter | undefined, fields: readonly string[]): Promise<readonly Row[]>
  /** The row of each key, in order. `fields` are those of all keys, which are unique. */
  byKeys(fields: readonly string[], keys: readonly Known[]): Promise<readonly Row[]>
  /** For a table without a key: for each, one row that has these values. Rows that are the same in all of them are not told apart. */
  byValues(rows: readonly Known[]): Promise<readonly Row[]>
}

interface Reading<P> {
  readonly connection: Connection<P>
  readonly statements: Statements<P>
  readonly table: Table
  readonly returning: readonly string[]
  readonly options: CallOptions
}

/** Keys read by one statement. */
const KEYS_AT_ONCE = 500

export function createReadBack<P>({
  connection,
  statements,
  table,
  returning,
  options,
}: Reading<P>): ReadBack {
  async function read(query: Pick<SelectQuery, 'fields' | 'where' | 'limit'>): Promise<readonly Row[]> {
    const result = await connection.read(statements.select({ table, as: 'rows', ...query }), 'rows', options)
    return 'rows' in result ? result.rows : JSON.parse(result.json)
  }

  async function readOne(where: Filter): Promise<Row> {
    const [row] = await read({ fields: returning, where, limit: 1 })
    if (row) return row
    throw new AppError('conflict', 'A record that was written could not be found again; nothing was kept.', {
      hint: 'Ask for no fields of it: the database changed its values, or does not show it.',
    })
  }

  async function readKeys(fields: readonly string[], keys: readonly Known[]): Promise<Row[]> {
    const wanted = [...new Set([...returning, ...fields])]
    const rows = await read({ fields: wanted, where: hasOneOf(fields, keys), limit: keys.length })
    const found = new Map(rows.map((row) => [keyText(fields, row), row]))
    const results: Row[] = []
    for (const key of keys) {
      const row = found.get(keyText(fields, key))
      // The database may hold a key in other words than it was given: `01` as 1, `a ` as `a`.
      results.push(row ? only(returning, row) : await readOne(allEqual(fields, key)))
    }
    return results
  }

  return {
    async locked(where, fields) {
      const query = { table, fields, limit: Number.MAX_SAFE_INTEGER, locked: true, as: 'rows' } as const
      const statement = statements.select(where ? { ...query, where } : query)
      const result = await connection.read(statement, 'rows', options)
      return 'rows' in result ? result.rows : JSON.parse(result.json)
    },
    async byKeys(fields, keys) {
      const results: Row[] = []
      for (let from = 0; from < keys.length; from += KEYS_AT_ONCE)
        results.push(...(await readKeys(fields, keys.slice(from, from + KEYS_AT_ONCE))))
      return results
    },
    async byValues(rows) {
      const results: Row[] = []
      for (const row of rows) results.push(await readOne(allEqual(comparable(table, row), row)))
      return results
    },
  }
}

/** A value of the wire as it is given to the database again. */
export function valueAgain(table: Table, field: string, json: Json): Value {
  const type = table.fieldByName.get(field.toLowerCase())?.type ?? 'text'
  const kind = valueClassOf(type)
  if (json === null) return null
  if (kind === 'json' || typeof json === 'object') return { json }
  return kind === 'binary' ? Buffer.from(String(json), 'base64') : json
}

/** Fields that no value equals for certain: floating point, documents and what has no simple type, like shapes. */
function comparable(table: Table, row: Known): readonly string[] {
  return Object.keys(row).filter((name) => {
    const field = table.fieldByName.get(name.toLowerCase())
    const kind = field && valueClassOf(field.type)
    return field && !field.isGenerated && kind !== 'float' && kind !== 'json' && field.type !== 'object'
  })
}

function hasOneOf(fields: readonly string[], keys: readonly Known[]): Filter {
  const [first = ''] = fields
  if (fields.length > 1) return { op: 'or', all: keys.map((key) => allEqual(fields, key)) }
  const values = keys.flatMap((key) => present(key[first]))
  return { op: 'in', field: first, values }
}

function allEqual(fields: readonly string[], row: Known): Filter {
  const all = fields.map((field): Filter => {
    const [value] = present(row[field])
    return value === undefined ? { op: 'is_null', field } : { op: '=', field, value }
  })
  return { op: 'and', all }
}

function present(value: Value | undefined): Exclude<Value, null>[] {
  return value === null || value === undefined ? [] : [value]
}

function keyText(fields: readonly string[], row: Known | Row): string {
  return fields
    .map((field) => {
      const value = row[field]
      return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : String(value)
    })
    .join('\u0000')
}

function only(fields: readonly string[], row: Row): Row {
  return Object.fromEntries(fields.map((field) => [field, row[field] ?? null]))
}
