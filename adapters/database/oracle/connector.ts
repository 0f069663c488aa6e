import type { ServerConnector } from '../sql/server-connection.ts'
import { connectError, connectTimeout } from './connect-errors.ts'
import { OracleConnection } from './connection.ts'
import { closeSocket, type Driver } from './driver.ts'
import type { Parameter } from './parameter.ts'
import type { Mode, ServerOptions } from './server-options.ts'
import { prepareSession } from './session.ts'

export type OracleConnector = ServerConnector<Parameter, OracleConnection>

export function createConnector(driver: Driver, options: ServerOptions, mode: Mode): OracleConnector {
  return {
    async connect(signal) {
      const opened = await inTime(driver.getConnection(options.connect), signal, closeSocket)
      const connection = new OracleConnection({
        connection: opened,
        driver,
        mode,
        prepare: () => prepareSession(opened, options),
      })
      try {
        await inTime(connection.prepare(), signal, () => {})
        return connection
      } catch (error) {
        connection.destroy()
        throw error
      }
    },
    verify: (connection) => connection.verify(),
  }
}

/** The driver has time limits of its own, which end some of its steps and not others. What comes late is closed. */
function inTime<T>(work: Promise<T>, signal: AbortSignal, late: (value: T) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    let isOver = false
    const giveUp = () => {
      isOver = true
      reject(connectTimeout(signal.reason))
    }
    if (signal.aborted) giveUp()
    signal.addEventListener('abort', giveUp)
    const settled = () => signal.removeEventListener('abort', giveUp)
    work.then(
      (value) => {
        settled()
        if (isOver) late(value)
        else resolve(value)
      },
      (error: unknown) => {
        settled()
        reject(connectError(error))
      },
    )
  })
}
