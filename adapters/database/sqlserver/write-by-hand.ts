import { inTransaction, type WriteConnection } from './write-in-steps.ts'
import { BEGIN, COMMIT } from './write-sql.ts'

/**
 * Runs a write where the server does not undo the whole when one of its statements fails: what is to be one transaction begins and ends
 * outside of the batch, so that an error comes between.
 */
export async function byHand<T>(
  connection: WriteConnection,
  sql: string,
  run: (sql: string) => Promise<T>,
): Promise<T> {
  const end = `; ${COMMIT}`
  if (!sql.endsWith(end)) return run(sql)
  return inTransaction(connection, () => run(sql.slice(0, -end.length).replace(`${BEGIN}; `, '')))
}
