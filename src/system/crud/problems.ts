import type { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { didYouMean, nearest } from '../../core/names.ts'

/** What is wrong with the fields of one record: sentences by field, in the words of the original where it has some. */
export type Problems = Record<string, string[]>

export function addProblem(problems: Problems, field: string, sentence: string): void {
  if (hasProblem(problems, field)) problems[field]?.push(sentence)
  // Also where the field is called as an object's own members are: `__proto__`.
  else
    Object.defineProperty(problems, field, {
      value: [sentence],
      enumerable: true,
      configurable: true,
      writable: true,
    })
}

export function hasProblem(problems: Problems, field: string): boolean {
  return Object.hasOwn(problems, field)
}

/** The error of a record whose fields are wrong (dreamfactory-rest §7.1). */
export function invalidRecord(
  problems: Problems,
  details: { readonly didYouMean?: readonly string[] } = {},
): AppError {
  const sentences = Object.values(problems).flat()
  const names = details.didYouMean ?? []
  return new AppError('bad_request', `Invalid data supplied. ${sentences.join(' ')}`, {
    context: problems,
    ...(names.length > 0 && { hint: didYouMean(names), didYouMean: names }),
  })
}

export function unknownField(field: string, known: readonly string[]): { sentence: string; names: string[] } {
  const names = nearest(field, known)
  return { sentence: `Unknown field '${field}'. ${didYouMean(names)}`.trim(), names }
}

export function requiredField(field: string): string {
  return `The ${field} field is required.`
}

/** One sentence for a zod issue of a field. */
export function sentenceOf(field: string, issue: z.core.$ZodIssue): string {
  // A rule that has a sentence of its own; zod's begin so.
  if (!/^(?:Invalid|Too |Unrecognized)/.test(issue.message)) return issue.message
  const subject = `The ${field} field`
  switch (issue.code) {
    case 'too_small':
      if (issue.origin !== 'string') return `${subject} must be at least ${issue.minimum}.`
      return Number(issue.minimum) <= 1
        ? requiredField(field)
        : `${subject} must be at least ${issue.minimum} characters.`
    case 'too_big':
      return issue.origin === 'string'
        ? `${subject} must not be greater than ${issue.maximum} characters.`
        : `${subject} must not be greater than ${issue.maximum}.`
    case 'invalid_format':
      return issue.format === 'email'
        ? `${subject} must be a valid email address.`
        : `${subject} format is invalid.`
    case 'invalid_type':
      return `${subject} must be ${TYPES.get(issue.expected) ?? issue.expected}.`
    case 'invalid_value':
      return `${subject} must be one of: ${issue.values.map(String).join(', ')}.`
    default:
      return `${subject} is invalid: ${issue.message}.`
  }
}

const TYPES: ReadonlyMap<string, string> = new Map([
  ['string', 'a string'],
  ['boolean', 'true or false'],
  ['int', 'an integer'],
  ['number', 'a number'],
  ['array', 'an array'],
  ['object', 'an object'],
  ['record', 'an object'],
])
