import { hash } from 'node:crypto'
import type { Records } from '../../core/database/adapter.ts'
import type { Filter } from '../../core/database/query.ts'
import type { Field, Table } from '../../core/database/schema.ts'
import type { Row, Value } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'
import type { RecordId } from './inputs.ts'
import { planFields } from './plan-fields.ts'
import { allOf, rowFilter } from './plan-filter.ts'
import { recordNotFound } from './read-by-ids.ts'
import { readRows } from './read-rows.ts'
import { tableResource } from './table-access.ts'
import { valueOfType } from './values.ts'
import { isExact, versionOf } from './version-field.ts'
import { readFilter } from './write-keys.ts'

/**
 * What changes with a record, in quotes (RFC 9110 §8.8.3): its version, where the table has a field for that which the caller sees,
 * else a digest of all its fields. Moments may be the same before and after a change, so they come with the digest.
 */
export function recordTag(table: Table, row: Row): string {
  const text = JSON.stringify(row)
  const version = versionOf(table)
  const value = version && row[version.name]
  if (!version || value === undefined || value === null) return tagOfText(text)
  const told = Buffer.from(JSON.stringify(value)).toString('base64url')
  if (told.length > LONGEST_VERSION) return tagOfText(text)
  return isExact(version) ? `"v.${told}"` : `"v.${told}.${tagOfText(text).slice(1)}`
}

/** The same from the text that `JSON.stringify` makes of the row. */
export function tagOfText(text: string): string {
  return `"${hash('sha256', text, 'base64url').slice(0, TAG_LENGTH)}"`
}

/** In characters of the tag; a longer version is in the digest. */
const LONGEST_VERSION = 200
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
 * What the write of one record must find besides, so that it changes nothing that was changed since the caller read it: its version,
 * in the statement itself. Where the table has none, or more than that statement is to be written (`isAlone` false), the record is
 * locked and compared, as by `requireUnchanged`, and undefined is all that is left to find. Throws as that does.
 */
export async function unchanged(
  wanted: Wanted & { readonly isAlone: boolean },
  records: Records,
  context: OperationContext,
): Promise<Filter | undefined> {
  const { table, tags, isAlone } = wanted
  const version = versionOf(table)
  const values = version ? tags.flatMap((tag) => versionIn(tag, version) ?? []) : []
  const found: Filter | undefined =
    version && values.length > 0 ? { op: 'in', field: version.name, values } : undefined
  if (found && version && isExact(version) && isAlone) return allOf(found, readFilter(table, context))
  await requireUnchanged(wanted, records, context)
  // Whoever could change a record that is not locked is kept off by the statement.
  const isLocked = context.service.adapter.capabilities.has('transactions')
  return isLocked || tags.includes(ANY_TAG) ? undefined : found
}

/** The version of a tag, as a value of its field; undefined for another kind of tag. */
function versionIn(tag: string, { type }: Field): Exclude<Value, null> | undefined {
  const told = /^"v\.([\w-]+)(?:\.[\w-]+)?"$/.exec(tag)?.[1]
  if (told === undefined) return undefined
  try {
    return valueOfType(type, JSON.parse(Buffer.from(told, 'base64url').toString())) ?? undefined
  } catch {
    return undefined
  }
}

/** Why a write that looked for an unchanged record found none: it has changed, or there is none. */
export async function notUnchanged(
  { table, id, where }: Pick<Wanted, 'table' | 'id' | 'where'>,
  records: Records,
  context: OperationContext,
): Promise<AppError> {
  const isChanged = await isThere({ table, where }, records, context)
  return isChanged || context.service.settings.allowUpsert ? changed() : recordNotFound(id)
}

/**
 * Locks the record and fails unless it is as the caller last read it. Comparing is reading: without the right to read this is
 * refused, and a record that the caller may not read is never the same. Throws `precondition_failed`, `not_found`.
 */
async function requireUnchanged(
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
  if (row && (isAny || tags.includes(recordTag(table, row)))) return
  throw row ? changed() : await notUnchanged({ table, id, where }, records, context)
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
  return row && !another ? recordTag(table, row) : undefined
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
