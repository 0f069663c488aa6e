import { connect as connectSocket, type Socket } from 'node:net'
import { checkServerIdentity, TLSSocket } from 'node:tls'
import type { ConnectionOptions, Connection as DriverConnection, SslOptions } from 'mysql2'
import type { ServerOptions, SslMode } from './server-options.ts'

/** The driver, loaded when a service opens. */
export type Driver = Pick<typeof import('mysql2'), 'createConnection' | 'TypedParameter'>

/** A connection that has signed in, and the socket beneath it, which alone can be cut at any time. */
export interface Dialled {
  readonly connection: DriverConnection
  readonly socket: Socket
}

/** Opens a connection as it is; rejects with what the driver throws. */
export async function dial(driver: Driver, options: ServerOptions, signal: AbortSignal): Promise<Dialled> {
  try {
    return await signIn(driver, options, options.sslmode, signal)
  } catch (error) {
    const isPlain = error instanceof Error && 'code' in error && error.code === 'HANDSHAKE_NO_SSL_SUPPORT'
    if (options.sslmode !== 'prefer' || !isPlain) throw error
    return signIn(driver, options, 'disable', signal)
  }
}

function signIn(
  driver: Driver,
  options: ServerOptions,
  sslmode: SslMode,
  signal: AbortSignal,
): Promise<Dialled> {
  const { host, port, unixSocket } = options
  const socket = unixSocket === undefined ? connectSocket({ host, port }) : connectSocket(unixSocket)
  // What Node compares with the certificate. For an address of numbers the driver names no host, and Node would take `localhost`.
  Object.assign(socket, { _host: host })
  socket.setNoDelay(true)
  socket.setKeepAlive(true, KEEP_ALIVE_MS)
  const stop = () => socket.destroy(new Error('Opening the connection took too long.'))
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    const connection = driver.createConnection(driverOptions(options, sslmode, socket))
    connection.connect((error) => {
      signal.removeEventListener('abort', stop)
      const fault = error ?? (sslmode === 'verify-full' ? wrongHost(connection, host) : undefined)
      if (!fault) return resolve({ connection, socket })
      socket.destroy()
      connection.on('error', () => {})
      reject(fault)
    })
  })
}

/** Whatever was compared before: a connection whose certificate is not for the host is none. */
function wrongHost(connection: DriverConnection, host: string): Error | undefined {
  const stream: unknown = Reflect.get(connection, 'stream')
  if (!(stream instanceof TLSSocket)) return new Error('The connection is not encrypted.')
  return checkServerIdentity(host, stream.getPeerCertificate())
}

const KEEP_ALIVE_MS = 30_000

/** Values travel in forms that keep every digit; one statement a call; no file of this machine is ever sent. */
function driverOptions(options: ServerOptions, sslmode: SslMode, socket: Socket): ConnectionOptions {
  const ssl = tlsOptions(sslmode, options.pem)
  return {
    stream: socket,
    host: options.host,
    port: options.port,
    ...(options.unixSocket === undefined ? {} : { socketPath: options.unixSocket }),
    user: options.username,
    password: options.password,
    database: options.database,
    charset: 'UTF8MB4_GENERAL_CI',
    ...(ssl ? { ssl } : {}),
    connectTimeout: options.connectTimeoutMs,
    connectAttributes: { program_name: 'sluice' },
    rowsAsArray: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    jsonStrings: true,
    multipleStatements: false,
    flags: ['-LOCAL_FILES', '-CLIENT_QUERY_ATTRIBUTES'],
    maxPreparedStatements: PREPARED_STATEMENTS,
  }
}

/** Kept by the driver, beside those of `WireSession`. */
const PREPARED_STATEMENTS = 50

/** As in PostgreSQL: only `verify-ca` and `verify-full` look at the certificate, and only the last at the host in it. */
function tlsOptions(sslmode: SslMode, pem: ServerOptions['pem']): SslOptions | undefined {
  if (sslmode === 'disable') return undefined
  const isChecked = sslmode === 'verify-ca' || sslmode === 'verify-full'
  return {
    ...pem,
    rejectUnauthorized: isChecked,
    verifyIdentity: sslmode === 'verify-full',
    minVersion: 'TLSv1.2',
  }
}
