import { z } from 'zod'
import type { Records } from '../../core/database/adapter.ts'
import type { Filter } from '../../core/database/query.ts'
import type { Table } from '../../core/database/schema.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { defineOperation, type Operation, type OperationContext } from '../../core/operation.ts'
import { requirePossible } from './contradicts.ts'
import {
  answerInput,
  BOTH_WAYS,
  batchInput,
  filterInput,
  type InputRecord,
  idList,
  isOneWay,
  type RecordId,
  recordList,
  tableName,
} from './inputs.ts'
import { allOf, rowFilter } from './plan-filter.ts'
import { type Key, keyOf, keyText, requireKeyInRecord, whereKey } from './plan-ids.ts'
import { recordNotFound } from './read-by-ids.ts'
import { readRows } from './read-rows.ts'
import { noFields, recordValues, type Values } from './record-values.ts'
import { runBatch } from './run-batch.ts'
import { selectForWrite } from './select-for-write.ts'
import { findTable, loadSchema, recordResource, tableResource } from './table-access.ts'
import {
  type AnswerPlan,
  answered,
  answerFor,
  planAnswer,
  requireInside,
  type WriteAnswer,
} from './write-answer.ts'
import { planWriteKeys, type WriteKeys, writeFilter } from './write-keys.ts'

const input = z
  .strictObject({
    table_name: tableName,
    records: recordList,
    /** The one record of a `/{id}` address. */
    id: z.string().min(1).optional(),
    ids: idList.optional(),
    ...filterInput,
    ...answerInput,
    ...batchInput,
  })
  .refine(isOneWay, BOTH_WAYS)
type UpdateInput = z.infer<typeof input>

/** Changes the given fields of records: each record by its key, or one change for `id`, `ids` or a filter. */
export const updateRecords = updateOperation('update_records', 'PATCH')

/** PUT is PATCH for tables: only given fields change (dreamfactory-rest §4.6). A verb of its own for roles. */
export const replaceRecords = updateOperation('replace_records', 'PUT')

function updateOperation(name: string, verb: 'PATCH' | 'PUT'): Operation<UpdateInput, WriteAnswer> {
  return defineOperation<UpdateInput, WriteAnswer>({
    name,
    kind: 'database',
    verb,
    needs: ['records.write'],
    input,
    resource: recordResource,
    run: update,
  })
}

interface UpdatePlan {
  readonly table: Table
  readonly keys: WriteKeys
  /** Rows the caller may change; they must lie inside before and after. */
  readonly inside: Filter | undefined
  readonly answer: AnswerPlan
  readonly request: UpdateInput
  readonly context: OperationContext
}

async function update(request: UpdateInput, context: OperationContext): Promise<WriteAnswer> {
  const schema = await loadSchema(context)
  const table = findTable(schema, request.table_name, context)
  const keys = planWriteKeys(table, request.id_field, context)
  const plan: UpdatePlan = {
    table,
    keys,
    inside: writeFilter(table, context),
    answer: planAnswer(schema, table, keys, request, context),
    request,
    context,
  }
  const [change = {}] = request.records
  if (request.records.length === 0) throw new AppError('bad_request', 'No record(s) detected in request.')
  if (request.id !== undefined) return answered([await updateById(request.id, change, plan)])
  if (request.ids && request.filter !== undefined)
    throw new AppError('bad_request', 'Give either ids or a filter, not both.')
  if (request.ids) {
    const one = (id: RecordId, records: Records) =>
      updateOne(keyOf(table, keys.select, id), id, change, plan, records)
    return answered(await runBatch('updated', request.ids, one, request, context))
  }
  if (request.filter !== undefined) return answered(await updateByFilter(change, plan))
  const items = request.records.map((given, index) => ({ given, index }))
  const one = ({ given, index }: (typeof items)[number], records: Records) => {
    const key = requireKeyInRecord(table, keys.select, given, index)
    return updateOne(key, key.map(String).join(','), given, plan, records)
  }
  return answered(await runBatch('updated', items, one, request, context))
}

async function updateById(id: string, change: InputRecord, plan: UpdatePlan): Promise<Row> {
  if (Object.keys(change).length === 0)
    throw new AppError('bad_request', 'The request contains no valid record fields.')
  const key = keyOf(plan.table, plan.keys.select, id)
  return plan.context.service.adapter.transaction((records) => updateOne(key, id, change, plan, records), {
    signal: plan.context.signal,
    retry: true,
  })
}

