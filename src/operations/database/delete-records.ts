import { z } from 'zod'
import type { Records } from '../../core/database/adapter.ts'
import type { Filter } from '../../core/database/query.ts'
import type { Table } from '../../core/database/schema.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { defineOperation, type OperationContext } from '../../core/operation.ts'
import { UNRESTRICTED } from '../../core/policy.ts'
import { answerInput, batchInput, filterInput, type RecordId, record, recordId, tableName } from './inputs.ts'
import { identifyingFields } from './plan-fields.ts'
import { allOf, planFilter, rowFilter } from './plan-filter.ts'
import { type Key, keyInRecord, keyOf, whereKey } from './plan-ids.ts'
import { recordNotFound } from './read-by-ids.ts'
import { readRows } from './read-rows.ts'
import { checkBatch, runBatch } from './run-batch.ts'
import { selectForWrite } from './select-for-write.ts'
import { findTable, loadSchema, tableResource } from './table-access.ts'
import { type AnswerPlan, answerFor, planAnswer, type WriteAnswer } from './write-answer.ts'

const input = z.strictObject({
  table_name: tableName,
  /** The one record of a `/{id}` address. */
  id: z.string().min(1).optional(),
  ids: z.array(recordId).optional(),
  records: z.array(record).optional(),
  ...filterInput,
  /** Delete every record the caller may delete; administrators only. */
  force: z.boolean().optional(),
  ...answerInput,
  ...batchInput,
})
type DeleteInput = z.infer<typeof input>

interface DeletePlan {
  readonly table: Table
  readonly keyFields: readonly string[]
  readonly inside: Filter | undefined
  readonly answer: AnswerPlan
  readonly request: DeleteInput
  readonly context: OperationContext
}

/** Deletes records by `id`, `ids`, keys in `records`, or a filter. */
export const deleteRecords = defineOperation<DeleteInput, WriteAnswer>({
  name: 'delete_records',
  kind: 'database',
  verb: 'DELETE',
  needs: ['records.write'],
  input,
  resource: ({ table_name, id }) => tableResource('_table', table_name, id),
  async run(request, context) {
    checkBatch(request)
    const schema = await loadSchema(context)
    const table = findTable(schema, request.table_name, context)
    const inside = rowFilter(table, context.access)
    const selected = [
      request.id,
      request.ids,
      request.records?.length ? request.records : undefined,
      request.filter,
    ].filter((given) => given !== undefined)
    if (selected.length > 1) throw new AppError('bad_request', 'Give only one of ids, records and filter.')
    if (selected.length === 0) return deleteAll(table, inside, request, context)
    const keyFields = identifyingFields(table, request.id_field)
    const plan: DeletePlan = {
      table,
      keyFields,
      inside,
      answer: planAnswer(schema, table, keyFields, request, context),
      request,
      context,
    }
    if (request.id !== undefined) return answered([await deleteById(request.id, plan)])
    if (request.filter !== undefined) return answered(await deleteByFilter(plan))
    const one = (id: RecordId, records: Records) => deleteOne(keyOf(table, keyFields, id), id, plan, records)
    return answered(
      await runBatch('deleted', request.ids ?? idsIn(request.records ?? [], plan), one, request, context),
    )
  },
})

function answered(rows: readonly Row[]): WriteAnswer {
  return { rows, affected: rows.length }
}

function idsIn(records: NonNullable<DeleteInput['records']>, { table, keyFields }: DeletePlan): RecordId[] {
  return records.map((given, index) => {
    const key = keyInRecord(table, keyFields, given)
    if (!key)
      throw new AppError(
        'bad_request',
        `Required id field(s) not found in record ${index}: ${keyFields.join(', ')}`,
      )
    return Object.fromEntries(
      keyFields.map((field, part) => [field, typeof key[part] === 'number' ? key[part] : String(key[part])]),
    )
  })
}

async function deleteById(id: string, plan: DeletePlan): Promise<Row> {
  const key = keyOf(plan.table, plan.keyFields, id)
  return plan.context.service.adapter.transaction(
    (records) => deleteOne(key, id, plan, records),
    plan.context,
  )
}

async function deleteOne(key: Key, id: RecordId, plan: DeletePlan, records: Records): Promise<Row> {
  const { table, keyFields, inside, context } = plan
  const { signal } = context
  const where = allOf(whereKey(keyFields, key), inside) ?? whereKey(keyFields, key)
  const keyRows = await readRows(records, { table, fields: keyFields, where, limit: 2 }, signal)
  if (keyRows.length === 0) throw recordNotFound(id)
  if (keyRows.length > 1)
    throw new AppError('conflict', 'More than one record has this identifier.', { hint: 'Use a filter.' })
  const [answer] = await answerFor(table, keyRows, plan.answer, records, context)
  await records.delete({ table, where, returning: [] }, { signal })
  return answer ?? {}
}

/** Most rows one delete by filter removes: their keys are the answer. */
const MAX_DELETED = 100_000

async function deleteByFilter(plan: DeletePlan): Promise<readonly Row[]> {
  const { table, keyFields, inside, request, context } = plan
  const { signal } = context
  const where = selectForWrite(table, planFilter(table, request, context), inside, context)
  return context.service.adapter.transaction(async (records) => {
    const keyRows = await readRows(
      records,
      { table, fields: keyFields, where, limit: MAX_DELETED + 1 },
      signal,
    )
    if (keyRows.length > MAX_DELETED) {
      throw new AppError('bad_request', `The filter matches more than ${MAX_DELETED} records.`, {
        hint: 'Narrow the filter and delete in parts.',
      })
    }
    const rows = await answerFor(table, keyRows, plan.answer, records, context)
    await records.delete({ table, where, returning: [] }, { signal })
    return rows
  }, context)
}

async function deleteAll(
  table: Table,
  inside: Filter | undefined,
  request: DeleteInput,
  context: OperationContext,
): Promise<WriteAnswer> {
  if (!request.force)
    throw new AppError('bad_request', 'No filter or records given for delete request.', {
      hint: 'Name ids or a filter.',
    })
  if (context.caller.policy.key !== UNRESTRICTED.key) {
    throw new AppError('forbidden', 'Deleting all records at once is for administrators.', {
      hint: 'Name ids or a filter.',
    })
  }
  const { affected } = await context.service.adapter.delete(
    { table, ...(inside ? { where: inside } : {}), returning: [] },
    context,
  )
  return { rows: [], affected }
}
