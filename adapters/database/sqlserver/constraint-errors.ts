import { AppError } from '../../../src/core/errors.ts'
import {
  childrenExist,
  type Explain,
  foreignKeyForbids,
  keyTaken,
  mustNotBeNull,
  notAllowed,
  parentMissing,
  type Subject,
  writtenReferences,
  wrongValue,
} from '../sql/broken-rule.ts'
import type { DriverFailure } from './driver-failure.ts'

/** The failure of a constraint with the names of its fields; nothing when it is something else. */
export function constraintError(
  { number, message }: DriverFailure,
  subject: Subject | undefined,
  cause: unknown,
): AppError | undefined {
  return number === undefined ? undefined : CONSTRAINTS[number]?.(message, subject, cause)
}

/** By error number. Which column or constraint it is about stands in the text alone. */
const CONSTRAINTS: Readonly<Record<number, Explain>> = {
  2601: keyTaken,
  2627: keyTaken,
  233: notNullFailed,
  339: notNullFailed,
  515: notNullFailed,
  547: conflicted,
  2628: tooLong,
  8102: numbered,
}

/** `Cannot insert the value NULL into column 'total', table 'shop.dbo.orders'; column does not allow nulls.` */
function notNullFailed(message: string, subject: Subject | undefined, cause: unknown): AppError {
  const field =
    knownField(/into column '(.*?)', table /s.exec(message)?.[1], subject) ??
    // 233: `The column 'total' in table 'orders' cannot be null.`
    knownField(/^The column '(.*?)' in table /s.exec(message)?.[1], subject) ??
    knownField(/null value in column "(.*?)"/s.exec(message)?.[1], subject) ??
    automatic(message, subject)
  return mustNotBeNull(field, { table: subject?.table, cause })
}

/** 339 is about the column that counts, and names none. */
function automatic(message: string, subject: Subject | undefined): string | undefined {
  if (!/explicit identity/i.test(message)) return undefined
  return subject?.table?.fields.find(({ autoIncrement }) => autoIncrement)?.name
}

/** `The INSERT statement conflicted with the FOREIGN KEY constraint "FK_orders". The conflict occurred in …` */
function conflicted(message: string, subject: Subject | undefined, cause: unknown): AppError {
  const [, kind = '', name] =
    /with the (.*?) constraint "(.*?)"/s.exec(message) ??
    // As servers that speak the protocol over PostgreSQL say it.
    /violates (check|foreign key) constraint "(.*?)"/s.exec(message) ??
    []
  if (/^CHECK/i.test(kind)) return checkFailed(name, subject, cause)
  return /REFERENCE/i.test(kind) || /^update or delete on/.test(message)
    ? isReferenced(subject, cause)
    : parentMissing(foreignKeyFields(name, subject), { table: subject?.table, cause })
}

function isReferenced(subject: Subject | undefined, cause: unknown): AppError {
  return subject === undefined || subject.verb === 'other'
    ? foreignKeyForbids(cause)
    : childrenExist({ table: subject.table, cause })
}

/** A key that is not known by its name is one of those that are written. */
function foreignKeyFields(name: string | undefined, subject: Subject | undefined): readonly string[] {
  const keys = subject?.table?.foreignKeys ?? []
  const named = keys.find((key) => key.name !== undefined && isSame(key.name, name))
  return named ? named.fields : writtenReferences(subject)
}

function checkFailed(name: string | undefined, subject: Subject | undefined, cause: unknown): AppError {
  const fields = subject?.table?.checks?.find((check) => isSame(check.name, name))?.fields ?? []
  return notAllowed(fields, { table: subject?.table, cause })
}

/** `String or binary data would be truncated in table 'shop.dbo.orders', column 'status'. Truncated value: '…'.` */
function tooLong(message: string, subject: Subject | undefined, cause: unknown): AppError {
  const name = knownField(/, column '(.*?)'\. Truncated value/s.exec(message)?.[1], subject)
  const field = subject?.table?.fields.find((one) => one.name === name)
  if (field) return wrongValue(field, 'is too long', { table: subject?.table, cause })
  return new AppError('bad_request', 'A value is too long for its field.', {
    context: { table: tableOf(subject), field: null },
    cause,
  })
}

/** `Cannot update identity column 'id'.` */
function numbered(message: string, subject: Subject | undefined, cause: unknown): AppError {
  const field = knownField(/identity column '(.*?)'/s.exec(message)?.[1], subject)
  return new AppError(
    'not_supported',
    `${field === undefined ? 'A number that the database gave' : `The number that the database gave, in field '${field}',`} cannot be changed.`,
    {
      hint: 'Leave the field out, or make a new record.',
      context: { table: tableOf(subject), field: field ?? null },
      cause,
    },
  )
}

/** Only names of the table are passed on: the text of an error can hold anything. */
function knownField(name: string | undefined, subject: Subject | undefined): string | undefined {
  return subject?.table?.fields.find((field) => isSame(field.column ?? field.name, name))?.name
}

function isSame(known: string, told: string | undefined): boolean {
  return known.toLowerCase() === told?.toLowerCase()
}

function tableOf(subject: Subject | undefined): string | null {
  return subject?.table?.name ?? null
}
