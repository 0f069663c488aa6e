import { AppError } from '../../../src/core/errors.ts'
import type { StatementText } from '../sql/connection.ts'
import { constraintIn, fieldOf } from './clash.ts'
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

/** By number (docs.oracle.com/error-help/db). Which column or constraint it is about stands in the text alone. */
const CONSTRAINTS: Readonly<Record<number, Explain>> = {
  1: uniqueFailed,
  1400: notNullFailed, // cannot insert NULL into
  1407: notNullFailed, // cannot update to NULL
  2290: checkFailed,
  2291: parentMissing,
  2292: childrenExist,
  2296: (_message, subject, cause) => nullsThere(subject, cause), // cannot enable: null values found
  2298: parentMissing, // cannot validate: parent keys not found
  2299: uniqueFailed, // cannot validate: duplicate keys found
  1452: uniqueFailed, // cannot create a unique index: duplicate keys found
  1438: about('is out of range'), // larger than the precision
  1426: about('is out of range'), // numeric overflow
  1722: about('does not fit its type'), // invalid number
  12899: about('is too long'),
  1461: about('is too long'), // a LONG value for a column that is none
  22835: about('is too long'), // a large object for a text
  25137: about('is out of range'),
  1830: about('does not fit its type'), // date format picture ends
  1839: about('does not fit its type'), // date not valid for month
  1840: about('does not fit its type'), // input value not long enough
  1841: about('does not fit its type'), // full year
  1843: about('does not fit its type'), // not a valid month
  1847: about('does not fit its type'), // day of month
  1850: about('does not fit its type'), // hour
  1851: about('does not fit its type'), // minutes
  1852: about('does not fit its type'), // seconds
  1858: about('does not fit its type'), // a non-numeric character was found
  1861: about('does not fit its type'), // literal does not match format string
  1867: about('does not fit its type'), // the interval is invalid
  1873: about('is out of range'), // the leading precision of the interval is too small
  1882: about('does not fit its type'), // time zone region not found
  1892: about('does not fit its type'), // a non-numeric character, from 23ai on
  6502: about('does not fit its type'), // PL/SQL: numeric or value error
  40441: about('does not fit its type'), // JSON syntax error
}

function uniqueFailed(_message: string, subject: Subject | undefined, cause: unknown): AppError {
  const fields = subject?.clashing ?? []
  const text =
    fields.length > 0
      ? `A record with this ${fields.join(' and ')} already exists.`
      : 'A record with these values already exists.'
  return new AppError('conflict', text, { context: { table: tableOf(subject), fields }, cause })
}

function notNullFailed(message: string, subject: Subject | undefined, cause: unknown): AppError {
  const field = fieldIn(message, subject)
  const text = field === undefined ? 'A required field is missing.' : `Field '${field}' must not be null.`
  return new AppError('bad_request', text, {
    context: { table: tableOf(subject), field: field ?? null },
    cause,
  })
}

function nullsThere(subject: Subject | undefined, cause: unknown): AppError {
  return new AppError('conflict', 'Records have no value in a field that is to be required.', {
    context: { table: tableOf(subject), fields: [] },
    cause,
  })
}

function parentMissing(message: string, subject: Subject | undefined, cause: unknown): AppError {
  const name = constraintIn(message)?.name
  const fields = subject?.table?.foreignKeys.find((key) => key.name === name)?.fields ?? []
  const text =
    fields.length > 0
      ? `The record that ${fields.join(' or ')} refers to does not exist.`
      : 'A record that is referred to does not exist.'
  return new AppError('conflict', text, { context: { table: tableOf(subject), fields }, cause })
}

function childrenExist(_message: string, subject: Subject | undefined, cause: unknown): AppError {
  return new AppError('conflict', 'Other records refer to this record.', {
    hint: 'Change or delete the records that refer to it first.',
    context: { table: tableOf(subject), fields: subject?.table?.primaryKey ?? [] },
    cause,
  })
}

function checkFailed(message: string, subject: Subject | undefined, cause: unknown): AppError {
  const name = constraintIn(message)?.name
  const fields = subject?.table?.checks?.find((check) => check.name === name)?.fields ?? []
  const text =
    fields.length > 0
      ? `The value of ${fields.join(' and ')} is not allowed.`
      : 'A value is not allowed by a rule of the table.'
  return new AppError('conflict', text, { context: { table: tableOf(subject), fields }, cause })
}

function about(what: string): Explain {
  return (message, subject, cause) => {
    const name = fieldIn(message, subject)
    const field = subject?.table?.fields.find((one) => one.name === name)
    const text = field
      ? `The value of field '${field.name}' ${what} (${field.dbType}).`
      : `A value ${what.replace('its type', 'the type of its field')}.`
    return new AppError('bad_request', text, {
      context: { table: tableOf(subject), field: field?.name ?? null },
      cause,
    })
  }
}

/** `… ("HR"."ORDERS"."TOTAL")`, `… column "HR"."ORDERS"."TOTAL"`, `… for column TOTAL`: only names of the table are passed on, as the text can hold anything. */
function fieldIn(message: string, subject: Subject | undefined): string | undefined {
  const column =
    /"[^"]+"\."[^"]+"\."([^"]+)"/.exec(message)?.[1] ?? /\bfor column "?([^".\s]+)"?\s*$/m.exec(message)?.[1]
  return column === undefined || !subject?.table ? undefined : fieldOf(subject.table, column)
}

function tableOf(subject: Subject | undefined): string | null {
  return subject?.table?.name ?? null
}
