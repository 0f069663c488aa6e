import type { z } from 'zod'
import type { Row } from '../../../core/database/value.ts'
import { AppError } from '../../../core/errors.ts'
import { findByName } from '../../../core/names.ts'
import { defineOperation, type OperationContext } from '../../../core/operation.ts'
import type { Services } from '../../../core/service.ts'
import { executeStep } from '../../execute-step.ts'
import { createRecords } from '../create-records.ts'
import { deleteRecords } from '../delete-records.ts'
import { describedRows } from '../describe-binary.ts'
import { getRecord } from '../get-record.ts'
import { listRecords } from '../list-records.ts'
import { loadSchema, tableResource } from '../table-access.ts'
import { updateRecords } from '../update-records.ts'
import type { WriteAnswer } from '../write-answer.ts'
import { inTransaction } from './in-transaction.ts'
import { type Results, resolveReferences } from './references.ts'
import { failedStep } from './step-error.ts'
import { requireFitting, type Step, type StepOperation, stepsInput } from './step-input.ts'

type StepsInput = z.infer<typeof stepsInput>

/** What one step did. */
export interface StepAnswer {
  readonly name?: string
  readonly operation: StepOperation
  readonly rows: readonly Row[]
  /** Rows written; absent for reads. */
  readonly affected?: number
}

/**
 * Several operations on records, one after the other, in one transaction: all of them or nothing. Each is checked as a
 * request of its own, and may refer to what those before it answered.
 */
export const runSteps = defineOperation<StepsInput, readonly StepAnswer[]>({
  name: 'run_steps',
  kind: 'database',
  verb: 'POST',
  needs: ['records.write', 'transactions'],
  input: stepsInput,
  resource: () => '_batch',
  // Each step is let in or not by the rules for its own table.
  filtersItself: true,
  countsItself: true,
  async run({ steps, by_agent }, context) {
    requireAllFitting(steps)
    // Which names are aliases is known when the schema is.
    await loadSchema(context)
    await countAll(steps, context)
    const options = { signal: context.signal, retry: true }
    const spendFor = spentOnce(context.services.spend)
    const answers = await context.service.adapter.transaction(async (records) => {
      const inner = inTransaction(context, records)
      const results = new Map<string, readonly Row[]>()
      const answers: StepAnswer[] = []
      for (const [index, step] of steps.entries()) {
        const answer = await failedStep({ step, index, count: steps.length }, () =>
          runStep({ step, by_agent }, results, {
            ...inner,
            services: { ...inner.services, spend: spendFor(index) },
          }),
        )
        answers.push(answer)
        if (step.name !== undefined) results.set(step.name.toLowerCase(), answer.rows)
      }
      return answers
    }, options)
    return by_agent ? describedAnswers(steps, answers, context) : answers
  },
})

/** For an agent: after the last step, for steps take each other's values as they are. */
async function describedAnswers(
  steps: readonly Step[],
  answers: readonly StepAnswer[],
  context: OperationContext,
): Promise<readonly StepAnswer[]> {
  const schema = await loadSchema(context)
  return Promise.all(
    answers.map(async (answer, index) => {
      const name = context.services.tableNamed(context.service.info.name, steps[index]?.table ?? '')
      const table = findByName(schema.tableByName, name)
      return table ? { ...answer, rows: await describedRows(table, answer.rows) } : answer
    }),
  )
}

/** What a step brings is spent once, also where the transaction begins again; another step that brings it too is another one. */
function spentOnce(spend: Services['spend']): (step: number) => Services['spend'] {
  const spent = new Map<string, Promise<boolean>>()
  return (step) => (code) => {
    const key = `${step} ${code}`
    const known = spent.get(key) ?? spend(code)
    spent.set(key, known)
    return known
  }
}

/** Before the transaction, which may be run again: each step as a request of its own. */
async function countAll(
  steps: readonly Step[],
  { services, service: { info }, countStep }: OperationContext,
): Promise<void> {
  if (!countStep) return
  for (const { operation, table, id } of steps) {
    const key = typeof id === 'string' || typeof id === 'number' ? String(id) : undefined
    const resource = tableResource('_table', services.tableNamed(info.name, table), key)
    await countStep(VERB[operation], resource)
  }
}

const VERB = { create: 'POST', update: 'PATCH', delete: 'DELETE', get: 'GET', list: 'GET' } as const

/** Before anything is done. */
function requireAllFitting(steps: readonly Step[]): void {
  const taken = new Set<string>()
  for (const step of steps) {
    requireFitting(step, taken)
    if (step.name !== undefined) taken.add(step.name.toLowerCase())
  }
}

async function runStep(
  { step, by_agent }: { readonly step: Step; readonly by_agent: true | undefined },
  results: Results,
  context: OperationContext,
): Promise<StepAnswer> {
  const { name, operation } = step
  const head = { ...(name === undefined ? {} : { name }), operation }
  const given = inputOf(step, results)
  const input = by_agent && VERB[operation] !== 'GET' ? { ...given, by_agent } : given
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
