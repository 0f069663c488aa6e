import type { Records } from '../../../src/core/database/adapter.ts'
import type { Connection } from '../sql/connection.ts'
import type { SqlDialect } from '../sql/dialect.ts'
import { createRecords } from '../sql/records.ts'
import type { Statements } from '../sql/statements.ts'
import type { Parameter } from './parameter.ts'
import { upsertRows } from './upsert.ts'

/** The kit's records, but for upserts, which no single statement does here. */
export function createOracleRecords(
  connection: Connection<Parameter>,
  statements: Statements<Parameter>,
  dialect: SqlDialect<Parameter>,
): Records {
  const records = createRecords(connection, statements, dialect)
  return {
    ...records,
    async insert(query, options) {
      const { onConflict: keys, ...plain } = query
      if (!keys || query.rows.length === 0) return records.insert(query, options)
      return connection.together(
        (own) => upsertRows({ connection: own, statements, query: plain, keys, options }),
        options,
      )
    },
  }
}
