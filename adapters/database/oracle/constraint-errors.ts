import type { Field } from '../../../src/core/database/schema.ts'
import type { AppError } from '../../../src/core/errors.ts'
import {
  childrenExist,
  conflict,
  type Explain,
  keyTaken,
  type Misfit,
  mustNotBeNull,
  notAllowed,
  parentMissing,
  type Subject,
  wrongValue,
} from '../sql/broken-rule.ts'
import { constraintIn, fieldOf } from './clash.ts'
import type { DriverFailure } from './driver-failure.ts'

/** The failure of a constraint with the names of its fields; nothing when it is something else. */
export function constraintError(
  { number, message }: DriverFailure,
  subject: Subject | undefined,
  cause: unknown,
): AppError | undefined {
  return number === undefined ? undefined : CONSTRAINTS[number]?.(message, subject, cause)
}

/** By number (docs.oracle.com/error-help/db). Which column or constraint it is about stands in the text alone. */
const CONSTRAINTS: Readonly<Record<number, Explain>> = {
  1: keyTaken,
  1400: notNullFailed, // cannot insert NULL into
  1407: notNullFailed, // cannot update to NULL
  2290: checkFailed,
  2291: noParent,
  2292: (_message, subject, cause) => childrenExist({ table: subject?.table, cause }),
  2296: nullsThere, // cannot enable: null values found
  2298: noParent, // cannot validate: parent keys not found
  2299: keyTaken, // cannot validate: duplicate keys found
  1452: keyTaken, // cannot create a unique index: duplicate keys found
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

function notNullFailed(message: string, subject: Subject | undefined, cause: unknown): AppError {
  return mustNotBeNull(fieldIn(message, subject)?.name, { table: subject?.table, cause })
}

function nullsThere(_message: string, subject: Subject | undefined, cause: unknown): AppError {
  return conflict('Records have no value in a field that is to be required.', [], {
    table: subject?.table,
    cause,
  })
}

function noParent(message: string, subject: Subject | undefined, cause: unknown): AppError {
  const name = constraintIn(message)?.name
  const fields = subject?.table?.foreignKeys.find((key) => key.name === name)?.fields ?? []
  return parentMissing(fields, { table: subject?.table, cause })
}

function checkFailed(message: string, subject: Subject | undefined, cause: unknown): AppError {
  const name = constraintIn(message)?.name
  const fields = subject?.table?.checks?.find((check) => check.name === name)?.fields ?? []
  return notAllowed(fields, { table: subject?.table, cause })
}

function about(what: Misfit): Explain {
  return (message, subject, cause) =>
    wrongValue(fieldIn(message, subject), what, { table: subject?.table, cause })
}

/** `… ("HR"."ORDERS"."TOTAL")`, `… column "HR"."ORDERS"."TOTAL"`, `… for column TOTAL`: only names of the table are passed on, as the text can hold anything. */
function fieldIn(message: string, subject: Subject | undefined): Field | undefined {
  const column =
    /"[^"]+"\."[^"]+"\."([^"]+)"/.exec(message)?.[1] ?? /\bfor column "?([^".\s]+)"?\s*$/m.exec(message)?.[1]
  const name = column === undefined || !subject?.table ? undefined : fieldOf(subject.table, column)
  return subject?.table?.fields.find((one) => one.name === name)
}
