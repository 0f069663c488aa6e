import type { Connection as DriverConnection } from 'tedious'
import { statementsFailed } from '../sql/connect-failure.ts'
import { ask } from './ask.ts'
import { connectError } from './connect-errors.ts'
import type { Driver } from './driver.ts'
import { failureOf } from './driver-failure.ts'

/** What a session is to be like. */
export interface SetUp {
  /** Of the configuration. */
  readonly statements: readonly string[]
  /** Our own beside those that every session has. */
  readonly settings: readonly string[]
  /** The driver's first batch was taken as a whole. */
  readonly hasSettings: boolean
}

/** What a session is like that was set up. */
export interface Session {
  /** XACT_ABORT: a statement that fails undoes the whole transaction. */
  readonly abortsOnError: boolean
}

/**
 * Runs statements in the session itself, one by one; our own last, so that no configured statement can take them back. A server that
 * refuses one of ours does without it. Throws `unavailable`.
 */
export async function prepareSession(
  driver: Driver,
  connection: DriverConnection,
  { statements, settings, hasSettings }: SetUp,
): Promise<Session> {
  const run = (sql: string) => ask(driver, connection, { sql, as: 'text' })
  const takes = async (sql: string) => {
    try {
      await run(sql)
      return true
    } catch (error) {
      if (isRefusal(error)) return false
      throw connectError(error)
    }
  }
  try {
    for (const sql of statements) await run(sql)
  } catch (error) {
    throw statementsFailed(error)
  }
  let abortsOnError = hasSettings
  if (statements.length > 0) abortsOnError = await takes([...OURS, ABORT].join('; '))
  if (!abortsOnError) {
    for (const sql of [...DRIVERS, ...OURS]) await takes(sql)
    abortsOnError = await takes(ABORT)
  }
  for (const sql of settings) await takes(sql)
  return { abortsOnError }
}

/** A session that is new again is set up as at first. Throws `unavailable`. */
export async function resetSession(
  driver: Driver,
  connection: DriverConnection,
  setUp: Omit<SetUp, 'hasSettings'>,
): Promise<Session> {
  const hasSettings = await new Promise<boolean>((resolve, reject) => {
    connection.reset((error) => {
      if (error && !isRefusal(error)) reject(connectError(error))
      else resolve(!error)
    })
  })
  return prepareSession(driver, connection, { ...setUp, hasSettings })
}

/** The server answered, and the session goes on. */
export function isRefusal(error: unknown): boolean {
  const { number, isFatal } = failureOf(error)
  return number !== undefined && !isFatal
}

const ABORT = 'set xact_abort on'
const OURS = ['set nocount off', 'set implicit_transactions off', 'set dateformat mdy']

/** What the driver sets in one batch, as far as our statements need it: a server that refuses one of them has taken none. */
const DRIVERS = [
  'set quoted_identifier on',
  'set ansi_nulls on',
  'set ansi_padding on',
  'set ansi_warnings on',
  'set arithabort on',
  'set concat_null_yields_null on',
  'set textsize 2147483647',
  'set language us_english',
  'set datefirst 7',
  'set transaction isolation level read committed',
]
