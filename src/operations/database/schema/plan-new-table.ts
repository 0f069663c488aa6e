import type { TableDefinition } from '../../../core/database/schema.ts'
import { AppError } from '../../../core/errors.ts'
import type { GivenField } from './given-field.ts'
import type { GivenTable } from './given-table.ts'
import { withMeantType } from './meant-type.ts'
import { newName } from './new-name.ts'
import { newField } from './planned-field.ts'
import { keysFor, type ReferenceScope, referenceTarget } from './reference-target.ts'
import { requireDistinct, type TablePlan } from './table-plan.ts'

/** A table that is not there yet. Throws `bad_request`. */
export function planNewTable(given: GivenTable, scope: ReferenceScope): TablePlan {
  const name = newName(given.name, 'table')
  const columns = (given.fields ?? []).filter(({ isVirtual }) => !isVirtual)
  if (columns.length === 0)
    throw new AppError('bad_request', 'No valid fields exist in the received table schema.')
  requireDistinct(columns)
  let table: TableDefinition = {
    name,
    isView: false,
    fields: [],
    primaryKey: [],
    uniqueKeys: [],
    foreignKeys: [],
  }
  for (const one of columns) table = withField(table, one, scope)
  if (table.fields.filter(({ autoIncrement }) => autoIncrement).length > 1 || hasLooseId(table))
    throw new AppError('bad_request', `Table '${name}' can have one field of the type id, as its only key.`)
  return { change: { kind: 'create_table', table }, result: table, loses: undefined }
}

function withField(table: TableDefinition, asked: GivenField, scope: ReferenceScope): TableDefinition {
  const given = withMeantType(asked, undefined, scope.context)
  const target = referenceTarget(given, table, scope)
  const made = newField(given, target?.field)
  const isKey = made.autoIncrement || (given.isPrimaryKey ?? false)
  const field = isKey ? { ...made, allowNull: false } : made
  return {
    ...table,
    fields: [...table.fields, field],
    primaryKey: isKey ? [...table.primaryKey, field.name] : table.primaryKey,
    uniqueKeys: given.isUnique ? [...table.uniqueKeys, [field.name]] : table.uniqueKeys,
    foreignKeys: [...table.foreignKeys, ...keysFor(table.name, field.name, given, target)],
    indexedFields: [...(table.indexedFields ?? []), ...(given.isIndex && !isKey ? [field.name] : [])],
  }
}

function hasLooseId({ fields, primaryKey }: TableDefinition): boolean {
  return primaryKey.length > 1 && fields.some(({ autoIncrement }) => autoIncrement)
}
