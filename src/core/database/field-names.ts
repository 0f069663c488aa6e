import type { ServiceExtras } from './extras.ts'
import type { ForeignKey, Relation, TableDefinition } from './schema.ts'

/** What callers name the fields of the tables: the alias of a column that has one. */
export interface FieldNames {
  /** True where no column has an alias. */
  readonly areColumns: boolean
  of(table: string, column: string): string
}

/** An alias that is the name of another column, or that came first to another one, is none: no name means two things. */
export function fieldNames(tables: readonly TableDefinition[], extras: ServiceExtras): FieldNames {
  const byTable = new Map<string, ReadonlyMap<string, string>>()
  for (const table of tables) {
    const aliases = aliasesOf(table, extras)
    if (aliases.size > 0) byTable.set(table.name.toLowerCase(), aliases)
  }
  return {
    areColumns: byTable.size === 0,
    of: (table, column) => byTable.get(table.toLowerCase())?.get(column) ?? column,
  }
}

function aliasesOf({ name, fields }: TableDefinition, extras: ServiceExtras): Map<string, string> {
  const known = extras.tables.get(name)?.fields ?? {}
  const taken = new Set(fields.map((field) => field.name.toLowerCase()))
  const aliases = new Map<string, string>()
  for (const { name: column } of fields) {
    const alias = Object.hasOwn(known, column) ? known[column]?.alias : undefined
    if (alias === undefined || taken.has(alias.toLowerCase())) continue
    taken.add(alias.toLowerCase())
    aliases.set(column, alias)
  }
  return aliases
}

/** A definition as callers name its fields. */
export function definitionNamed(table: TableDefinition, names: FieldNames): TableDefinition {
  if (names.areColumns) return table
  const own = (column: string) => names.of(table.name, column)
  return {
    ...table,
    fields: table.fields.map((field) => {
      const name = own(field.name)
      return name === field.name ? field : { ...field, name, column: field.name }
    }),
    primaryKey: table.primaryKey.map(own),
    uniqueKeys: table.uniqueKeys.map((key) => key.map(own)),
    foreignKeys: table.foreignKeys.map((key) => foreignKeyNamed(key, own, names)),
    ...(table.checks && {
      checks: table.checks.map((check) => ({ ...check, fields: check.fields.map(own) })),
    }),
    ...(table.indexedFields && { indexedFields: table.indexedFields.map(own) }),
  }
}

function foreignKeyNamed(key: ForeignKey, own: (column: string) => string, names: FieldNames): ForeignKey {
  return {
    ...key,
    fields: key.fields.map(own),
    refFields: key.refFields.map((column) => names.of(key.refTable, column)),
  }
}

/** Fields of tables in other services keep the names of their columns. */
export function relationNamed(table: string, relation: Relation, names: FieldNames): Relation {
  if (names.areColumns) return relation
  const { junction } = relation
  const named = (service: string | undefined, of: string, columns: readonly string[]) =>
    service === undefined ? columns.map((column) => names.of(of, column)) : columns
  return {
    ...relation,
    fields: named(undefined, table, relation.fields),
    refFields: named(relation.refService, relation.refTable, relation.refFields),
    ...(junction && {
      junction: {
        ...junction,
        fields: named(junction.service, junction.table, junction.fields),
        refFields: named(junction.service, junction.table, junction.refFields),
      },
    }),
  }
}
