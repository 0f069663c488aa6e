import type { Records } from '../../core/database/adapter.ts'
import type { Filter } from '../../core/database/query.ts'
import type { Table } from '../../core/database/schema.ts'
import type { Row } from '../../core/database/value.ts'
import type { OperationContext } from '../../core/operation.ts'
import { outside } from './contradicts.ts'
import { allOf } from './plan-filter.ts'
import { type Key, keyOf, rowKeyText, whereKeys } from './plan-ids.ts'
import { readRows } from './read-rows.ts'

/** A table and the fields by which its rows are known. */
interface Keyed {
  readonly table: Table
  readonly key: readonly string[]
}

/** Where rows are read and written, and for whom. */
export interface Place {
  readonly records: Records
  readonly context: OperationContext
}

/**
 * Fails the transaction unless every one of these rows satisfies the row filter: what a caller writes must stay inside
 * what the caller may write.
 */
export async function requireInside(
  {
    table,
    key,
    rows,
    inside,
  }: Keyed & { readonly rows: readonly Row[]; readonly inside: Filter | undefined },
  place: Place,
): Promise<void> {
  if (!inside || rows.length === 0) return
  const keys = rows.map((row) => keyFromRow({ table, key }, row))
  const there = await readKeys({ table, key }, keys, { fields: key, where: inside }, place)
  const found = new Set(there.map((row) => rowKeyText(key, row)))
  if (rows.some((row) => !found.has(rowKeyText(key, row)))) throw outside()
}

/** Keys in one statement: well below the parameter limit of every engine. */
const KEYS_AT_ONCE = 500

/** The rows that have these keys, as far as the filter finds them. */
export async function readKeys(
  { table, key }: Keyed,
  keys: readonly Key[],
  { fields, where }: { readonly fields: readonly string[]; readonly where: Filter | undefined },
  { records, context }: Place,
): Promise<Row[]> {
  const rows: Row[] = []
  for (let start = 0; start < keys.length; start += KEYS_AT_ONCE) {
    const some = keys.slice(start, start + KEYS_AT_ONCE)
    const both = allOf(whereKeys(key, some), where)
    const query = { table, fields, ...(both ? { where: both } : {}), limit: some.length }
    rows.push(...(await readRows(records, query, context.signal)))
  }
  return rows
}

export function keyFromRow({ table, key }: Keyed, row: Row): Key {
  const parts = Object.fromEntries(
    key
      .map((field) => [field, row[field]])
      .map(([field, part]) => [field, typeof part === 'number' ? part : String(part)]),
  )
  return keyOf(table, key, parts)
}
