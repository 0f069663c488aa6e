import type { CallQuery, CallResult } from '../../../src/core/database/query.ts'
import type { Row } from '../../../src/core/database/value.ts'
import { outcomeUnknown } from '../sql/interruption.ts'
import { callStatement } from './call-statement.ts'
import type { PostgresConnection } from './connection.ts'
import { fetchCursor } from './fetch-cursor.ts'
import { compiled, readRows } from './read-rows.ts'
import { readSignature, type Signature } from './signature.ts'
import { typedRows } from './typed-rows.ts'

/**
 * Calls a function or procedure. A procedure may end transactions by itself, so it runs in none unless it must: where the
 * database is to refuse every change, which is then undone to the last setting, and where cursors are to be read after it.
 */
export async function callRoutine(connection: PostgresConnection, query: CallQuery): Promise<CallResult> {
  const signature = await readSignature(connection, query.routine)
  connection.soil()
  const run = () =>
    (query.routine.kind === 'function' ? runFunction : runProcedure)(connection, signature, query)
  const isUndone = query.readOnly
  if (!isUndone && cursorsOf(signature).length === 0) return kept(connection, run)
  await connection.begin()
  try {
    const result = await run()
    await (isUndone ? connection.rollback() : kept(connection, () => connection.commit()))
    return result
  } catch (error) {
    if (connection.isUsable) await connection.rollback().catch(() => connection.destroy())
    throw error
  }
}

/** What commits by itself: if its connection is lost, so is the knowledge of what became of it. */
async function kept<T>(connection: PostgresConnection, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw connection.isUsable ? error : outcomeUnknown(error)
  }
}

async function runFunction(
  connection: PostgresConnection,
  signature: Signature,
  query: CallQuery,
): Promise<CallResult> {
  const rows = await readRows(connection, callStatement(signature, query), signature.columns)
  const cursors = cursorsOf(signature)
  return { sets: cursors.length > 0 ? await fetchAll(connection, cursors, rows) : [rows], out: {} }
}

async function runProcedure(
  connection: PostgresConnection,
  signature: Signature,
  query: CallQuery,
): Promise<CallResult> {
  const { rows } = await connection.texts(compiled(callStatement(signature, query)))
  if (signature.columns.length === 0) return { sets: [], out: {} }
  const values = await typedRows(connection, signature.columns, rows)
  const cursors = cursorsOf(signature)
  const out = Object.entries(values[0] ?? {}).filter(([name]) => !cursors.includes(name))
  return { sets: await fetchAll(connection, cursors, values), out: Object.fromEntries(out) }
}

/** The columns that are cursors: their rows are the result, not their names. */
function cursorsOf({ columns }: Signature): readonly string[] {
  return columns.filter(({ dbType }) => dbType === 'refcursor').map(({ name }) => name)
}

async function fetchAll(
  connection: PostgresConnection,
  columns: readonly string[],
  rows: readonly Row[],
): Promise<(readonly Row[])[]> {
  const sets: (readonly Row[])[] = []
  for (const row of rows) {
    for (const column of columns) {
      const cursor = row[column]
      if (typeof cursor === 'string') sets.push(await fetchCursor(connection, cursor))
    }
  }
  return sets
}
