import { type Field, type Table, type ValueClass, valueClassOf } from '../../core/database/schema.ts'
import { findByName } from '../../core/names.ts'
import { wholeOf } from '../field-view/narrow-table.ts'

/** The types by which two versions of a record are told apart, and whether every change makes another value. */
const VERSIONS: Partial<Readonly<Record<ValueClass, 'exact' | 'coarse'>>> = {
  integer: 'exact',
  binary: 'exact',
  // Collations take different texts for the same.
  text: 'coarse',
  // Two changes within one tick of the clock have the same moment.
  timestamp: 'coarse',
}

/** Whether a field can tell versions apart: a column of such a type that nothing else is shown in place of. */
export function canBeVersion({ type, isVirtual, functions }: Field): boolean {
  return !isVirtual && (functions ?? []).length === 0 && VERSIONS[valueClassOf(type)] !== undefined
}

/** The version field of a table, for who may see it. */
export function versionOf(table: Table): Field | undefined {
  if (table.versionField === undefined) return undefined
  const field = findByName(table.fieldByName, table.versionField)
  return field && canBeVersion(field) ? field : undefined
}

/** Whether equal versions alone say that nothing was changed. */
export function isExact({ type }: Field): boolean {
  return type === 'uuid' || VERSIONS[valueClassOf(type)] === 'exact'
}

/** The version that the server itself raises with each change of a row, whoever makes it: a whole number that the database does not make. */
export function countedVersion(table: Table): Field | undefined {
  const whole = wholeOf(table)
  if (whole.versionField === undefined) return undefined
  const field = versionOf(whole)
  return field && valueClassOf(field.type) === 'integer' && !field.isGenerated ? field : undefined
}

/** What an update of the table has besides what it sets. */
export function raising(table: Table): { readonly raises?: string } {
  const counted = countedVersion(table)
  return counted ? { raises: counted.name } : {}
}
