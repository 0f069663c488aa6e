import type { DatabaseSchema, Field, ForeignKey, Relation, Table } from '../../core/database/schema.ts'
import type { Json } from '../../core/database/value.ts'
import type { OperationContext } from '../../core/operation.ts'
import { wholeOf } from '../field-view/narrow-table.ts'
import { labelOf, wordsForTable } from './labels.ts'
import { visibleRelations } from './relations.ts'
import { shownDefault } from './shown-default.ts'
import { canSeeTable } from './table-access.ts'
import {
  type FieldDescription,
  type RelationDescription,
  type TableDescription,
  UNIQUE_ALONE,
} from './table-description.ts'

/** A table as this caller may see it: nothing in it names a table hidden from them. */
export function describedTable(
  schema: DatabaseSchema,
  table: Table,
  context: OperationContext,
): TableDescription {
  const { label, plural } = wordsForTable(table)
  return {
    name: table.name,
    label,
    description: table.description ?? null,
    native: [],
    plural,
    is_view: table.isView,
    primary_key: table.primaryKey,
    name_field: table.nameField ?? null,
    ...(table.versionField !== undefined && { version_field: table.versionField }),
    field: describedFields(table, context),
    related: describedRelations(schema, table, context),
    constraints: constraintsOf(table, context),
  }
}

export function describedFields(table: Table, context: OperationContext): FieldDescription[] {
  return [...table.fields, ...(table.aggregates ?? [])].map((field) => describedField(table, field, context))
}

export function describedRelations(
  schema: DatabaseSchema,
  table: Table,
  context: OperationContext,
): RelationDescription[] {
  return visibleRelations(schema, table, context).map((relation) =>
    describedRelation(relation, context.service.info.id),
  )
}

function describedField(table: Table, field: Field, context: OperationContext): FieldDescription {
  const key = visibleKeyOf(table, field, context)
  const isPrimaryKey = table.primaryKey.includes(field.name)
  const column = field.column ?? field.name
  const unique = table.uniqueKeys.filter((fields) => fields.includes(field.name))
  return {
    alias: field.column === undefined ? null : field.name,
    name: column,
    label: field.label ?? labelOf(column),
    description: field.description ?? null,
    native: [],
    type: field.extraType ?? (field.type === 'reference' && !key ? 'integer' : field.type),
    db_type: field.dbType,
    length: field.length ?? null,
    precision: field.precision ?? null,
    scale: field.scale ?? null,
    default: shownDefault(field.default, table, context),
    required: !field.allowNull && field.default === undefined && !field.autoIncrement && !field.isGenerated,
    allow_null: field.allowNull,
    fixed_length: /^n?char\b/i.test(field.dbType),
    supports_multibyte: /^n(var)?char\b/i.test(field.dbType),
    auto_increment: field.autoIncrement,
    is_primary_key: isPrimaryKey,
    is_unique: unique.length > 0,
    [UNIQUE_ALONE]: unique.some((fields) => fields.length === 1),
    is_index: table.indexedFields?.includes(field.name) ?? false,
    is_foreign_key: key !== undefined,
    ref_table: key?.refTable ?? null,
    ref_field: key?.refFields[key.fields.indexOf(field.name)] ?? null,
    ref_on_update: null,
    ref_on_delete: null,
    picklist: field.values ?? field.picklist ?? null,
    validation: field.validation ?? null,
    // Its text may name columns that the caller may not know.
    db_function: wholeOf(table) === table ? functionsOf(field) : null,
    is_virtual: field.isVirtual ?? false,
    is_aggregate: field.isAggregate ?? false,
    ...(field.types && { types: field.types }),
  }
}

function functionsOf({ functions }: Field): Json {
  return (
    functions?.map(({ uses, text }) => ({ use: [...uses], function: text, function_type: 'database' })) ??
    null
  )
}

function describedRelation(relation: Relation, serviceId: number): RelationDescription {
  const { isVirtual = false, junction } = relation
  return {
    alias: relation.alias ?? null,
    name: relation.name,
    label: relation.label ?? labelOf(relation.name),
    description: relation.description ?? null,
    native: [],
    type: relation.type,
    field: relation.fields.join(','),
    is_virtual: isVirtual,
    ref_service_id: relation.refServiceId ?? serviceId,
    ref_table: relation.refTable,
    ref_field: relation.refFields.join(','),
    ref_on_update: isVirtual ? null : relation.onUpdate,
    ref_on_delete: isVirtual ? null : relation.onDelete,
    junction_service_id: junction ? (junction.serviceId ?? serviceId) : null,
    junction_table: junction?.table ?? null,
    junction_field: junction?.fields.join(',') ?? null,
    junction_ref_field: junction?.refFields.join(',') ?? null,
    always_fetch: relation.alwaysFetch ?? false,
    flatten: relation.flatten ?? false,
    flatten_drop_prefix: relation.flattenDropPrefix ?? false,
  }
}

/** The single-field foreign key of a field, unless it points at a table hidden from the caller. */
export function visibleKeyOf(table: Table, field: Field, context: OperationContext): ForeignKey | undefined {
  return table.foreignKeys.find(
    (key) => key.fields.length === 1 && key.fields[0] === field.name && refersToVisible(key, context),
  )
}

function refersToVisible(key: ForeignKey, { caller, service }: OperationContext): boolean {
  return canSeeTable(caller.policy, service.info.name, key.refTable)
}

function constraintsOf(table: Table, context: OperationContext): Record<string, Json> {
  const unique = table.uniqueKeys.map((fields): [string, Json] => [
    `uq_${table.name}_${fields.join('_')}`.toLowerCase(),
    {
      constraint_type: 'UNIQUE',
      constraint_name: `uq_${table.name}_${fields.join('_')}`,
      table_name: table.name,
      column_name: fields,
    },
  ])
  const foreign = table.foreignKeys
    .filter((key) => refersToVisible(key, context))
    .map((key): [string, Json] => {
      const name = key.name ?? `fk_${table.name}_${key.fields.join('_')}`
      return [
        name.toLowerCase(),
        {
          constraint_type: 'FOREIGN KEY',
          constraint_name: name,
          table_name: table.name,
          column_name: key.fields,
          referenced_table_name: key.refTable,
          referenced_column_name: key.refFields,
          update_rule: key.onUpdate,
          delete_rule: key.onDelete,
        },
      ]
    })
  return Object.fromEntries([...unique, ...foreign])
}
