import type { ServerConnector } from '../sql/server-connection.ts'
import { connectError } from './connect-errors.ts'
import { MysqlConnection } from './connection.ts'
import { type Dialled, type Driver, dial } from './dial.ts'
import { toAppError } from './errors.ts'
import type { Parameter } from './parameter.ts'
import type { Mode, ServerOptions } from './server-options.ts'
import { prepareSession, type Runner } from './session.ts'

export type MysqlConnector = ServerConnector<Parameter, MysqlConnection>

export function createConnector(driver: Driver, options: ServerOptions, mode: Mode): MysqlConnector {
  return {
    async connect(signal) {
      const dialled = await dial(driver, options, signal).catch((error: unknown) => {
        throw connectError(error)
      })
      const connection = new MysqlConnection({
        ...dialled,
        mode,
        types: driver.TypedParameter,
        prepare: () => prepareSession(runnerOf(dialled), options, mode),
        order: (sql) => giveOrder(driver, options, sql),
      })
      try {
        await connection.prepare()
        return connection
      } catch (error) {
        connection.destroy()
        throw error
      }
    },
    verify: (connection) => connection.verify(),
  }
}

function runnerOf({ connection }: Dialled): Runner {
  return {
    run: (sql, values = []) =>
      new Promise((resolve, reject) => {
        connection.execute<never>({ sql, rowsAsArray: true }, [...values], (error, rows: unknown) => {
          if (error) reject(error)
          else resolve(Array.isArray(rows) ? rows : [])
        })
      }),
    runPlain: (sql) =>
      new Promise((resolve, reject) => {
        connection.query(sql, (error) => (error ? reject(error) : resolve()))
      }),
  }
}

/** Longest that the way to the server may take for an order to stop. */
const ORDER_MS = 5000

async function giveOrder(driver: Driver, options: ServerOptions, sql: string): Promise<void> {
  try {
    const { connection, socket } = await dial(driver, options, AbortSignal.timeout(ORDER_MS))
    connection.on('error', () => {})
    await new Promise<void>((resolve, reject) => {
      connection.query(sql, (error) => (error ? reject(error) : resolve()))
    }).finally(() => connection.end(() => socket.destroy()))
  } catch (error) {
    throw toAppError(error)
  }
}
