import { indexByName } from '../names.ts'
import { type FieldExtras, NO_TABLE_EXTRAS, type ServiceExtras, type TableExtras } from './extras.ts'
import { columnLookup, fieldExpressions, virtualField } from './field-functions.ts'
import { definitionNamed, type FieldNames, fieldNames, relationNamed } from './field-names.ts'
import type { ColumnLookup } from './parse-expression.ts'
import { freeName } from './relation-name.ts'
import type { Field, Relation, Table, TableDefinition } from './schema.ts'
import { type RelationScope, virtualRelations, wordsOf } from './virtual-relations.ts'

interface OverlayScope extends RelationScope {
  readonly extras: ServiceExtras
}

/** Lays what is kept beside the database over its tables, which are given with the relations that the database declares. */
export function createOverlay(
  tables: readonly TableDefinition[],
  scope: OverlayScope,
): (definition: TableDefinition, relations: readonly Relation[]) => Table {
  const names = fieldNames(tables, scope.extras)
  const aliases = tableAliases(tables, scope.extras)
  return (definition, relations) => {
    const extras = scope.extras.tables.get(definition.name)
    const named = definitionNamed(definition, names)
    const all = relationsWith(definition, relations, extras, scope)
    const plain = {
      ...named,
      relations: all.map((relation) => relationNamed(definition.name, relation, names)),
    }
    if (!extras) return { ...plain, fieldByName: indexByName(named.fields) }
    const columnOf = columnLookup(definition)
    const columns = named.fields.map((field) => fieldWith(field, extras, columnOf))
    const virtual = virtualFields(extras, columns, columnOf)
    const fields = [...columns, ...virtual.filter(({ isAggregate }) => !isAggregate)]
    const aggregates = virtual.filter(({ isAggregate }) => isAggregate)
    return {
      ...plain,
      fields,
      ...(aggregates.length > 0 && { aggregates }),
      ...wordsOfTable(extras, definition, names),
      ...aliasOf(definition, aliases),
      fieldByName: withColumns(fields),
    }
  }
}

function relationsWith(
  table: TableDefinition,
  declared: readonly Relation[],
  extras: TableExtras = NO_TABLE_EXTRAS,
  scope: OverlayScope,
): Relation[] {
  const all = declared.map((relation) => {
    const kept = Object.hasOwn(extras.relations, relation.name) ? extras.relations[relation.name] : undefined
    return kept ? { ...relation, ...wordsOf(kept) } : relation
  })
  for (const relation of virtualRelations(table, extras, scope))
    all.push({ ...relation, name: freeName(all, relation) })
  return all
}

/** Whatever has the name of a column, or of its alias, is that column. */
function virtualFields({ fields }: TableExtras, columns: readonly Field[], columnOf: ColumnLookup): Field[] {
  const taken = new Set(
    columns.flatMap(({ name, column = name }) => [name.toLowerCase(), column.toLowerCase()]),
  )
  return Object.entries(fields).flatMap(([name, kept]) => {
    if (taken.has((kept.alias ?? name).toLowerCase()) || taken.has(name.toLowerCase())) return []
    taken.add(name.toLowerCase())
    const field = virtualField(name, kept, columnOf)
    return field ? [{ ...field, ...wordsOfField(kept), ...virtualAlias(name, kept) }] : []
  })
}

function virtualAlias(name: string, { alias }: FieldExtras): Partial<Field> {
  return alias === undefined ? {} : { name: alias, column: name }
}

function fieldWith(field: Field, { fields }: TableExtras, columnOf: ColumnLookup): Field {
  const column = field.column ?? field.name
  const kept = Object.hasOwn(fields, column) ? fields[column] : undefined
  if (!kept) return field
  const expressions = fieldExpressions(kept, columnOf)
  return { ...field, ...wordsOfField(kept), ...(expressions && { expressions }) }
}

function wordsOfField(kept: FieldExtras): Partial<Field> {
  const { label, description, picklist, validation, functions, extraType, clientInfo } = kept
  return {
    ...(label !== undefined && { label }),
    ...(description !== undefined && { description }),
    ...(picklist && { picklist }),
    ...(validation && { validation }),
    ...(functions && { functions }),
    ...(extraType && { extraType }),
    ...(clientInfo !== undefined && { clientInfo }),
  }
}

function wordsOfTable(
  extras: TableExtras,
  { name, fields }: TableDefinition,
  names: FieldNames,
): Partial<Table> {
  const { label, plural, description, nameField, versionField } = extras
  return {
    ...(fields.some((field) => field.name === versionField) &&
      versionField !== undefined && { versionField: names.of(name, versionField) }),
    ...(label !== undefined && { label }),
    ...(plural !== undefined && { plural }),
    ...(description !== undefined && { description }),
    ...(nameField !== undefined && { nameField: names.of(name, nameField) }),
  }
}

/** By what a field was called before it had an alias it is still known: rules of roles name it so. */
function withColumns(fields: readonly Field[]): ReadonlyMap<string, Field> {
  const index = new Map(indexByName(fields))
  for (const field of fields) {
    const key = field.column?.toLowerCase()
    if (key !== undefined && !index.has(key)) index.set(key, field)
  }
  return index
}

function aliasOf({ name }: TableDefinition, aliases: ReadonlyMap<string, string>): Partial<Table> {
  const alias = aliases.get(name)
  return alias === undefined ? {} : { alias }
}

/** An alias that is the name of a table, or that came first to another one, is none. */
function tableAliases(
  tables: readonly TableDefinition[],
  { tables: kept }: ServiceExtras,
): ReadonlyMap<string, string> {
  const taken = new Set(tables.map(({ name }) => name.toLowerCase()))
  const aliases = new Map<string, string>()
  for (const { name } of tables) {
    const alias = kept.get(name)?.alias
    if (alias === undefined || taken.has(alias.toLowerCase())) continue
    taken.add(alias.toLowerCase())
    aliases.set(name, alias)
  }
  return aliases
}
