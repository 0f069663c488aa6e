import { isDeepStrictEqual } from 'node:util'
import type { Records } from '../../core/database/adapter.ts'
import type { Filter } from '../../core/database/query.ts'
import type { Row, Value } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { now, rowsOf, tableNamed } from '../records.ts'
import type { SystemResource } from '../system-resource.ts'

type Values = { readonly [column: string]: Value }

/** Writes one system table inside a transaction, and reads it as that transaction sees it. */
export interface TableWriter {
  rows(): Promise<readonly Row[]>
  /** The new row's id. */
  insert(values: Values): Promise<number>
  /** Writes only when a value differs. */
  update(row: Row, values: Values): Promise<void>
  deleteWhere(where: Filter): Promise<void>
}

export function createTableWriter(
  { table: definition }: SystemResource,
  records: Records,
  { signal }: { readonly signal: AbortSignal },
): TableWriter {
  const table = tableNamed(definition)
  let cached: Promise<readonly Row[]> | undefined
  const isStamped = table.fieldByName.has('created_date')
  const written = () => {
    cached = undefined
  }
  return {
    rows() {
      cached ??= rowsOf(records, table, signal)
      return cached
    },
    async insert(values) {
      const stamps = isStamped ? { created_date: now(), last_modified_date: now() } : {}
      const row = { ...values, ...stamps }
      const { rows } = await records.insert({ table, rows: [row], returning: ['id'] }, { signal })
      written()
      return idOf(rows[0])
    },
    async update(row, values) {
      if (Object.entries(values).every(([column, value]) => isSame(row[column], value))) return
      const set = { ...values, ...(isStamped && { last_modified_date: now() }) }
      const where: Filter = { op: '=', field: 'id', value: idOf(row) }
      await records.update({ table, set, where, returning: [] }, { signal })
      written()
    },
    async deleteWhere(where) {
      const { affected } = await records.delete({ table, where, returning: [] }, { signal })
      if (affected > 0) written()
    },
  }
}

export function idOf(row: Row | undefined): number {
  const id = row?.id
  if (typeof id === 'number') return id
  throw new AppError('internal', 'A system record has no id.')
}

/** The row with that name, case ignored. */
export function namedIn(rows: readonly Row[], column: string, name: string): Row | undefined {
  return rows.find((row) => isNamed(row, name, column))
}

export function isNamed(row: Row, name: string, column = 'name'): boolean {
  return String(row[column]).toLowerCase() === name.toLowerCase()
}

function isSame(stored: unknown, value: Value): boolean {
  const plain = typeof value === 'object' && value !== null && 'json' in value ? value.json : value
  return isDeepStrictEqual(stored ?? null, plain)
}

/** Without what was not given. */
export function present(values: { readonly [column: string]: Value | undefined }): Values {
  return Object.fromEntries(
    Object.entries(values).flatMap(([column, value]) => (value === undefined ? [] : [[column, value]])),
  )
}
