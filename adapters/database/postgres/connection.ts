import type { Client } from 'pg'
import { CellLines } from '../../../src/core/database/cell-lines.ts'
import type { RowsAsJson, SelectQuery, SelectResult, WriteResult } from '../../../src/core/database/query.ts'
import { rowsOfText } from '../../../src/core/database/rows-of-text.ts'
import type { Row } from '../../../src/core/database/value.ts'
import { MAX_ANSWER_BYTES, tooLarge } from '../sql/answer-size.ts'
import { hasCanonicalNames } from '../sql/canonical-names.ts'
import { documentsIn, ownStatement, type Statement, type StatementText } from '../sql/connection.ts'
import { JsonBytes } from '../sql/json-bytes.ts'
import { RowLines } from '../sql/row-lines.ts'
import type { ServerConnection } from '../sql/server-connection.ts'
import type { Parameter } from './bind-value.ts'
import { cursorParts } from './cursor-parts.ts'
import { statementError, undone } from './errors.ts'
import { ownRows } from './own-rows.ts'
import { giveUpPlainRead, plainReadOf } from './plain-read.ts'
import { PreparedStatements } from './prepared-statements.ts'
import { RowWriter } from './row-writer.ts'
import { isServerError } from './server-error.ts'
import { type Mode, type Reported, SessionState } from './session-state.ts'
import { affectedBy, wholeText } from './whole-answer.ts'
import { type BatchAnswer, WireBatch } from './wire-batch.ts'
import type { RowTap } from './wire-frames.ts'
import { type WireAnswer, WireQuery } from './wire-query.ts'

interface ConnectionParts {
  readonly client: Client
  readonly tap: RowTap
  readonly mode: Mode
  /** Has the server stop what runs on this client. */
  readonly cancel: () => Promise<void>
  /** Makes the session as it was when it was opened: settings, temporary tables and locks of others are gone. */
  readonly renew: () => Promise<void>
  /** Most prepared statements kept; 0 where the way to the server loses them. */
  readonly preparedStatements: number
  /** Parameters of the session as the server last reported them. */
  readonly reported: Reported
}

/** One session of PostgreSQL, set up and ready. */
export class PostgresConnection implements ServerConnection<Parameter> {
  readonly mode: Mode
  readonly #client: Client
  readonly #cancel: () => Promise<void>
  readonly #renew: () => Promise<void>
  readonly #mostPrepared: number
  readonly #state: SessionState
  readonly #tap: RowTap
  readonly #out = new JsonBytes()
  readonly #cells = new CellLines()
  #prepared: PreparedStatements
  #isUsable = true
  /** Settles with the statement that runs. */
  #running: Promise<unknown> | undefined

  constructor({ client, tap, mode, cancel, renew, preparedStatements, reported }: ConnectionParts) {
    this.mode = mode
    this.#client = client
    this.#cancel = cancel
    this.#renew = renew
    this.#mostPrepared = preparedStatements
    this.#prepared = new PreparedStatements(preparedStatements)
    this.#state = new SessionState(reported)
    this.#tap = tap
    const spoil = () => {
      this.#isUsable = false
    }
    client.on('error', spoil)
    client.on('end', spoil)
  }

  get isUsable(): boolean {
    return this.#isUsable
  }

  /** Outside of any transaction. */
  get isIdle(): boolean {
    const status = this.#client.getTransactionStatus()
    return status === 'I' || status === null
  }

  /** What runs next may change the session for whoever comes after it. */
  soil(): void {
    this.#state.soil()
  }

  get isSoiled(): boolean {
    return this.#state.isSoiled
  }

  /** Rejects when the session cannot be made as it was; then it must not be used again. */
  async renew(): Promise<void> {
    this.#prepared = new PreparedStatements(this.#mostPrepared)
    await this.#renew()
    this.#state.renewed()
  }

  /** As the server last reported it; nothing when this version does not report it. */
  reported(parameter: string): string | undefined {
    return this.#state.reported(parameter)
  }

  read(statement: Statement<Parameter>, as: SelectQuery['as'], lines?: number): Promise<SelectResult> {
    // One that fails would take an open transaction with it.
    const plain = this.isIdle ? plainReadOf(statement.text) : undefined
    if (!plain) return this.#readWhole(statement, as)
    const wanted = lines === undefined ? undefined : new RowLines(lines, this.#cells)
    const writer = new RowWriter(plain, this.#out, MAX_ANSWER_BYTES, wanted)
    return this.#run({ text: plain.text, parameters: statement.parameters }, false, writer).then(() => {
      if (writer.fits) {
        const result = writer.result()
        if (!result) throw tooLarge()
        const isCanonical = writer.isCanonical && hasCanonicalNames(statement.text)
        return asAsked({ isCanonical, ...result }, statement, as)
      }
      // The columns are others than they were: the server has to write the JSON.
      giveUpPlainRead(statement.text)
      return this.#readWhole(statement, as)
    })
  }

