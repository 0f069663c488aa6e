import type { ConnectionOptions } from 'node:tls'
import type { Client } from 'pg'
import { AppError } from '../../../src/core/errors.ts'
import { cancelRequest } from './cancel-request.ts'
import {
  asNoEncryption,
  connectError,
  NoEncryption,
  settingsError,
  setupError,
  sharedSession,
} from './connect-errors.ts'
import { PostgresConnection } from './connection.ts'
import { isServerError } from './server-error.ts'
import { type SessionOptions, sslAttempts } from './session-options.ts'
import { MODE_PARAMETER, type Mode, type Reported, reportedBy } from './session-state.ts'
import { tapRows } from './wire-frames.ts'
import type { WireSocket } from './wire-socket.ts'

type Driver = typeof import('pg')

interface Opening {
  readonly signal: AbortSignal
  /** For a connection without encryption. */
  readonly socket: () => WireSocket
}

/** A session in a mode, set up. Throws `unavailable` saying which of host, user and database is wrong. */
export async function openSession(
  driver: Driver,
  options: SessionOptions,
  mode: Mode,
  { signal, socket }: Opening,
): Promise<PostgresConnection> {
  const { client, ssl, reported, wire } = await reach(driver, options, { signal, socket })
  const stop = () => client.connection.stream.destroy()
  signal.addEventListener('abort', stop)
  try {
    if (!keepsMode(reported)) throw sharedSession()
    await setUp(client, options, mode)
    return new PostgresConnection({
      client,
      tap: tapRows(client.connection.stream, wire),
      mode,
      reported,
      renew: async () => {
        await client.query('discard all')
        await setUp(client, options, mode)
      },
      cancel: () => cancelRequest(driver, options, ssl, identityOf(client)),
      preparedStatements: options.preparedStatements ? MOST_PREPARED : 0,
    })
  } catch (error) {
    stop()
    throw signal.aborted ? tooSlow(error) : error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

const MOST_PREPARED = 200

interface Reached {
  readonly client: Client
  readonly ssl: ConnectionOptions | false
  readonly reported: Reported
  readonly wire: WireSocket | undefined
}

async function reach(driver: Driver, options: SessionOptions, opening: Opening): Promise<Reached> {
  let failure: unknown
  for (const ssl of sslAttempts(options)) {
    try {
      return await login(driver, options, ssl, opening)
    } catch (error) {
      if (opening.signal.aborted) throw tooSlow(error)
      // That there is no encryption is no news once the server has said why it refuses.
      if (failure === undefined || !(error instanceof NoEncryption)) failure = error
      if (!mayDoOtherwise(error, ssl)) throw connectError(error)
    }
  }
  throw connectError(failure)
}

/** Encryption that fails may be left away, and a server that refuses may want encryption; other failures would come again. */
function mayDoOtherwise(error: unknown, ssl: ConnectionOptions | false): boolean {
  if (ssl === false) return isServerError(error) && error.code === '28000'
  return error instanceof NoEncryption || (isServerError(error) && error.code === '28000')
}

async function login(
  driver: Driver,
  { host, port, database, user, password, applicationName }: SessionOptions,
  ssl: ConnectionOptions | false,
  { signal, socket }: Opening,
): Promise<Reached> {
  const wire = ssl === false ? socket() : undefined
  const client = new driver.Client({
    host,
    port,
    database,
    ssl,
    ...(wire && { stream: () => wire.socket }),
    keepAlive: true,
    application_name: applicationName,
    // As a function: the driver would look for another one when it is blank.
    password: () => password,
    ...(user === '' ? {} : { user }),
  })
  // What happens to an idle session is told by `isUsable`; without a listener it would end the process.
  client.on('error', () => {})
  const reported = reportedBy(client.connection)
  const stop = () => client.connection.stream.destroy()
  signal.addEventListener('abort', stop)
  try {
    if (signal.aborted) throw new Error('aborted')
    await client.connect()
    return { client, ssl, reported, wire }
  } catch (error) {
    stop()
    throw asNoEncryption(error)
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/**
 * Servers since PostgreSQL 14 report the mode from the start. One that does not is a pooler before it, which would mix our
 * sessions with those of others: nothing is set there.
 */
function keepsMode({ values }: Reported): boolean {
  const version = Number.parseInt(values.get('server_version') ?? '', 10)
  return version < 14 || values.has(MODE_PARAMETER)
}

/** The mode comes first and last: statements of the configuration can neither write where they must not, nor change it. */
async function setUp(client: Client, options: SessionOptions, mode: Mode): Promise<void> {
  const settings = settingsOf(client, options, mode)
  await client.query(settings).catch((error: unknown) => {
    throw settingsError(error)
  })
  if (options.statements.length === 0) return
  for (const statement of options.statements) {
    await client.query(statement).catch((error: unknown) => {
      throw setupError(error)
    })
  }
  await client.query(settings)
}

/** In addition to the time that we measure: if we cannot stop a statement any more, the server does. */
const SERVER_GRACE_MS = 5000

/** What the form of values depends on (postgresql.org/docs/current/runtime-config-client.html), the limit and the mode. */
function settingsOf(client: Client, { timeZone, statementTimeoutMs }: SessionOptions, mode: Mode): string {
  return [
    "set client_encoding to 'UTF8'",
    "set datestyle to 'ISO, YMD'",
    "set intervalstyle to 'postgres'",
    'set extra_float_digits to 1',
    "set bytea_output to 'hex'",
    "set xmlbinary to 'base64'",
    "set lc_monetary to 'C'",
    'set standard_conforming_strings to on',
    `set timezone to ${client.escapeLiteral(timeZone)}`,
    `set statement_timeout to ${Math.ceil(statementTimeoutMs) + SERVER_GRACE_MS}`,
    NOTICE_LOSS,
    ...(mode === 'read' ? [`set ${MODE_PARAMETER} to on`] : []),
  ].join('; ')
}

/** A statement whose client is gone ends: the server looks for that since PostgreSQL 14, on most systems. */
const NOTICE_LOSS = `do $$ begin perform set_config('client_connection_check_interval', '2s', false);
  exception when others then null; end $$`

/** Of the server's process, for the order to stop (BackendKeyData). The driver's types leave it out. */
function identityOf(client: Client): { readonly processId: number; readonly secretKey: number } {
  const { processID, secretKey } = client as Client & { processID: number; secretKey: number }
  return { processId: processID, secretKey }
}

function tooSlow(cause: unknown): AppError {
  return new AppError('unavailable', 'The database server did not answer in time.', {
    hint: "Check `host` and `port` in the service's configuration, and that no firewall is in between.",
    retryable: true,
    cause,
  })
}
