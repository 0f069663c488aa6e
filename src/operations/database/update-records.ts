import { z } from 'zod'
import type { Records } from '../../core/database/adapter.ts'
import type { Field, Table } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import { defineOperation, type Operation, type OperationContext } from '../../core/operation.ts'
import { type Consent, consentInput, openConsent } from './consent/consent.ts'
import { changedMeanwhile, lookAtNamed, lookFirst } from './consent/look-first.ts'
import { sampleOfNamed } from './consent/named-rows.ts'
import { nestedOver } from './consent/nested-consent.ts'
import { withRehearsal } from './consent/rehearse.ts'
import { requirePossible } from './contradicts.ts'
import {
  answerInput,
  BOTH_WAYS,
  batchInput,
  type InputRecord,
  idList,
  isOneWay,
  matchesOne,
  matchInput,
  nestedInput,
  ONE_MATCH,
  type RecordId,
  recordList,
  tableName,
  textsInput,
  writeFilterInput,
} from './inputs.ts'
import { requireInside } from './keyed-rows.ts'
import { splitRecord } from './nested/nested-record.ts'
import { keyOf, requireKeyInRecord, whereKey } from './plan-ids.ts'
import { withTextsRead } from './read-texts.ts'
import { tagNow } from './record-tag.ts'
import { keyMoved, noFields, recordValues } from './record-values.ts'
import { runBatch } from './run-batch.ts'
import { selectForWrite } from './select-for-write.ts'
import { settleFilter } from './settle-filter.ts'
import { findTable, loadSchema, recordResource } from './table-access.ts'
import { requireUpsert, requireWritable, type UpdatePlan, updateRecord } from './update-record.ts'
import { countedVersion, raising } from './version-field.ts'
import { answered, answerFor, planAnswer, previewed, type WriteAnswer } from './write-answer.ts'
import { planWriteKeys, writeFilter } from './write-keys.ts'

const input = z
  .strictObject({
    table_name: tableName,
    records: recordList,
    /** The one record of a `/{id}` address. */
    id: z.string().min(1).optional(),
    ids: idList.optional(),
    ...writeFilterInput,
    ...answerInput,
    ...batchInput,
    ...nestedInput,
    ...textsInput,
    ...matchInput,
    ...consentInput,
  })
  .refine(isOneWay, BOTH_WAYS)
  .refine(matchesOne, ONE_MATCH)
type UpdateInput = z.infer<typeof input>

/** Changes the given fields of records: each record by its key, or one change for `id`, `ids` or a filter. */
export const updateRecords = updateOperation('update_records', 'PATCH')

const REPLACE = 'replace_records'

/**
 * PUT is PATCH where a table has its fields once and for all: only given ones change (dreamfactory-rest §4.6). A verb of its own for
 * roles. Where rows are documents, it replaces them.
 */
export const replaceRecords = updateOperation(REPLACE, 'PUT')

function updateOperation(name: string, verb: 'PATCH' | 'PUT'): Operation<UpdateInput, WriteAnswer> {
  return defineOperation<UpdateInput, WriteAnswer>({
    name,
    kind: 'database',
    verb,
    needs: ['records.write'],
    input,
    resource: recordResource,
    run: (asked, context) =>
      withRehearsal(asked, context, (request, within) => update(name, request, within)),
  })
}

/** What callers cannot write themselves, they do not drop by leaving it out. */
function keptFields(table: Table): string[] {
  const { primaryKey, fields } = table
  const isKept = ({ name, autoIncrement, extraType, validation = {} }: Field) =>
    primaryKey.includes(name) ||
    autoIncrement ||
    name === countedVersion(table)?.name ||
    extraType?.endsWith('_on_create') === true ||
    'api_read_only' in Object(validation) ||
    'create_only' in Object(validation)
  return fields.filter(isKept).map(({ name }) => name)
}

async function update(
  operation: string,
  asked: UpdateInput,
  context: OperationContext,
): Promise<WriteAnswer> {
  const schema = await loadSchema(context)
  const table = findTable(schema, asked.table_name, context)
  const request = withTextsRead(asked, table, { schema, context })
  const keys = planWriteKeys(table, request.id_field, context)
  const plan: FilterPlan = {
    schema,
    table,
    keys,
    inside: writeFilter(table, context),
    answer: planAnswer({ schema, table, keys }, request, context),
    ...(operation === REPLACE && table.takesNewFields && { keeps: keptFields(table) }),
    request,
    context,
  }
  const [change = {}] = request.records
  if (request.records.length === 0) throw new AppError('bad_request', 'No record(s) detected in request.')
  requireOneSelection(request)
  requireOneChange(request)
  const byFilter = request.filter !== undefined
  const over = nestedOver(schema, table, request.records, context)
  const write = { operation, target: table.name, request, byFilter, nestedOver: over }
  const consent = openConsent(write, context)
  if (byFilter) return updateByFilter(change, plan, consent)
  const preview = consent.looks ? await lookAtRecords(plan, consent) : undefined
  if (preview) return previewed(preview)
  if (request.id !== undefined) return updateById(request.id, change, plan)
  if (request.ids) {
    const one = (id: RecordId, records: Records) =>
      updateRecord(keyOf(table, keys.select, id), id, change, plan, records)
    return answered(await runBatch({ verb: 'updated', items: request.ids, work: one }, request, context))
  }
  const items = request.records.map((given, index) => ({ given, index }))
  const one = ({ given, index }: (typeof items)[number], records: Records) => {
    const row = rowOf(given, index, plan)
    return updateRecord(row.key, row.id, given, plan, records)
  }
  return answered(await runBatch({ verb: 'updated', items, work: one }, request, context))
}

