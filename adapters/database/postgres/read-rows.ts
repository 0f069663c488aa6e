import { createQueryId } from 'kysely'
import type { Row } from '../../../src/core/database/value.ts'
import { tooLarge } from '../sql/answer-size.ts'
import { ownStatement, type ResultColumn, type Statement } from '../sql/connection.ts'
import type { Fragment } from '../sql/dialect.ts'
import { answerText } from './answer-text.ts'
import type { Parameter } from './bind-value.ts'
import type { PostgresConnection } from './connection.ts'
import { postgresDialect } from './dialect.ts'

/** The rows of a select that is run once, in the form that rows of tables have. Throws `payload_too_large`. */
export async function readRows(
  connection: Pick<PostgresConnection, 'read'>,
  select: Fragment,
  columns: readonly ResultColumn[],
): Promise<readonly Row[]> {
  const statement = compiled(answerText(select, columns, 'select'), ['count', 'rows'])
  const result = await connection.read(statement, 'rows')
  const text = 'rows' in result ? result.rows[0]?.rows : undefined
  if (typeof text !== 'string') throw tooLarge()
  return JSON.parse(text)
}

/** SQL of the engine's own with its bound values. */
export function compiled(fragment: Fragment, columns: readonly string[] = []): Statement<Parameter> {
  const { sql, parameters } = postgresDialect
    .createQueryCompiler()
    .compileQuery(fragment.toOperationNode(), createQueryId())
  // Kysely gives back what was bound, in the order of the placeholders.
  return ownStatement(sql, columns, parameters as readonly Parameter[])
}
