import type { ExecuteValues } from 'mysql2'
import { statementsFailed } from '../sql/connect-failure.ts'
import { connectError, sessionFailed } from './connect-errors.ts'
import { returningOf, type ServerFacts } from './server-facts.ts'
import type { Mode, ServerOptions } from './server-options.ts'

/** Runs a statement; rejects with what the driver throws. */
export interface Runner {
  run(sql: string, values?: readonly ExecuteValues[]): Promise<readonly (readonly unknown[])[]>
  /** Without preparing: for SQL of the configuration, of which the server cannot prepare all. */
  runPlain(sql: string): Promise<void>
}

/**
 * Puts a session into the state in which every statement expects it: on a new connection, and again when something ran on it that may
 * have changed it. Throws `unavailable`.
 */
export async function prepareSession(
  runner: Runner,
  options: ServerOptions,
  mode: Mode,
): Promise<ServerFacts> {
  const [[version] = []] = await answered(runner.run('select version()'), connectError)
  const isMariaDb = /mariadb/i.test(String(version))
  const limit = isMariaDb
    ? `max_statement_time = ${(options.statementTimeoutMs + SLACK_MS) / 1000}`
    : `max_execution_time = ${options.statementTimeoutMs + SLACK_MS}`
  const settings = `set names utf8mb4, sql_mode = ?, time_zone = ?, net_write_timeout = ${PATIENCE_S}, ${limit}`
  await answered(runner.run(settings, [options.modes.join(','), options.timezone]), sessionFailed)
  for (const statement of options.statements) await answered(runner.runPlain(statement), statementsFailed)
  // Last, so that no configured statement can take it back.
  await answered(
    runner.runPlain('set character_set_client = utf8mb4, character_set_results = utf8mb4'),
    sessionFailed,
  )
  if (mode === 'read') await answered(runner.runPlain('set session transaction read only'), sessionFailed)
  const facts = `select @@session.auto_increment_increment, @@max_allowed_packet, @@character_set_database, @@session.${isMariaDb ? 'tx' : 'transaction'}_read_only`
  const [[step, packet, charset, isReadOnly] = []] = await answered(runner.run(facts), connectError)
  if (Number(isReadOnly) !== (mode === 'read' ? 1 : 0)) throw sessionFailed(new Error('wrong access mode'))
  return {
    isMariaDb,
    returning: returningOf(String(version)),
    insertIdStep: Number(step),
    maxPacketBytes: Number(packet),
    charset: String(charset),
  }
}

/** The server's own limit comes after ours: it is there for the case that ours was not heard. */
const SLACK_MS = 2000

/** How long the server waits for a reader that takes its rows slowly, in seconds. */
const PATIENCE_S = 600

async function answered<T>(answer: Promise<T>, explain: (error: unknown) => Error): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw explain(error)
  }
}
