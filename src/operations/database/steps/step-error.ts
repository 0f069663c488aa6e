import { AppError, ERROR_STATUS, type ErrorCode } from '../../../core/errors.ts'
import { CONFIRM_MINUTES } from '../consent/consent-code.ts'
import { isToConfirm } from '../consent/preview.ts'
import type { Step } from './step-input.ts'

interface Place {
  readonly step: Step
  readonly index: number
  readonly count: number
}

/** Runs the work of a step; its error says which step it was. What may go well the next time is for the transaction to see. */
export async function failedStep<T>(place: Place, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.retryable || !OF_STEP.has(thrown.code)) throw thrown
    throw stepError(thrown, place)
  }
}

/** The error of a step, which says which one it was. */
export function stepError(thrown: AppError, { step, index, count }: Place): AppError {
  const { code, message, context } = ofRecord(thrown)
  const { hint, didYouMean, cause } = thrown
  const name = step.name === undefined ? '' : ` '${step.name}'`
  return new AppError(code, `Step${name} (${index + 1} of ${count}): ${message} All changes rolled back.`, {
    context: { step: index, name: step.name ?? null, error: context ?? null },
    cause,
    ...(hint === undefined ? {} : { hint: isToConfirm(context) ? confirmStep(index) : hint }),
    ...(didYouMean === undefined ? {} : { didYouMean }),
  })
}

function confirmStep(index: number): string {
  return `Make sure that it is meant, then send the same steps with the confirmation in step ${index + 1}, within ${CONFIRM_MINUTES} minutes.`
}

const OF_STEP: ReadonlySet<string> = new Set([
  'bad_request',
  'forbidden',
  'not_found',
  'conflict',
  'not_supported',
])

/** Of a batch of records in a step, what was wrong with the one that failed. */
function ofRecord(error: AppError): Pick<AppError, 'code' | 'message' | 'context'> {
  const failed = error.wireCode === 1000 ? failedIn(error.context) : undefined
  if (!failed) return error
  return { code: codeOf(failed.status_code), message: failed.message, context: failed.context }
}

interface Failed {
  readonly message: string
  readonly status_code: number
  readonly context: unknown
}

function failedIn(context: unknown): Failed | undefined {
  if (typeof context !== 'object' || context === null || !('resource' in context)) return undefined
  const list: readonly unknown[] = Array.isArray(context.resource) ? context.resource : []
  return list.find(isFailed)
}

function isFailed(item: unknown): item is Failed {
  return (
    typeof item === 'object' &&
    item !== null &&
    'context' in item &&
    'message' in item &&
    typeof item.message === 'string' &&
    'status_code' in item &&
    typeof item.status_code === 'number'
  )
}

function codeOf(status: number): ErrorCode {
  const codes: readonly ErrorCode[] = ['bad_request', 'forbidden', 'not_found', 'conflict']
  return codes.find((code) => ERROR_STATUS[code] === status) ?? 'bad_request'
}
