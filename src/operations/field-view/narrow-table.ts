import type { Field, Table } from '../../core/database/schema.ts'
import { findByName } from '../../core/names.ts'

/** Tables without some of their fields, and what they are without. */
const wholes = new WeakMap<Table, Table>()

/** The table with the fields that its reader may not know: for row filters, what the server itself writes, and the engine. */
export function wholeOf(table: Table): Table {
  return wholes.get(table) ?? table
}

export function isPartOf(part: Table, whole: Table): void {
  wholes.set(part, whole)
}

/** What a rule calls a field: as the database does. */
export function ruleName({ name, column = name }: Field): string {
  return column.toLowerCase()
}

/**
 * The table as it is for who may know these fields alone (`Access.fields`). Keys, relations and constraints that need another one
 * are not there: a record whose key is hidden has none.
 */
export function narrowTable(table: Table, allowed: ReadonlySet<string>): Table {
  const isShown = (field: Field) => allowed.has(ruleName(field))
  // A name that the table does not have is not known either.
  const knows = (names: readonly string[]) =>
    names.every((name) => {
      const field = findByName(table.fieldByName, name)
      return field !== undefined && isShown(field)
    })
  // A field that nobody may know of is none that a row does not have yet.
  const { aggregates, nameField, versionField, checks, takesNewFields: _, ...facts } = table
  const narrow: Table = Object.freeze({
    ...facts,
    fields: table.fields.filter(isShown),
    fieldByName: new Map([...table.fieldByName].filter(([, field]) => isShown(field))),
    primaryKey: knows(table.primaryKey) ? table.primaryKey : [],
    uniqueKeys: table.uniqueKeys.filter(knows),
    foreignKeys: table.foreignKeys.filter(({ fields }) => knows(fields)),
    indexedFields: (table.indexedFields ?? []).filter((name) => knows([name])),
    relations: table.relations.filter(({ fields }) => knows(fields)),
    ...(aggregates && { aggregates: aggregates.filter(isShown) }),
    ...(nameField !== undefined && knows([nameField]) && { nameField }),
    ...(versionField !== undefined && knows([versionField]) && { versionField }),
    ...(checks && { checks: checks.filter(({ fields }) => knows(fields)) }),
  })
  isPartOf(narrow, wholeOf(table))
  return narrow
}
