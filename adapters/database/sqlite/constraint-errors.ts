import { AppError } from '../../../src/core/errors.ts'
import type { StatementText } from '../sql/connection.ts'
import { fieldsMentioned } from './describe-checks.ts'
import type { DriverFailure } from './protocol.ts'

/** What failed, as far as it is known; without it the messages name no field. */
export type Subject = Pick<StatementText, 'verb' | 'table' | 'written'>

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
  const fields = fieldsIn(message, subject)
  const text =
    fields.length > 0
      ? `A record with this ${listed(fields)} already exists.`
      : 'A record with these values already exists.'
  return new AppError('conflict', text, { context: { table: tableOf(subject), fields }, cause })
}

function notNullFailed(message: string, subject: Subject | undefined, cause: Error): AppError {
  const [field] = fieldsIn(message, subject)
  const text = field === undefined ? 'A required field is missing.' : `Field '${field}' must not be null.`
  return new AppError('bad_request', text, {
    context: { table: tableOf(subject), field: field ?? null },
    cause,
  })
}

/** The text is the constraint's name, or its expression, whose fields are those that occur in it. */
function checkFailed(message: string, subject: Subject | undefined, cause: Error): AppError {
  const rule = message.slice(message.indexOf(': ') + 2)
  const named = subject?.table?.checks?.find(({ name }) => name === rule)
  const fields = named?.fields ?? mentionedIn(rule, subject)
  const text =
    fields.length > 0
      ? `The value of ${listed(fields)} is not allowed.`
      : 'A value is not allowed by a rule of the table.'
  return new AppError('conflict', text, { context: { table: tableOf(subject), fields }, cause })
}

/** Fields whose columns occur in the text of a rule. */
function mentionedIn(rule: string, subject: Subject | undefined): readonly string[] {
  const names = new Map(subject?.table?.fields.map(({ name, column = name }) => [column, name]))
  return fieldsMentioned(rule, [...names.keys()]).flatMap((column) => names.get(column) ?? [])
}

/** SQLite does not tell which key: it is one of those written, or the one that others point at. */
function foreignKeyFailed(_message: string, subject: Subject | undefined, cause: Error): AppError {
  const fields = foreignKeyFields(subject)
  if (subject?.verb === 'delete' || (subject?.verb === 'update' && fields.length === 0)) {
    return new AppError('conflict', 'Other records refer to this record.', {
      hint: 'Change or delete the records that refer to it first.',
      context: { table: tableOf(subject), fields: subject.table?.primaryKey ?? [] },
      cause,
    })
  }
  if (subject?.verb === 'other')
    return new AppError('conflict', 'A foreign key does not allow this change.', { cause })
  const text =
    fields.length > 0
      ? `The record that ${fields.join(' or ')} refers to does not exist.`
      : 'A record that is referred to does not exist.'
  return new AppError('conflict', text, { context: { table: tableOf(subject), fields }, cause })
}

function foreignKeyFields(subject: Subject | undefined): readonly string[] {
  const fields = new Set(subject?.table?.foreignKeys.flatMap((key) => key.fields))
  return subject?.written.filter((field) => fields.has(field)) ?? []
}

/** `cannot store TEXT value in INTEGER column orders.total` of a STRICT table. */
function wrongType(message: string, subject: Subject | undefined, cause: Error): AppError {
  const name = message.slice(message.lastIndexOf('.') + 1)
  const field = subject?.table?.fields.find((one) => (one.column ?? one.name) === name)
  const text = field
    ? `Field '${field.name}' must be ${field.dbType}.`
    : 'A value has the wrong type for its field.'
  return new AppError('bad_request', text, {
    context: { table: tableOf(subject), field: field?.name ?? null },
    cause,
  })
}

/** `email`, or `order_id and product_id`. */
function listed(fields: readonly string[]): string {
  return fields.join(' and ')
}

function tableOf(subject: Subject | undefined): string | null {
  return subject?.table?.name ?? null
}
