import type { ServerConnector } from '../sql/server-connection.ts'
import { type Shared, SqlserverConnection } from './connection.ts'
import { dial } from './dial.ts'
import type { Parameter } from './parameter.ts'
import type { ServerOptions } from './server-options.ts'
import { prepareSession, resetSession } from './session.ts'

/** Connections that run `settings` last. This database has none that it keeps from writing: those for reading are only never asked to. */
export function createConnector(
  shared: Shared,
  options: ServerOptions,
  settings: readonly string[],
): ServerConnector<Parameter, SqlserverConnection> {
  const { driver } = shared
  const own = { statements: options.statements, settings }
  return {
    async connect(signal) {
      const { connection, hasSettings } = await dial(driver, options, signal)
      const stop = () => connection.close()
      signal.addEventListener('abort', stop)
      try {
        const session = await prepareSession(driver, connection, { ...own, hasSettings })
        const renew = () => resetSession(driver, connection, own)
        return new SqlserverConnection({ connection, shared, session, renew })
      } catch (error) {
        connection.close()
        throw error
      } finally {
        signal.removeEventListener('abort', stop)
      }
    },
    verify: (connection) => connection.verify(),
  }
}
