import type { Field, Table } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import type { StatementText } from './connection.ts'

/** What failed, as far as it is known; without it the messages name no field. */
export type Subject = Pick<StatementText, 'verb' | 'table' | 'written'> & {
  /** Fields of the unique key that clashed. */
  readonly clashing?: readonly string[]
}

/** The text of a failure, in which alone the column or constraint stands, as an error. */
export type Explain = (message: string, subject: Subject | undefined, cause: unknown) => AppError | undefined

/** Whose rule is broken, and what the engine said of it. */
interface Of {
  readonly table: Table | undefined
  readonly cause: unknown
}

/** These are in the same words whatever the engine; where it tells no fields, the words name none. */
export function alreadyThere(fields: readonly string[], of: Of): AppError {
  const text =
    fields.length > 0
      ? `A record with this ${fields.join(' and ')} already exists.`
      : 'A record with these values already exists.'
  return conflict(text, fields, of)
}

/** The same of engines that are asked which key it was. */
export function keyTaken(_message: string, subject: Subject | undefined, cause: unknown): AppError {
  return alreadyThere(subject?.clashing ?? [], { table: subject?.table, cause })
}

export function notAllowed(fields: readonly string[], of: Of): AppError {
  const text =
    fields.length > 0
      ? `The value of ${fields.join(' and ')} is not allowed.`
      : 'A value is not allowed by a rule of the table.'
  return conflict(text, fields, of)
}

export function parentMissing(fields: readonly string[], of: Of): AppError {
  const text =
    fields.length > 0
      ? `The record that ${fields.join(' or ')} refers to does not exist.`
      : 'A record that is referred to does not exist.'
  return conflict(text, fields, of)
}

export function childrenExist({ table, cause }: Of): AppError {
  return new AppError('conflict', 'Other records refer to this record.', {
    hint: 'Change or delete the records that refer to it first.',
    context: { table: table?.name ?? null, fields: table?.primaryKey ?? [] },
    cause,
  })
}

/** Fields of foreign keys that are written: where an engine names no key, it is one of theirs. */
export function writtenReferences(subject: Subject | undefined): readonly string[] {
  const fields = new Set(subject?.table?.foreignKeys.flatMap((key) => key.fields))
  return subject?.written.filter((field) => fields.has(field)) ?? []
}

/** A change that is not one of records. */
export function foreignKeyForbids(cause: unknown): AppError {
  return new AppError('conflict', 'A foreign key does not allow this change.', { cause })
}

export function mustNotBeNull(field: string | undefined, { table, cause }: Of): AppError {
  const text = field === undefined ? 'A required field is missing.' : `Field '${field}' must not be null.`
  return new AppError('bad_request', text, {
    context: { table: table?.name ?? null, field: field ?? null },
    cause,
  })
}

/** How a value does not fit its field. */
export type Misfit = 'is too long' | 'is out of range' | 'does not fit its type'

export function wrongValue(field: Field | undefined, what: Misfit, { table, cause }: Of): AppError {
  const text = field
    ? `The value of field '${field.name}' ${what} (${field.dbType}).`
    : `A value ${what.replace('its type', 'the type of its field')}.`
  return new AppError('bad_request', text, {
    context: { table: table?.name ?? null, field: field?.name ?? null },
    cause,
  })
}

export function conflict(text: string, fields: readonly string[], { table, cause }: Of): AppError {
  return new AppError('conflict', text, { context: { table: table?.name ?? null, fields }, cause })
}
