import { z } from 'zod'
import type { Records } from '../../core/database/adapter.ts'
import type { Filter } from '../../core/database/query.ts'
import type { Table } from '../../core/database/schema.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { defineOperation, type OperationContext } from '../../core/operation.ts'
import { consentInput } from './consent/consent.ts'
import { lookAtNew } from './consent/look-at-new.ts'
import { withRehearsal } from './consent/rehearse.ts'
import { requirePossible } from './contradicts.ts'
import {
  answerInput,
  BOTH_WAYS,
  batchInput,
  type InputRecord,
  isOneWay,
  nestedInput,
  recordList,
  tableName,
  textsInput,
} from './inputs.ts'
import { type Place, requireInside } from './keyed-rows.ts'
import { mayNest } from './nested/nested-record.ts'
import { insertRecord, writeScope } from './nested/write-record.ts'
import { withTextsRead } from './read-texts.ts'
import { recordReader, type Values } from './record-values.ts'
import { runBatch } from './run-batch.ts'
import { findTable, loadSchema, tableResource } from './table-access.ts'
import { type AnswerPlan, answerFor, planAnswer, previewed, type WriteAnswer } from './write-answer.ts'
import { planWriteKeys, type WriteKeys, writeFilter } from './write-keys.ts'

const input = z
  .strictObject({
    table_name: tableName,
    records: recordList,
    ...answerInput,
    ...batchInput,
    ...nestedInput,
    ...consentInput,
    ...textsInput,
  })
  .refine(isOneWay, BOTH_WAYS)
type CreateInput = z.infer<typeof input>

/**
 * Inserts records with the related records in them: all of them or, unless `continue` is set, none. A record and what is
 * in it stay together in any case.
 */
export const createRecords = defineOperation<CreateInput, WriteAnswer>({
  name: 'create_records',
  kind: 'database',
  verb: 'POST',
  needs: ['records.write'],
  input,
  resource: ({ table_name }) => tableResource('_table', table_name),
  run: (asked, context) => withRehearsal(asked, context, create),
})

async function create(asked: CreateInput, context: OperationContext): Promise<WriteAnswer> {
  const schema = await loadSchema(context)
  const table = findTable(schema, asked.table_name, context)
  const request = withTextsRead(asked, table, { schema, context })
  if (request.records.length === 0) throw noRecords()
  const inside = writeFilter(table, context)
  const plan = planAnswer({ schema, table, keys: insertKeys(table, request, context) }, request, context)
  const preview = await lookAtNew(schema, table, request, context)
  if (preview) return previewed(preview)
  const insertOne = async (given: InputRecord, records: Records): Promise<Row> => {
    const insertion = { table, given, preset: {}, inside, returning: plan.keyFields }
    const row = await insertRecord(insertion, writeScope(schema, request, context, records))
    if (plan.keyFields.length === 0) return {}
    const [answer = {}] = await answerFor(table, [row], plan, { records, context })
    return answer
  }
  const together = isOneInsert(table, request, context)
    ? await insertTogether(table, request, { plan, inside }, context)
    : undefined
  const rows =
    together ??
    (await runBatch(
      { verb: 'created', items: request.records, work: insertOne, takenBack: withoutMadeKeys(table) },
      request,
      context,
    ))
  return { rows, affected: request.records.length }
}

/** A number that the database made for a record that is not there may come to be another record's: nobody is told. */
function withoutMadeKeys({ fields }: Table): (row: Row) => Row {
  const made = fields.filter(({ autoIncrement }) => autoIncrement).map(({ name }) => name)
  return (row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, made.includes(name) ? null : value]))
}

/** All of them in one insert, without records in records; undefined when one is refused, and then the transaction is over. */
export async function createTogether(
  request: CreateInput,
  context: OperationContext,
): Promise<readonly Row[] | undefined> {
  const schema = await loadSchema(context)
  const table = findTable(schema, request.table_name, context)
  const plan = planAnswer({ schema, table, keys: insertKeys(table, request, context) }, request, context)
  return insertTogether(table, request, { plan, inside: writeFilter(table, context) }, context)
}

/** In a transaction that goes on a refused insert could not be tried again record by record. */
function isOneInsert(table: Table, request: CreateInput, { isInTransaction }: OperationContext): boolean {
  return !request.continue && !isInTransaction && !request.records.some((record) => mayNest(table, record))
}

interface InsertPlan {
  readonly plan: AnswerPlan
  readonly inside: Filter | undefined
}

/**
 * The fast way: all records in one insert. Undefined when a record or the database refuses, so that the slow way can
 * find out which one it was.
 */
async function insertTogether(
  table: Table,
  request: CreateInput,
  plan: InsertPlan,
  context: OperationContext,
): Promise<readonly Row[] | undefined> {
  const values = valuesOfAll(table, request, context)
  if (!values) return undefined
  try {
    return await context.service.adapter.transaction(
      (records) => insert(table, values, plan, { records, context }),
      { signal: context.signal, retry: true },
    )
  } catch (error) {
    if (isRefusal(error)) return undefined
    throw error
  }
}

/** Undefined when a record is refused. */
function valuesOfAll(table: Table, request: CreateInput, context: OperationContext): Values[] | undefined {
  const options = { create: true, lenient: request.lenient ?? false }
  try {
    return request.records.map(recordReader(table, options, context))
  } catch (error) {
    if (isRefusal(error)) return undefined
    throw error
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof AppError && REFUSALS.has(error.code) && !error.retryable
}

const REFUSALS: ReadonlySet<string> = new Set(['bad_request', 'conflict', 'forbidden'])

async function insert(
  table: Table,
  given: readonly Values[],
  { plan, inside }: InsertPlan,
  place: Place,
): Promise<readonly Row[]> {
  for (const values of given) requirePossible(inside, values)
  const { keyFields: key } = plan
  const { records, context } = place
  const { rows } = await records.insert({ table, rows: given, returning: key }, { signal: context.signal })
  await requireInside({ table, key, rows, inside }, place)
  if (key.length === 0) return given.map(() => ({}))
  return answerFor(table, rows, plan, place)
}

/** A table without a key takes records all the same; there is then nothing to answer. */
function insertKeys(table: Table, { id_field, fields }: CreateInput, context: OperationContext): WriteKeys {
  if (table.primaryKey.length > 0) return planWriteKeys(table, id_field, context)
  if (fields !== undefined || id_field !== undefined) {
    throw new AppError('bad_request', `'${table.name}' has no primary key: leave out fields and id_field.`)
  }
  return { select: [], key: [], byKey: true, visible: undefined }
}

function noRecords(): AppError {
  return new AppError('bad_request', 'No record(s) detected in request.')
}
