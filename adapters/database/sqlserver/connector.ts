import type { ServerConnector } from '../sql/server-connection.ts'
import { type Shared, SqlserverConnection } from './connection.ts'
import { dial } from './dial.ts'
import type { Parameter } from './parameter.ts'
import type { ServerOptions } from './server-options.ts'
import { prepareSession } from './session.ts'

/** Connections that run `settings` last. This database has none that it keeps from writing: those for reading are only never asked to. */
export function createConnector(
  shared: Shared,
  options: ServerOptions,
  settings: readonly string[],
): ServerConnector<Parameter, SqlserverConnection> {
  return {
    async connect(signal) {
      const connection = await dial(shared.driver, options, signal)
      const stop = () => connection.close()
      signal.addEventListener('abort', stop)
      const prepare = () =>
        prepareSession(shared.driver, connection, { statements: options.statements, settings })
      try {
        await prepare()
        return new SqlserverConnection({ connection, shared, prepare })
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
