import { z } from 'zod'
import type { Records } from '../../core/database/adapter.ts'
import type { Filter } from '../../core/database/query.ts'
import type { DatabaseSchema, Table } from '../../core/database/schema.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { defineOperation, type OperationContext } from '../../core/operation.ts'
import { DELETE_ALL } from '../../core/policy.ts'
import {
  answerInput,
  BOTH_WAYS,
  batchInput,
  idList,
  isOneWay,
  matchesOne,
  matchInput,
  ONE_MATCH,
  type RecordId,
  recordList,
  tableName,
  writeFilterInput,
} from './inputs.ts'
import { allOf } from './plan-filter.ts'
import { type Key, keyOf, requireKeyInRecord, whereKey } from './plan-ids.ts'
import { recordNotFound } from './read-by-ids.ts'
import { readRows } from './read-rows.ts'
import { requireUnchanged } from './record-tag.ts'
import { runBatch } from './run-batch.ts'
import { selectForWrite } from './select-for-write.ts'
import { settleFilter } from './settle-filter.ts'
import { findTable, loadSchema, recordResource, tableResource } from './table-access.ts'
import { type AnswerPlan, answered, answerFor, planAnswer, type WriteAnswer } from './write-answer.ts'
import { planWriteKeys, type WriteKeys, writeFilter } from './write-keys.ts'

const input = z
  .strictObject({
    table_name: tableName,
    /** The one record of a `/{id}` address. */
    id: z.string().min(1).optional(),
    ids: idList.optional(),
    records: recordList.optional(),
    ...writeFilterInput,
    /** Delete every record the caller may delete; for administrators and roles that have it granted. */
    force: z.boolean().optional(),
    ...answerInput,
    ...batchInput,
    ...matchInput,
  })
  .refine(isOneWay, BOTH_WAYS)
  .refine(matchesOne, ONE_MATCH)
type DeleteInput = z.infer<typeof input>

interface DeletePlan {
  readonly schema: DatabaseSchema
  readonly table: Table
  readonly keys: WriteKeys
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
  resource: recordResource,
  async run(request, context) {
    const schema = await loadSchema(context)
    const table = findTable(schema, request.table_name, context)
    const inside = writeFilter(table, context)
    const selected = [
      request.id,
      request.ids,
      request.records?.length ? request.records : undefined,
      request.filter,
    ].filter((given) => given !== undefined)
    if (selected.length > 1)
      throw new AppError('bad_request', 'Give only one of id, ids, records and filter.')
    if (selected.length === 0) return deleteAll(table, inside, request, context)
    const keys = planWriteKeys(table, request.id_field, context)
    const plan: DeletePlan = {
      schema,
      table,
      keys,
      inside,
      answer: planAnswer(schema, table, keys, request, context),
      request,
      context,
    }
    if (request.id !== undefined) return answered([await deleteById(request.id, plan)])
    if (request.filter !== undefined) return answered(await deleteByFilter(plan))
    const one = (id: RecordId, records: Records) =>
      deleteOne(keyOf(table, keys.select, id), id, plan, records)
    return answered(
      await runBatch(
        { verb: 'deleted', items: request.ids ?? idsIn(request.records ?? [], plan), work: one },
        request,
        context,
      ),
    )
  },
})

function idsIn(records: NonNullable<DeleteInput['records']>, { table, keys }: DeletePlan): RecordId[] {
  const keyFields = keys.select
  return records.map((given, index) => {
    const key = requireKeyInRecord(table, keyFields, given, index)
    return Object.fromEntries(
      keyFields.map((field, part) => [field, typeof key[part] === 'number' ? key[part] : String(key[part])]),
    )
  })
}

async function deleteById(id: string, plan: DeletePlan): Promise<Row> {
  const key = keyOf(plan.table, plan.keys.select, id)
  return plan.context.service.adapter.transaction((records) => deleteOne(key, id, plan, records), {
    signal: plan.context.signal,
    retry: true,
  })
}

async function deleteOne(key: Key, id: RecordId, plan: DeletePlan, records: Records): Promise<Row> {
  const { table, keys, inside, context } = plan
  const { signal } = context
  const found = whereKey(keys.select, key)
  const where = allOf(found, inside, keys.visible) ?? found
  const { if_match: tags } = plan.request
  if (tags) await requireUnchanged({ table, id, where, tags }, records, context)
  const keyRows = await readRows(records, { table, fields: keys.key, where, limit: 2 }, signal)
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
  const { schema, table, keys, inside, request, context } = plan
  const { signal } = context
  const asked = selectForWrite(schema, table, request, inside, context)
  const options = { signal, retry: true }
  return context.service.adapter.transaction(async (records) => {
    const where = await settleFilter(asked, table, records, context)
    const keyRows = await readRows(
      records,
      { table, fields: keys.key, where, limit: MAX_DELETED + 1 },
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
  }, options)
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
  const { caller, service } = context
  const component = tableResource(DELETE_ALL, table.name)
  if (!caller.policy.decide(service.info.name, component, 'DELETE').allowed) {
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
