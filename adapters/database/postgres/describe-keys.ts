import type { ForeignKey, TableDefinition } from '../../../src/core/database/schema.ts'
import type { CheckRow, ForeignKeyRow, IndexRow } from './catalogue-rows.ts'

/** Names of columns by their positions; undefined when one of them is not shown. */
export type NamesAt = (table: number, positions: readonly number[]) => readonly string[] | undefined

type Keys = Pick<TableDefinition, 'primaryKey' | 'uniqueKeys' | 'indexedFields'>

/** Unique keys are those that hold for every row: an index on an expression or a part of the rows is none. */
export function keysOf(indexes: readonly IndexRow[], namesAt: NamesAt): Keys {
  let primaryKey: readonly string[] = []
  const uniqueKeys: (readonly string[])[] = []
  const indexedFields = new Set<string>()
  for (const [table, isPrimary, isUnique, isPartial, positions] of indexes) {
    const names = isPartial ? undefined : namesAt(table, positions)
    if (isPrimary) primaryKey = names ?? []
    else if (isUnique) uniqueKeys.push(...(names ? [names] : []))
    else if (!isPartial)
      for (const name of namesAt(table, positions.slice(0, 1)) ?? []) indexedFields.add(name)
  }
  return { primaryKey, uniqueKeys, indexedFields: [...indexedFields] }
}

/** A key that points at a table which is not shown is left out. */
export function foreignKeysOf(
  rows: readonly ForeignKeyRow[],
  namesAt: NamesAt,
  tableNames: ReadonlyMap<number, string>,
): ForeignKey[] {
  return rows.flatMap(([table, name, keys, ref, refKeys, onUpdate, onDelete]) => {
    const fields = namesAt(table, keys)
    const refTable = tableNames.get(ref)
    const refFields = namesAt(ref, refKeys)
    if (!fields || refTable === undefined || !refFields) return []
    return [{ name, fields, refTable, refFields, onUpdate: ruleOf(onUpdate), onDelete: ruleOf(onDelete) }]
  })
}

export function checksOf(
  rows: readonly CheckRow[],
  namesAt: NamesAt,
): { name: string; fields: readonly string[] }[] {
  return rows.map(([table, name, keys]) => ({
    name,
    fields: namesAt(table, keys?.toSorted((a, b) => a - b) ?? []) ?? [],
  }))
}

/** pg_constraint.confupdtype */
const RULES: ReadonlyMap<string, string> = new Map([
  ['r', 'RESTRICT'],
  ['c', 'CASCADE'],
  ['n', 'SET NULL'],
  ['d', 'SET DEFAULT'],
])

function ruleOf(letter: string): string {
  return RULES.get(letter) ?? 'NO ACTION'
}
