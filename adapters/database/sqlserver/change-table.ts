import type { TableChange } from '../../../src/core/database/adapter.ts'
import type { Field, ForeignKey, TableDefinition } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import {
  changedColumn,
  column,
  defaultText,
  documentRule,
  foreignKey,
  isDocument,
  quoted,
  quotedTable,
} from './column-definition.ts'
import { fieldsMentioned } from './describe-checks.ts'
import type { SchemaWords } from './schema-words.ts'
import type { TableObjects } from './table-objects.ts'
import { plainIndex, uniqueKey } from './unique-key.ts'

/**
 * What becomes of a table, statement by statement. This server changes or drops no column that a default, a rule or an index hangs on:
 * they are dropped before, and those that are to stay are made again.
 */
export function changeTable(
  table: TableDefinition,
  change: TableChange,
  objects: TableObjects & { readonly words: SchemaWords },
): readonly string[] {
  for (const field of change.change) requireChangeable(table, field, objects.words)
  const on = `alter table ${quotedTable(table.name)}`
  const touched = new Set([...change.drop, ...change.change.map(({ name }) => name)].map(lower))
  const now = fieldsAfter(table, change)
  const gone = droppedIndexes(change, objects)
  const loosened = objects.indexes.filter(
    (index) =>
      !index.isPrimary && !gone.includes(index) && index.fields.some((field) => touched.has(lower(field))),
  )
  const keys = table.foreignKeys.filter(
    (key) =>
      !change.dropForeignKeys.some(({ name }) => name === key.name) &&
      key.fields.some((field) => touched.has(lower(field))),
  )
  const isGone = (fields: readonly string[]) =>
    fields.some((field) => change.drop.some((name) => lower(name) === lower(field)))
  return [
    ...[...change.dropForeignKeys, ...keys].map((key) => `${on} drop constraint ${quoted(nameOf(key))}`),
    ...[...gone, ...loosened].map((index) =>
      index.isConstraint
        ? `${on} drop constraint ${quoted(index.name)}`
        : `drop index ${quoted(index.name)} on ${quotedTable(table.name)}`,
    ),
    ...namesOn(objects, touched, now).map((name) => `${on} drop constraint ${quoted(name)}`),
    ...change.drop.map((field) => `${on} drop column ${quoted(field)}`),
    ...change.add.map((field) => `${on} add ${column(field, [])}`),
    ...change.change.flatMap((field) => changeField(on, field, objects)),
    ...loosened
      .filter(({ fields }) => !isGone(fields))
      .map((index) => again(table.name, index, now, objects.words)),
    ...change.addUniqueKeys.map((fields) => uniqueKey(table.name, fields, now, objects.words)),
    ...change.addIndexes.map((field) => plainIndex(table.name, field)),
    ...[...keys.filter(({ fields }) => !isGone(fields)), ...change.addForeignKeys].map(
      (key) => `${on} add ${foreignKey(key)}`,
    ),
  ]
}

type Index = TableObjects['indexes'][number]

const lower = (name: string) => name.toLowerCase()

function fieldsAfter({ fields }: TableDefinition, change: TableChange): readonly Field[] {
  const changed = new Map(change.change.map((field) => [lower(field.name), field]))
  return [...fields.map((field) => changed.get(lower(field.name)) ?? field), ...change.add]
}

function requireChangeable(table: TableDefinition, field: Field, { hasNullWord }: SchemaWords): void {
  const was = table.fields.find(({ name }) => name === field.name)
  if (!was) throw new AppError('not_found', `Field '${field.name}' is not in table '${table.name}'.`)
  if (was.isGenerated || field.isGenerated)
    throw new AppError(
      'not_supported',
      `Field '${was.name}' is computed by the database: it cannot be changed.`,
    )
  if (field.autoIncrement !== was.autoIncrement)
    throw new AppError('not_supported', `Whether '${was.name}' counts by itself cannot be changed.`)
  if (!hasNullWord && field.allowNull !== was.allowNull)
    throw new AppError(
      'not_supported',
      `The database does not let '${was.name}' begin or cease to take null.`,
    )
}

/** Throws `not_supported` for an index that is not of these fields alone. */
function droppedIndexes(
  { dropUniqueKeys = [], dropIndexes = [] }: TableChange,
  { indexes }: TableObjects,
): Index[] {
  const of = (fields: readonly string[], isUnique: boolean) => {
    const wanted = fields.map(lower).join('\u0000')
    const found = indexes.filter(
      (index) =>
        !index.isPrimary && index.isUnique === isUnique && index.fields.map(lower).join('\u0000') === wanted,
    )
    if (found.length > 0) return found
    throw new AppError(
      'not_supported',
      `'${fields.join(', ')}' leads an index of several fields, which cannot be dropped here.`,
    )
  }
  return [
    ...dropUniqueKeys.flatMap((fields) => of(fields, true)),
    ...dropIndexes.flatMap((field) => of([field], false)),
  ]
}

/** Defaults and rules of columns that are changed or go. */
function namesOn(
  { defaults, checks, words }: TableObjects & { readonly words: SchemaWords },
  touched: ReadonlySet<string>,
  fields: readonly Field[],
): readonly string[] {
  const names = fields.map(({ name }) => name)
  return [
    ...(words.namesDefaults ? defaults : [])
      .filter(({ field }) => touched.has(lower(field)))
      .map(({ name }) => name),
    ...checks
      .filter(({ definition }) => fieldsMentioned(definition, names).some((name) => touched.has(lower(name))))
      .map(({ name }) => name),
  ]
}

/** The new type, then the default and the rules that were taken away for it. */
function changeField(
  on: string,
  field: Field,
  { defaults, checks, words }: TableObjects & { readonly words: SchemaWords },
): readonly string[] {
  const kept = defaults.find((one) => lower(one.field) === lower(field.name))?.definition
  const given = field.default ?? undefined
  const value =
    given === undefined
      ? undefined
      : isExpression(given) && kept !== undefined
        ? kept
        : defaultText(given, field)
  if (!words.namesDefaults && kept !== undefined && value === undefined)
    throw new AppError('not_supported', `The database does not let the default of '${field.name}' go.`)
  const rules = checks
    .filter(({ definition }) => fieldsMentioned(definition, [field.name]).length > 0)
    .map(({ definition }) => definition)
  const all = isDocument(field) && rules.length === 0 ? [documentRule(field.name)] : rules
  return [
    `${on} alter column ${changedColumn(field, words)}`,
    ...(value === undefined ? [] : [`${on} add default ${value} for ${quoted(field.name)}`]),
    ...all.map((rule) => `${on} add check (${rule})`),
  ]
}

/** What the catalogue gave as an expression is written as the catalogue has it. */
function isExpression(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'expression' in value
}

function again(
  table: string,
  { fields, isUnique }: Index,
  now: readonly Field[],
  words: SchemaWords,
): string {
  return isUnique ? uniqueKey(table, fields, now, words) : plainIndex(table, fields[0] ?? '')
}

function nameOf({ name, fields }: ForeignKey): string {
  if (name !== undefined) return name
  throw new AppError('not_supported', `The foreign key on ${fields.join(', ')} has no name to drop it by.`)
}
