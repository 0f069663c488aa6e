import type { SelectQuery, SelectResult } from '../../../src/core/database/query.ts'
import type { Row } from '../../../src/core/database/value.ts'
import { AppError } from '../../../src/core/errors.ts'
import type { Statement, StatementResult, StatementText } from '../sql/connection.ts'
import type { ServerConnection } from '../sql/server-connection.ts'
import { type Ask, fieldsOfClash } from './clash.ts'
import {
  type Bind,
  closeSocket,
  type Driver,
  type DriverConnection,
  type DriverResult,
  longestText,
} from './driver.ts'
import { failureOf } from './driver-failure.ts'
import { toAppError } from './errors.ts'
import { fetchOptions, readParts } from './fetch-rows.ts'
import { bindDefinition, type Parameter, toBind, toValue } from './parameter.ts'
import { outBinds, returnedRows } from './returned-rows.ts'
import type { ServerFacts } from './server-facts.ts'
import type { Mode } from './server-options.ts'

interface ConnectionParts {
  readonly connection: DriverConnection
  readonly driver: Driver
  readonly mode: Mode
  /** Puts the session into its first state, and tells what is known of the server. */
  readonly prepare: () => Promise<ServerFacts>
}

export class OracleConnection implements ServerConnection<Parameter> {
  readonly #connection: DriverConnection
  readonly #driver: Driver
  readonly #parts: ConnectionParts
  #facts: ServerFacts | undefined
  #inTransaction = false
  /** A routine ran here, which may have changed the session and left values in packages. */
  #isSoiled = false
  #isUsable = true

  constructor(parts: ConnectionParts) {
    this.#parts = parts
    this.#connection = parts.connection
    this.#driver = parts.driver
  }

  get isUsable(): boolean {
    return this.#isUsable && this.#connection.isHealthy()
  }

