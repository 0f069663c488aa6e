import type { Connection as DriverConnection } from 'tedious'
import type { SelectQuery, SelectResult } from '../../../src/core/database/query.ts'
import type { Row } from '../../../src/core/database/value.ts'
import { AppError } from '../../../src/core/errors.ts'
import { toJsonText } from '../../../src/core/exact-json.ts'
import type { Statement, StatementResult, StatementText } from '../sql/connection.ts'
import type { ServerConnection } from '../sql/server-connection.ts'
import { type Answer, ask, type Order } from './ask.ts'
import { fieldsOfClash } from './clash.ts'
import { decodeRows } from './decode.ts'
import type { Driver } from './driver.ts'
import { failureOf } from './driver-failure.ts'
import { toAppError } from './errors.ts'
import type { Parameter } from './parameter.ts'
import type { Session } from './session.ts'
import { streamRows } from './stream-rows.ts'
import { byHand } from './write-by-hand.ts'
import { inSteps } from './write-in-steps.ts'
import { BEGIN, COMMIT, ROLLBACK } from './write-sql.ts'

/** What connections of one service know together. */
export interface Shared {
  readonly driver: Driver
  /** Several statements go in one order. */
  readonly hasBatches: boolean
  /** Tables with triggers, by their names in small letters. */
  readonly triggered: Set<string>
}

interface ConnectionParts {
  readonly connection: DriverConnection
  readonly shared: Shared
  readonly session: Session
  /** Puts the session into its first state again. */
  readonly renew: () => Promise<Session>
}

export class SqlserverConnection implements ServerConnection<Parameter> {
  readonly #driver: DriverConnection
  readonly #parts: ConnectionParts
  #session: Session
  #isUsable = true
  #isStopped = false
  #inTransaction = false
  /** A routine ran in the session, which may have changed anything in it. */
  #isSoiled = false

  constructor(parts: ConnectionParts) {
    this.#parts = parts
    this.#driver = parts.connection
    this.#session = parts.session
    const lost = () => {
      this.#isUsable = false
    }
    this.#driver.on('error', lost)
    this.#driver.on('end', lost)
  }

  get isUsable(): boolean {
    return this.#isUsable
  }

  /** Called before each use. After a routine the session is made new: it may have left settings, tables and locks. */
  verify(): boolean | Promise<boolean> {
    return this.#isSoiled ? this.#renew() : this.#isUsable
  }

  async read({ text, parameters }: Statement<Parameter>, as: SelectQuery['as']): Promise<SelectResult> {
    const { sets } = await this.#first({ sql: text.sql, as: 'statement', parameters }, text)
    const rows = decodeRows(sets[0]?.rows ?? [], text.columns)
    return as === 'json' ? { json: toJsonText(rows), count: rows.length } : { rows }
  }

  async write({ text, parameters }: Statement<Parameter>): Promise<StatementResult> {
    const isTriggered = this.#parts.shared.triggered.has(text.table?.name.toLowerCase() ?? '')
    const sql = isTriggered ? (text.triggered ?? text.sql) : text.sql
    // What fails between them may leave the session to take given numbers.
    const isNumbered = sql.includes('set identity_insert ')
    const wasSoiled = this.#isSoiled
    this.#isSoiled ||= isNumbered
    const run = (whole: string) => this.#first({ sql: whole, as: 'statement', parameters }, text)
    const { sets, counts } = await this.#inItsWay(sql, run)
    this.#isSoiled = wasSoiled
    if (text.columns.length === 0) return { affected: counts.at(-1) ?? 0, rows: [] }
    const rows = decodeRows(
      sets.flatMap((set) => set.rows),
      text.columns,
    )
    return { affected: rows.length, rows }
  }

  #inItsWay(sql: string, run: (sql: string) => Promise<Answer>): Promise<Answer> {
    if (!this.#parts.shared.hasBatches) return inSteps(this, sql, run)
    return this.#session.abortsOnError ? run(sql) : byHand(this, sql, run)
  }

