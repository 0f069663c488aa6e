import { z } from 'zod'
import type { Records } from '../../core/database/adapter.ts'
import type { Filter } from '../../core/database/query.ts'
import type { Table } from '../../core/database/schema.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { defineOperation, type OperationContext } from '../../core/operation.ts'
import { attempt, type Outcome } from './batch.ts'
import { answerInput, batchInput, type InputRecord, record, tableName } from './inputs.ts'
import { identifyingFields } from './plan-fields.ts'
import { rowFilter } from './plan-filter.ts'
import { recordValues, type Values } from './record-values.ts'
import { checkBatch, runBatch } from './run-batch.ts'
import { findTable, loadSchema, tableResource } from './table-access.ts'
import { type AnswerPlan, answerFor, planAnswer, requireInside, type WriteAnswer } from './write-answer.ts'

const input = z.strictObject({
  table_name: tableName,
  records: z.array(record).min(1),
  ...answerInput,
  ...batchInput,
})
type CreateInput = z.infer<typeof input>

/** Inserts records: all of them or, unless `continue` is set, none. */
export const createRecords = defineOperation<CreateInput, WriteAnswer>({
  name: 'create_records',
  kind: 'database',
  verb: 'POST',
  needs: ['records.write'],
  input,
  resource: ({ table_name }) => tableResource('_table', table_name),
  async run(request, context) {
    checkBatch(request)
    const schema = await loadSchema(context)
    const table = findTable(schema, request.table_name, context)
    const inside = rowFilter(table, context.access)
    const keyFields =
      table.primaryKey.length > 0 || request.id_field ? identifyingFields(table, request.id_field) : []
    if (inside && keyFields.length === 0) throw keyNeeded(table)
    const plan = planAnswer(schema, table, keyFields, request, context)
    const insertOne = async (given: InputRecord, records: Records): Promise<Row> => {
      const values = recordValues(table, given, { create: true, lenient: request.lenient ?? false }, context)
      const [row] = await insert(table, [values], { plan, inside }, records, context)
      return row ?? {}
    }
    const together = request.continue
      ? undefined
      : await insertTogether(table, request, { plan, inside }, context)
    const rows = together ?? (await runBatch('created', request.records, insertOne, request, context))
    return { rows, affected: request.records.length }
  },
})

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
  const options = { create: true, lenient: request.lenient ?? false }
  const checked: Outcome[] = []
  const values: Values[] = []
  for (const given of request.records) {
    const outcome = await attempt(async () => {
      values.push(recordValues(table, given, options, context))
      return {}
    })
    checked.push(outcome)
    if ('error' in outcome) break
  }
  if (checked.some((outcome) => 'error' in outcome)) return undefined
  try {
    return await context.service.adapter.transaction(
      (records) => insert(table, values, plan, records, context),
      context,
    )
  } catch (error) {
    if (error instanceof AppError && REFUSALS.has(error.code)) return undefined
    throw error
  }
}

const REFUSALS: ReadonlySet<string> = new Set(['bad_request', 'conflict', 'forbidden'])

async function insert(
  table: Table,
  rows: readonly Values[],
  { plan, inside }: InsertPlan,
  records: Records,
  context: OperationContext,
): Promise<readonly Row[]> {
  const written = await records.insert({ table, rows, returning: plan.keyFields }, { signal: context.signal })
  await requireInside(table, plan.keyFields, written.rows, inside, records, context)
  if (plan.keyFields.length === 0) return rows.map(() => ({}))
  return answerFor(table, written.rows, plan, records, context)
}

function keyNeeded(table: Table): AppError {
  return new AppError(
    'forbidden',
    `Records of '${table.name}' cannot be checked against your role's row filter: the table has no primary key.`,
  )
}
