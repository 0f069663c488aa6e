import type { TableChange } from '../../../src/core/database/adapter.ts'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import type { Field, Table, TableDefinition } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import type { Call } from './calls.ts'
import { storedTypes } from './column-type.ts'
import { convertedValues } from './converted-values.ts'
import { requireFieldName, requireNoForeignKeys } from './definition-rules.ts'
import { asDriverTakes, indexesIn, type NewIndex, plainIndex, uniqueIndex } from './indexes.ts'
import { newDocument } from './new-document.ts'
import { changedValidator, fillDefault, readValidator, setValidator } from './stored-validator.ts'

/**
 * Changes a collection. What can be refused comes first, so that a refusal leaves everything as it was; the database has no
 * transactions for such changes.
 */
export async function changeTable(was: TableDefinition, change: TableChange, call: Call): Promise<void> {
  requireNoForeignKeys(change.addForeignKeys)
  for (const field of change.add) requireNew(was, field)
  for (const field of change.change) await requireChangeable(was, field, call)
  for (const name of change.drop) requireDroppable(was, name)
  const now = tableAfter(was, change)
  const converted = await convertedValues(was, change.change, now, call)
  const made = await addIndexes(now, change, call)
  try {
    const validator = await readValidator(was.name, call)
    await setValidator(
      was.name,
      changedValidator(validator, { put: [...change.change, ...change.add], drop: change.drop }),
      call,
    )
  } catch (error) {
    for (const { name } of made) await call.collection(was.name).dropIndex(name, call.options)
    throw error
  }
  await converted.write()
  for (const field of change.add) await fillNew(now, field, call)
  await dropIndexes(was, change, call)
  if (change.drop.length > 0)
    await call
      .collection(was.name)
      .updateMany({}, { $unset: Object.fromEntries(change.drop.map((name) => [name, ''])) }, call.options)
}

/** One field more. Its name is not taken. */
export async function addField(was: TableDefinition, field: Field, call: Call): Promise<void> {
  await changeTable(was, { ...NOTHING, add: [field] }, call)
}

const NOTHING: TableChange = {
  add: [],
  change: [],
  drop: [],
  addForeignKeys: [],
  dropForeignKeys: [],
  addUniqueKeys: [],
  addIndexes: [],
}

function tableAfter(was: TableDefinition, { add, change, drop }: TableChange): Table {
  const typed = (field: Field): Field => ({
    ...field,
    dbType: field.dbType || storedTypes(field.type).join('|'),
  })
  const kept = was.fields
    .filter(({ name }) => !drop.includes(name))
    .map((field) => change.find(({ name }) => name === field.name) ?? field)
  const [table] = buildSchema([{ ...was, fields: [...kept, ...add].map(typed) }]).tables
  if (table) return table
  throw new AppError('internal', 'A table without a definition was changed.')
}

function requireNew({ fields }: TableDefinition, field: Field): void {
  requireFieldName(field)
  if (fields.some(({ name }) => name === field.name))
    throw new AppError('conflict', `Field '${field.name}' already exists.`)
  if (!field.allowNull && field.default === undefined && !field.autoIncrement)
    throw new AppError('bad_request', `Field '${field.name}' needs a default.`, {
      context: { field: field.name },
    })
}

async function requireChangeable(
  { name: table, fields }: TableDefinition,
  field: Field,
  call: Call,
): Promise<void> {
  const was = fields.find(({ name }) => name === field.name)
  if (!was) throw new AppError('not_found', `Field '${field.name}' is not in table '${table}'.`)
  if (was.autoIncrement !== field.autoIncrement)
    throw new AppError('not_supported', `Whether '${field.name}' counts by itself cannot be changed.`)
  if (was.name === '_id' || was.isNested)
    throw new AppError('not_supported', `Field '${field.name}' cannot be changed here.`)
  if (field.allowNull || !was.allowNull) return
  const without = await call.collection(table).findOne({ [field.name]: null }, call.options)
  if (without)
    throw new AppError('bad_request', `Field '${field.name}' is null in some records.`, {
      context: { field: field.name },
    })
}

function requireDroppable({ primaryKey, fields }: TableDefinition, name: string): void {
  if (primaryKey.includes(name) || name === '_id')
    throw new AppError('bad_request', `Field '${name}' is part of the primary key: it cannot be dropped.`)
  if (!fields.some((field) => field.name === name))
    throw new AppError('not_found', `Field '${name}' is not there.`)
}

/** Nulls clash with nothing: they are left out of the documents, and so of the index. */
async function addIndexes(table: Table, change: TableChange, call: Call): Promise<readonly NewIndex[]> {
  const collection = call.collection(table.name)
  for (const name of change.addUniqueKeys.flat())
    await collection.updateMany({ [name]: { $type: 'null' } }, { $unset: { [name]: '' } }, call.options)
  const indexes = [
    ...change.addUniqueKeys.map((key) => uniqueIndex(key, table)),
    ...change.addIndexes.map((name) => plainIndex([name])),
  ]
  if (indexes.length > 0) await collection.createIndexes(indexes.map(asDriverTakes), call.options)
  return indexes
}

async function dropIndexes(was: TableDefinition, change: TableChange, call: Call): Promise<void> {
  const collection = call.collection(was.name)
  const indexes = indexesIn(await collection.listIndexes(call.options).toArray())
  for (const { name, key, unique } of indexes) {
    const fields = Object.keys(key)
    const isKey = unique && change.dropUniqueKeys?.some((one) => one.join('\u0000') === fields.join('\u0000'))
    const isPlain = !unique && fields.length === 1 && change.dropIndexes?.includes(fields[0] ?? '')
    const isGone = fields.some((field) => change.drop.includes(field))
    if (isKey || isPlain || isGone) await collection.dropIndex(name, call.options)
  }
}

/** As a new row would get it. */
async function fillNew(table: Table, field: Field, call: Call): Promise<void> {
  if (field.default === undefined || field.default === null) return
  const [alone] = buildSchema([{ ...table, fields: [field] }]).tables
  const value = alone && newDocument(alone, {})[field.name]
  if (value !== undefined) await fillDefault(table.name, field.name, value, call)
}
