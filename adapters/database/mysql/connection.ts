import type { Socket } from 'node:net'
import type { Connection as DriverConnection, ExecuteValues, QueryOptions } from 'mysql2'
import type { SelectQuery, SelectResult } from '../../../src/core/database/query.ts'
import { rowsOfText } from '../../../src/core/database/rows-of-text.ts'
import type { Row } from '../../../src/core/database/value.ts'
import { AppError } from '../../../src/core/errors.ts'
import { hasCanonicalNames } from '../sql/canonical-names.ts'
import { documentsIn, type Statement, type StatementResult, type StatementText } from '../sql/connection.ts'
import type { ServerConnection } from '../sql/server-connection.ts'
import { AnswerWatch } from './answer-watch.ts'
import { fieldsOfClash } from './clash.ts'
import { decodeRows } from './decode.ts'
import type { Dialled } from './dial.ts'
import { answersOf, type DriverAnswer } from './driver-answer.ts'
import { failureOf } from './driver-failure.ts'
import { toAppError } from './errors.ts'
import { type DriverTypes, type Parameter, toDriver } from './parameter.ts'
import type { ServerFacts } from './server-facts.ts'
import type { Mode } from './server-options.ts'
import { streamParts } from './stream-parts.ts'
import { WireSession } from './wire-session.ts'
import type { WireAnswer } from './wire-statement.ts'

interface ConnectionParts extends Dialled {
  readonly mode: Mode
  readonly types: DriverTypes
  /** Puts the session into its first state, and tells what is known of the server. */
  readonly prepare: (connection: MysqlConnection) => Promise<ServerFacts>
  /** Gives an order to the server by way of another connection. */
  readonly order: (sql: string) => Promise<void>
}

/** How far the session can be relied on: `routines` ran in it that may have changed its settings, or anything in it. */
type Trust = 'as opened' | 'settings' | 'nothing'

export class MysqlConnection implements ServerConnection<Parameter> {
  readonly #driver: DriverConnection
  readonly #socket: Socket
  readonly #parts: ConnectionParts
  readonly #watch: AnswerWatch
  readonly #wire: WireSession
  #facts: ServerFacts | undefined
  #trust: Trust = 'as opened'
  #isUsable = true

  constructor(parts: ConnectionParts) {
    this.#parts = parts
    this.#driver = parts.connection
    this.#socket = parts.socket
    this.#watch = new AnswerWatch(parts.socket, () => this.destroy())
    this.#wire = new WireSession(parts.connection, this.#watch, () => this.server.maxPacketBytes)
    const lost = () => {
      this.#isUsable = false
    }
    this.#driver.on('error', lost)
    this.#socket.on('close', lost)
  }

  get isUsable(): boolean {
    return this.#isUsable
  }

  get server(): ServerFacts {
    if (!this.#facts) throw new AppError('internal', 'The connection is not prepared.')
    return this.#facts
  }

  async prepare(): Promise<void> {
    this.#facts = await this.#parts.prepare(this)
    this.#trust = 'as opened'
  }

  /**
   * Called before each use. A function that a view calls can set variables of the session, its access mode among them: never in the
   * middle of the statement that called it, which stays read-only, but for those that follow. So after a read of a view the settings
   * are made again, and after a call of a routine, which can leave locks, temporary tables and variables too, the whole session is.
   */
  verify(): boolean | Promise<boolean> {
    return this.#trust === 'as opened' || this.#made()
  }

  async #made(): Promise<boolean> {
    if (this.#trust === 'nothing') {
      await this.#ask((done) => this.#driver.reset(done))
      this.#wire.reset()
    }
    await this.prepare()
    return true
  }