  /** A call of a routine. After it nothing of the session is relied on. */
  call(order: Order): Promise<Answer> {
    this.#isSoiled = true
    return this.#first(order)
  }

  get inTransaction(): boolean {
    return this.#inTransaction
  }

  async begin(): Promise<void> {
    await this.#command(BEGIN)
    this.#inTransaction = true
  }

  async commit(): Promise<void> {
    await this.#command(COMMIT)
    this.#inTransaction = false
  }

  /** The server may have undone it by itself. One that knows no conditions is asked only where something was begun. */
  async rollback(): Promise<void> {
    const wasBegun = this.#inTransaction
    this.#inTransaction = false
    if (this.#parts.shared.hasBatches) return this.#command(`if @@trancount > 0 ${ROLLBACK}`)
    if (!wasBegun) return
    await this.#command(ROLLBACK).catch((error: unknown) => {
      if (!(error instanceof AppError) || failureOf(error.cause).number !== NOTHING_BEGUN) throw error
    })
  }

  async *stream(
    { text, parameters }: Statement<Parameter>,
    partRows: number,
  ): AsyncGenerator<readonly Row[]> {
    this.#isStopped = false
    const order: Order = { sql: text.sql, as: 'statement', parameters }
    try {
      for await (const { rows } of streamRows(this.#parts.shared.driver, this.#driver, order, partRows))
        yield decodeRows(rows, text.columns)
    } catch (error) {
      throw this.#explained(error, text)
    }
  }

  /** By an attention, which belongs to the request that runs: the driver waits until the server has confirmed it. */
  async cancel(): Promise<void> {
    this.#isStopped = true
    this.#driver.cancel()
  }

  destroy(): void {
    this.#isUsable = false
    this.#driver.close()
  }

  async end(): Promise<void> {
    this.destroy()
  }

  #command(sql: string): Promise<void> {
    return this.#first({ sql, as: 'text' }).then(() => {})
  }

  /** The first order of a piece of work: an order to stop from before is not meant for it. */
  #first(order: Order, text?: StatementText): Promise<Answer> {
    this.#isStopped = false
    return this.#ask(order, text)
  }

  async #ask(order: Order, text?: StatementText): Promise<Answer> {
    try {
      return await ask(this.#parts.shared.driver, this.#driver, order)
    } catch (error) {
      const clashing = text && (await this.#clashing(error, text))
      throw this.#explained(error, text && { ...text, ...(clashing && { clashing }) })
    }
  }

  /** The server names the key that clashed, not its fields. */
  async #clashing(error: unknown, { table }: StatementText): Promise<readonly string[] | undefined> {
    if (!table || !this.#isUsable || this.#isStopped) return undefined
    return fieldsOfClash(failureOf(error), table, async (sql, names) => {
      const parameters = names.map((value) => ({ type: 'text', value }) as const)
      const { sets } = await this.#ask({ sql, as: 'statement', parameters })
      return sets[0]?.rows ?? []
    }).catch(() => undefined)
  }

  async #renew(): Promise<boolean> {
    this.#session = await this.#parts.renew()
    this.#isSoiled = false
    return this.#isUsable
  }

  #explained(error: unknown, subject: Parameters<typeof toAppError>[1]): AppError {
    const failure = failureOf(error)
    if (failure.isFatal) this.#isUsable = false
    // A trigger that is newer than the schema: it is known from now on, and the statement did nothing.
    if (failure.number === TRIGGERED && subject?.table) {
      this.#parts.shared.triggered.add(subject.table.name.toLowerCase())
      if (subject.table.primaryKey.length > 0) return newTrigger(error)
    }
    return toAppError(error, subject)
  }
}

const TRIGGERED = 334
/** learn.microsoft.com, "Database Engine events and errors": ROLLBACK TRANSACTION has no corresponding BEGIN TRANSACTION. */
const NOTHING_BEGUN = 3903

function newTrigger(cause: unknown): AppError {
  return new AppError('conflict', 'The table was given a trigger just now; nothing was changed.', {
    hint: 'Try again.',
    retryable: true,
    cause,
  })
}
