import { readFile } from 'node:fs/promises'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import { AppError } from '../../../src/core/errors.ts'
import type { SchemaScope } from '../sql/server-config.ts'
import { createServerExecutor } from '../sql/server-executor.ts'
import { createAdapter } from './adapter.ts'
import type { Parameter } from './bind-value.ts'
import type { PostgresConnection } from './connection.ts'
import { createConnector } from './connector.ts'
import type { SessionOptions, SslMode } from './session-options.ts'

export interface PostgresOptions extends Omit<SessionOptions, 'ssl'>, SchemaScope {
  readonly ssl: {
    readonly mode: SslMode
    /** Absolute paths of PEM files. */
    readonly caFile: string | undefined
    readonly certFile: string | undefined
    readonly keyFile: string | undefined
  }
  /** No connection that could write is ever opened. */
  readonly isReadOnly: boolean
  /** Most connections for reading, and as many again for writing. */
  readonly poolSize: number
  readonly connectTimeoutMs: number
}

/** Throws `unavailable` saying which of host, user and database is wrong: a first connection is opened here. */
export async function openPostgres(options: PostgresOptions): Promise<DatabaseAdapter> {
  const driver = await import('pg')
  const session: SessionOptions = { ...options, ssl: await readFiles(options.ssl) }
  const executor = createServerExecutor<Parameter, PostgresConnection>({
    read: createConnector(driver, session, 'read'),
    write: options.isReadOnly ? undefined : createConnector(driver, session, 'write'),
    poolSize: options.poolSize,
    connectTimeoutMs: options.connectTimeoutMs,
    statementTimeoutMs: options.statementTimeoutMs,
    takesSeveral: true,
  })
  const adapter = createAdapter({
    executor,
    scope: { schema: options.schema },
    isReadOnly: options.isReadOnly,
  })
  try {
    await adapter.ping({ signal: new AbortController().signal })
    return adapter
  } catch (error) {
    await adapter.close()
    throw error
  }
}

async function readFiles({
  mode,
  caFile,
  certFile,
  keyFile,
}: PostgresOptions['ssl']): Promise<SessionOptions['ssl']> {
  const [ca, cert, key] = await Promise.all([
    readPem(caFile, 'sslrootcert'),
    readPem(certFile, 'sslcert'),
    readPem(keyFile, 'sslkey'),
  ])
  return {
    mode,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  }
}

async function readPem(file: string | undefined, key: string): Promise<string | undefined> {
  if (file === undefined) return undefined
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new AppError('unavailable', `The file of \`${key}\` cannot be read.`, {
      hint: `Correct \`${key}\` in the service's configuration, or let the server read the file.`,
      cause,
    })
  }
}
