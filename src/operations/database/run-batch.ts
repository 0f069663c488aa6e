import type { Records } from '../../core/database/adapter.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError, OUTCOME_UNKNOWN, toAppError } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'
import { attempt, attemptAlone, type BatchVerb, batchError, type Outcome } from './batch.ts'

interface BatchRequest {
  readonly continue?: boolean | undefined
  readonly rollback?: boolean | undefined
}

interface Batch<T> {
  readonly verb: BatchVerb
  readonly items: readonly T[]
  work(item: T, records: Records): Promise<Row>
  /** How the answer for a record reads that was taken back without the caller having asked for `rollback`; as it was when absent. */
  takenBack?(row: Row): Row
}

/**
 * Runs the work of each record. By default all in one transaction that the first failure rolls back; with `continue`
 * each in its own, and every one is tried. A service may be set to stop at the first failure and keep what went before.
 * Failures end in one batch error. The work does nothing but use the records it is given: a transaction that the database
 * gave up begins again.
 */
export async function runBatch<T>(
  { verb, items, work, takenBack }: Batch<T>,
  request: BatchRequest,
  context: OperationContext,
): Promise<readonly Row[]> {
  const { adapter, settings } = context.service
  const options = { signal: context.signal, retry: true }
  const outcomes: Outcome[] = []
  if (request.continue || (settings.haltsOnError && !request.rollback && !context.isInTransaction)) {
    for (const item of items) {
      const outcome = await attemptAlone(() =>
        adapter.transaction((records) => work(item, records), options),
      ).catch((error: unknown) => {
        throw outcomes.some((before) => 'row' in before) ? endedInside(error) : error
      })
      outcomes.push(outcome)
      if ('error' in outcome && !request.continue) break
    }
    if (outcomes.some((outcome) => 'error' in outcome)) throw batchError(verb, outcomes, false)
    return rowsOf(outcomes)
  }
  return adapter.transaction(async (records) => {
    outcomes.length = 0
    for (const item of items) {
      const outcome = await attempt(() => work(item, records))
      outcomes.push(outcome)
      if ('error' in outcome) throw batchError(verb, request.rollback ? outcomes : outcomes.map(undone), true)
    }
    return rowsOf(outcomes)
  }, options)

  function undone(outcome: Outcome): Outcome {
    return takenBack && 'row' in outcome ? { row: takenBack(outcome.row) } : outcome
  }
}

function rowsOf(outcomes: readonly Outcome[]): Row[] {
  return outcomes.flatMap((outcome) => ('row' in outcome ? [outcome.row] : []))
}

/** What went before stays, and the caller is not told what it was. */
function endedInside(thrown: unknown): AppError {
  const { code, message, cause } = toAppError(thrown)
  return new AppError(code, message, {
    hint: 'Some of the records are written already: read them before you try again.',
    context: { reason: OUTCOME_UNKNOWN },
    cause,
  })
}
