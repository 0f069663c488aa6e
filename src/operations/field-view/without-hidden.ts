import type { Table } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import { wholeOf } from './narrow-table.ts'

/** An error of the engine for who may not know all fields of the table: one that tells of a hidden field tells of none. */
export function withoutHidden(error: unknown, table: Table): unknown {
  if (!(error instanceof AppError)) return error
  const hidden = hiddenNames(table)
  if (hidden.length === 0) return error
  const told = [error.message, error.hint ?? '', JSON.stringify(error.context ?? null)]
    .join('\n')
    .toLowerCase()
  if (!hidden.some((name) => holdsWord(told, name))) return error
  const { code, retryable, cause } = error
  return new AppError(
    code,
    MESSAGES[code] ?? 'The database refused this for a reason that your role does not show.',
    {
      retryable,
      cause,
      hint: 'The reason is in fields that your role does not show. An administrator can say more.',
      context: { table: table.name },
    },
  )
}

const MESSAGES: Partial<Record<AppError['code'], string>> = {
  conflict: 'The record conflicts with a constraint of the database.',
  bad_request: 'The record lacks a value that the database needs, or has one that it does not take.',
}

/** Names and columns that the whole table has and this one has not. */
function hiddenNames(table: Table): readonly string[] {
  const whole = wholeOf(table)
  if (whole === table) return []
  const shown = new Set(table.fields.map(({ name }) => name))
  return whole.fields
    .filter(({ name }) => !shown.has(name))
    .flatMap(({ name, column = name }) => [name.toLowerCase(), column.toLowerCase()])
}

/** Whether a name stands in a text, and not as a part of a longer one. */
function holdsWord(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!isWordSign(text[at - 1]) && !isWordSign(text[at + name.length])) return true
  }
  return false
}

function isWordSign(sign: string | undefined): boolean {
  return sign !== undefined && /[\p{L}\p{N}_]/u.test(sign)
}
