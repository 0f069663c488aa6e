import type { Table } from '../../../src/core/database/schema.ts'
import type { AppError } from '../../../src/core/errors.ts'
import {
  alreadyThere,
  childrenExist,
  conflict,
  foreignKeyForbids,
  mustNotBeNull,
  notAllowed,
  parentMissing,
} from '../sql/broken-rule.ts'
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
  return alreadyThere(table ? keyFields(failure, table) : [], { table, cause })
}

function notNullFailed({ failure, table, cause }: Failed): AppError {
  const field = table?.fields.find(({ name, column = name }) => column === failure.column)?.name
  return mustNotBeNull(field, { table, cause })
}

function checkFailed({ failure, table, cause }: Failed): AppError {
  const fields = table?.checks?.find(({ name }) => name === failure.constraint)?.fields ?? []
  return notAllowed(fields, { table, cause })
}

function exclusionFailed({ failure, table, cause }: Failed): AppError {
  const fields = table ? keyFields(failure, table) : []
  const text =
    fields.length > 0
      ? `The ${fields.join(' and ')} of this record stands against another record.`
      : 'The values of this record stand against another record.'
  return conflict(text, fields, { table, cause })
}

/** The server names the table that refers, also when it is the other one that was to change. */
function foreignKeyFailed({ failure, subject, table, cause }: Failed): AppError {
  const key = table?.foreignKeys.find(({ name }) => name === failure.constraint)
  const isWritten = key?.fields.some((field) => subject.written.includes(field)) ?? false
  if (subject.verb === 'insert' || (subject.verb === 'update' && isWritten))
    return parentMissing(key?.fields ?? [], { table, cause })
  return subject.verb === 'other' ? foreignKeyForbids(cause) : childrenExist({ table: subject.table, cause })
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
