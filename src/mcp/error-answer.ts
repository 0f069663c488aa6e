import type { AppError } from '../core/errors.ts'
import { didYouMean } from '../core/names.ts'
import type { ToolAnswer } from './answer.ts'

/** Longest error text, in characters: messages may repeat what the caller sent. */
const LONGEST = 4_000

/** Most failed records of a batch that are told one by one. */
const MAX_TOLD = 10

/** An error as a tool's answer: code, message and what to do next. What went wrong inside stays inside. */
export function errorAnswer(error: AppError): ToolAnswer {
  const { code, message, hint } = error
  if (code === 'internal') {
    return { text: 'internal: An internal error occurred. The server log has the details.', isError: true }
  }
  const parts = [
    `${code}: ${sentence(message)}`,
    hint ?? '',
    suggestion(error),
    error.retryable ? 'The same call may succeed later.' : '',
  ]
  const text = parts.filter((part) => part !== '').join(' ')
  return { text: [text, ...failedRecords(error)].join('\n').slice(0, LONGEST), isError: true }
}

/** Hints follow the message: it has to end. */
function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`
}

function suggestion({ didYouMean: names = [], hint = '', message }: AppError): string {
  const [first] = names
  const told = first === undefined || `${hint} ${message}`.includes(`'${first}'`)
  return told ? '' : didYouMean(names)
}

/** One line for each record of a batch that failed, by its place in `records`. */
function failedRecords({ context }: AppError): string[] {
  if (!hasResource(context)) return []
  const failed = context.resource.flatMap((outcome, index) =>
    isFailure(outcome) ? [`record ${index}: ${outcome.message}`] : [],
  )
  const more = failed.length - MAX_TOLD
  return more > 0 ? [...failed.slice(0, MAX_TOLD), `and ${more} more`] : failed
}

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
