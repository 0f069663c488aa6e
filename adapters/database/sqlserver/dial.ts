import type { Connection as DriverConnection } from 'tedious'
import { connectError, notEncrypted, tooSlow } from './connect-errors.ts'
import type { Driver } from './driver.ts'
import type { ServerOptions } from './server-options.ts'

type DriverConfig = ConstructorParameters<Driver['Connection']>[0]

/** A connection that has signed in. */
export interface Dialled {
  readonly connection: DriverConnection
  /** The server took what the driver sets at first in every session, all in one batch. */
  readonly hasSettings: boolean
}

/** Opens a connection. Throws `unavailable` saying which of host, user and database is wrong. */
export function dial(driver: Driver, options: ServerOptions, signal: AbortSignal): Promise<Dialled> {
  const connection = new driver.Connection(driverConfig(options))
  let said: number | undefined
  let isEncrypted = false
  connection.on('errorMessage', ({ number }: { readonly number?: number }) => {
    said ??= number
  })
  connection.on('secure', () => {
    isEncrypted = true
  })
  // What happens to an idle session is told by its end; without a listener it would end the process.
  connection.on('error', () => {})
  return new Promise((resolve, reject) => {
    const stop = () => {
      connection.close()
      reject(tooSlow(signal.reason, options))
    }
    const fail = (error: unknown) => {
      signal.removeEventListener('abort', stop)
      connection.close()
      reject(error)
    }
    signal.addEventListener('abort', stop)
    if (signal.aborted) return stop()
    connection.connect((error) => {
      if (error)
        return fail(
          signal.aborted || isTimeout(error) ? tooSlow(error, options) : connectError(error, options, said),
        )
      if (options.encrypt === true && !isEncrypted) return fail(notEncrypted())
      signal.removeEventListener('abort', stop)
      resolve({ connection, hasSettings: said === undefined })
    })
  })
}

function isTimeout(error: Error): boolean {
  return 'code' in error && error.code === 'ETIMEOUT'
}

/** The limits of statements are ours: the driver sets no timer of its own. */
function driverConfig(options: ServerOptions): DriverConfig {
  const { username: userName, password, domain } = options
  return {
    server: options.host,
    authentication:
      domain === undefined
        ? { type: 'default', options: { userName, password } }
        : { type: 'ntlm', options: { userName, password, domain } },
    options: {
      database: options.database,
      ...(options.instance === undefined ? { port: options.port } : { instanceName: options.instance }),
      encrypt: options.encrypt ?? true,
      trustServerCertificate: options.trustServerCertificate,
      ...(options.ca === undefined ? {} : { cryptoCredentialsDetails: { ca: options.ca } }),
      appName: options.appName,
      readOnlyIntent: options.isReadIntent,
      connectTimeout: options.connectTimeoutMs,
      requestTimeout: 0,
      cancelTimeout: CANCEL_MS,
      maxRetriesOnTransientErrors: 0,
      // A statement that fails or is stopped leaves no half of its transaction behind.
      abortTransactionOnError: true,
      lowerCaseGuids: true,
      useUTC: true,
      useColumnNames: false,
      rowCollectionOnDone: false,
      rowCollectionOnRequestCompletion: false,
    },
  }
}

/** How long the server may take to confirm that it has stopped; ours is shorter, and then the connection is closed. */
const CANCEL_MS = 5000
