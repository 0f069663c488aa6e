import type { TableChange } from '../../../src/core/database/adapter.ts'
import type { Field, ForeignKey, TableDefinition } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { column, foreignKey, list, literal, nativeType, quoted, quotedTable } from './column-definition.ts'

/** What becomes of a table as statements of one transaction: keys go before the fields they are on, and come after them. */
export function changeTable(table: TableDefinition, change: TableChange): string[] {
  const name = quotedTable(table.name)
  const alter = (action: string) => `alter table ${name} ${action}`
  return [
    ...change.dropForeignKeys.map((key) => alter(`drop constraint ${quoted(nameOf(key))}`)),
    ...change.drop.map((field) => alter(`drop column ${quoted(field)}`)),
    ...change.add.map((field) => alter(`add column ${column(field)}`)),
    ...change.change.flatMap((field) => changeField(fieldOf(table, field.name), field).map(alter)),
    ...change.addUniqueKeys.map((fields) => alter(`add unique (${list(fields)})`)),
    ...change.addForeignKeys.map((key) => alter(`add ${foreignKey(key)}`)),
    ...change.addIndexes.map((field) => `create index on ${name} (${quoted(field)})`),
  ]
}

function fieldOf({ name, fields }: TableDefinition, wanted: string): Field {
  const field = fields.find((one) => one.name === wanted)
  if (field) return field
  throw new AppError('not_found', `Field '${wanted}' is not in table '${name}'.`)
}

/** A default of the old type may be no value of the new one: it goes first and comes back last. */
function changeField(was: Field, field: Field): string[] {
  if (was.isGenerated || field.isGenerated)
    throw new AppError(
      'not_supported',
      `Field '${was.name}' is computed by the database: it cannot be changed.`,
    )
  if (field.autoIncrement !== was.autoIncrement)
    throw new AppError('not_supported', `Whether '${was.name}' counts by itself cannot be changed.`)
  const name = quoted(field.name)
  const type = field.dbType === was.dbType ? was.dbType : nativeType(field)
  const hasNewType = type !== was.dbType
  const hasNewDefault = JSON.stringify(field.default) !== JSON.stringify(was.default)
  const dropsDefault = was.default !== undefined && (hasNewType || hasNewDefault)
  const setsDefault =
    field.default !== undefined && field.default !== null && (hasNewType || hasNewDefault)
      ? [`alter column ${name} set default ${literal(field.default, field)}`]
      : []
  return [
    ...(dropsDefault ? [`alter column ${name} drop default`] : []),
    ...(hasNewType ? [`alter column ${name} type ${type} using ${name}::${type}`] : []),
    ...setsDefault,
    ...(field.allowNull === was.allowNull
      ? []
      : [`alter column ${name} ${field.allowNull ? 'drop' : 'set'} not null`]),
  ]
}

function nameOf({ name, fields }: ForeignKey): string {
  if (name !== undefined) return name
  throw new AppError('not_supported', `The foreign key on ${fields.join(', ')} has no name to drop it by.`)
}
