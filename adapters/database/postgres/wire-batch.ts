import type { Connection, Submittable } from 'pg'
import type { RowsAsJson } from '../../../src/core/database/query.ts'
import type { Parameter } from './bind-value.ts'
import { boundMessages } from './bound-messages.ts'
import type { PlainRead } from './plain-read.ts'
import type { DescribedColumn, RowWriter } from './row-writer.ts'
import { isServerError } from './server-error.ts'

/** A select of several. */
export interface BatchedRead {
  readonly parameters: readonly Parameter[]
  /** As in a request for one. */
  readonly name: string
  readonly isPrepared: boolean
  readonly forget: readonly string[]
  readonly plain: PlainRead
}

/** Undefined when they are too long. */
type BatchedRows = (RowsAsJson & { readonly isCanonical: boolean }) | 'other columns' | undefined

/** What became of them, in their order: those after one that failed were not run. */
export interface BatchAnswer {
  readonly done: readonly BatchedRows[]
  /** Of the server, about the one after those. */
  readonly failure: unknown
}

/**
 * Several selects before one Sync (postgresql.org/docs/current/protocol-flow.html §55.2.4): the server wakes once and answers
 * once. The driver calls the methods.
 */
export class WireBatch implements Submittable {
  readonly answer: Promise<BatchAnswer>
  readonly #reads: readonly BatchedRead[]
  readonly #writerOf: (plain: PlainRead) => RowWriter
  readonly #done: BatchedRows[] = []
  #writer: RowWriter | undefined
  #failure: unknown
  #resolve: (answer: BatchAnswer) => void = () => {}
  #reject: (error: unknown) => void = () => {}

  /** `writerOf` makes the writer of a read when the one before it is done. */
  constructor(reads: readonly BatchedRead[], writerOf: (plain: PlainRead) => RowWriter) {
    this.#reads = reads
    this.#writerOf = writerOf
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  submit(connection: Connection): void {
    this.#writer = this.#nextWriter()
    const isPlain = this.#reads.every(({ isPrepared, forget }) => isPrepared && forget.length === 0)
    const messages = isPlain ? boundMessages(this.#reads) : undefined
    if (messages) {
      connection.stream.write(messages)
      return
    }
    connection.stream.cork()
    for (const { plain, parameters, name, isPrepared, forget } of this.#reads) {
      for (const one of forget) connection.close({ type: 'S', name: one }, true)
      if (!isPrepared) connection.parse({ name, text: plain.text.sql, types: [] }, true)
      connection.bind({ statement: name, values: [...parameters] }, true)
      if (!isPrepared) connection.describe({ type: 'P', name: '' }, true)
      connection.execute({}, true)
    }
    connection.sync()
    connection.stream.uncork()
  }

  /** A row of the read that is being answered. */
  row(bytes: Buffer, start: number): void {
    this.#writer?.row(bytes, start)
  }

  handleRowDescription({ fields }: { readonly fields: readonly DescribedColumn[] }): void {
    this.#writer?.described(fields)
  }

  handleDataRow(): void {}

  handleCommandComplete(): void {
    const writer = this.#writer
    if (!writer) return
    const { isCanonical } = writer
    const rows = writer.result()
    this.#done.push(
      writer.fits ? rows && { json: rows.json, count: rows.count, isCanonical } : 'other columns',
    )
    this.#writer = this.#nextWriter()
  }

  handleReadyForQuery(): void {
    this.#resolve({ done: this.#done, failure: this.#failure })
  }

  /** An error of the server ends what is left of the batch; it is told when the connection is ready again. */
  handleError(error: unknown, connection: Connection): void {
    const settle = () => {
      connection.off('readyForQuery', settle)
      connection.off('end', settle)
      this.handleReadyForQuery()
    }
    if (!isServerError(error)) {
      this.#reject(error)
      return
    }
    this.#failure = error
    connection.on('readyForQuery', settle)
    connection.on('end', settle)
  }

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {}

  /** COPY is not spoken here. */
  handleCopyInResponse(connection: Connection): void {
    connection.stream.destroy(new Error('COPY was asked for'))
  }

  handleCopyData(): void {}

  #nextWriter(): RowWriter | undefined {
    const read = this.#reads[this.#done.length]
    return read && this.#writerOf(read.plain)
  }
}
