import type Libsql from 'libsql'
import { toJsonText } from '../../../src/core/exact-json.ts'
import { address, prepareConnection } from './connect.ts'
import { type DriverRow, mayHaveLostDigits, rowObjects } from './encode-rows.ts'
import {
  type Answer,
  APART,
  type Column,
  type DriverFailure,
  type Framed,
  MAX_FRAME_BYTES,
  type Mode,
  OPEN_FAILED,
  type Parameter,
  type Request,
  type SessionOptions,
  STATEMENTS_FAILED,
  type Step,
  TOO_LARGE,
  TRANSACTION_LOST,
} from './protocol.ts'
import { type ReadLines, readTogether } from './read-together.ts'
import { rowsAsLines, rowsAsText } from './rows-as-json.ts'
import { rowsAsNumbers } from './rows-as-numbers.ts'
import { TextFrame } from './text-frame.ts'

/** One SQLite connection in this process. Runs one request at a time, to its end, without returning to the event loop. */
export interface Session {
  /** Never throws: what goes wrong is the answer. */
  run(request: Request): Answer | Framed | DriverFailure
  /** Of the open transaction, if there is one. */
  rollback(): void
  close(): void
}

/** Never throws: a database that cannot be opened is an answer too. */
export async function openSession(options: SessionOptions): Promise<Session | DriverFailure> {
  let step = OPEN_FAILED
  try {
    const { default: Database } = await import('libsql')
    const database = new Database(address(options))
    prepareConnection(database, options)
    step = STATEMENTS_FAILED
    for (const statement of options.statements) database.exec(statement)
    if (options.access === 'read') database.exec('PRAGMA query_only = ON')
    return createSession(database)
  } catch (error) {
    const failure = failureOf(error, step)
    return step === STATEMENTS_FAILED ? { ...failure, code: step } : failure
  }
}

function createSession(database: Libsql.Database): Session {
  const prepared = new Map<string, Prepared>()
  const asJson = new Map<string, string>()
  const frame = new TextFrame()

  function statement(sql: string): Prepared {
    const found = prepared.get(sql)
    if (found) return found
    if (prepared.size >= MOST_PREPARED)
      for (const oldest of prepared.keys()) if (prepared.delete(oldest)) break
    const fresh = { statement: database.prepare(sql), exact: false }
    if (fresh.statement.reader) fresh.statement.raw()
    prepared.set(sql, fresh)
    return fresh
  }

  function rows(use: Prepared, parameters: readonly unknown[]): DriverRow[] {
    // The driver's types promise less than its raw mode gives: arrays of values in column order.
    return use.statement.all(parameters) as DriverRow[]
  }

  function read(step: Step): Answer {
    const written = readAsText(step)
    if (written) return written
    const [sql, columns, parameters] = step
    const bound = parameters.map(bindable)
    const use = statement(sql)
    let found = rows(use, bound)
    if (!use.exact && mayHaveLostDigits(found)) {
      exactly(use)
      found = rows(use, bound)
    }
    return { count: found.length, text: toJsonText(rowObjects(found, columns)) }
  }

  /** The row of such a read; nothing when SQLite cannot write these rows, this time or ever. */
  function readWritten(step: Step, form: keyof typeof FORMS): DriverRow | undefined {
    const [sql, columns, parameters] = step
    const key = keyOf(step, form)
    const known = asJson.get(key)
    const outer = known ?? FORMS[form](sql, columns) ?? NEVER
    if (known === undefined) {
      if (asJson.size >= MOST_PREPARED) asJson.clear()
      asJson.set(key, outer)
    }
    if (outer === NEVER) return undefined
    try {
      const [row] = rows(statement(outer), parameters.map(bindable))
      if (row?.[2] === 0) return row
    } catch {
      // A value SQLite's JSON cannot hold, or the read itself fails: then it fails again, and is told.
    }
    asJson.set(key, NEVER)
    return undefined
  }

  function readAsText(step: Step): Answer | undefined {
    const [text, count] = readWritten(step, 'text') ?? []
    return typeof text === 'string' ? { count: Number(count), text } : undefined
  }

  /** Lines of which nothing can be made are not read again. */
  const readLines: ReadLines = (step, form, make) => {
    const [bytes, count] = readWritten(step, form) ?? []
    // There is no text of no rows.
    if (count === 0) return make({ count, bytes: Buffer.alloc(0) })
    const made = Buffer.isBuffer(bytes) ? make({ count: Number(count), bytes }) : undefined
    if (made === undefined) asJson.set(keyOf(step, form), NEVER)
    return made
  }

  function write([sql, columns, parameters]: Step): { affected: number; rows: object[] } {
    const use = statement(sql)
    const bound = parameters.map(bindable)
    if (!use.statement.reader) return { affected: use.statement.run(bound).changes, rows: [] }
    exactly(use)
    const found = rows(use, bound)
    return { affected: found.length, rows: rowObjects(found, columns) }
  }

  function runMode(mode: Exclude<Mode, 'together'>, steps: readonly Step[]): Answer {
    const [first] = steps
    if (mode === 'read' || mode === 'careful') {
      if (!first) return { count: 0, text: '[]' }
      return mode === 'read' ? read(first) : readCarefully(first)
    }
    // A full disk or a trigger's RAISE(ROLLBACK) ends a transaction: what follows must not be written by itself.
    if (mode === 'nested' && !database.inTransaction) throw new TransactionLost()
    // SQLite undoes a single statement by itself.
    const [begin, end, undo] = steps.length > 1 && mode !== 'write' ? BRACKET[mode] : NO_BRACKET
    if (begin) database.exec(begin)
    try {
      const results = steps.map(write)
      if (end) database.exec(end)
      return { count: results.length, text: toJsonText(results) }
    } catch (error) {
      if (undo && database.inTransaction) database.exec(undo)
      throw error
    }
  }

  /** Text that is not UTF-8 ends the driver's process, so text is asked for as bytes. */
  function readCarefully([sql, columns, parameters]: Step): Answer {
    const names = columns.map((_, index) => `c${index}`)
    const values = names.map(
      (name) => `CASE typeof(${name}) WHEN 'text' THEN CAST(${name} AS BLOB) ELSE ${name} END`,
    )
    const types = names.map((name) => `typeof(${name}) = 'text'`)
    const outer = `WITH r(${names.join(', ')}) AS (${sql}) SELECT ${[...values, ...types].join(', ')} FROM r`
    const use = statement(outer)
    exactly(use)
    const found = rows(use, parameters.map(bindable)).map((row) => decodeText(row, columns))
    return { count: found.length, text: toJsonText(rowObjects(found, columns)) }
  }

  return {
    run([mode, ...steps]) {
      try {
        if (mode === 'together') return readTogether(steps, readLines, frame) ?? APART
        return fitting(runMode(mode, steps))
      } catch (error) {
        return failureOf(error)
      }
    },
    rollback: () => {
      if (database.inTransaction) database.exec('ROLLBACK')
    },
    close: () => database.close(),
  }
}

