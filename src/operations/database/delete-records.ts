import { z } from 'zod'
import type { Records } from '../../core/database/adapter.ts'
import type { Filter } from '../../core/database/query.ts'
import type { DatabaseSchema, Table } from '../../core/database/schema.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { defineOperation, type OperationContext } from '../../core/operation.ts'
import { type Consent, consentInput, openConsent } from './consent/consent.ts'
import { changedMeanwhile, lookAtNamed, lookFirst } from './consent/look-first.ts'
import { sampleOfNamed } from './consent/named-rows.ts'
import { withRehearsal } from './consent/rehearse.ts'
import { deleteAll } from './delete-all.ts'
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
import { notUnchanged, unchanged } from './record-tag.ts'
import { runBatch } from './run-batch.ts'
import { selectForWrite } from './select-for-write.ts'
import { settleFilter } from './settle-filter.ts'
import { findTable, loadSchema, recordResource } from './table-access.ts'
import {
  type AnswerPlan,
  answered,
  answerFor,
  planAnswer,
  previewed,
  type WriteAnswer,
} from './write-answer.ts'
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
    ...consentInput,
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
  run: (asked, context) => withRehearsal(asked, context, remove),
})

async function remove(request: DeleteInput, context: OperationContext): Promise<WriteAnswer> {
  const schema = await loadSchema(context)
  const table = findTable(schema, request.table_name, context)
  const inside = writeFilter(table, context)
  const selected = [
    request.id,
    request.ids,
    request.records?.length ? request.records : undefined,
    request.filter,
  ].filter((given) => given !== undefined)
  if (selected.length > 1) throw new AppError('bad_request', 'Give only one of id, ids, records and filter.')
  if (selected.length === 0) return deleteAll(table, inside, request, context)
  const keys = planWriteKeys(table, request.id_field, context)
  const plan: DeletePlan = {
    schema,
    table,
    keys,
    inside,
    answer: planAnswer({ schema, table, keys }, request, context),
    request,
    context,
  }
  const byFilter = request.filter !== undefined
  const write = { operation: 'delete_records', target: table.name, request, byFilter }
  const consent = openConsent(write, context)
  if (byFilter) return deleteByFilter(plan, consent)
  const named = namedIn(request, plan)
  const looked = () => named.map((idOf) => idOf())
  const preview = consent.looks ? await lookAtIds(looked(), plan, consent) : undefined
  if (preview) return previewed(preview)
  if (request.id !== undefined) return answered([await deleteById(request.id, plan)])
  const one = async (idOf: () => RecordId, records: Records) => {
    const id = idOf()
    return deleteOne(keyOf(table, keys.select, id), id, plan, records)
  }
  return answered(await runBatch({ verb: 'deleted', items: named, work: one }, request, context))
}

/** The identifiers that a request names; one throws `bad_request` where its record has none. */
function namedIn({ id, ids, records = [] }: DeleteInput, plan: DeletePlan): (() => RecordId)[] {
  const given = ids ?? (id === undefined ? undefined : [id])
  return given?.map((one) => () => one) ?? records.map((record, index) => () => idIn(record, index, plan))
}

function idIn(
  record: NonNullable<DeleteInput['records']>[number],
  index: number,
  { table, keys: { select } }: DeletePlan,
): RecordId {
  const key = requireKeyInRecord(table, select, record, index)
  return Object.fromEntries(
    select.map((field, part) => [field, typeof key[part] === 'number' ? key[part] : String(key[part])]),
  )
}

function lookAtIds(ids: readonly RecordId[], plan: DeletePlan, consent: Consent) {
  const missing = (id: RecordId) => {
    throw recordNotFound(id)
  }
  return lookAtNamed({ what: 'deletes', count: ids.length }, consent, () =>
    sampleOfNamed(
      ids.map((id) => ({ id, key: keyOf(plan.table, plan.keys.select, id) })),
      { ...plan, missing },
    ),
  )
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
  const there = allOf(found, inside, keys.visible) ?? found
  const { if_match: tags } = plan.request
  const asRead = { table, id, where: there, tags: tags ?? [], isAlone: true }
  const where = (tags && allOf(there, await unchanged(asRead, records, context))) ?? there
  const missing = async () =>
    where === there ? recordNotFound(id) : await notUnchanged(asRead, records, context)
  const keyRows = await readRows(records, { table, fields: keys.key, where, limit: 2 }, signal)
  if (keyRows.length === 0) throw await missing()
  if (keyRows.length > 1)
    throw new AppError('conflict', 'More than one record has this identifier.', { hint: 'Use a filter.' })
  const [answer] = await answerFor(table, keyRows, plan.answer, { records, context })
  const { affected } = await records.delete({ table, where, returning: [] }, { signal })
  if (affected === 0 && where !== there) throw await missing()
  return answer ?? {}
}

/** Most rows one delete by filter removes: their keys are the answer. */
const MAX_DELETED = 100_000

async function deleteByFilter(plan: DeletePlan, consent: Consent): Promise<WriteAnswer> {
  const { table, keys, request, context } = plan
  const { signal } = context
  const asked = selectForWrite(plan, request, context)
  const options = { signal, retry: true }
  return context.service.adapter.transaction(async (records) => {
    const where = await settleFilter(asked, table, records, context)
    const selected = { table, key: keys.key, where, most: MAX_DELETED, tooMany, what: 'deletes' }
    const outlook = consent.looks ? await lookFirst(selected, consent, records, context) : undefined
    if (outlook && 'preview' in outlook) return previewed(outlook.preview)
    const query = { table, fields: keys.key, where, limit: MAX_DELETED + 1 }
    const keyRows = await readRows(records, query, signal)
    if (keyRows.length > MAX_DELETED) throw tooMany()
    const rows = await answerFor(table, keyRows, plan.answer, { records, context })
    const { affected } = await records.delete({ table, where, returning: [] }, { signal })
    if (outlook && (outlook.count !== rows.length || outlook.count !== affected)) throw changedMeanwhile()
    return answered(rows)
  }, options)
}

function tooMany(): AppError {
  return new AppError('bad_request', `The filter matches more than ${MAX_DELETED} records.`, {
    hint: 'Narrow the filter and delete in parts.',
  })
}
