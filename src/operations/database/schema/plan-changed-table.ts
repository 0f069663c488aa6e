import type { TableChange } from '../../../core/database/adapter.ts'
import type { Field, ForeignKey, Table, TableDefinition } from '../../../core/database/schema.ts'
import { storedDefinition } from '../../../core/database/stored-definition.ts'
import { AppError } from '../../../core/errors.ts'
import { droppedUniqueKeys } from './dropped-unique-keys.ts'
import type { GivenField } from './given-field.ts'
import type { GivenTable } from './given-table.ts'
import { withMeantType } from './meant-type.ts'
import { changedField, isNarrower, newField } from './planned-field.ts'
import { keysFor, type ReferenceScope, referenceTarget } from './reference-target.ts'
import { requireDistinct, type TablePlan } from './table-plan.ts'

interface ExistingTable {
  readonly table: Table
  /** Fields that are not listed go. */
  readonly replaces: boolean
}

/** Fields that are to be added, changed and, when the request replaces the table, dropped. Throws `bad_request`. */
export function planChangedTable(
  given: Pick<GivenTable, 'fields'>,
  { table, replaces }: ExistingTable,
  scope: ReferenceScope,
): TablePlan {
  const now = storedDefinition(table, scope.schema)
  const columns = (given.fields ?? []).filter((one) => !isVirtual(one, table))
  requireDistinct(columns)
  const listed = columns.map((one) => ({ given: one, field: fieldOf(now, table, one.name) }))
  const drop =
    replaces && given.fields
      ? now.fields
          .filter(({ name }) => !listed.some(({ field }) => field?.name === name))
          .map(({ name }) => name)
      : []
  const parts = listed.map(({ given: one, field }) =>
    field ? planExisting(now, field, one, scope) : planAdded(now, one, scope),
  )
  const notUnique = listed.flatMap(({ given: one, field }) =>
    field && one.isUnique === false ? [field.name] : [],
  )
  const dropUniqueKeys = droppedUniqueKeys(now, notUnique, scope)
  const change = { ...withKeysOf(now, joined(parts, drop)), dropUniqueKeys }
  const isSame = Object.values(change).every((list) => list.length === 0)
  if (!isSame && table.isView)
    throw new AppError(
      'bad_request',
      `'${table.name}' is a view: only what is kept beside it can be changed.`,
    )
  requireDroppable(now, drop)
  return {
    change: isSame ? undefined : { kind: 'change_table', table: now, ...change },
    result: after(now, change),
    loses: lossOf(now, change),
  }
}

/** Fields by the names of their columns, and by what callers call them. */
function fieldOf(now: TableDefinition, { fields }: Table, name: string): Field | undefined {
  const wanted = name.toLowerCase()
  const aliased = fields.find((field) => field.column !== undefined && field.name.toLowerCase() === wanted)
  return (
    now.fields.find((field) => field.name === (aliased?.column ?? name)) ??
    now.fields.find((field) => field.name.toLowerCase() === wanted)
  )
}

function isVirtual(given: GivenField, { fields }: Table): boolean {
  const known = fields.find(({ name }) => name.toLowerCase() === given.name.toLowerCase())
  return known ? (known.isVirtual ?? false) : (given.isVirtual ?? false)
}

type Part = Partial<TableChange>

function planAdded(now: TableDefinition, asked: GivenField, scope: ReferenceScope): Part {
  const given = withMeantType(asked, undefined, scope.context)
  const target = referenceTarget(given, now, scope)
  const field = newField(given, target?.field)
  if (field.autoIncrement || given.isPrimaryKey)
    throw new AppError('bad_request', `Field '${field.name}' cannot be added as a key of '${now.name}'.`, {
      hint: 'The key of a table is chosen when the table is made.',
    })
  return {
    add: [field],
    addUniqueKeys: given.isUnique ? [[field.name]] : [],
    addIndexes: given.isIndex ? [field.name] : [],
    addForeignKeys: keysFor(now.name, field.name, given, target),
  }
}

function planExisting(now: TableDefinition, field: Field, asked: GivenField, scope: ReferenceScope): Part {
  const given = withMeantType(asked, field, scope.context)
  const changed = changedField(field, given)
  const isOne = (fields: readonly string[]) => fields.length === 1 && fields[0] === field.name
  // As answers tell it: of a key of several fields each is unique.
  const isUnique = now.uniqueKeys.some((key) => key.includes(field.name)) || isOne(now.primaryKey)
  const isIndexed = now.indexedFields?.includes(field.name) ?? false
  if (given.isPrimaryKey !== undefined && given.isPrimaryKey !== now.primaryKey.includes(field.name))
    throw new AppError('bad_request', `The key of '${now.name}' cannot be changed.`)
  return {
    change: changed ? [changed] : [],
    addUniqueKeys: given.isUnique && !isUnique ? [[field.name]] : [],
    addIndexes: given.isIndex && !isIndexed && !isUnique ? [field.name] : [],
    dropIndexes: given.isIndex === false && isIndexed ? [field.name] : [],
    ...foreignKeysOf(now, field, given, scope),
  }
}

