import type { CallOptions } from '../../../src/core/database/adapter.ts'
import type { DeleteQuery, InsertQuery, UpdateQuery, WriteResult } from '../../../src/core/database/query.ts'
import type { Table } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import type { Connection, StatementResult } from './connection.ts'
import type { SqlDialect } from './dialect.ts'
import { createReadBack, type Known, type ReadBack, valueAgain } from './read-back.ts'
import { splitInsert } from './split-insert.ts'
import type { Statements } from './statements.ts'

type Write<P, Q> = (connection: Connection<P>, query: Q, options: CallOptions) => Promise<WriteResult>

/** Writes that give their rows on an engine that returns none: the rows are read in the same transaction. */
export interface SecondRead<P> {
  readonly insert: Write<P, InsertQuery>
  readonly update: Write<P, UpdateQuery>
  readonly delete: Write<P, DeleteQuery>
}

export function createSecondRead<P>(statements: Statements<P>, dialect: SqlDialect<P>): SecondRead<P> {
  return {
    async insert(connection, query, options) {
      const { table, returning } = query
      const back = createReadBack({ connection, statements, table, returning, options })
      const rows: WriteResult['rows'][number][] = []
      for (const part of insertParts(query)) {
        const pieces = splitInsert(part, dialect)
        const results = await connection.write(
          pieces.map((piece) =>
            statements.insert({ ...part, rows: piece.rows, returning: [] }, piece.fields),
          ),
          options,
        )
        for (const [at, piece] of pieces.entries())
          rows.push(...(await readInserted(back, { ...part, rows: piece.rows }, results[at])))
      }
      return { affected: query.rows.length, rows }
    },
    async update(connection, query, options) {
      const { table, set, where, returning, raises } = query
      const back = createReadBack({ connection, statements, table, returning, options })
      const key = identity(table)
      const before = await back.locked(where, key ?? storedFields(table))
      if (before.length === 0) return { affected: 0, rows: [] }
      const [result] = await connection.write([statements.update({ ...query, returning: [] })], options)
      if (result?.affected !== before.length) throw overtaken()
      const now = before.map((row) => without({ ...asValues(table, row), ...set }, raises))
      return {
        affected: before.length,
        rows: key ? await back.byKeys(key, now) : await back.byValues(now),
      }
    },
    async delete(connection, query, options) {
      const { table, where, returning } = query
      const back = createReadBack({ connection, statements, table, returning, options })
      const rows = await back.locked(where, returning)
      if (rows.length === 0) return { affected: 0, rows: [] }
      const [result] = await connection.write([statements.delete({ ...query, returning: [] })], options)
      if (result?.affected !== rows.length) throw overtaken()
      return { affected: rows.length, rows }
    },
  }
}

/** By which fields a row of a table is known: its primary key, else a unique key that is never null. */
function identity(table: Table): readonly string[] | undefined {
  const isNeverNull = (key: readonly string[]) =>
    key.every((name) => table.fieldByName.get(name.toLowerCase())?.allowNull === false)
  return table.primaryKey.length > 0 ? table.primaryKey : table.uniqueKeys.find(isNeverNull)
}

function storedFields({ fields }: Table): readonly string[] {
  return fields.filter(({ isGenerated }) => !isGenerated).map(({ name }) => name)
}

/**
 * The inserts that a query comes down to: rows that name the whole key of an upsert, and others, which cannot clash with it. A
 * number that is not given is as good as absent, so that within one insert all numbers are given or none is.
 */
function insertParts({ onConflict, ...query }: InsertQuery): readonly InsertQuery[] {
  const numbered = query.table.fields.find(({ autoIncrement }) => autoIncrement)?.name
  const parts: { rows: Known[]; isUpsert: boolean }[] = []
  for (const given of query.rows) {
    const row = numbered !== undefined && given[numbered] === null ? without(given, numbered) : given
    const isUpsert = onConflict?.every((field) => (row[field] ?? null) !== null) ?? false
    const last = parts.at(-1)
    if (last?.isUpsert === isUpsert) last.rows.push(row)
    else parts.push({ rows: [row], isUpsert })
  }
  return parts.map(({ rows, isUpsert }) => ({
    ...query,
    rows,
    ...(isUpsert && onConflict ? { onConflict } : {}),
  }))
}

/** The rows of one insert statement, which all name the same fields. */
function readInserted(
  back: ReadBack,
  { table, rows, onConflict }: InsertQuery,
  result: StatementResult | undefined,
): Promise<WriteResult['rows']> {
  if (onConflict) return back.byKeys(onConflict, rows)
  const key = identity(table)
  const ids = result?.insertIds
  const keyed = rows.map((row, at): Known => {
    const numbered = table.fields.find(({ name, autoIncrement }) => autoIncrement && row[name] === undefined)
    return ids && numbered ? { ...row, [numbered.name]: ids.first + BigInt(at * ids.step) } : row
  })
  const isKnown = key && keyed.every((row) => key.every((field) => (row[field] ?? null) !== null))
  return isKnown ? back.byKeys(key, keyed) : back.byValues(keyed)
}

function without(row: Known, field: string | undefined): Known {
  if (field === undefined) return row
  return Object.fromEntries(Object.entries(row).filter(([name]) => name !== field))
}

function asValues(table: Table, row: WriteResult['rows'][number]): Known {
  return Object.fromEntries(Object.entries(row).map(([name, json]) => [name, valueAgain(table, name, json)]))
}

/** Rows came or went between the reading and the writing: possible where the database isolates transactions less. */
function overtaken(): AppError {
  return new AppError('conflict', 'Other changes came in between; nothing was changed.', {
    hint: 'Try again.',
    retryable: true,
  })
}