async function updateOne(
  key: Key,
  id: RecordId,
  change: InputRecord,
  plan: UpdatePlan,
  records: Records,
): Promise<Row> {
  const { table, keys, inside, context } = plan
  const values = changedValues(change, key, plan)
  requirePossible(inside, values)
  const found = whereKey(keys.select, key)
  const where = allOf(found, inside, keys.visible) ?? found
  const rows = await changeRows(values, where, plan, records)
  const [row] = rows
  if (!row) return insertMissing(key, id, change, plan, records)
  if (rows.length > 1)
    throw new AppError(
      'conflict',
      `More than one record has the identifier '${key.map(String).join(',')}'.`,
      { hint: 'Use a filter.' },
    )
  await requireInside(table, keys.key, rows, inside, records, context)
  const [answer] = await answerFor(table, rows, plan.answer, records, context)
  return answer ?? row
}

async function updateByFilter(change: InputRecord, plan: UpdatePlan): Promise<readonly Row[]> {
  const { table, keys, inside, context, request } = plan
  const where = selectForWrite(table, request, inside, context)
  const values = recordValues(table, change, { create: false, lenient: request.lenient ?? false }, context)
  const moved = keys.key.find((field) => Object.hasOwn(values, field))
  if (moved !== undefined) throw keyMoved(moved)
  if (Object.keys(values).length === 0) throw noFields()
  requirePossible(inside, values)
  const options = { signal: context.signal, retry: true }
  return context.service.adapter.transaction(async (records) => {
    const { rows: keyRows } = await records.update(
      { table, set: values, where, returning: keys.key },
      { signal: context.signal },
    )
    if (keyRows.length > MAX_CHANGED) throw tooMany()
    await requireInside(table, keys.key, keyRows, inside, records, context)
    return answerFor(table, keyRows, plan.answer, records, context)
  }, options)
}

/** Most rows one update by filter changes: their keys are the answer. */
const MAX_CHANGED = 100_000

function tooMany(): AppError {
  return new AppError('bad_request', `The filter matches more than ${MAX_CHANGED} records.`, {
    hint: 'Narrow the filter and update in parts.',
  })
}

/** What really changes: values that only repeat by which the record is found are left out. */
function changedValues(
  change: InputRecord,
  found: Key,
  { table, keys, request, context }: UpdatePlan,
): Values {
  const options = {
    create: false,
    lenient: request.lenient ?? false,
    keys: [...keys.key, ...keys.select],
  }
  const values = recordValues(table, change, options, context)
  const repeats = (field: string) => {
    const index = keys.select.indexOf(field)
    return index >= 0 && keyText([values[field]]) === keyText([found[index]])
  }
  const moved = keys.key.find((field) => Object.hasOwn(values, field) && !repeats(field))
  // One change for several ids: a key in it can only be a left-over (dreamfactory-rest §4.6).
  const isLeftOver = request.ids !== undefined && keys.byKey
  if (moved !== undefined && !isLeftOver) throw keyMoved(moved)
  return Object.fromEntries(
    Object.entries(values).filter(([field]) => !keys.key.includes(field) && !repeats(field)),
  )
}

function keyMoved(field: string): AppError {
  return new AppError('bad_request', `Field '${field}' identifies the record and can not be changed.`)
}

/** An update without any change still answers whether the record is there. */
async function changeRows(
  values: Values,
  where: Filter,
  { table, keys, context }: UpdatePlan,
  records: Records,
): Promise<readonly Row[]> {
  const { signal } = context
  if (Object.keys(values).length === 0)
    return readRows(records, { table, fields: keys.key, where, limit: 2 }, signal)
  const { rows } = await records.update({ table, set: values, where, returning: keys.key }, { signal })
  return rows
}

/** Upsert, where the service allows it and the role may create; else the record does not exist. */
async function insertMissing(
  key: Key,
  id: RecordId,
  change: InputRecord,
  plan: UpdatePlan,
  records: Records,
): Promise<Row> {
  const { table, inside, context, request } = plan
  const keyFields = plan.keys.key
  const { service, caller, signal } = context
  const access = caller.policy.decide(service.info.name, tableResource('_table', table.name), 'POST')
  if (!service.settings.allowUpsert || !access.allowed || request.id_field) throw recordNotFound(id)
  const given = { ...change, ...Object.fromEntries(keyFields.map((field) => [field, null])) }
  const rest = recordValues(
    table,
    Object.fromEntries(Object.entries(given).filter(([, json]) => json !== null)),
    { create: false, lenient: request.lenient ?? false },
    context,
  )
  const values: Values = {
    ...rest,
    ...Object.fromEntries(keyFields.map((field, index) => [field, key[index] ?? null])),
  }
  const mine = allOf(inside, rowFilter(table, access))
  requirePossible(mine, values)
  const exists = await readRows(
    records,
    { table, fields: keyFields, where: whereKey(keyFields, key), limit: 1 },
    signal,
  )
  if (exists.length > 0) throw recordNotFound(id)
  const { rows } = await records.insert({ table, rows: [values], returning: keyFields }, { signal })
  await requireInside(table, keyFields, rows, mine, records, context)
  const [answer] = await answerFor(table, rows, plan.answer, records, context)
  return answer ?? {}
}
