import type { Relation, Table } from '../core/database/schema.ts'
import { findByName } from '../core/names.ts'
import { relationNamed } from '../operations/database/relations.ts'
import { wholeOf } from '../operations/field-view/narrow-table.ts'

/**
 * True for a name that leads to what the caller may not know: a column that their table does not have and the database's has, a relation to
 * such a table. `tables` are those of the caller; a name that nothing has is none.
 */
export function leadsToHidden(
  name: string,
  table: Table,
  isSeen: (table: string) => Table | undefined,
): boolean {
  const whole = wholeOf(table)
  if (hasField(table, name)) return false
  if (hasField(whole, name)) return true
  const [, first = name, rest] = /^([^.]*)\.(.*)$/.exec(name) ?? []
  const relation = relationNamed(whole.relations, first) ?? referenceOf(whole, first)
  if (!relation || relation.refService !== undefined) return false
  const target = isSeen(relation.refTable)
  if (!target || (relation.junction && !isSeen(relation.junction.table))) return true
  if (!table.relations.some(({ name }) => name === relation.name)) return true
  return rest !== undefined && leadsToHidden(rest, target, isSeen)
}

function hasField({ fieldByName, aggregates = [] }: Table, name: string): boolean {
  return (
    findByName(fieldByName, name.trim()) !== undefined ||
    aggregates.some((one) => one.name.toLowerCase() === name.trim().toLowerCase())
  )
}

/** `customer` of `customer_id`, or of the table `customer` (relation-in-filter.ts). */
function referenceOf({ relations }: Table, name: string): Relation | undefined {
  const wanted = name.trim().toLowerCase()
  return (
    relations.find(({ fields }) => fields.length === 1 && fields[0]?.toLowerCase() === `${wanted}_id`) ??
    relations.find(({ refTable }) => refTable.toLowerCase() === wanted)
  )
}
