import type { ForeignKey } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { keyOf, type StoredRow } from './cell.ts'
import { type Database, findTable, type StoredTable, withTable } from './tables.ts'

/** What becomes of stored rows: a new row in place of the old one, or null when it goes. */
export type RowChanges = ReadonlyMap<StoredRow, StoredRow | null>

/** Changes rows and lets the change run on along foreign keys (CASCADE, SET NULL). Checks nothing. */
export function changeRows(database: Database, name: string, changes: RowChanges): Database {
  const table = findTable(database, name)
  const rows = table.rows.flatMap((row) => {
    const changed = changes.has(row) ? changes.get(row) : row
    return changed ? [changed] : []
  })
  let result = withTable(database, { ...table, rows })
  for (const { child, key } of referencesTo(database, table)) {
    const consequences = followChanges(findTable(result, child), key, refFields(key, table), changes)
    if (consequences.size > 0) result = changeRows(result, child, consequences)
  }
  return result
}

/** Throws what the first broken rule of a changed table says: `bad_request` for a null, else `conflict`. */
export function checkConstraints(before: Database, after: Database): void {
  for (const [name, table] of after) {
    if (before.get(name) === table) continue
    checkNotNull(table)
    checkUnique(table)
    for (const key of table.definition.foreignKeys) checkForeignKey(after, table, key)
    for (const { child, key } of referencesTo(after, table))
      checkForeignKey(after, findTable(after, child), key)
  }
}

function referencesTo(database: Database, { definition }: StoredTable) {
  const name = definition.name.toLowerCase()
  return [...database.values()].flatMap((table) =>
    table.definition.foreignKeys
      .filter((key) => key.refTable.toLowerCase() === name)
      .map((key) => ({ child: table.definition.name, key })),
  )
}

/** The rows of a referring table that follow when the rows they refer to go or get another key. */
function followChanges(
  child: StoredTable,
  key: ForeignKey,
  target: readonly string[],
  changes: RowChanges,
): RowChanges {
  const moved = new Map<string, StoredRow | null>()
  for (const [old, now] of changes) {
    if (now === null || keyOf(old, target) !== keyOf(now, target)) moved.set(keyOf(old, target), now)
  }
  const consequences = new Map<StoredRow, StoredRow | null>()
  for (const row of child.rows) {
    const now = moved.get(keyOf(row, key.fields))
    if (now === undefined || hasNull(row, key.fields)) continue
    const rule = now === null ? key.onDelete : key.onUpdate
    if (rule === 'CASCADE' && now === null) consequences.set(row, null)
    else if (rule === 'CASCADE')
      consequences.set(
        row,
        assign(row, key.fields, (n) => now?.[target[n] ?? ''] ?? null),
      )
    else if (rule === 'SET NULL')
      consequences.set(
        row,
        assign(row, key.fields, () => null),
      )
  }
  return consequences
}

function assign(
  row: StoredRow,
  fields: readonly string[],
  cellAt: (n: number) => StoredRow[string],
): StoredRow {
  return { ...row, ...Object.fromEntries(fields.map((field, n) => [field, cellAt(n)])) }
}

function checkNotNull({ definition, rows }: StoredTable): void {
  const required = definition.fields.filter(
    (field) => !field.allowNull || definition.primaryKey.includes(field.name),
  )
  for (const { name } of required) {
    if (rows.some((row) => hasNull(row, [name]))) {
      throw new AppError('bad_request', `Field '${name}' must not be null.`, {
        context: { table: definition.name, field: name },
      })
    }
  }
}

/** A key with a null in it clashes with nothing. */
function checkUnique({ definition, rows }: StoredTable): void {
  for (const fields of [definition.primaryKey, ...definition.uniqueKeys]) {
    if (fields.length === 0) continue
    const keys = rows.filter((row) => !hasNull(row, fields)).map((row) => keyOf(row, fields))
    if (new Set(keys).size < keys.length) {
      throw new AppError(
        'conflict',
        `A record with the same ${fields.join(', ')} exists in '${definition.name}'.`,
        {
          context: { table: definition.name, fields },
        },
      )
    }
  }
}

/** A key with a null in it refers to nothing. */
function checkForeignKey(database: Database, table: StoredTable, key: ForeignKey): void {
  const target = database.get(key.refTable.toLowerCase())
  const present = new Set(target?.rows.map((row) => keyOf(row, refFields(key, target))))
  const isDangling = (row: StoredRow) => !hasNull(row, key.fields) && !present.has(keyOf(row, key.fields))
  if (!table.rows.some(isDangling)) return
  const message = `'${table.definition.name}' would refer by ${key.fields.join(', ')} to a missing record of '${key.refTable}'.`
  throw new AppError('conflict', message, {
    context: { table: table.definition.name, fields: key.fields },
  })
}

function refFields(key: ForeignKey, target: StoredTable): readonly string[] {
  return key.refFields.length > 0 ? key.refFields : target.definition.primaryKey
}

function hasNull(row: StoredRow, fields: readonly string[]): boolean {
  return fields.some((field) => (row[field] ?? null) === null)
}
