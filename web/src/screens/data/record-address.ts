import type { AnyRecord } from '../../api/wire.ts'
import { calledName, keyOf, type TableDescription } from '../../database/description.ts'

/** Below `/api/v2/`. */
export function tablePath(service: string, table: string): string {
  return `${encodeURIComponent(service)}/_table/${encodeURIComponent(table)}`
}

/** Names of the key's fields as records have them. */
export function keyNames(description: TableDescription): readonly string[] {
  const byName = new Map(description.field.map((field) => [field.name, calledName(field)]))
  return keyOf(description).map((name) => byName.get(name) ?? name)
}

/** A record's key as addresses write it; undefined where the table has none or the record does not show it. */
export function keyText(description: TableDescription, record: AnyRecord): string | undefined {
  const names = keyNames(description)
  const values = names.map((name) => record[name])
  if (names.length === 0 || values.some((value) => value === null || value === undefined)) return undefined
  return values.map(String).join(',')
}

/** Below `/api/v2/`. */
export function recordPath(service: string, description: TableDescription, key: string): string {
  return `${tablePath(service, calledName(description))}/${encodeURIComponent(key)}`
}
