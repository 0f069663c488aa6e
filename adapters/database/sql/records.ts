import type { Records } from '../../../src/core/database/adapter.ts'
import type { InsertQuery, WriteResult } from '../../../src/core/database/query.ts'
import type { Connection, StatementText } from './connection.ts'
import type { SqlDialect } from './dialect.ts'
import { createSecondRead } from './second-read.ts'
import { splitInsert } from './split-insert.ts'
import type { Statements } from './statements.ts'

/** Reading and writing rows over a connection: the same in autocommit and inside a transaction. */
export function createRecords<P>(
  connection: Connection<P>,
  statements: Statements<P>,
  dialect: SqlDialect<P>,
): Records {
  const secondRead = createSecondRead(statements, dialect)
  const returns = (verb: StatementText['verb'], fields: readonly string[]) =>
    fields.length === 0 || dialect.returning.has(verb)
  return {
    select(query, options) {
      const { lines, isBrief } = query
      try {
        return connection.read(
          statements.select(query),
          query.as,
          lines === undefined && !isBrief ? options : { lines, isBrief, ...options },
        )
      } catch (error) {
        return Promise.reject(error)
      }
    },
    async insert(query, options) {
      if (query.rows.length === 0) return { affected: 0, rows: [] }
      if (!returns('insert', query.returning))
        return connection.together((own) => secondRead.insert(own, query, options), options)
      const parts = splitInsert(query, dialect)
      const results = await connection.write(
        parts.map(({ rows, fields }) => statements.insert({ ...query, rows }, fields)),
        options,
      )
      return { affected: affectedBy(query, results), rows: results.flatMap(({ rows }) => rows) }
    },
    async update(query, options) {
      if (!returns('update', query.returning))
        return connection.together((own) => secondRead.update(own, query, options), options)
      const [result] = await connection.write([statements.update(query)], options)
      return written(result)
    },
    async delete(query, options) {
      if (!returns('delete', query.returning))
        return connection.together((own) => secondRead.delete(own, query, options), options)
      const [result] = await connection.write([statements.delete(query)], options)
      return written(result)
    },
  }
}

/** An upsert writes each of its rows once, however an engine counts those that were there. */
function affectedBy(query: InsertQuery, results: readonly WriteResult[]): number {
  if (query.onConflict) return query.rows.length
  return results.reduce((sum, { affected }) => sum + affected, 0)
}

function written(result: WriteResult | undefined): WriteResult {
  return { affected: result?.affected ?? 0, rows: result?.rows ?? [] }
}
