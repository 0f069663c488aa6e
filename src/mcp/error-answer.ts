import { z } from 'zod'
import type { AppError } from '../core/errors.ts'
import { toJsonText } from '../core/exact-json.ts'
import { didYouMean } from '../core/names.ts'
import { ROLLED_BACK } from '../operations/database/batch.ts'
import { CONFIRMATION_REQUIRED } from '../operations/database/consent/preview.ts'
import type { ToolAnswer } from './answer.ts'
import { lines } from './columns.ts'

/** Longest error text, in characters: messages may repeat what the caller sent. */
const LONGEST = 4_000

/** Most records of a batch that are told one by one, of each kind. */
const MAX_TOLD = 10

/**
 * An error as a tool's answer: code, message, what to do next and, where it comes from one, the service. What went wrong inside stays
 * inside.
 */
export function errorAnswer(error: AppError, service?: string): ToolAnswer {
  const { code, message, hint } = error
  const origin = service === undefined ? '' : `(service ${service})`
  if (code === 'internal') {
    const text = 'internal: An internal error occurred. The server log has the details.'
    return { text: origin === '' ? text : `${text} ${origin}`, isError: true, code }
  }
  const parts = [
    `${code}: ${sentence(message)}`,
    hint ?? '',
    suggestion(error),
    error.retryable ? 'The same call may succeed later.' : '',
    origin,
  ]
  const text = parts.filter((part) => part !== '').join(' ')
  const lines = [text, ...outcomes(error), ...previewOf(error)]
  return { text: lines.join('\n').slice(0, LONGEST), isError: true, code }
}

/** Hints follow the message: it has to end. */
function sentence(message: string): string {
  const told = message.trimEnd()
  return /[.!?]$/.test(told) ? told : `${told}.`
}

function suggestion({ didYouMean: names = [], hint = '', message }: AppError): string {
  const [first] = names
  const told = first === undefined || `${hint} ${message}`.includes(`'${first}'`)
  return told ? '' : didYouMean(names)
}

/** One line for each record of a batch that was tried, by its place: what became of it, failures first. */
function outcomes({ context, message }: AppError): string[] {
  if (!hasResource(context)) return []
  const told = context.resource.map((outcome, index) =>
    isFailure(outcome) ? `record ${index}: ${outcome.message}` : `record ${index}: ok ${toJsonText(outcome)}`,
  )
  const failed = told.filter((_, index) => isFailure(context.resource[index]))
  const fine = told.filter((_, index) => !isFailure(context.resource[index]))
  // Successes that were rolled back are none.
  const isUndone = message.endsWith(ROLLED_BACK)
  const short = (lines: string[]) =>
    lines.length > MAX_TOLD ? [...lines.slice(0, MAX_TOLD), `and ${lines.length - MAX_TOLD} more`] : lines
  return [...short(failed), ...(isUndone ? [] : short(fine))]
}

/** What a write that has to be confirmed would do, and the code for it: first, for it must not be cut off. */
function previewOf({ context }: AppError): string[] {
  const preview = PREVIEW.or(OF_STEP).safeParse(context)
  if (!preview.success) return []
  const { confirmation, steps = [] } = preview.data
  const told = steps.flatMap((one) => [`step ${one.step + 1}:`, ...sampleOf(one)])
  return [`confirmation: ${confirmation}`, ...sampleOf(preview.data), ...told]
}

function sampleOf({
  sample_before: before = [],
  sample_after: after = [],
}: z.infer<typeof SAMPLE>): string[] {
  return [
    ...(before.length > 0 ? ['as it is:', ...lines(before)] : []),
    ...(after.length > 0 ? ['as it would be:', ...lines(after)] : []),
  ]
}

const ROWS = z.array(z.record(z.string(), z.unknown())).optional()
const SAMPLE = z.object({ sample_before: ROWS, sample_after: ROWS })
const PREVIEW = SAMPLE.extend({
  reason: z.literal(CONFIRMATION_REQUIRED),
  confirmation: z.string(),
  /** Of several that are confirmed together. */
  steps: z.array(SAMPLE.extend({ step: z.int() })).optional(),
})
/** Of a step among others. */
const OF_STEP = z.object({ step: z.int(), error: PREVIEW }).transform(({ error }) => error)

function hasResource(context: unknown): context is { readonly resource: readonly unknown[] } {
  return (
    typeof context === 'object' &&
    context !== null &&
    'resource' in context &&
    Array.isArray(context.resource)
  )
}

function isFailure(outcome: unknown): outcome is { readonly message: string } {
  return typeof outcome === 'object' && outcome !== null && 'status_code' in outcome && 'message' in outcome
}
