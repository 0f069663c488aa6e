import type { Row } from '../../../core/database/value.ts'
import { AppError } from '../../../core/errors.ts'
import type { OperationContext } from '../../../core/operation.ts'
import { executeStep } from '../../execute-step.ts'
import { createRecords } from '../create-records.ts'
import { deleteRecords } from '../delete-records.ts'
import { getRecord } from '../get-record.ts'
import { listRecords } from '../list-records.ts'
import { updateRecords } from '../update-records.ts'
import type { WriteAnswer } from '../write-answer.ts'
import { type Results, resolveReferences } from './references.ts'
import type { Step, StepOperation } from './step-input.ts'

/** What one step did. */
export interface StepAnswer {
  readonly name?: string
  readonly operation: StepOperation
  readonly rows: readonly Row[]
  /** Rows written; absent for reads. */
  readonly affected?: number
}

/** Of the operation that a step is. */
export const STEP_VERB = {
  create: 'POST',
  update: 'PATCH',
  delete: 'DELETE',
  get: 'GET',
  list: 'GET',
} as const

/** Carries out one step: a request of its own, with what earlier ones answered. */
export async function runStep(
  { step, by_agent }: { readonly step: Step; readonly by_agent: true | undefined },
  results: Results,
  context: OperationContext,
): Promise<StepAnswer> {
  const { name, operation } = step
  const head = { ...(name === undefined ? {} : { name }), operation }
  const given = inputOf(step, results)
  const input = by_agent && STEP_VERB[operation] !== 'GET' ? { ...given, by_agent } : given
  switch (operation) {
    case 'create':
      return written(head, await executeStep(createRecords, input, context))
    case 'update':
      return written(head, await executeStep(updateRecords, input, context))
    case 'delete':
      return written(head, await executeStep(deleteRecords, input, context))
    case 'get':
      return { ...head, rows: [await executeStep(getRecord, input, context)] }
    case 'list': {
      const { rows = [] } = await executeStep(listRecords, { ...input, as: 'rows' }, context)
      return { ...head, rows }
    }
  }
}

function written(head: Pick<StepAnswer, 'name' | 'operation'>, { rows, affected }: WriteAnswer): StepAnswer {
  return { ...head, rows, affected }
}

/** The input of the operation that the step is; `id` alone may be a number. */
function inputOf(step: Step, results: Results): Readonly<Record<string, unknown>> {
  const { name: _, operation: __, table, id, ids, record, records, params, ...rest } = step
  const given = { id, ids, params, records: record === undefined ? records : [record] }
  const values = Object.entries(given).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, resolveReferences(value, results)] as const],
  )
  const resolved = new Map<string, unknown>(values)
  const key = resolved.get('id')
  if (typeof key === 'number') resolved.set('id', String(key))
  if (id !== undefined && typeof resolved.get('id') !== 'string')
    throw new AppError('bad_request', `'id' must be text or a number.`)
  return { table_name: table, ...rest, ...Object.fromEntries(resolved) }
}
