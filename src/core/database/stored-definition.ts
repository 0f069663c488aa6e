import { leaveOut } from '../leave-out.ts'
import { findByName } from '../names.ts'
import type { DatabaseSchema, Field, Table, TableDefinition } from './schema.ts'

/** The table as its database names everything in it: for changes of the table itself. */
export function storedDefinition(table: Table, { tableByName }: DatabaseSchema): TableDefinition {
  const own = columnsIn(table)
  return {
    ...leaveOut(table, OURS),
    fields: table.fields.filter((field) => !field.isVirtual).map(storedField),
    primaryKey: table.primaryKey.map(own),
    uniqueKeys: table.uniqueKeys.map((key) => key.map(own)),
    foreignKeys: table.foreignKeys.map((key) => {
      const target = findByName(tableByName, key.refTable)
      const refFields = target ? key.refFields.map(columnsIn(target)) : key.refFields
      return { ...key, fields: key.fields.map(own), refFields }
    }),
    ...(table.indexedFields && { indexedFields: table.indexedFields.map(own) }),
  }
}

/** What databases do not know of tables. */
const OURS = [
  'relations',
  'fieldByName',
  'alias',
  'label',
  'plural',
  'nameField',
  'aggregates',
  'versionField',
] as const

/** A field by the name of its column, without what is kept of it beside the database. */
function storedField(field: Field): Field {
  const {
    column,
    label: _,
    picklist: __,
    validation: ___,
    functions: ____,
    extraType: _____,
    clientInfo: ______,
    expressions: _______,
    ...facts
  } = field
  return column === undefined ? facts : { ...facts, name: column }
}

function columnsIn({ fieldByName }: Table): (name: string) => string {
  return (name) => findByName(fieldByName, name)?.column ?? name
}
