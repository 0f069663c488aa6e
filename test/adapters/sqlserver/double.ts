import { EventEmitter } from 'node:events'
import { Request, TYPES } from 'tedious'
import type { Driver } from '../../../adapters/database/sqlserver/driver.ts'
import { isAskedOfAll, YES } from './full-server.ts'

/** What a connection of the driver is asked, as the adapter says it. */
export interface Sent {
  readonly sql: string
  readonly as: 'text' | 'statement'
  readonly parameters: readonly { readonly type: string; readonly value: unknown }[]
}

/** Result sets in order, the rows of each statement, and then perhaps an error. */
export interface Told {
  readonly sets?: readonly {
    readonly columns: readonly { readonly colName: string; readonly type: { readonly name: string } }[]
    readonly rows: readonly (readonly unknown[])[]
  }[]
  readonly counts?: readonly number[]
  readonly error?: Error
}

/** One connection of the double. */
export interface DoubleSession {
  run(sent: Sent): Promise<Told>
  /** An attention; resolves when it can hit nothing any more. */
  cancel(): Promise<void>
  reset(): Promise<void>
  close(): void
}

/** The driver with connections that lead to a double of a server: all of the adapter's own code runs. */
export function doubleDriver(open: () => Promise<DoubleSession>): Driver {
  class DoubleConnection extends EventEmitter {
    #session: DoubleSession | undefined
    #request: Request | undefined
    #isClosed = false

    connect(done: (error?: Error) => void): void {
      open().then(
        (session) => {
          this.#session = session
          done()
        },
        (error: Error) => done(error),
      )
    }

    execSql(request: Request): void {
      this.#send(request, 'statement')
    }

    execSqlBatch(request: Request): void {
      this.#send(request, 'text')
    }

    cancel(): boolean {
      if (!this.#request) return false
      this.#request.cancel()
      return true
    }

    reset(done: (error?: Error) => void): void {
      present(this.#session)
        .reset()
        .then(() => done(), done)
    }

    close(): void {
      if (this.#isClosed) return
      this.#isClosed = true
      this.#session?.close()
      this.#request?.callback(Object.assign(new Error('Connection closed.'), { code: 'ECLOSE' }))
      this.#request = undefined
      process.nextTick(() => this.emit('end'))
    }

    #send(request: Request, as: Sent['as']): void {
      const session = present(this.#session)
      if (this.#isClosed) {
        process.nextTick(() => request.callback(lost()))
        return
      }
      this.#request = request
      let stopped = Promise.resolve()
      request.once('cancel', () => {
        stopped = session.cancel().catch(() => {})
      })
      const parameters = request.parameters.map(({ type, value }) => ({ type: type.name, value }))
      const sql = request.sqlTextOrProcedure ?? ''
      const run = async () => (isAskedOfAll(sql) ? YES : session.run({ sql, as, parameters }))
      run().then(
        (told) => this.#tell(request, told, () => stopped),
        (error: Error) => this.#tell(request, { error }, () => stopped),
      )
    }

    async #tell(
      request: Request,
      { sets = [], counts = [], error }: Told,
      stopped: () => Promise<void>,
    ): Promise<void> {
      if (this.#isClosed) return
      for (const { columns, rows } of sets) {
        if (!request.canceled) EventEmitter.prototype.emit.call(request, 'columnMetadata', columns)
        for (const row of rows) {
          while (request.paused && !request.canceled) await new Promise((resolve) => setImmediate(resolve))
          if (!request.canceled)
            EventEmitter.prototype.emit.call(
              request,
              'row',
              row.map((value, at) => ({ value, metadata: columns[at] })),
            )
        }
      }
      for (const count of counts)
        if (!request.canceled) EventEmitter.prototype.emit.call(request, 'doneInProc', count)
      await stopped()
      if (this.#isClosed) return
      this.#request = undefined
      const cancelled = request.canceled
        ? Object.assign(new Error('Canceled.'), { code: 'ECANCEL' })
        : undefined
      request.callback(cancelled ?? error)
    }
  }
  // What the adapter uses of a connection is all there.
  const Connection: unknown = DoubleConnection
  return { Connection: Connection as Driver['Connection'], Request, TYPES }
}

/** As SQL Server tells an error of a statement. */
export function serverError(number: number, message: string): Error {
  return Object.assign(new Error(message), { number, code: 'EREQUEST', class: 16, state: 1 })
}

function lost(): Error {
  return Object.assign(new Error('Requests can only be made in the LoggedIn state.'), {
    code: 'EINVALIDSTATE',
  })
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('Not there.')
  return value
}
