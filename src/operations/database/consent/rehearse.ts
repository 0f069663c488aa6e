import { AppError } from '../../../core/errors.ts'
import type { OperationContext } from '../../../core/operation.ts'
import { inTransaction } from '../steps/in-transaction.ts'
import { loadSchema } from '../table-access.ts'
import type { WriteAnswer } from '../write-answer.ts'

interface Rehearsable {
  readonly dry_run?: boolean | undefined
  readonly continue?: boolean | undefined
}

/**
 * Does a write; one that is only tried answers what it would do and is carried out in a transaction that is rolled back, so that what the
 * database refuses is told. Throws what the write would throw. Not where something would stay: on engines without transactions, and in databases that
 * have tables without.
 */
export async function withRehearsal<R extends Rehearsable>(
  request: R,
  context: OperationContext,
  write: (request: R, context: OperationContext) => Promise<WriteAnswer>,
): Promise<WriteAnswer> {
  const answer = await write(request, context)
  if (request.dry_run && (await canRollBack(context))) {
    const inEarnest = { ...request, dry_run: undefined, continue: undefined }
    await rolledBack(context, (within) => write(inEarnest, { ...within, isRehearsal: true }))
  }
  return answer
}

/** Whether nothing of a transaction stays when it fails. */
export async function canRollBack(context: OperationContext): Promise<boolean> {
  if (!context.service.adapter.capabilities.has('transactions')) return false
  const { tables } = await loadSchema(context)
  return !tables.some(({ outlivesRollback }) => outlivesRollback)
}

/** Does work in a transaction that is rolled back. Throws what the work does. */
export async function rolledBack(
  context: OperationContext,
  work: (context: OperationContext) => Promise<unknown>,
): Promise<void> {
  const done = new AppError('conflict', 'It was only tried.')
  const options = { signal: context.signal, retry: true }
  try {
    await context.service.adapter.transaction(async (records) => {
      await work(inTransaction(context, records))
      throw done
    }, options)
  } catch (error) {
    if (error !== done) throw error
  }
}
