import type { WriteToConfirm } from '../../../core/confirmation.ts'
import { AppError } from '../../../core/errors.ts'
import { CONFIRM_MINUTES } from '../consent/consent-code.ts'
import { CONFIRMATION_REQUIRED, confirmationRequired, sampleText } from '../consent/preview.ts'
import { stepError } from './step-error.ts'
import type { Step } from './step-input.ts'

/** A write of a step. */
export interface StepWrite extends WriteToConfirm {
  /** Its place, from 0. */
  readonly step: number
  /** Like `digest`, with rows that earlier steps made under what they are. */
  readonly written?: string | undefined
}

/** The answer to steps that are not carried out before they are confirmed. Of one write alone it is said in its step. */
export function stepsToConfirm(
  writes: readonly StepWrite[],
  steps: readonly Step[],
  confirmation: string,
): AppError {
  const [first, ...more] = writes
  const step = first && steps[first.step]
  if (step && more.length === 0) {
    const { affected, sample, what, step: index } = first
    const error = confirmationRequired(what, { affected, ...sample, confirmation })
    return stepError(error, { step, index, count: steps.length })
  }
  const told = writes.map((write) => ({ ...placeOf(write, steps), ...previewOfWrite(write) }))
  return new AppError('conflict', `${listOf(writes)} This has to be confirmed. Nothing was changed.`, {
    hint: `Make sure that it is meant, then send the same steps with the confirmation beside them, within ${CONFIRM_MINUTES} minutes.`,
    context: { reason: CONFIRMATION_REQUIRED, affected: affectedBy(writes), confirmation, steps: told },
  })
}

export function affectedBy(writes: readonly WriteToConfirm[]): number {
  return writes.reduce((sum, { affected }) => sum + affected, 0)
}

/** What is known of a write before it is made. */
export function previewOfWrite({ affected, sample }: WriteToConfirm): object {
  return { affected, ...sample }
}

/** Writes of which a person is told. */
const MOST_TOLD = 10

export function questionAboutSteps(writes: readonly StepWrite[], service: string, count: number): string {
  const told = writes.slice(0, MOST_TOLD)
  const lines = told.flatMap(({ step, target, what, sample }) => [
    `Step ${step + 1} of ${count}: '${target}': ${what}.`,
    ...sampleText(sample),
  ])
  const more = writes.length - told.length
  return [
    `Steps in the service '${service}', all or none: is this meant?`,
    ...lines,
    ...(more > 0 ? [`And ${more} more, ${affectedBy(writes)} rows in all.`] : []),
  ].join('\n')
}

function listOf(writes: readonly StepWrite[]): string {
  const told = writes.slice(0, MOST_TOLD).map(({ step, what }) => `step ${step + 1} ${what}`)
  const more = writes.length - told.length
  const list = [...told, ...(more > 0 ? [`${more} more steps write as well`] : [])].join(', ')
  return `${list.slice(0, 1).toUpperCase()}${list.slice(1)}.`
}

function placeOf({ step }: StepWrite, steps: readonly Step[]): object {
  return { step, name: steps[step]?.name ?? null }
}
