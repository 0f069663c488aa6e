import type { Json, Row } from '../../../core/database/value.ts'
import { AppError } from '../../../core/errors.ts'
import { CONFIRM_MINUTES } from './consent-code.ts'

/** Some of the rows of a write. Long values are cut. */
export interface Sample {
  /** As they are, for who may read them. */
  readonly sample_before?: readonly Row[]
  /** The same rows as they would be, in the words of the request. */
  readonly sample_after?: readonly Row[]
}

/** What a write would do. */
export interface Preview extends Sample {
  /** Rows that would be written. */
  readonly affected: number
  /** To be sent along with the same call; absent where it needs none. */
  readonly confirmation?: string
}

/** Rows in a sample. */
export const SAMPLE_ROWS = 3
const LONGEST_CELL = 200
/** Of a character that was cut in two. */
const HALF = /[\ud800-\udbff]$/

/** Cut so that a sample stays small whatever the rows hold. */
export function sampleRow(row: Readonly<Record<string, Json>>): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, shortCell(value)]))
}

function shortCell(value: Json): Json {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (text.length <= LONGEST_CELL) return value
  return `${text.slice(0, LONGEST_CELL).replace(HALF, '')}… (${text.length} characters)`
}

/** `context.reason` of a write that was not made because it has to be confirmed. */
export const CONFIRMATION_REQUIRED = 'confirmation_required'

export function isToConfirm(context: unknown): boolean {
  return Reflect.get(Object(context), 'reason') === CONFIRMATION_REQUIRED
}

/** The answer to a write that is not made before it is confirmed. `what`: `changes 3 rows`. */
export function confirmationRequired(what: string, preview: Preview): AppError {
  return new AppError('conflict', `This ${what} and has to be confirmed. Nothing was changed.`, {
    hint: `Make sure that it is meant, then send the same call with the confirmation, within ${CONFIRM_MINUTES} minutes.`,
    context: { reason: CONFIRMATION_REQUIRED, ...preview },
  })
}

/** Characters of a sample that a person is shown. */
const LONGEST_SHOWN = 400

/** What a person is asked. */
export function questionAbout(
  { service, target, what }: { readonly service: string; readonly target: string; readonly what: string },
  preview: Preview,
): string {
  return [`'${target}' in the service '${service}': this ${what}. Is it meant?`, ...sampleText(preview)].join(
    '\n',
  )
}

/** Lines of a question. */
export function sampleText({ sample_before: before, sample_after: after }: Sample): string[] {
  return [
    ...(before ? [`As it is: ${rowText(before)}`] : []),
    ...(after ? [`As it would be: ${rowText(after)}`] : []),
  ]
}

function rowText([row]: readonly Row[]): string {
  return JSON.stringify(row ?? {}).slice(0, LONGEST_SHOWN)
}
