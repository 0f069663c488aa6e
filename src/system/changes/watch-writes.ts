import type { Records } from '../../core/database/adapter.ts'
import type { Filter } from '../../core/database/query.ts'
import type { Table } from '../../core/database/schema.ts'
import type { Row } from '../../core/database/value.ts'
import { callSignal, selectRows } from '../records.ts'
import type { ChangedRecords } from './change-log.ts'

/** The records of one transaction, and what was written through them. */
export interface WatchedRecords extends Records {
  /** Undefined: nothing at all. Ids are given of the watched tables alone. */
  changed(): ChangedRecords | undefined
}

/** More than this in one table are not named. */
const MOST_IDS = 500

/**
 * Whoever writes need not tell what: the ids are found here, also of records that the database itself changes because they
 * belong or refer to a deleted one.
 */
export function watchWrites(records: Records, watched: readonly Table[]): WatchedRecords {
  const changed = new Map<string, Set<number>>()
  let isWritten = false
  let isTooMuch = false
  const add = (table: Table, ids: readonly number[]) => {
    const all = changed.get(table.name) ?? new Set()
    for (const id of ids) all.add(id)
    changed.set(table.name, all)
    isTooMuch ||= all.size > MOST_IDS
  }
  const isWatched = ({ name }: Table) => watched.some((table) => table.name === name)
  const deleted = async (table: Table, ids: readonly number[]): Promise<void> => {
    add(table, ids)
    if (isTooMuch || ids.length === 0) return
    for (const { child, field, goesToo } of childrenOf(table, watched)) {
      const found = await idsWhere(records, child, { op: 'in', field, values: ids })
      if (goesToo) await deleted(child, found)
      else add(child, found)
    }
  }
  return {
    select: (query, options) => records.select(query, options),
    async insert(query, options) {
      isWritten = true
      if (!isWatched(query.table)) return await records.insert(query, options)
      const returning = [...new Set([...query.returning, 'id'])]
      const result = await records.insert({ ...query, returning }, options)
      add(query.table, result.rows.map(idOf))
      return result
    },
    async update(query, options) {
      isWritten = true
      if (isWatched(query.table)) add(query.table, await idsWhere(records, query.table, query.where))
      return await records.update(query, options)
    },
    async delete(query, options) {
      isWritten = true
      const where: Filter = query.where ?? { op: 'and', all: [] }
      if (isWatched(query.table)) await deleted(query.table, await idsWhere(records, query.table, where))
      return await records.delete(query, options)
    },
    changed: () => (!isWritten ? undefined : isTooMuch ? null : changed),
  }
}

interface Child {
  readonly child: Table
  readonly field: string
  /** Deleted with what it belongs to; else its field is set to null. */
  readonly goesToo: boolean
}

function childrenOf({ name }: Table, watched: readonly Table[]): Child[] {
  return watched.flatMap((child) =>
    child.foreignKeys.flatMap(({ refTable, fields: [field], onDelete }) =>
      refTable === name && field !== undefined ? [{ child, field, goesToo: onDelete === 'CASCADE' }] : [],
    ),
  )
}

/** One more than are named, at most. */
async function idsWhere(records: Records, table: Table, where: Filter): Promise<readonly number[]> {
  if (where.op === '=' && where.field === 'id' && typeof where.value === 'number') return [where.value]
  const rows = await selectRows(records, { table, fields: ['id'], where, limit: MOST_IDS + 1 }, callSignal())
  return rows.map(idOf)
}

function idOf({ id }: Row): number {
  return Number(id)
}
