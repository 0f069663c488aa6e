import type { Field } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { findByName } from '../../../src/core/names.ts'
import type { ServerError } from './server-error.ts'
import { type Written, writtenRows } from './written-rows.ts'

/**
 * A written value that is none of its field's type, by the name of the field. PostgreSQL tells the number of the parameter that it
 * could not read; of many rows, which are one parameter, it tells the value. Nothing where neither leads to one field.
 */
export function wrongForm(failure: ServerError, subject: Written, cause: Error): AppError | undefined {
  const isData = failure.code.startsWith(DATA_EXCEPTION) && !NAMED_OTHERWISE.has(failure.code)
  const isOfDomain = failure.code === CHECK_VIOLATION && failure.dataType !== undefined
  const { table } = subject
  const field = table && (isData || isOfDomain) ? fieldOf(failure, subject) : undefined
  if (!table || !field) return undefined
  const { name } = field
  const what = isOfDomain ? 'is not allowed' : 'does not fit its type'
  return new AppError(
    isOfDomain ? 'conflict' : 'bad_request',
    `The value of field '${name}' ${what} (${field.dbType}).`,
    {
      context: { table: table.name, field: name, fields: [name] },
      cause,
    },
  )
}

const DATA_EXCEPTION = '22'
const CHECK_VIOLATION = '23514'
/** Division by zero, and characters that no text of the database holds. */
const NAMED_OTHERWISE: ReadonlySet<string> = new Set(['22012', '22021', '22P05'])

function fieldOf(failure: ServerError, subject: Written): Field | undefined {
  const { table, written } = subject
  const name = written[(numberOfParameter(failure, subject) ?? 0) - 1] ?? nameByValue(failure, subject)
  return name === undefined ? undefined : table && findByName(table.fieldByName, name)
}

/** Within its row, from 1. */
function numberOfParameter(
  { where = '' }: ServerError,
  { verb, written, parameters }: Written,
): number | undefined {
  const number = Number(/parameter \$(\d+)/.exec(where)?.[1] ?? 0)
  const isOneText = verb === 'insert' && parameters?.length === 1 && written.length !== 1
  const most = verb === 'update' ? written.length : (parameters?.length ?? 0)
  return number === 0 || number > most || isOneText ? undefined : ((number - 1) % written.length) + 1
}

function nameByValue({ message }: ServerError, subject: Written): string | undefined {
  const quoted = /"(.*)"/s.exec(message)?.[1]
  const rows = quoted === undefined ? [] : writtenRows(subject)
  const names = subject.written.filter((name) => rows.some((row) => row[name] === quoted))
  return names.length === 1 ? names[0] : undefined
}
