import type { ConnectionOptions } from 'node:tls'
import type { Connection } from 'pg'
import type { SessionOptions } from './session-options.ts'

type Driver = typeof import('pg')

/** The driver's connection with what its types leave out. */
type WireConnection = Connection & {
  connect(portOrPath: number | string, host?: string): void
  requestSsl(): void
  cancel(processId: number, secretKey: number): void
}

/**
 * Orders the server to stop what a process of it runs, on a connection for that alone (postgresql.org/docs/current/
 * protocol-flow.html §55.2.8). The server closes it after the process got the signal: what that one runs next is not hit,
 * because an idle process forgets the signal.
 */
export function cancelRequest(
  { Connection }: Driver,
  { host, port }: SessionOptions,
  ssl: ConnectionOptions | false,
  { processId, secretKey }: { readonly processId: number; readonly secretKey: number },
): Promise<void> {
  // `cancel` and the like exist since pg 6.
  const connection = new Connection({ ssl }) as WireConnection
  return new Promise((resolve, reject) => {
    let isOrdered = false
    const order = () => {
      connection.cancel(processId, secretKey)
      isOrdered = true
    }
    connection.on('connect', () => (ssl ? connection.requestSsl() : order()))
    connection.on('sslconnect', order)
    connection.on('error', (error: Error) => {
      reject(error)
      connection.stream.destroy()
    })
    connection.on('end', () =>
      isOrdered ? resolve() : reject(new Error('closed before the order was given')),
    )
    if (host.startsWith('/')) connection.connect(`${host}/.s.PGSQL.${port}`)
    else connection.connect(port, host)
  })
}