function rowOf(change: InputRecord, index: number, { table, keys }: UpdatePlan) {
  const key = requireKeyInRecord(table, keys.select, change, index)
  return { key, id: key.map(String).join(','), change }
}

function lookAtRecords(plan: FilterPlan, consent: Consent) {
  const { table, keys, request } = plan
  const { id, ids = id === undefined ? undefined : [id], records } = request
  const count = (ids ?? records).length
  return lookAtNamed({ what: 'changes', count }, consent, () => {
    const [change = {}] = records
    const rows = ids
      ? ids.map((one) => ({ id: one, key: keyOf(table, keys.select, one), change }))
      : records.map((record, index) => rowOf(record, index, plan))
    for (const row of rows) requireWritable(row.change, row.key, plan)
    return sampleOfNamed(rows, { ...plan, missing: (one) => requireUpsert(one, plan) })
  })
}

/** A filter beside ids is no condition that a record was checked for. */
function requireOneSelection({ id, ids, filter }: UpdateInput): void {
  if (filter === undefined) return
  if (id !== undefined) throw new AppError('bad_request', 'Give either an id or a filter, not both.')
  if (ids) throw new AppError('bad_request', 'Give either ids or a filter, not both.')
}

/** Over REST the first record counts, as it always did; a model that names more means another for each key. */
function requireOneChange({ by_agent, ids, filter, records }: UpdateInput): void {
  const isForAll = ids !== undefined || filter !== undefined
  if (!by_agent || !isForAll || records.length === 1) return
  throw new AppError('bad_request', 'For ids or a filter there is one record: the change of all of them.', {
    hint: 'To change each row in its own way, put its key into its record, and leave out ids and filter.',
  })
}

async function updateById(id: string, change: InputRecord, plan: FilterPlan): Promise<WriteAnswer> {
  if (Object.keys(change).length === 0)
    throw new AppError('bad_request', 'The request contains no valid record fields.')
  const { table, keys, context, request } = plan
  const key = keyOf(table, keys.select, id)
  return context.service.adapter.transaction(
    async (records) => {
      const row = await updateRecord(key, id, change, plan, records)
      const where = whereKey(keys.select, key)
      const tag = request.tagged ? await tagNow({ table, where }, records, context) : undefined
      return { ...answered([row]), ...(tag !== undefined && { tag }) }
    },
    { signal: context.signal, retry: true },
  )
}

async function updateByFilter(change: InputRecord, plan: FilterPlan, consent: Consent): Promise<WriteAnswer> {
  const { schema, table, keys, inside, context, request } = plan
  const asked = selectForWrite(plan, request, context)
  if (splitRecord(schema, table, change, context).nested.length > 0) throw notByFilter()
  const values = recordValues(table, change, { create: false, lenient: request.lenient ?? false }, context)
  const moved = keys.key.find((field) => Object.hasOwn(values, field))
  if (moved !== undefined) throw keyMoved(moved)
  if (Object.keys(values).length === 0) throw noFields()
  requirePossible(inside, values)
  const options = { signal: context.signal, retry: true }
  return context.service.adapter.transaction(async (records) => {
    const where = await settleFilter(asked, table, records, context)
    const selected = { table, key: keys.key, where, most: MAX_CHANGED, tooMany, change, what: 'changes' }
    const outlook = consent.looks ? await lookFirst(selected, consent, records, context) : undefined
    if (outlook && 'preview' in outlook) return previewed(outlook.preview)
    const kept = plan.keeps && { keeps: plan.keeps }
    const query = { table, set: values, ...raising(table), where, returning: keys.key, ...kept }
    const { rows: keyRows } = await records.update(query, { signal: context.signal })
    if (outlook && outlook.count !== keyRows.length) throw changedMeanwhile()
    if (keyRows.length > MAX_CHANGED) throw tooMany()
    await requireInside({ table, key: keys.key, rows: keyRows, inside }, { records, context })
    return answered(await answerFor(table, keyRows, plan.answer, { records, context }))
  }, options)
}

type FilterPlan = UpdatePlan & { readonly request: UpdateInput }

/** Most rows one update by filter changes: their keys are the answer. */
const MAX_CHANGED = 100_000

function tooMany(): AppError {
  return new AppError('bad_request', `The filter matches more than ${MAX_CHANGED} records.`, {
    hint: 'Narrow the filter and update in parts.',
  })
}

function notByFilter(): AppError {
  return new AppError('bad_request', 'Related records cannot be written for the records of a filter.', {
    hint: 'Name the records by ids.',
  })
}
