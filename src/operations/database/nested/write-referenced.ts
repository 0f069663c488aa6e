import type { Table } from '../../../core/database/schema.ts'
import type { Row } from '../../../core/database/value.ts'
import { AppError } from '../../../core/errors.ts'
import type { InputRecord } from '../inputs.ts'
import { allOf } from '../plan-filter.ts'
import { type Key, whereKey } from '../plan-ids.ts'
import { recordNotFound } from '../read-by-ids.ts'
import { readRows } from '../read-rows.ts'
import type { Values } from '../record-values.ts'
import { inPlace } from './nested-error.ts'
import type { Nested } from './nested-record.ts'
import { mayDo, rightTo } from './nested-rights.ts'
import { hasMadeKey, isKeyOnly, keyOfRelated, tie } from './related-key.ts'
import type { WriteScope } from './write-scope.ts'

/** Whether there is something to write before the record itself. */
export function refersToNested(nested: readonly Nested[]): boolean {
  return nested.some(({ relation, items }) => relation.type === 'belongs_to' && items.length > 0)
}

/** Writes the records that a record belongs to, before it; gives the values by which it then refers to them. */
export async function writeReferenced(
  nested: readonly Nested[],
  table: Table,
  scope: WriteScope,
): Promise<Values> {
  let values: Values = {}
  for (const { relation, target, items } of nested) {
    const [item] = items
    if (relation.type !== 'belongs_to' || item === undefined) continue
    const place = { relation, target, index: 0 }
    const row = await inPlace(place, scope, () => writeOther(target, item, relation.refFields, scope))
    values = { ...values, ...tie(row, relation.refFields, table, relation.fields) }
  }
  return values
}

/**
 * Another record that is to be referred to: made when it has no key yet or there is none with its key, changed when it says
 * more than its key, else only found. Throws `not_found` for a key alone that the database would make.
 */
export async function writeOther(
  target: Table,
  item: InputRecord,
  returning: readonly string[],
  scope: WriteScope,
): Promise<Row> {
  const key = keyOfRelated(target, item, {})
  const insert = () =>
    scope.insert(
      { table: target, given: item, preset: {}, inside: rightTo('POST', target, scope.context), returning },
      scope,
    )
  if (key === undefined) return insert()
  const row = isKeyOnly(target, item)
    ? await find(target, key, returning, scope)
    : await scope.change({ table: target, key, given: item, preset: {}, returning }, scope)
  if (row) return row
  // A number alone that finds nothing is a mistake, not a new record of that number.
  if (isKeyOnly(target, item) && hasMadeKey(target)) throw notFound(key)
  return insertUnderKey(target, key, insert, scope)
}

/**
 * For a key that finds nothing. That there is a row the caller may not see is told no more than that there is none: without
 * the right to create, and where one is in the way, the record is not found.
 */
export async function insertUnderKey(
  target: Table,
  key: Key,
  insert: () => Promise<Row>,
  { context }: WriteScope,
): Promise<Row> {
  if (!mayDo('POST', target, context)) throw notFound(key)
  try {
    return await insert()
  } catch (error) {
    if (error instanceof AppError && error.code === 'conflict' && isAboutKey(error, target))
      throw notFound(key)
    throw error
  }
}

export function notFound(key: Key): AppError {
  return recordNotFound(key.map(String).join(','))
}

async function find(
  table: Table,
  key: Key,
  fields: readonly string[],
  { records, context }: WriteScope,
): Promise<Row | undefined> {
  const where = allOf(whereKey(table.primaryKey, key), rightTo('GET', table, context))
  const query = { table, fields, ...(where ? { where } : {}), limit: 1 }
  const [row] = await readRows(records, query, context.signal)
  return row
}

function isAboutKey({ context }: AppError, { primaryKey }: Table): boolean {
  const fields =
    typeof context === 'object' && context !== null && 'fields' in context ? context.fields : undefined
  return (
    Array.isArray(fields) && fields.length > 0 && fields.every((field) => primaryKey.includes(String(field)))
  )
}
