import type { Relation, Table } from '../../../core/database/schema.ts'
import { AppError } from '../../../core/errors.ts'
import { canReadSchema } from '../table-access.ts'
import type { WriteScope } from './write-scope.ts'

/** How the message begins (dreamfactory-rest §4.9); then comes what was wrong. */
const FAILED: Record<Relation['type'], string> = {
  belongs_to: 'Failed to update belongs-to assignment.',
  has_one: 'Failed to update many to one assignment.',
  has_many: 'Failed to update many to one assignment.',
  many_many: 'Failed to update many to one map assignment.',
}

interface Place {
  readonly relation: Relation
  readonly target: Table
  /** Of the related record in its list. */
  readonly index: number
}

/** Runs the work of one related record; its error tells where in the request it was. */
export async function inPlace<T>(place: Place, scope: WriteScope, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    throw thrown instanceof AppError && isOfRecord(thrown) ? placed(thrown, place, scope) : thrown
  }
}

/** What may go well the next time is for the transaction around the work to see. */
function isOfRecord({ code, retryable }: AppError): boolean {
  return !retryable && OF_RECORD.has(code)
}

const OF_RECORD: ReadonlySet<string> = new Set(['bad_request', 'forbidden', 'not_found', 'conflict'])

/** Advice names fields of the related table: it is for those who may see its schema. */
function placed(error: AppError, { relation, target, index }: Place, { context }: WriteScope): AppError {
  const { caller, service } = context
  const mayAdvise = canReadSchema(caller.policy, service.info.name, target.name)
  const { hint, didYouMean, cause } = error
  // The record of the address is there: what is not found is a mistake in the request.
  const code = error.code === 'not_found' ? 'bad_request' : error.code
  return new AppError(code, `${FAILED[relation.type]}\n${error.message}`, {
    ...(mayAdvise && hint !== undefined ? { hint } : {}),
    ...(mayAdvise && didYouMean !== undefined ? { didYouMean } : {}),
    context: { relation: relation.alias ?? relation.name, index, cause: error.context ?? null },
    cause,
  })
}
