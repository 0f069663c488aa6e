import { AppError } from '../../../src/core/errors.ts'
import {
  childrenExist,
  conflict,
  type Explain,
  foreignKeyForbids,
  keyTaken,
  type Misfit,
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
  { errno, message }: DriverFailure,
  subject: Subject | undefined,
  cause: unknown,
): AppError | undefined {
  return errno === undefined ? undefined : CONSTRAINTS[errno]?.(message, subject, cause)
}

/** By error number. Which column or constraint it is about stands in the text alone. */
const CONSTRAINTS: Readonly<Record<number, Explain>> = {
  1062: keyTaken, // ER_DUP_ENTRY
  1169: keyTaken, // ER_DUP_UNIQUE
  1586: keyTaken, // ER_DUP_ENTRY_WITH_KEY_NAME
  1761: keyTaken, // ER_FOREIGN_DUPLICATE_KEY_WITH_CHILD_INFO
  1762: keyTaken, // ER_FOREIGN_DUPLICATE_KEY_WITHOUT_CHILD_INFO
  1690: guardFailed, // ER_DATA_OUT_OF_RANGE
  1048: notNullFailed, // ER_BAD_NULL_ERROR
  1263: notNullFailed, // ER_WARN_NULL_TO_NOTNULL
  1364: notNullFailed, // ER_NO_DEFAULT_FOR_FIELD
  1216: noParent, // ER_NO_REFERENCED_ROW
  1452: noParent, // ER_NO_REFERENCED_ROW_2
  1217: isReferenced, // ER_ROW_IS_REFERENCED
  1451: isReferenced, // ER_ROW_IS_REFERENCED_2
  3819: checkFailed, // ER_CHECK_CONSTRAINT_VIOLATED, MySQL
  4025: checkFailed, // ER_CONSTRAINT_FAILED, MariaDB
  1406: about('is too long'), // ER_DATA_TOO_LONG
  1264: about('is out of range'), // ER_WARN_DATA_OUT_OF_RANGE
  1265: about('does not fit its type'), // WARN_DATA_TRUNCATED
  1292: about('does not fit its type'), // ER_TRUNCATED_WRONG_VALUE
  1366: about('does not fit its type'), // ER_TRUNCATED_WRONG_VALUE_FOR_FIELD
  1367: about('does not fit its type'), // ER_ILLEGAL_VALUE_FOR_TYPE
  1416: about('does not fit its type'), // ER_CANT_CREATE_GEOMETRY_OBJECT
  3037: about('does not fit its type'), // ER_GIS_INVALID_DATA
  3140: about('does not fit its type'), // ER_INVALID_JSON_TEXT
  3548: about('does not fit its type'), // ER_SRS_NOT_FOUND
  3616: about('does not fit its type'), // ER_LONGITUDE_OUT_OF_RANGE
  3617: about('does not fit its type'), // ER_LATITUDE_OUT_OF_RANGE
  3643: about('does not fit its type'), // ER_WRONG_SRID_FOR_COLUMN
}

/** The guards of `dialect.ts`: of a shape, and of an upsert, for which the row that is there is not the one that is meant. */
function guardFailed(message: string, subject: Subject | undefined, cause: unknown): AppError | undefined {
  if (/ in 'pow\(10,/.test(message))
    return new AppError('bad_request', 'A shape is not well-formed.', { cause })
  if (subject?.verb !== 'insert' || !/ in 'exp\(if\(/.test(message)) return undefined
  return conflict('Another record has one of the values that must be unique.', [], {
    table: subject.table,
    cause,
  })
}

/** `Column 'total' cannot be null`, `Field 'total' doesn't have a default value`: the first name in quotes. */
function notNullFailed(message: string, subject: Subject | undefined, cause: unknown): AppError {
  const field = knownField(/^\w+ '(.*)' (?:cannot|set|doesn)/s.exec(message)?.[1], subject)
  return mustNotBeNull(field, { table: subject?.table, cause })
}

function noParent(message: string, subject: Subject | undefined, cause: unknown): AppError {
  return parentMissing(foreignKeyFields(message, subject), { table: subject?.table, cause })
}

function isReferenced(_message: string, subject: Subject | undefined, cause: unknown): AppError {
  return subject?.verb === 'other'
    ? foreignKeyForbids(cause)
    : childrenExist({ table: subject?.table, cause })
}

/** ``… CONSTRAINT `orders_ibfk_1` FOREIGN KEY …``; an unnamed one is one of those that are written. */
function foreignKeyFields(message: string, subject: Subject | undefined): readonly string[] {
  const keys = subject?.table?.foreignKeys ?? []
  const named = keys.find(
    ({ name }) => name !== undefined && message.includes(`CONSTRAINT \`${name}\` FOREIGN`),
  )
  return named ? named.fields : writtenReferences(subject)
}

/** ``CONSTRAINT `positive` failed for …`` on MariaDB, `Check constraint 'positive' is violated.` on MySQL. */
function checkFailed(message: string, subject: Subject | undefined, cause: unknown): AppError {
  const rule = /^CONSTRAINT `(.*)` failed for|^Check constraint '(.*)' is violated/s.exec(message)
  const name = rule?.[1] ?? rule?.[2]
  // A check of a single column has no name on MariaDB: it is told as `table.column`.
  const column = knownField(name?.slice(name.indexOf('.') + 1), subject)
  const known = subject?.table?.checks?.find((check) => check.name === name)?.fields
  const fields = known ?? (column === undefined ? [] : [column])
  return notAllowed(fields, { table: subject?.table, cause })
}

/** ``… for column 'total' at row 1``, ``… for column `shop`.`orders`.`total` at row 1``. */
function about(what: Misfit): Explain {
  return (message, subject, cause) => {
    const name = /column (?:`.*`\.`.*`\.)?['`](.*)['`](?: at row \d+)?\.?$/s.exec(message)?.[1]
    const field = subject?.table?.fields.find((one) => (one.column ?? one.name) === name)
    return wrongValue(field, what, { table: subject?.table, cause })
  }
}

/** Only names of the table are passed on: the text of an error can hold anything. */
function knownField(name: string | undefined, subject: Subject | undefined): string | undefined {
  return subject?.table?.fields.find((field) => (field.column ?? field.name) === name)?.name
}
