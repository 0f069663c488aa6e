import type { CallLog, CallNote } from '../../core/call-log.ts'
import { callSignal, dateTime, tableNamed } from '../records.ts'
import { callLog } from '../resources/call-log.ts'
import {
  type CallWords,
  callRecord,
  droppedRecord,
  isOfRows,
  type KeptCall,
  sameIn,
  secondWriter,
} from './call-record.ts'
import { cleanUp } from './clean-up.ts'
import type { CallDatabase } from './many-apart.ts'

const TABLE = tableNamed(callLog.table)
const FLUSH_MS = 500
/** Notes that wait; while the database is away the oldest go. */
const MOST_WAITING = 20_000
/** One statement takes so many; as many as wait do not wait for the time. */
export const ROWS_AT_ONCE = 256
const CLEANUP_MS = 10 * 60 * 1000
/** Notes a minute of those who are nobody: a flood of them must not push out what matters. */
const MOST_UNKNOWN = 300
const MINUTE_MS = 60_000

export interface CallRecorder extends CallLog {
  /** Writes what waits, as far as the database takes it. */
  close(): Promise<void>
}

interface Options extends Omit<CallWords, 'dateOf'> {
  readonly database: CallDatabase
  readonly keptDays: number
  readonly keptRows: number
  readonly onError: (error: unknown) => void
  readonly now?: () => number
  /** How often what waits is written, in milliseconds. */
  readonly flushMs?: number
}

/** Notes calls in memory and writes them in batches: a call waits for nothing. */
export function createCallRecorder(options: Options): CallRecorder {
  const { database, onError, now = Date.now, flushMs = FLUSH_MS } = options
  const words = { ...options, dateOf: secondWriter() }
  let waiting: CallNote[] = []
  let dropped = 0
  let unknown = { from: 0, count: 0 }
  let cleanedAt = 0
  let running: Promise<void> | undefined
  let cleaning: Promise<void> | undefined
  let isClosed = false
  let isFailing = false
  const timer = setInterval(() => void flush(), flushMs)
  timer.unref()

  /** One at a time; what cannot be written goes on waiting. */
  function flush(isLast = false): Promise<void> {
    running ??= write(isLast)
      .then(() => {
        isFailing = false
      })
      .catch((error: unknown) => {
        if (!isFailing) onError(error)
        isFailing = true
      })
      .finally(() => {
        running = undefined
        timer.refresh()
      })
    return running
  }

  /** What is left of many waits for more, or for the time, unless it is the last time. */
  async function write(isLast: boolean): Promise<void> {
    while (waiting.length > 0 || dropped > 0) {
      const missed = dropped
      const batch = waiting.slice(0, ROWS_AT_ONCE)
      const isFull = batch.length === ROWS_AT_ONCE
      const rows = batch.map((note) => callRecord(note, words))
      if (missed > 0) rows.push(droppedRecord(missed, now()))
      // Taken out before, so that what comes meanwhile pushes out none of them.
      waiting = waiting.slice(batch.length)
      try {
        // What few calls have in common is not worth a statement of its own.
        await insert(rows, isFull && missed === 0 ? sameIn(batch) : [])
        dropped -= missed
      } catch (error) {
        waiting = [...batch, ...waiting]
        forgetOldest()
        throw error
      }
      if (isFull && waiting.length < ROWS_AT_ONCE && !isLast) break
    }
    clean()
  }

  /** One that the database does not take keeps none of the others out. */
  async function insert(rows: readonly KeptCall[], same: readonly string[] = []): Promise<void> {
    try {
      await database.insert({ table: TABLE, rows, same, returning: [] }, { signal: callSignal() })
    } catch (error) {
      if (!isOfRows(error)) throw error
      if (rows.length === 1) {
        onError(error)
        if (rows[0]?.outcome !== 'dropped') dropped++
        return
      }
      const middle = Math.ceil(rows.length / 2)
      await insert(rows.slice(0, middle))
      await insert(rows.slice(middle))
    }
  }

  /** Beside the writing of notes, which it must not hold up. */
  function clean(): void {
    if (cleaning || now() - cleanedAt <= CLEANUP_MS) return
    cleanedAt = now()
    const since = dateTime(new Date(now() - options.keptDays * 24 * 60 * MINUTE_MS))
    cleaning = cleanUp(database, { since, rows: options.keptRows, isOver: () => isClosed })
      .catch(onError)
      .finally(() => {
        cleaning = undefined
      })
  }

  function forgetOldest(): void {
    if (waiting.length <= MOST_WAITING) return
    dropped += waiting.length - MOST_WAITING
    waiting = waiting.slice(-MOST_WAITING)
  }

  function isOneTooMany(at: number): boolean {
    if (at - unknown.from > MINUTE_MS) unknown = { from: at, count: 0 }
    unknown.count++
    return unknown.count > MOST_UNKNOWN
  }

  return {
    note(call) {
      if (call.caller === undefined && isOneTooMany(call.at)) {
        dropped++
        return
      }
      waiting.push(isLong(call) ? shortened(call) : call)
      // Seldom: cutting an array of this size for every note would cost more than all the rest.
      if (waiting.length >= 2 * MOST_WAITING) forgetOldest()
      // Notes that wait long are copied about by garbage collections.
      if (waiting.length >= ROWS_AT_ONCE && !running && !isFailing) void flush()
    },
    async close() {
      clearInterval(timer)
      if (running) await running
      await flush(true)
      isClosed = true
      await cleaning
    },
  }
}

/** No name is longer; what callers invent may be. In characters. */
const LONGEST_NAME = 255

function isLong({ operation = '', resource = '' }: CallNote): boolean {
  return operation.length > LONGEST_NAME || resource.length > LONGEST_NAME
}

/** Keeps nothing of a long text alive, which a slice would. */
function shortened(call: CallNote): CallNote {
  const short = (text = '') => Buffer.from(text.slice(0, LONGEST_NAME)).toString()
  return { ...call, operation: short(call.operation), resource: short(call.resource) }
}
