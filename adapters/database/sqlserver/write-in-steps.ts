import { AppError } from '../../../src/core/errors.ts'
import type { ServerConnection } from '../sql/server-connection.ts'
import type { Answer } from './ask.ts'
import type { Parameter } from './parameter.ts'
import { BEGIN, COMMIT } from './write-sql.ts'

/** What a write needs of its connection. */
export type WriteConnection = Pick<
  ServerConnection<Parameter>,
  'begin' | 'commit' | 'rollback' | 'destroy'
> & {
  readonly inTransaction: boolean
}

type Run = (sql: string) => Promise<Answer>

/**
 * Runs a write on a server that takes one statement at a time and knows no conditions: what is to be one transaction begins and ends
 * around the statements, and what depends on a count is decided here.
 */
export async function inSteps(connection: WriteConnection, sql: string, run: Run): Promise<Answer> {
  const all = statementsOf(sql)
  const statements = all.filter((one) => one !== BEGIN && one !== COMMIT)
  // A variable of one statement is unknown to the next one.
  if (statements.length < 2 || sql.startsWith('declare ')) return run(sql)
  const each = () => runEach(statements, run)
  return connection.inTransaction ? each() : inTransaction(connection, each)
}

/** All of it or nothing. */
export async function inTransaction<T>(connection: WriteConnection, work: () => Promise<T>): Promise<T> {
  await connection.begin()
  try {
    const result = await work()
    await connection.commit()
    return result
  } catch (error) {
    await connection.rollback().catch(() => connection.destroy())
    throw error
  }
}

async function runEach(statements: readonly string[], run: Run): Promise<Answer> {
  const sets: Answer['sets'][number][] = []
  const counts: number[] = []
  let last = 0
  for (const statement of statements) {
    const [, conditional] = IF_NONE.exec(statement) ?? []
    if (conditional !== undefined && last > 0) continue
    const answer = await (NUMBERS.test(statement)
      ? run(statement).catch(notKnown)
      : run(conditional ?? statement))
    last = answer.counts.at(-1) ?? answer.sets.at(-1)?.rows.length ?? 0
    sets.push(...answer.sets)
    if (!NUMBERS.test(statement)) counts.push(...answer.counts)
  }
  return { sets, counts }
}

const IF_NONE = /^if @@rowcount = 0 (.*)$/s
const NUMBERS = /^set identity_insert /

/** A server that numbers rows without the word takes given numbers as they are, or refuses them in the insert. */
function notKnown(error: unknown): Answer {
  if (error instanceof AppError && (error.code === 'internal' || error.code === 'not_supported'))
    return { sets: [], counts: [] }
  throw error
}

/** Between semicolons that stand in no text and no name. */
function statementsOf(sql: string): readonly string[] {
  const parts = sql.match(/(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|[^;"'])+/g) ?? []
  return parts.map((part) => part.trim())
}
