import { AppError } from '../../../src/core/errors.ts'
import type { StatementText } from '../sql/connection.ts'
import type { DriverFailure } from './driver-failure.ts'

/** What failed, as far as it is known; without it the messages name no field. */
export type Subject = Pick<StatementText, 'verb' | 'table' | 'written'> & {
  /** Fields of the unique key that clashed. */
  readonly clashing?: readonly string[]
}

/** The failure of a constraint with the names of its fields; nothing when it is something else. */
export function constraintError(
  { number, message }: DriverFailure,
  subject: Subject | undefined,
  cause: unknown,
): AppError | undefined {
  return number === undefined ? undefined : CONSTRAINTS[number]?.(message, subject, cause)
}

type Explain = (message: string, subject: Subject | undefined, cause: unknown) => AppError

/** By error number. Which column or constraint it is about stands in the text alone. */
const CONSTRAINTS: Readonly<Record<number, Explain>> = {
  2601: uniqueFailed,
  2627: uniqueFailed,
  233: notNullFailed,
  339: notNullFailed,
  515: notNullFailed,
  547: conflicted,
  2628: tooLong,
  8102: numbered,
}

function uniqueFailed(_message: string, subject: Subject | undefined, cause: unknown): AppError {
  const fields = subject?.clashing ?? []
  const text =
    fields.length > 0
      ? `A record with this ${fields.join(' and ')} already exists.`
      : 'A record with these values already exists.'
  return new AppError('conflict', text, { context: { table: tableOf(subject), fields }, cause })
}

/** `Cannot insert the value NULL into column 'total', table 'shop.dbo.orders'; column does not allow nulls.` */
function notNullFailed(message: string, subject: Subject | undefined, cause: unknown): AppError {
  const field =
    knownField(/into column '(.*?)', table /s.exec(message)?.[1], subject) ??
    // 233: `The column 'total' in table 'orders' cannot be null.`
    knownField(/^The column '(.*?)' in table /s.exec(message)?.[1], subject) ??
    knownField(/null value in column "(.*?)"/s.exec(message)?.[1], subject) ??
    automatic(message, subject)
  const text = field === undefined ? 'A required field is missing.' : `Field '${field}' must not be null.`
  return new AppError('bad_request', text, {
    context: { table: tableOf(subject), field: field ?? null },
    cause,
  })
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
    ? childrenExist(subject, cause)
    : parentMissing(name, subject, cause)
}

function parentMissing(name: string | undefined, subject: Subject | undefined, cause: unknown): AppError {
  const fields = foreignKeyFields(name, subject)
  const text =
    fields.length > 0
      ? `The record that ${fields.join(' or ')} refers to does not exist.`
      : 'A record that is referred to does not exist.'
  return new AppError('conflict', text, { context: { table: tableOf(subject), fields }, cause })
}

function childrenExist(subject: Subject | undefined, cause: unknown): AppError {
  if (subject === undefined || subject.verb === 'other')
    return new AppError('conflict', 'A foreign key does not allow this change.', { cause })
  return new AppError('conflict', 'Other records refer to this record.', {
    hint: 'Change or delete the records that refer to it first.',
    context: { table: tableOf(subject), fields: subject.table?.primaryKey ?? [] },
    cause,
  })
}

/** A key that is not known by its name is one of those that are written. */
function foreignKeyFields(name: string | undefined, subject: Subject | undefined): readonly string[] {
  const keys = subject?.table?.foreignKeys ?? []
  const named = keys.find((key) => key.name !== undefined && isSame(key.name, name))
  if (named) return named.fields
  const fields = new Set(keys.flatMap((key) => key.fields))
  return subject?.written.filter((field) => fields.has(field)) ?? []
}

function checkFailed(name: string | undefined, subject: Subject | undefined, cause: unknown): AppError {
  const fields = subject?.table?.checks?.find((check) => isSame(check.name, name))?.fields ?? []
  const text =
    fields.length > 0
      ? `The value of ${fields.join(' and ')} is not allowed.`
      : 'A value is not allowed by a rule of the table.'
  return new AppError('conflict', text, { context: { table: tableOf(subject), fields }, cause })
}

/** `String or binary data would be truncated in table 'shop.dbo.orders', column 'status'. Truncated value: '…'.` */
function tooLong(message: string, subject: Subject | undefined, cause: unknown): AppError {
  const name = knownField(/, column '(.*?)'\. Truncated value/s.exec(message)?.[1], subject)
  const field = subject?.table?.fields.find((one) => one.name === name)
  const text = field
    ? `The value of field '${field.name}' is too long (${field.dbType}).`
    : 'A value is too long for its field.'
  return new AppError('bad_request', text, {
    context: { table: tableOf(subject), field: field?.name ?? null },
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
