import type { DatabaseAdapter, Records } from '../core/database/adapter.ts'
import type { Table } from '../core/database/schema.ts'
import { findByName } from '../core/names.ts'

/**
 * The adapter, telling when a write has made fields that the schema does not know yet, in tables that take such. A name is told of once:
 * one that the schema leaves out all the same is no reason to read it again and again.
 */
export function noticingNewFields(adapter: DatabaseAdapter, onNew: () => void): DatabaseAdapter {
  const told = new Set<string>()
  const newIn = ({ name, fieldByName, takesNewFields }: Table, values: readonly object[]): boolean => {
    if (!takesNewFields) return false
    let isNew = false
    for (const fields of values)
      for (const field of Object.keys(fields)) {
        const key = `${name}\u0000${field}`
        if (findByName(fieldByName, field) || told.has(key) || told.size >= MOST_TOLD) continue
        told.add(key)
        isNew = true
      }
    return isNew
  }
  const noticed = (records: Records, notice: () => void): Pick<Records, 'insert' | 'update'> => ({
    async insert(query, options) {
      const result = await records.insert(query, options)
      if (newIn(query.table, query.rows)) notice()
      return result
    },
    async update(query, options) {
      const result = await records.update(query, options)
      if (newIn(query.table, [query.set])) notice()
      return result
    },
  })
  return {
    ...adapter,
    ...noticed(adapter, onNew),
    async transaction(work, options) {
      let isNew = false
      const notice = () => {
        isNew = true
      }
      const result = await adapter.transaction(
        (records) => work({ ...records, ...noticed(records, notice) }),
        options,
      )
      if (isNew) onNew()
      return result
    },
  }
}

const MOST_TOLD = 10_000
