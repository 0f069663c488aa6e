import { z } from 'zod'
import type { Row } from '../../core/database/value.ts'
import { AppError, toAppError } from '../../core/errors.ts'

/** `error.code` of a batch of which some records failed (dreamfactory-rest §4.7). */
const BATCH_CODE = 1000

/** How the message of a batch ends of which nothing was kept. */
export const ROLLED_BACK = ' All changes rolled back.'

export type BatchVerb = 'created' | 'updated' | 'deleted' | 'retrieved'

/** What became of one record of a batch. */
export type Outcome = { readonly row: Row } | { readonly error: AppError }

/** One failed record inside a batch error, in the wire's envelope. */
interface FailedRecord {
  readonly code: number
  readonly context: unknown
  readonly message: string
  readonly status_code: number
}

/**
 * The error for a request of several records of which some failed (dreamfactory-rest §4.7): code 1000, the indexes of
 * the failed ones, and the outcome of each record that was tried.
 */
export function batchError(verb: BatchVerb, outcomes: readonly Outcome[], rolledBack: boolean): AppError {
  const failed = outcomes.flatMap((outcome, index) => ('error' in outcome ? [index] : []))
  const first = outcomes.find((outcome) => 'error' in outcome)
  const suffix = rolledBack ? ROLLED_BACK : ''
  const { hint, didYouMean } = first && 'error' in first ? first.error : {}
  return new AppError('bad_request', `Batch Error: Not all requested records could be ${verb}.${suffix}`, {
    wireCode: BATCH_CODE,
    context: {
      error: failed,
      resource: outcomes.map((outcome) => ('error' in outcome ? failedRecord(outcome.error) : outcome.row)),
    },
    ...(hint === undefined ? {} : { hint }),
    ...(didYouMean === undefined ? {} : { didYouMean }),
    cause: first && 'error' in first ? first.error.cause : undefined,
  })
}

/** A batch error with the rows of its records as they may be shown; any other error as it is. */
export function withShownRows(error: AppError, show: (row: Row) => Row): AppError {
  const parsed = error.wireCode === BATCH_CODE ? batchRows.safeParse(error.context) : undefined
  if (!parsed?.success) return error
  const { error: failed, resource } = parsed.data
  const shown = resource.map((row, index) => (failed.includes(index) ? row : show(row)))
  const { code, message, hint, didYouMean, cause } = error
  return new AppError(code, message, {
    wireCode: BATCH_CODE,
    context: { error: failed, resource: shown },
    ...(hint === undefined ? {} : { hint }),
    ...(didYouMean === undefined ? {} : { didYouMean }),
    cause,
  })
}

const batchRows = z.object({
  error: z.array(z.int()),
  resource: z.array(z.record(z.string(), z.json())),
})

/** The message of the record that failed, of a batch of one; else as it is. */
export function ofOneRecord(error: AppError): string {
  const context = batchContext.safeParse(error.context)
  const [only, ...more] = context.success ? context.data.resource : []
  return error.wireCode === BATCH_CODE && only && more.length === 0 ? only.message : error.message
}

const batchContext = z.object({ resource: z.array(z.object({ message: z.string() })) })

function failedRecord(error: AppError): FailedRecord {
  return {
    code: error.wireCode ?? error.status,
    context: error.context ?? null,
    message: error.message,
    status_code: error.status,
  }
}

/**
 * Runs the work of one record and keeps its error; what no single record can be blamed for ends the whole request: so does
 * what may go well the next time, which is for the transaction around the work to see.
 */
export function attempt(work: () => Promise<Row>): Promise<Outcome> {
  return outcomeOf(work, ({ code, retryable }) => BLAMED_ON_RECORD.has(code) && !retryable)
}

/** The same for work that is a transaction of its own: what went before stays, so each such error is the record's. */
export function attemptAlone(work: () => Promise<Row>): Promise<Outcome> {
  return outcomeOf(work, ({ code }) => BLAMED_ON_RECORD.has(code))
}

async function outcomeOf(work: () => Promise<Row>, isBlamed: (error: AppError) => boolean): Promise<Outcome> {
  try {
    return { row: await work() }
  } catch (thrown) {
    const error = toAppError(thrown)
    if (!isBlamed(error)) throw error
    return { error }
  }
}

const BLAMED_ON_RECORD: ReadonlySet<string> = new Set(['bad_request', 'forbidden', 'not_found', 'conflict'])

/** Whether some records of a batch that failed stay nevertheless. */
export function isPartlyKept({ wireCode, message, context }: AppError): boolean {
  if (wireCode !== BATCH_CODE || message.endsWith(ROLLED_BACK)) return false
  if (typeof context !== 'object' || context === null) return false
  const sizeOf = (name: string) => {
    const list: unknown = Reflect.get(context, name)
    return Array.isArray(list) ? list.length : 0
  }
  return sizeOf('resource') > sizeOf('error')
}