  get server(): ServerFacts {
    if (!this.#facts) throw new AppError('internal', 'The connection is not prepared.')
    return this.#facts
  }

  async prepare(): Promise<void> {
    this.#facts = await this.#parts.prepare()
    this.#isSoiled = false
  }

  /** Called before each use. */
  verify(): boolean | Promise<boolean> {
    return this.#isSoiled ? this.#cleaned() : this.isUsable
  }

  async read({ text, parameters }: Statement<Parameter>, _as: SelectQuery['as']): Promise<SelectResult> {
    const rows: Row[] = []
    for await (const part of this.#rowsOf(text, parameters, undefined)) rows.push(...part)
    return { rows }
  }

  async write({ text, parameters }: Statement<Parameter>): Promise<StatementResult> {
    try {
      const result = await this.#change(text, parameters)
      const affected = result.rowsAffected ?? 0
      if (text.columns.length === 0) return { affected, rows: [] }
      return { affected, rows: await returnedRows(result.outBinds ?? [], text.columns) }
    } catch (error) {
      throw await this.#explained(error, text)
    }
  }

  stream({ text, parameters }: Statement<Parameter>, partRows: number): AsyncIterable<readonly Row[]> {
    return this.#rowsOf(text, parameters, partRows)
  }

  /** A block of a routine: its OUT values in order, and the sets that it returned by itself. */
  async callBlock(sql: string, binds: readonly Bind[]): Promise<DriverResult> {
    this.#isSoiled = true
    try {
      return await this.#connection.execute(sql, binds, { ...fetchOptions(this.#driver), resultSet: true })
    } catch (error) {
      throw await this.#explained(error, undefined)
    }
  }

  get driver(): Driver {
    return this.#driver
  }

  /** An order without values. */
  async command(sql: string): Promise<void> {
    try {
      await this.#connection.execute(sql, [], {})
    } catch (error) {
      throw await this.#explained(error, undefined)
    }
  }

  /**
   * A round trip in either mode: a connection that died while it was idle is found out here. A server that takes neither statement reads
   * without a state of its own, and writes as it does.
   */
  async begin(): Promise<void> {
    const order = this.#parts.mode === 'read' ? READ_ONLY : 'set transaction isolation level read committed'
    try {
      await this.command(order)
    } catch (error) {
      if (!this.isUsable || !isUnknownOrder(error)) throw error
    }
    this.#inTransaction = true
  }

  /** The same where it has to be so that nothing is changed and nothing kept. */
  async beginSealed(): Promise<void> {
    await this.command('alter session disable commit in procedure')
    await this.command(READ_ONLY)
    this.#inTransaction = true
  }

  /** Lets routines commit again, which those of a sealed transaction could not. */
  async unseal(): Promise<void> {
    await this.command('alter session enable commit in procedure')
  }

  commit(): Promise<void> {
    return this.#end(() => this.#connection.commit())
  }

  rollback(): Promise<void> {
    return this.#end(() => this.#connection.rollback())
  }

  /** The driver breaks what it waits for. A round trip of our own comes after it, so that nothing else can be hit. */
  async cancel(): Promise<void> {
    await this.#connection.breakExecution()
    await this.#connection.ping().catch(() => {})
  }

  destroy(): void {
    this.#isUsable = false
    closeSocket(this.#connection)
  }

  async end(): Promise<void> {
    this.#isUsable = false
    const timer = setTimeout(() => closeSocket(this.#connection), GOODBYE_MS)
    await this.#connection.close().catch(() => closeSocket(this.#connection))
    clearTimeout(timer)
  }

  /** Values in packages go, and the settings are made again. */
  async #cleaned(): Promise<boolean> {
    await this.command('begin dbms_session.reset_package; end;')
    await this.prepare()
    return this.isUsable
  }

  async *#rowsOf(
    text: StatementText,
    parameters: readonly Parameter[],
    partRows: number | undefined,
  ): AsyncGenerator<readonly Row[]> {
    try {
      const { resultSet } = await this.#connection.execute(
        text.sql,
        parameters.map((parameter) => toBind(parameter, this.#driver)),
        { ...fetchOptions(this.#driver, partRows), resultSet: true },
      )
      if (resultSet) yield* readParts(resultSet, { columns: text.columns, partRows })
    } catch (error) {
      throw await this.#explained(error, text)
    }
  }

  #change({ sql, columns }: StatementText, parameters: readonly Parameter[]): Promise<DriverResult> {
    const autoCommit = !this.#inTransaction
    const out = outBinds(columns, this.#driver, longestText(this.#connection))
    const [first] = parameters
    const many = typeof first === 'object' && first !== null && 'rows' in first ? first.rows : undefined
    if (!many) {
      const given = parameters.map((parameter) => toBind(parameter, this.#driver))
      return this.#connection.execute(sql, [...given, ...out], { autoCommit })
    }
    const definitions = parameters.map((_, at) =>
      bindDefinition(
        many.map((row) => row[at] ?? null),
        this.#driver,
      ),
    )
    const rows = many.map((row) => row.map(toValue))
    return this.#connection.executeMany(sql, rows, { autoCommit, bindDefs: [...definitions, ...out] })
  }

  async #end(order: () => Promise<void>): Promise<void> {
    try {
      await order()
      this.#inTransaction = false
    } catch (error) {
      throw await this.#explained(error, undefined)
    }
  }

  async #explained(error: unknown, text: StatementText | undefined): Promise<AppError> {
    if (failureOf(error).isFatal) this.#isUsable = false
    if (!text) return toAppError(error)
    const clashing = await this.#clashing(error, text)
    return toAppError(error, { ...text, ...(clashing ? { clashing } : {}) })
  }

  /** The server names the key that clashed, not its fields. */
  async #clashing(error: unknown, { table }: StatementText): Promise<readonly string[] | undefined> {
    if (!table || !this.isUsable) return undefined
    const ask: Ask = async (sql, values) => {
      const { resultSet } = await this.#connection.execute(sql, values, {
        ...fetchOptions(this.#driver),
        resultSet: true,
      })
      const rows = await resultSet?.getRows(MOST_KEY_FIELDS)
      await resultSet?.close()
      return rows ?? []
    }
    return fieldsOfClash(failureOf(error), table, ask).catch(() => undefined)
  }
}

const READ_ONLY = 'set transaction read only'

/** Not what was stopped, and not ORA-01453: then something of a transaction before it is still open. */
function isUnknownOrder(error: unknown): boolean {
  if (!(error instanceof AppError) || error.code === 'timeout' || error.code === 'unavailable') return false
  return failureOf(error.cause).number !== 1453
}

const GOODBYE_MS = 1000
/** An index has 32 columns at most (Database Reference, "Logical Database Limits"). */
const MOST_KEY_FIELDS = 32
