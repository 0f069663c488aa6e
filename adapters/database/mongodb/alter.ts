import type { CallOptions, SchemaChange } from '../../../src/core/database/adapter.ts'
import type { TableDefinition } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import type { Call, Calls } from './calls.ts'
import { describeCollection } from './catalogue.ts'
import { addField, changeTable } from './change-table.ts'
import { requireFieldName, requireNoForeignKeys, requireTableName } from './definition-rules.ts'
import { asDriverTakes, type NewIndex, plainIndex, uniqueIndex } from './indexes.ts'
import { forgetCounter } from './numbering.ts'
import { validatorOf } from './validator.ts'

/** Changes collections: their validators, their indexes and, where fields come or go, their documents. */
export function alterDatabase(calls: Calls, change: SchemaChange, options: CallOptions): Promise<void> {
  return calls.run(options, async (call) => {
    switch (change.kind) {
      case 'create_table':
        return createTable(change.table, call)
      case 'drop_table':
        await definitionOf(change.table, call)
        await call.db.dropCollection(change.table, call.options)
        return forgetCounter(change.table, call)
      case 'add_field':
        return addField(await definitionOf(change.table, call), change.field, call)
      case 'change_table':
        await definitionOf(change.table.name, call)
        return changeTable(change.table, change, call)
    }
  })
}

async function createTable(table: TableDefinition, call: Call): Promise<void> {
  const { name, fields, primaryKey, isView } = table
  if (isView) throw new AppError('not_supported', 'Views cannot be made here.')
  requireTableName(name)
  for (const field of fields) requireFieldName(field)
  requireNoForeignKeys(table.foreignKeys)
  if (await describeCollection(name, call)) throw new AppError('conflict', `Table '${name}' already exists.`)
  await call.db.createCollection(name, { ...call.options, validator: validatorOf(table) })
  try {
    const hasOwnKey = primaryKey.length > 0 && primaryKey.join() !== '_id'
    const indexes: NewIndex[] = [
      ...(hasOwnKey ? [{ ...plainIndex(primaryKey), unique: true } as const] : []),
      ...table.uniqueKeys.map((key) => uniqueIndex(key, table)),
      ...(table.indexedFields ?? []).map((field) => plainIndex([field])),
    ]
    if (indexes.length > 0)
      await call.collection(name).createIndexes(indexes.map(asDriverTakes), call.options)
  } catch (error) {
    await call.db.dropCollection(name, call.options)
    throw error
  }
}

/** Throws `not_found`. */
async function definitionOf(name: string, call: Call): Promise<TableDefinition> {
  const definition = await describeCollection(name, call)
  if (definition) return definition
  throw new AppError('not_found', `Table '${name}' does not exist in the database.`)
}