function foreignKeysOf(now: TableDefinition, field: Field, given: GivenField, scope: ReferenceScope): Part {
  const key = now.foreignKeys.find(({ fields }) => fields.length === 1 && fields[0] === field.name)
  const target = referenceTarget(given, now, scope)
  const [wanted] = keysFor(now.name, field.name, given, target)
  if (!wanted) return { dropForeignKeys: given.isForeignKey === false && key ? [key] : [] }
  if (key && sameKey(key, wanted, given)) return {}
  return { dropForeignKeys: key ? [key] : [], addForeignKeys: [wanted] }
}

/** Answers do not tell the rules with the field: sent back as they came, they say nothing of them. */
function sameKey(key: ForeignKey, wanted: ForeignKey, { reference }: GivenField): boolean {
  const saysRules = reference?.onUpdate !== 'NO ACTION' || reference.onDelete !== 'NO ACTION'
  return (
    key.refTable.toLowerCase() === wanted.refTable.toLowerCase() &&
    (key.refFields.length === 0 || key.refFields.join() === wanted.refFields.join()) &&
    (!saysRules || (key.onUpdate === wanted.onUpdate && key.onDelete === wanted.onDelete))
  )
}

function joined(parts: readonly Part[], drop: readonly string[]): TableChange {
  return {
    add: parts.flatMap((part) => part.add ?? []),
    change: parts.flatMap((part) => part.change ?? []),
    drop,
    addForeignKeys: parts.flatMap((part) => part.addForeignKeys ?? []),
    dropForeignKeys: parts.flatMap((part) => part.dropForeignKeys ?? []),
    addUniqueKeys: parts.flatMap((part) => part.addUniqueKeys ?? []),
    addIndexes: parts.flatMap((part) => part.addIndexes ?? []),
    dropIndexes: parts.flatMap((part) => part.dropIndexes ?? []),
  }
}

/** A key goes with each field it is on. */
function withKeysOf(now: TableDefinition, change: TableChange): TableChange {
  const keys = now.foreignKeys.filter(({ fields }) => fields.some((name) => change.drop.includes(name)))
  return { ...change, dropForeignKeys: [...new Set([...change.dropForeignKeys, ...keys])] }
}

/** The change that drops these fields, with the keys that are on them. Throws `bad_request` for the key of the table. */
export function planDroppedFields(table: Table, names: readonly string[], scope: ReferenceScope): TablePlan {
  const now = storedDefinition(table, scope.schema)
  if (table.isView)
    throw new AppError('bad_request', `'${table.name}' is a view: its fields cannot be dropped.`)
  const drop = names.flatMap((name) => fieldOf(now, table, name)?.name ?? [])
  requireDroppable(now, drop)
  const change = withKeysOf(now, joined([], drop))
  return {
    change: drop.length === 0 ? undefined : { kind: 'change_table', table: now, ...change },
    result: after(now, change),
    loses: lossOf(now, change),
  }
}

function requireDroppable({ name, primaryKey, fields }: TableDefinition, drop: readonly string[]): void {
  const key = drop.find((field) => primaryKey.includes(field))
  if (key !== undefined)
    throw new AppError('bad_request', `Field '${key}' is part of the key of '${name}': it cannot be dropped.`)
  if (drop.length > 0 && drop.length === fields.length)
    throw new AppError('bad_request', `'${name}' needs at least one field.`)
}

function after(now: TableDefinition, { add, change, drop }: TableChange): TableDefinition {
  const changed = new Map(change.map((field) => [field.name, field]))
  const fields = now.fields
    .filter(({ name }) => !drop.includes(name))
    .map((field) => changed.get(field.name) ?? field)
  return { ...now, fields: [...fields, ...add] }
}

function lossOf(now: TableDefinition, { change, drop }: TableChange): string | undefined {
  const narrowed = change.filter((field) => {
    const before = now.fields.find(({ name }) => name === field.name)
    return before && isNarrower(before, field)
  })
  if (drop.length > 0) return `the values of ${drop.join(', ')} in '${now.name}'`
  const names = narrowed.map(({ name }) => name)
  return names.length > 0 ? `values of ${names.join(', ')} in '${now.name}' that do not fit` : undefined
}
