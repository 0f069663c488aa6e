import type { ServerConnection } from '../sql/server-connection.ts'
import type { Parameter } from './parameter.ts'
import { BEGIN, COMMIT } from './write-sql.ts'

/**
 * Runs a write where the server does not undo the whole when one of its statements fails: what is to be one transaction begins and ends
 * outside of the batch, so that an error comes between.
 */
export async function byHand<T>(
  connection: Pick<ServerConnection<Parameter>, 'begin' | 'commit' | 'rollback' | 'destroy'>,
  sql: string,
  run: (sql: string) => Promise<T>,
): Promise<T> {
  const end = `; ${COMMIT}`
  if (!sql.endsWith(end)) return run(sql)
  await connection.begin()
  try {
    const result = await run(sql.slice(0, -end.length).replace(`${BEGIN}; `, ''))
    await connection.commit()
    return result
  } catch (error) {
    await connection.rollback().catch(() => connection.destroy())
    throw error
  }
}
