import type { ClientSession } from 'mongodb'
import type { Records, TransactionOptions } from '../../../src/core/database/adapter.ts'
import { AppError, OUTCOME_UNKNOWN } from '../../../src/core/errors.ts'
import { type Calls, cancelled } from './calls.ts'
import { toAppError } from './errors.ts'
import { failureOf, isLostOnTheWay } from './failure.ts'
import { journalled } from './journal.ts'
import { createRecords, type Seat } from './records.ts'

/** How often work runs that the server gave up for the sake of another transaction. */
const TRIES = 5

/** A transaction of the server: what the work read and wrote is as of one moment, and all of it is kept or nothing. */
export async function transact<T>(
  calls: Calls,
  work: (records: Records) => Promise<T>,
  { signal, retry = false }: TransactionOptions,
): Promise<T> {
  for (let left = retry ? TRIES : 1; ; left--) {
    try {
      return await transactOnce(calls, work, signal)
    } catch (error) {
      if (!isGivenUp(error) || left <= 1 || signal.aborted) throw error
      // A server that is gone is not looked for again and again.
      if (error.code === 'unavailable') left = Math.min(left, 2)
    }
  }
}

/** Nothing of it is kept: the server gave it up, or the connection was lost before the end. */
function isGivenUp(error: unknown): error is AppError {
  if (!(error instanceof AppError) || !error.retryable) return false
  return error.code === 'conflict' || (error.code === 'unavailable' && isLostOnTheWay(error.cause))
}

async function transactOnce<T>(
  calls: Calls,
  work: (records: Records) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  if (signal.aborted) throw cancelled()
  const session = calls.openSession()
  if (!session) throw new AppError('not_supported', 'This database has no transactions.')
  const state = { hasEnded: false }
  const seat: Seat = {
    run: (options, table, run) => calls.run(options, run, { table, session }),
    write: (options, table, run) => calls.run(options, (call) => run({ call }), { table, session }),
  }
  try {
    session.startTransaction({ readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority' } })
    const result = await work(createRecords(guarded(seat, state)))
    if (signal.aborted) throw cancelled()
    await commit(session).catch(unknownOutcome)
    return result
  } catch (error) {
    if (session.inTransaction()) await session.abortTransaction().catch(() => {})
    throw error
  } finally {
    state.hasEnded = true
    await session.endSession().catch(() => {})
  }
}

/** Keeping twice what is kept already changes nothing: so it is asked for again while the server does not know. */
async function commit(session: ClientSession): Promise<void> {
  for (let left = TRIES; ; left--) {
    try {
      return await session.commitTransaction()
    } catch (error) {
      const { labels, code } = failureOf(error)
      const isTooLate = code === MAX_TIME_EXPIRED
      if (left <= 1 || isTooLate || !labels.includes('UnknownTransactionCommitResult')) throw error
    }
  }
}

/** MaxTimeMSExpired. */
const MAX_TIME_EXPIRED = 50

/** What is thrown now is a refusal, or nobody knows. */
function unknownOutcome(error: unknown): never {
  const known = toAppError(error)
  if (known.code === 'conflict') throw known
  throw new AppError('unavailable', 'The connection was lost while the change was being kept.', {
    hint: 'Read the records before you try again.',
    context: { reason: OUTCOME_UNKNOWN },
    cause: known.cause,
  })
}

/**
 * Where the server has no transactions: writes are done one after the other, and taken back when the work fails. The capability is
 * not there, so whoever must have a transaction is refused before it comes to this.
 */
export async function undoable<T>(
  calls: Calls,
  work: (records: Records) => Promise<T>,
  { signal }: TransactionOptions,
): Promise<T> {
  // Refused while it is closed, and when it is cancelled already.
  await calls.run({ signal }, async () => {})
  const state = { hasEnded: false }
  try {
    return await journalled(calls, async (journal) => {
      const seat: Seat = {
        run: (options, table, run) => calls.run(options, run, { table }),
        write: (options, table, run) => calls.run(options, (call) => run({ call, journal }), { table }),
      }
      const result = await work(createRecords(guarded(seat, state)))
      if (signal.aborted) throw cancelled()
      return result
    })
  } finally {
    state.hasEnded = true
  }
}

/** After the end the records are nobody's. */
function guarded(seat: Seat, state: { readonly hasEnded: boolean }): Seat {
  const requireOpen = () => {
    if (state.hasEnded) throw new AppError('unavailable', 'The transaction has ended.')
  }
  return {
    async run(options, table, work) {
      requireOpen()
      return seat.run(options, table, work)
    },
    async write(options, table, work) {
      requireOpen()
      return seat.write(options, table, work)
    },
  }
}
