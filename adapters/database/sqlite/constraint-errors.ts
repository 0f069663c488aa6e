import { AppError } from '../../../src/core/errors.ts'
import {
  alreadyThere,
  childrenExist,
  foreignKeyForbids,
  mustNotBeNull,
  notAllowed,
  parentMissing,
  type Subject,
  writtenReferences,
} from '../sql/broken-rule.ts'
import { fieldsMentioned } from './describe-checks.ts'
import type { DriverFailure } from './protocol.ts'

/** The failure of a constraint with the names of its fields; nothing when it is something else. */
export function constraintError(
  { code, message }: DriverFailure,
  subject: Subject | undefined,
  cause: Error,
): AppError | undefined {
  return CONSTRAINTS[code]?.(message, subject, cause)
}

type Explain = (message: string, subject: Subject | undefined, cause: Error) => AppError

/**
 * By extended result code: SQLITE_CONSTRAINT_… Of the others the primary code says enough: the text of a trigger's RAISE
 * belongs to the database's author, who may not have meant it for callers.
 */
const CONSTRAINTS: Readonly<Record<number, Explain>> = {
  275: checkFailed, // CHECK
  787: foreignKeyFailed, // FOREIGNKEY
  1299: notNullFailed, // NOTNULL
  1555: uniqueFailed, // PRIMARYKEY
  2067: uniqueFailed, // UNIQUE
  2579: uniqueFailed, // ROWID
  3091: wrongType, // DATATYPE
}

/** SQLite tells the columns only in its text: `UNIQUE constraint failed: orders.customer_id, orders.number`. */
function fieldsIn(message: string, subject: Subject | undefined): readonly string[] {
  const list = message.slice(message.indexOf(': ') + 2)
  const prefix = `${subject?.table?.name ?? ''}.`
  const names = new Map(subject?.table?.fields.map(({ name, column = name }) => [column, name]))
  const columns = list.slice(prefix.length).split(`, ${prefix}`)
  const found = columns.flatMap((column) => names.get(column) ?? [])
  return found.length === columns.length ? found : []
}

function uniqueFailed(message: string, subject: Subject | undefined, cause: Error): AppError {
  return alreadyThere(fieldsIn(message, subject), { table: subject?.table, cause })
}

function notNullFailed(message: string, subject: Subject | undefined, cause: Error): AppError {
  return mustNotBeNull(fieldsIn(message, subject)[0], { table: subject?.table, cause })
}

/** The text is the constraint's name, or its expression, whose fields are those that occur in it. */
function checkFailed(message: string, subject: Subject | undefined, cause: Error): AppError {
  const rule = message.slice(message.indexOf(': ') + 2)
  const named = subject?.table?.checks?.find(({ name }) => name === rule)
  return notAllowed(named?.fields ?? mentionedIn(rule, subject), { table: subject?.table, cause })
}

/** Fields whose columns occur in the text of a rule. */
function mentionedIn(rule: string, subject: Subject | undefined): readonly string[] {
  const names = new Map(subject?.table?.fields.map(({ name, column = name }) => [column, name]))
  return fieldsMentioned(rule, [...names.keys()]).flatMap((column) => names.get(column) ?? [])
}

/** SQLite does not tell which key: it is one of those written, or the one that others point at. */
function foreignKeyFailed(_message: string, subject: Subject | undefined, cause: Error): AppError {
  const fields = writtenReferences(subject)
  const about = { table: subject?.table, cause }
  if (subject?.verb === 'delete' || (subject?.verb === 'update' && fields.length === 0))
    return childrenExist(about)
  return subject?.verb === 'other' ? foreignKeyForbids(cause) : parentMissing(fields, about)
}

/** `cannot store TEXT value in INTEGER column orders.total` of a STRICT table. */
function wrongType(message: string, subject: Subject | undefined, cause: Error): AppError {
  const name = message.slice(message.lastIndexOf('.') + 1)
  const field = subject?.table?.fields.find((one) => (one.column ?? one.name) === name)
  const text = field
    ? `Field '${field.name}' must be ${field.dbType}.`
    : 'A value has the wrong type for its field.'
  return new AppError('bad_request', text, {
    context: { table: subject?.table?.name ?? null, field: field?.name ?? null },
    cause,
  })
}