  async read(statement: Statement<Parameter>, as: SelectQuery['as'], lines?: number): Promise<SelectResult> {
    if (this.#parts.mode === 'read' && statement.text.table?.isView) this.#distrust('settings')
    const { affected: _, insertId: __, ...read } = await this.#execute(statement, lines)
    if (as === 'json') return { isCanonical: hasCanonicalNames(statement.text), ...read }
    return { rows: rowsOfText(read.json, documentsIn(statement.text)) }
  }

  async write(statement: Statement<Parameter>): Promise<StatementResult> {
    const { json, affected, insertId } = await this.#execute(statement)
    if (statement.text.columns.length === 0) {
      const insertIds = { first: insertId, step: this.server.insertIdStep }
      return { affected, rows: [], ...(insertId > 0n ? { insertIds } : {}) }
    }
    return { affected, rows: rowsOfText(json, documentsIn(statement.text)) }
  }

  /** A call of a routine: all its result sets, in order. After it nothing of the session is relied on. */
  async callSets(sql: string, parameters: readonly Parameter[]): Promise<readonly DriverAnswer[]> {
    this.#distrust('nothing')
    try {
      const answers = await this.#answers(sql, parameters)
      return answers.filter(({ columns }) => columns.length > 0)
    } catch (error) {
      throw this.#explained(error, undefined)
    }
  }

  /** An order without values, as text: the server cannot prepare all of them. */
  async command(sql: string): Promise<void> {
    try {
      await this.#ask((done) => this.#driver.query(sql, done))
    } catch (error) {
      throw this.#explained(error, undefined)
    }
  }

  begin(): Promise<void> {
    return this.command(
      this.#parts.mode === 'read' ? 'start transaction read only' : 'start transaction read write',
    )
  }

  commit(): Promise<void> {
    return this.command('commit')
  }

  rollback(): Promise<void> {
    return this.command('rollback')
  }

  async *stream(statement: Statement<Parameter>, partRows: number): AsyncGenerator<readonly Row[]> {
    // The limit of a statement is for each part here, and kept by who takes them.
    this.#distrust('settings')
    await this.command(this.server.isMariaDb ? 'set max_statement_time = 0' : 'set max_execution_time = 0')
    const { text, parameters } = statement
    const query = driverQuery(text.sql, text.columns)
    const command = this.#driver.execute(query, this.#values(parameters))
    let isOver = false
    try {
      for await (const { rows, columns } of streamParts(this.#driver, command, partRows))
        yield decodeRows(rows, text.columns, columns)
      isOver = true
    } catch (error) {
      isOver = true
      throw this.#explained(error, text)
    } finally {
      if (!isOver) this.#giveUp()
      if (this.#isUsable) this.#forget(query)
    }
  }

  /** The driver keeps every statement that it has prepared. */
  #forget(query: QueryOptions): void {
    // What was given to be run; the types know of a text alone, which to the driver is another statement.
    const driver = this.#driver as DriverConnection & { unprepare(query: QueryOptions): unknown }
    driver.unprepare(query)
  }

  /** Rows that are on their way would have to be read to use the connection again: it is closed, and the server told to stop. */
  #giveUp(): void {
    this.destroy()
    this.#parts.order(`kill query ${this.#driver.threadId}`).catch(() => {})
  }

  /** An order that comes too late would hit what runs next: that is a statement of our own, which does nothing. */
  async cancel(): Promise<void> {
    await this.#parts.order(`kill query ${this.#driver.threadId}`)
    await this.#ask((done) => this.#driver.query('do 0', done)).catch(() => {})
  }

  destroy(): void {
    this.#isUsable = false
    this.#driver.destroy()
    this.#socket.destroy()
  }

  end(): Promise<void> {
    this.#isUsable = false
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#socket.destroy(), GOODBYE_MS)
      this.#socket.once('close', () => {
        clearTimeout(timer)
        resolve()
      })
      if (this.#socket.destroyed) resolve()
      this.#driver.end(() => this.#socket.destroy())
    })
  }

  async #execute(statement: Statement<Parameter>, lines?: number): Promise<WireAnswer> {
    try {
      return await this.#wire.run(statement, lines)
    } catch (error) {
      const { text } = statement
      const clashing = await this.#clashing(error, text)
      throw this.#explained(error, { ...text, ...(clashing ? { clashing } : {}) })
    }
  }

  /** By the driver itself, which can take several answers to one statement. */
  async #answers(sql: string, parameters: readonly Parameter[]): Promise<readonly DriverAnswer[]> {
    const values = this.#values(parameters)
    return new Promise<readonly DriverAnswer[]>((resolve, reject) => {
      this.#watch.begin(reject)
      this.#driver.execute<never>(driverQuery(sql), values, (error, result, columns) => {
        this.#watch.end()
        if (error) reject(error)
        else resolve(answersOf(result, columns))
      })
    })
  }

  #values(parameters: readonly Parameter[]): ExecuteValues[] {
    return parameters.map((parameter) => toDriver(parameter, this.#parts.types))
  }

  /** The server names the key that clashed, not its fields. */
  async #clashing(error: unknown, { table }: StatementText): Promise<readonly string[] | undefined> {
    if (!table || !this.#isUsable) return undefined
    return fieldsOfClash(failureOf(error), table, async (sql, parameters) => {
      const [answer] = await this.#answers(sql, parameters)
      return answer?.rows ?? []
    }).catch(() => undefined)
  }

  /** What the next user of this connection must not rely on. */
  #distrust(trust: Exclude<Trust, 'as opened'>): void {
    if (this.#trust !== 'nothing') this.#trust = trust
  }

  #ask(order: (done: (error: unknown) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      order((error) => (error ? reject(error) : resolve()))
    })
  }

  #explained(error: unknown, subject: Parameters<typeof toAppError>[1]): AppError {
    if (failureOf(error).isFatal) this.#isUsable = false
    return toAppError(error, subject)
  }
}

const GOODBYE_MS = 1000
/**
 * The driver makes code from the names of columns, which is the faster way, but refuses names like `__proto__` and gives up the
 * connection. For names that may be such it has a slower way without code.
 */
function driverQuery(sql: string, columns?: StatementText['columns']): QueryOptions {
  const query = { sql, rowsAsArray: true }
  const isOdd = columns?.some(({ name }) => name.startsWith('__')) ?? true
  return isOdd ? Object.assign(query, { disableEval: true }) : query
}
