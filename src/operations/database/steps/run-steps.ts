import type { z } from 'zod'
import type { Row } from '../../../core/database/value.ts'
import { AppError } from '../../../core/errors.ts'
import { defineOperation, type OperationContext } from '../../../core/operation.ts'
import type { Services } from '../../../core/service.ts'
import { canRollBack, rolledBack } from '../consent/rehearse.ts'
import { loadSchema, tableResource } from '../table-access.ts'
import { type StepsConsent, stepsConsent } from './confirm-steps.ts'
import { describedAnswers } from './describe-steps.ts'
import { inTransaction } from './in-transaction.ts'
import { madeRows } from './made-rows.ts'
import { runStep, STEP_VERB, type StepAnswer } from './run-step.ts'
import { failedStep } from './step-error.ts'
import { requireFitting, type Step, stepsInput } from './step-input.ts'
import { affectedBy, previewOfWrite } from './steps-preview.ts'

type StepsInput = z.infer<typeof stepsInput>

export interface StepsAnswer {
  readonly steps: readonly StepAnswer[]
  /** Of a dry run, which writes nothing. */
  readonly preview?: {
    /** Rows that would be written, of all steps together. */
    readonly affected: number
    /** To be sent along with the same steps; absent where none needs it. */
    readonly confirmation?: string
  }
}

/**
 * Several operations on records, one after the other, in one transaction: all of them or nothing. Each is checked as a
 * request of its own, and may refer to what those before it answered. What has to be confirmed is confirmed for all of them at once.
 */
export const runSteps = defineOperation<StepsInput, StepsAnswer>({
  name: 'run_steps',
  kind: 'database',
  verb: 'POST',
  needs: ['records.write', 'transactions'],
  input: stepsInput,
  resource: () => '_batch',
  // Each step is let in or not by the rules for its own table.
  filtersItself: true,
  countsItself: true,
  async run(request, context) {
    const { steps, by_agent, dry_run: isDryRun = false } = request
    requireAllFitting(steps)
    // Which names are aliases is known when the schema is.
    await loadSchema(context)
    const consent = (await canRollBack(context)) ? stepsConsent(request, context) : undefined
    if (!consent && (isDryRun || request.confirmation !== undefined)) throw notTried()
    await countAll(steps, context)
    const shown = (answers: readonly StepAnswer[]) =>
      by_agent ? describedAnswers(steps, answers, context) : answers
    if (consent && isDryRun) {
      const answer = await tried(request, consent, context)
      return { ...answer, steps: await shown(answer.steps) }
    }
    const options = { signal: context.signal, retry: true }
    const spendFor = spentOnce(context.services.spend)
    const answers = await context.service.adapter.transaction(async (records) => {
      const inner = inTransaction(context, records)
      const made = await runAll(request, consent, (step) => ({
        ...inner,
        services: { ...inner.services, spend: spendFor(step) },
      }))
      await consent?.settle()
      return made
    }, options)
    return { steps: await shown(answers) }
  },
})

/** Of steps that are carried out in a transaction which is rolled back. */
async function tried(
  request: StepsInput,
  consent: StepsConsent,
  context: OperationContext,
): Promise<StepsAnswer> {
  let answers: readonly StepAnswer[] = []
  await rolledBack(context, async (inner) => {
    answers = await runAll(request, consent, () => inner)
  })
  const writes = consent.writes()
  const confirmation = consent.code()
  const steps = answers.map((answer, index) => {
    const own = writes.find(({ step }) => step === index)
    return own ? { ...answer, rows: [], ...previewOfWrite(own) } : answer
  })
  const preview = { affected: affectedBy(writes), ...(confirmation !== undefined && { confirmation }) }
  return { steps, preview }
}

/** The steps one after the other, in a transaction. */
async function runAll(
  { steps, by_agent }: StepsInput,
  consent: StepsConsent | undefined,
  contextOf: (step: number) => OperationContext,
): Promise<readonly StepAnswer[]> {
  const results = new Map<string, readonly Row[]>()
  const answers: StepAnswer[] = []
  consent?.begin()
  for (const [index, step] of steps.entries()) {
    const within = { ...contextOf(index), together: consent?.ofStep(index) }
    const answer = await failedStep({ step, index, count: steps.length }, () =>
      runStep({ step, by_agent }, results, within),
    )
    const made = consent && (await madeRows({ step, index }, answer, within))
    if (made) consent.made(made)
    answers.push(answer)
    if (step.name !== undefined) results.set(step.name.toLowerCase(), answer.rows)
  }
  return answers
}

function notTried(): AppError {
  return new AppError(
    'not_supported',
    'Steps cannot be tried here: some tables of this database keep what is written when a transaction fails.',
    { hint: 'Leave out dry_run, and put confirmations into the steps they are for.' },
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
    await countStep(STEP_VERB[operation], resource)
  }
}

/** Before anything is done. */
function requireAllFitting(steps: readonly Step[]): void {
  const taken = new Set<string>()
  for (const step of steps) {
    requireFitting(step, taken)
    if (step.name !== undefined) taken.add(step.name.toLowerCase())
  }
}
