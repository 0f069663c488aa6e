import type { Table } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import type { Subject } from './errors.ts'
import type { ServerError } from './server-error.ts'
import { splitName } from './table-name.ts'

/** The failure of a constraint with the names of its fields; nothing when it is something else. */
export function constraintError(failure: ServerError, subject: Subject, cause: Error): AppError | undefined {
  return CONSTRAINTS[failure.code]?.({ failure, subject, table: tableOf(failure, subject), cause })
}

interface Failed {
  readonly failure: ServerError
  readonly subject: Subject
  /** The table of the statement when the failure is about it, and not about one that a trigger writes. */
  readonly table: Table | undefined
  readonly cause: Error
}

/** By SQLSTATE, class 23. */
const CONSTRAINTS: Readonly<Record<string, (failed: Failed) => AppError>> = {
  '23001': foreignKeyFailed, // restrict_violation
  '23502': notNullFailed,
  '23503': foreignKeyFailed,
  '23505': uniqueFailed,
  '23514': checkFailed,
  '23P01': exclusionFailed,
}

function tableOf({ schema, table }: ServerError, subject: Subject): Table | undefined {
  if (!subject.table) return undefined
  const named = splitName(subject.table.name)
  const isSame = named.name === table && (named.schema === undefined || named.schema === schema)
  return isSame ? subject.table : undefined
}

function uniqueFailed({ failure, table, cause }: Failed): AppError {
  const fields = table ? keyFields(failure, table) : []
  const text =
    fields.length > 0
      ? `A record with this ${listed(fields)} already exists.`
      : 'A record with these values already exists.'
  return new AppError('conflict', text, { context: { table: table?.name ?? null, fields }, cause })
}

function notNullFailed({ failure, table, cause }: Failed): AppError {
  const field = table?.fields.find(({ name, column = name }) => column === failure.column)?.name
  const text = field === undefined ? 'A required field is missing.' : `Field '${field}' must not be null.`
  return new AppError('bad_request', text, {
    context: { table: table?.name ?? null, field: field ?? null },
    cause,
  })
}

function checkFailed({ failure, table, cause }: Failed): AppError {
  const fields = table?.checks?.find(({ name }) => name === failure.constraint)?.fields ?? []
  const text =
    fields.length > 0
      ? `The value of ${listed(fields)} is not allowed.`
      : 'A value is not allowed by a rule of the table.'
  return new AppError('conflict', text, { context: { table: table?.name ?? null, fields }, cause })
}

function exclusionFailed({ failure, table, cause }: Failed): AppError {
  const fields = table ? keyFields(failure, table) : []
  const text =
    fields.length > 0
      ? `The ${listed(fields)} of this record stands against another record.`
      : 'The values of this record stand against another record.'
  return new AppError('conflict', text, { context: { table: table?.name ?? null, fields }, cause })
}

/** The server names the table that refers, also when it is the other one that was to change. */
function foreignKeyFailed({ failure, subject, table, cause }: Failed): AppError {
  const key = table?.foreignKeys.find(({ name }) => name === failure.constraint)
  const isWritten = key?.fields.some((field) => subject.written.includes(field)) ?? false
  if (subject.verb === 'insert' || (subject.verb === 'update' && isWritten)) {
    const fields = key?.fields ?? []
    const text =
      fields.length > 0
        ? `The record that ${fields.join(' or ')} refers to does not exist.`
        : 'A record that is referred to does not exist.'
    return new AppError('conflict', text, { context: { table: table?.name ?? null, fields }, cause })
  }
  if (subject.verb === 'other')
    return new AppError('conflict', 'A foreign key does not allow this change.', { cause })
  return new AppError('conflict', 'Other records refer to this record.', {
    hint: 'Change or delete the records that refer to it first.',
    context: { table: subject.table?.name ?? null, fields: subject.table?.primaryKey ?? [] },
    cause,
  })
}

/**
 * The server tells the columns in its detail only, `Key (customer_id, "select")=(1, x) already exists.`, in whatever
 * language; what does not consist of fields of the table is an expression. Nothing of the values is looked at.
 */
function keyFields({ detail = '' }: ServerError, { fields }: Table): readonly string[] {
  const start = detail.indexOf('(') + 1
  const names = new Map(fields.map(({ name, column = name }) => [column, name]))
  const found: string[] = []
  for (let at = start; start > 0 && at < detail.length; ) {
    const [text, quoted, bare] = /^(?:"((?:[^"]|"")*)"|([^",()\s]+))/.exec(detail.slice(at)) ?? []
    const name = names.get(quoted?.replaceAll('""', '"') ?? bare ?? '')
    if (text === undefined || name === undefined) return []
    found.push(name)
    at += text.length
    if (detail.startsWith(')', at)) return found
    // `WITH &&` and the like stand between the columns of an exclusion.
    const next = /^(?: WITH [^,)]+)?(?:, )?/.exec(detail.slice(at))?.[0] ?? ''
    if (next === '') return []
    at += next.length
  }
  return []
}

/** `email`, or `order_id and product_id`. */
function listed(fields: readonly string[]): string {
  return fields.join(' and ')
}
