import type { Records } from '../../core/database/adapter.ts'
import type { Filter } from '../../core/database/query.ts'
import { valueClassOf } from '../../core/database/schema.ts'
import type { Json, Row, Value } from '../../core/database/value.ts'
import type { AccessPolicy } from '../../core/policy.ts'
import { now } from '../records.ts'
import type { Given } from '../system-resource.ts'
import type { WriteContext, WriteOptions, WriteTools } from '../write-context.ts'
import { endSessions } from './end-sessions.ts'
import { requireRoleRight, requireUnbound } from './role-right.ts'
import { isBound } from './system-policy.ts'
import type { View, Views } from './views.ts'

/** What writing needs besides the record, inside one transaction. */
export interface WriteScope {
  readonly views: Views
  readonly tools: WriteTools
  readonly options: WriteOptions
  readonly userId: number | undefined
  /** Of the caller, over views. */
  readonly policy: AccessPolicy
  /** May touch records of any parent. */
  readonly isAdmin: boolean
  /** Stored rows. */
  readonly records: Records
  readonly signal: AbortSignal
}

export function contextOf(scope: WriteScope, stored: Row | undefined): WriteContext {
  const { tools, options, userId, policy, signal } = scope
  const rows = (table: string, where: Filter) => rowsOfTable(table, where, scope)
  const right = {
    isBound: isBound(policy),
    requireRoleRight: (roles: readonly unknown[]) => requireRoleRight(roles, policy),
    requireUnbound: () => requireUnbound(policy),
  }
  const end = (userIds: readonly unknown[]) => endSessions(userIds, scope)
  return { tools, options, userId, signal, stored, rows, endSessions: end, ...right }
}

/** Rows of a view with all stored columns. */
export async function storedRows(
  { stored, own }: View,
  filter: Filter,
  { records, signal }: Pick<WriteScope, 'records' | 'signal'>,
  limit = 2,
): Promise<readonly Row[]> {
  const where: Filter = own ? { op: 'and', all: [filter, own] } : filter
  const fields = stored.fields.map(({ name }) => name)
  const result = await records.select({ table: stored, fields, where, limit, as: 'rows' }, { signal })
  return 'rows' in result ? result.rows : []
}

/** Rows of a table, whatever resource they belong to; none where there is no such table. */
export async function rowsOfTable(
  table: string,
  where: Filter,
  scope: Pick<WriteScope, 'records' | 'signal' | 'views'>,
  limit = MOST_ROWS,
): Promise<readonly Row[]> {
  const view = scope.views.list().find(({ stored }) => stored.name === table)
  return view ? await storedRows({ ...view, own: undefined }, where, scope, limit) : []
}

const MOST_ROWS = 1_000

export async function storedById(view: View, id: number, scope: WriteScope): Promise<Row | undefined> {
  const [row] = await storedRows(view, { op: '=', field: 'id', value: id }, scope)
  return row
}

/** The new row's id. */
export async function insertRow(
  { stored, resource }: View,
  columns: Given,
  scope: WriteScope,
): Promise<number> {
  const stamps = { created_date: now(), last_modified_date: now(), created_by_id: scope.userId ?? null }
  const all = { ...columns, ...resource.fixed, ...(isStamped(stored) ? stamps : {}) }
  const { rows } = await scope.records.insert(
    { table: stored, rows: [valuesOf(stored, all)], returning: ['id'] },
    { signal: scope.signal },
  )
  return Number(rows[0]?.id)
}

export async function updateRow(
  { stored }: View,
  id: number,
  columns: Given,
  scope: WriteScope,
): Promise<void> {
  const stamps = { last_modified_date: now(), last_modified_by_id: scope.userId ?? null }
  const set = valuesOf(stored, { ...columns, ...(isStamped(stored) ? stamps : {}) })
  const where: Filter = { op: '=', field: 'id', value: id }
  await scope.records.update({ table: stored, set, where, returning: [] }, { signal: scope.signal })
}

export async function deleteRow({ stored }: View, id: number, scope: WriteScope): Promise<void> {
  const where: Filter = { op: '=', field: 'id', value: id }
  await scope.records.delete({ table: stored, where, returning: [] }, { signal: scope.signal })
}

function isStamped({ fieldByName }: View['stored']): boolean {
  return fieldByName.has('created_date')
}

function valuesOf(table: View['stored'], columns: Given): Record<string, Value> {
  const entries = Object.entries(columns).map(
    ([name, value]) => [name, storedValue(table, name, value)] as const,
  )
  return Object.fromEntries(entries)
}

function storedValue(table: View['stored'], name: string, value: Json): Value {
  const type = table.fieldByName.get(name.toLowerCase())?.type ?? 'text'
  if (value === null) return null
  if (valueClassOf(type) === 'json') return { json: value }
  return typeof value === 'object' ? JSON.stringify(value) : value
}
