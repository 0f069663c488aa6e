import { hash } from 'node:crypto'
import type { Records } from '../../core/database/adapter.ts'
import type { Filter } from '../../core/database/query.ts'
import type { Table } from '../../core/database/schema.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'
import type { RecordId } from './inputs.ts'
import { planFields } from './plan-fields.ts'
import { allOf, rowFilter } from './plan-filter.ts'
import { recordNotFound } from './read-by-ids.ts'
import { readRows } from './read-rows.ts'
import { tableResource } from './table-access.ts'
import { readFilter } from './write-keys.ts'

/** What changes with a record: a strong validator of all its fields, in quotes (RFC 9110 §8.8.3). */
export function recordTag(row: Row): string {
  return tagOfText(JSON.stringify(row))
}

/** The same from the text that `JSON.stringify` makes of the row. */
export function tagOfText(text: string): string {
  return `"${hash('sha256', text, 'base64url').slice(0, TAG_LENGTH)}"`
}

/** 162 bits. */
const TAG_LENGTH = 27
/** Any record, as long as it is there. */
const ANY_TAG = '*'

interface Wanted {
  readonly table: Table
  readonly id: RecordId
  /** The one record, among those the caller may write. */
  readonly where: Filter
  readonly tags: readonly string[]
}

/**
 * Locks the record and fails unless it is as the caller last read it. Comparing is reading: without the right to read this is
 * refused, and a record that the caller may not read is never the same. Throws `precondition_failed`, `not_found`.
 */
export async function requireUnchanged(
  { table, id, where, tags }: Wanted,
  records: Records,
  context: OperationContext,
): Promise<void> {
  const isAny = tags.includes(ANY_TAG)
  const visible = isAny ? undefined : readFilter(table, context)
  const fields = isAny ? table.primaryKey : planFields(table, undefined)
  const locked = table.isView ? {} : { locked: true as const }
  const seen = allOf(where, visible) ?? where
  const [row] = await readRows(records, { table, fields, where: seen, limit: 1, ...locked }, context.signal)
  if (row && (isAny || tags.includes(recordTag(row)))) return
  if (row || (await isThere({ table, where }, records, context)) || context.service.settings.allowUpsert)
    throw changed()
  throw recordNotFound(id)
}

/** The tag of a record in the transaction that wrote it; undefined for who may not read it. */
export async function tagNow(
  { table, where }: Pick<Wanted, 'table' | 'where'>,
  records: Records,
  { caller, service, signal }: OperationContext,
): Promise<string | undefined> {
  const access = caller.policy.decide(service.info.name, tableResource('_table', table.name), 'GET')
  if (!access.allowed) return undefined
  const seen = allOf(where, rowFilter(table, access)) ?? where
  const query = { table, fields: planFields(table, undefined), where: seen, limit: 2 }
  const [row, another] = await readRows(records, query, signal)
  return row && !another ? recordTag(row) : undefined
}

async function isThere(
  { table, where }: Pick<Wanted, 'table' | 'where'>,
  records: Records,
  { signal }: OperationContext,
): Promise<boolean> {
  return (await readRows(records, { table, fields: table.primaryKey, where, limit: 1 }, signal)).length > 0
}

function changed(): AppError {
  return new AppError('precondition_failed', 'The record is not as it was when you read it.', {
    hint: 'Read it again, and repeat the change with its new ETag.',
  })
}
