import type { Records } from '../../core/database/adapter.ts'
import type { Row } from '../../core/database/value.ts'
import type { OperationContext } from '../../core/operation.ts'
import { attempt, type BatchVerb, batchError, type Outcome } from './batch.ts'

interface BatchRequest {
  readonly continue?: boolean | undefined
  readonly rollback?: boolean | undefined
}

/**
 * Runs the work of each record. By default all in one transaction that the first failure rolls back; with `continue`
 * each in its own, and every one is tried. Failures end in one batch error.
 */
export async function runBatch<T>(
  verb: BatchVerb,
  items: readonly T[],
  work: (item: T, records: Records) => Promise<Row>,
  request: BatchRequest,
  context: OperationContext,
): Promise<readonly Row[]> {
  const { adapter } = context.service
  const outcomes: Outcome[] = []
  if (request.continue) {
    for (const item of items)
      outcomes.push(await attempt(() => adapter.transaction((records) => work(item, records), context)))
    if (outcomes.some((outcome) => 'error' in outcome)) throw batchError(verb, outcomes, false)
    return rowsOf(outcomes)
  }
  return adapter.transaction(async (records) => {
    for (const item of items) {
      const outcome = await attempt(() => work(item, records))
      outcomes.push(outcome)
      if ('error' in outcome) throw batchError(verb, outcomes, true)
    }
    return rowsOf(outcomes)
  }, context)
}

function rowsOf(outcomes: readonly Outcome[]): Row[] {
  return outcomes.flatMap((outcome) => ('row' in outcome ? [outcome.row] : []))
}