  /** Those whose JSON the server has to write are left out, and so is what comes after one that fails. */
  async readTogether(
    statements: readonly Statement<Parameter>[],
  ): Promise<readonly (SelectResult | undefined)[]> {
    const reads = statements.flatMap(({ text, parameters }, at) => {
      const plain = plainReadOf(text)
      return plain
        ? [{ at, text, plain, parameters, ...this.#prepared.prepare({ text: plain.text, parameters }) }]
        : []
    })
    const found = new Array<SelectResult | undefined>(statements.length)
    const [first] = reads
    if (!first) return found
    const batch = new WireBatch(reads, (plain) => new RowWriter(plain, this.#out, MAX_ANSWER_BYTES))
    this.#tap.take = (bytes, start) => batch.row(bytes, start)
    this.#tap.isQuiet = false
    const { done, failure } = await this.#sent(batch, first.text)
    for (const [index, { at, text, name }] of reads.entries()) {
      if (index < done.length) this.#prepared.ran(name)
      else if (index === done.length && isOtherResult(failure)) this.#prepared.spoil(name)
      const one = done[index]
      if (one === 'other columns') giveUpPlainRead(text)
      else if (one?.isCanonical && !hasCanonicalNames(text)) found[at] = { json: one.json, count: one.count }
      else found[at] = one
    }
    return found
  }

  /** Rejects with what was translated, when the session is over. */
  async #sent(batch: WireBatch, subject: StatementText): Promise<BatchAnswer> {
    this.#client.query(batch)
    this.#running = batch.answer
    try {
      const answer = await batch.answer
      const { failure } = answer
      if (failure !== undefined && statementError(failure, subject).isOver) this.#isUsable = false
      return answer
    } catch (error) {
      this.#isUsable = false
      throw statementError(error, subject).error
    } finally {
      this.#running = undefined
      this.#tap.take = undefined
    }
  }

  async #readWhole(statement: Statement<Parameter>, as: SelectQuery['as']): Promise<SelectResult> {
    const answer = await this.#run(statement)
    if (statement.text.verb === 'other') return { rows: ownRows(answer, statement.text.columns) }
    return asAsked(wholeText(answer), statement, as)
  }

  async write(statement: Statement<Parameter>): Promise<WriteResult> {
    const answer = await this.#run(statement)
    const { verb, columns } = statement.text
    if (verb === 'other') return { affected: affectedBy(answer), rows: ownRows(answer, columns) }
    if (columns.length === 0) return { affected: affectedBy(answer), rows: [] }
    const { json, count } = wholeText(answer)
    return { affected: count, rows: rowsOfText(json, documentsIn(statement.text)) }
  }

  /** Answers a statement of the engine's own whose columns nobody knows before: their values as the server writes them. */
  texts(statement: Statement<Parameter>): Promise<WireAnswer> {
    return this.#run(statement, true)
  }

  async begin(): Promise<void> {
    await this.#run(this.mode === 'read' ? BEGIN_READ : BEGIN_WRITE)
  }

  async commit(): Promise<void> {
    const { command } = await this.#run(COMMIT)
    // What failed before was passed over: then the server undoes everything, and does not call that an error.
    if (command !== 'COMMIT') throw undone()
  }

  async rollback(): Promise<void> {
    await this.#run(ROLLBACK)
  }

  stream(statement: Statement<Parameter>, partRows: number): AsyncGenerator<readonly Row[]> {
    return cursorParts(statement, partRows, (part) => this.#run(part))
  }

  /** An order that comes before the server has begun is forgotten: it is given again until the statement ends. */
  async cancel(): Promise<void> {
    const running = this.#running
    do {
      await this.#cancel()
    } while (this.#isUsable && running && !(await endsSoon(running)))
  }

  destroy(): void {
    this.#isUsable = false
    this.#client.connection.stream.destroy()
  }

  async end(): Promise<void> {
    this.#isUsable = false
    const patience = setTimeout(() => this.#client.connection.stream.destroy(), GOODBYE_MS)
    await this.#client.end().catch(() => {})
    clearTimeout(patience)
  }

  async #run(
    statement: Statement<Parameter>,
    describe = statement.text.verb === 'other' && statement.text.columns.length > 0,
    writer?: RowWriter,
  ): Promise<WireAnswer> {
    const { text, parameters } = statement
    const { name, isPrepared, forget } = this.#prepared.prepare(statement)
    const isDescribed = describe || (writer !== undefined && !isPrepared)
    const query = new WireQuery({ sql: text.sql, parameters, name, isPrepared, forget, isDescribed, writer })
    this.#tap.take = writer && ((bytes, start) => writer.row(bytes, start))
    this.#tap.isQuiet = true
    this.#client.query(query)
    this.#running = query.answer
    try {
      const answer = await query.answer
      this.#prepared.ran(name)
      return answer
    } catch (error) {
      if (writer && isOtherResult(error)) {
        this.#prepared.spoil(name)
        writer.fits = false
        return NOTHING
      }
      const { error: translated, isOver } = statementError(error, { ...text, parameters })
      if (isOver) this.#isUsable = false
      throw translated
    } finally {
      this.#running = undefined
      // What sets the session up again has rows of its own.
      this.#tap.take = undefined
    }
  }
}

const BEGIN_READ = ownStatement<Parameter>('begin read only')
/** Not `read write`: a database that its owner has set to read-only stays so. */
const BEGIN_WRITE = ownStatement<Parameter>('begin')
const COMMIT = ownStatement<Parameter>('commit')
const ROLLBACK = ownStatement<Parameter>('rollback')

/** How long to wait for a statement to end before it is told to once more. */
const AGAIN_MS = 50

function endsSoon(running: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), AGAIN_MS)
    const end = () => {
      clearTimeout(timer)
      resolve(true)
    }
    running.then(end, end)
  })
}

/** A server that does not hear the goodbye is not waited for. */
const GOODBYE_MS = 1000

function asAsked(rows: RowsAsJson, { text }: Statement<Parameter>, as: SelectQuery['as']): SelectResult {
  return as === 'json' ? rows : { rows: rowsOfText(rows.json, documentsIn(text)) }
}

/** `cached plan must not change result type`: the columns are others than when the statement was prepared. */
function isOtherResult(error: unknown): boolean {
  return isServerError(error) && error.code === '0A000'
}

const NOTHING: WireAnswer = { rows: [], names: [], typeIds: [], command: '' }
