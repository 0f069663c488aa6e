import type { Connection, Submittable } from 'pg'
import type { Parameter } from './bind-value.ts'
import { boundMessages } from './bound-messages.ts'
import type { DescribedColumn, RowWriter } from './row-writer.ts'
import { isServerError } from './server-error.ts'

/** What a statement answered: its rows as texts, and the command with which it was completed (`INSERT 0 5`). */
export interface WireAnswer {
  readonly rows: readonly (readonly (string | null)[])[]
  /** Of the columns; empty when the statement was not described. */
  readonly names: readonly string[]
  /** Type of each column by pg_type.oid; empty when the statement was not described. */
  readonly typeIds: readonly number[]
  readonly command: string
}

export interface WireRequest {
  readonly sql: string
  readonly parameters: readonly Parameter[]
  /** Of a prepared statement; empty for one that is not kept. */
  readonly name: string
  /** The statement is there under its name. */
  readonly isPrepared: boolean
  /** Prepared statements to forget. */
  readonly forget: readonly string[]
  /** Ask for the names and types of the columns. */
  readonly isDescribed: boolean
  /** Gets the rows, which then never come here. */
  readonly writer: RowWriter | undefined
}

/** The parts of the driver's messages that are used. */
interface DataRow {
  readonly fields: readonly (string | null)[]
}
interface RowDescription {
  readonly fields: readonly (DescribedColumn & { readonly name: string })[]
}
interface CommandComplete {
  readonly text: string
}

/**
 * One statement in the extended protocol (postgresql.org/docs/current/protocol-flow.html §55.2.3), which takes no second one.
 * The driver calls the methods. In place of the driver's own query: values stay as the server wrote them, prepared
 * statements can be forgotten, and nothing is described that is known.
 */
export class WireQuery implements Submittable {
  readonly answer: Promise<WireAnswer>
  readonly #request: WireRequest
  readonly #rows: (readonly (string | null)[])[] = []
  #names: readonly string[] = []
  #typeIds: readonly number[] = []
  #command = ''
  #resolve: (answer: WireAnswer) => void = () => {}
  #reject: (error: unknown) => void = () => {}

  constructor(request: WireRequest) {
    this.#request = request
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  submit(connection: Connection): void {
    const { sql, parameters, name, isPrepared, forget, isDescribed } = this.#request
    const isPlain = isPrepared && !isDescribed && forget.length === 0
    const messages = isPlain ? boundMessages([this.#request]) : undefined
    if (messages) {
      connection.stream.write(messages)
      return
    }
    connection.stream.cork()
    for (const one of forget) connection.close({ type: 'S', name: one }, true)
    if (!isPrepared) connection.parse({ name, text: sql, types: [] }, true)
    connection.bind({ statement: name, values: [...parameters] }, true)
    if (isDescribed) connection.describe({ type: 'P', name: '' }, true)
    connection.execute({}, true)
    connection.sync()
    connection.stream.uncork()
  }

  handleRowDescription({ fields }: RowDescription): void {
    this.#request.writer?.described(fields)
    this.#names = fields.map(({ name }) => name)
    this.#typeIds = fields.map(({ dataTypeID }) => dataTypeID)
  }

  handleDataRow({ fields }: DataRow): void {
    this.#rows.push(fields)
  }

  handleCommandComplete({ text }: CommandComplete): void {
    this.#command = text
  }

  handleReadyForQuery(): void {
    this.#resolve({
      rows: this.#rows,
      names: this.#names,
      typeIds: this.#typeIds,
      command: this.#command,
    })
  }

  /** An error of the server is told when the connection is ready again; one of the connection at once. */
  handleError(error: unknown, connection: Connection): void {
    const fail = () => {
      connection.off('readyForQuery', fail)
      connection.off('end', fail)
      this.#reject(error)
    }
    if (isServerError(error)) {
      connection.on('readyForQuery', fail)
      connection.on('end', fail)
    } else {
      fail()
    }
  }

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {}

  /** COPY is not spoken here. */
  handleCopyInResponse(connection: Connection): void {
    connection.stream.destroy(new Error('COPY was asked for'))
  }

  handleCopyData(): void {}
}