interface Prepared {
  readonly statement: Libsql.Statement
  /** Integers come as bigint: slower, and needed as soon as one is beyond a double. */
  exact: boolean
}

const MOST_PREPARED = 256
/** How SQLite writes rows. */
const FORMS = { text: rowsAsText, lines: rowsAsLines, numbers: rowsAsNumbers } as const

function keyOf([sql, columns]: Step, form: keyof typeof FORMS): string {
  return columns.reduce((codes, [, code]) => codes + code, `${form} ${sql}`)
}

/** In place of a statement: these rows are written in JavaScript. */
const NEVER = ''

class TransactionLost extends Error {
  readonly rawCode = TRANSACTION_LOST
}

/** Begin, end, and what undoes. */
const NO_BRACKET = [undefined, undefined, undefined] as const
const BRACKET = {
  atomic: ['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK'],
  nested: ['SAVEPOINT s', 'RELEASE s', 'ROLLBACK TO s; RELEASE s'],
} as const

function exactly(use: Prepared): void {
  use.statement.safeIntegers(true)
  use.exact = true
}

/** The driver binds every number as floating point, and ends the process when given a boolean. */
function bindable(parameter: Parameter): null | number | bigint | string | Buffer {
  if (parameter === null || typeof parameter === 'string') return parameter
  if (typeof parameter === 'number') return Number.isSafeInteger(parameter) ? BigInt(parameter) : parameter
  if ('blob' in parameter) return Buffer.from(parameter.blob, 'base64')
  return 'integer' in parameter ? BigInt(parameter.integer) : null
}

function decodeText(row: DriverRow, columns: readonly Column[]): DriverRow {
  return columns.map((_, index) => {
    const value = row[index] ?? null
    return value instanceof Uint8Array && Number(row[columns.length + index]) === 1
      ? Buffer.from(value).toString('utf8')
      : value
  })
}

function fitting(answer: Answer): Answer | DriverFailure {
  // Three bytes is the most that one UTF-16 unit takes in UTF-8.
  if (answer.text.length * 3 < MAX_FRAME_BYTES || Buffer.byteLength(answer.text) < MAX_FRAME_BYTES - 1024)
    return answer
  return { code: TOO_LARGE, message: 'answer too large' }
}

function failureOf(error: unknown, code = 0): DriverFailure {
  if (!(error instanceof Error)) return { code, message: String(error) }
  return {
    code: 'rawCode' in error && typeof error.rawCode === 'number' ? error.rawCode : code,
    message: error.message,
  }
}
