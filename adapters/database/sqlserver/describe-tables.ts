import type { Field, ForeignKey, TableDefinition } from '../../../src/core/database/schema.ts'
import { roleOf } from '../sql/field-role.ts'
import { type CatalogueRow, type CatalogueRows, grouped, idOf, isTrue } from './catalogue-rows.ts'
import { columnDefault } from './column-default.ts'
import { baseType, columnType } from './column-type.ts'
import { checksOf, jsonFieldsOf } from './describe-checks.ts'
import {
  foreignKeysByTable,
  indexedFieldsOf,
  indexesOf,
  primaryKeyOf,
  uniqueKeysOf,
} from './describe-keys.ts'

/** `nameOf`: the names of tables by their ids, those that are not shown too. */
export function describeTables(rows: CatalogueRows, nameOf: ReadonlyMap<string, string>): TableDefinition[] {
  const columns = grouped(rows.columns, idOf)
  const indexes = grouped(rows.indexes, idOf)
  const checks = grouped(rows.checks, idOf)
  const foreignKeys = foreignKeysByTable(rows, nameOf)
  const facts = factsBeside(rows)
  return rows.tables.flatMap((table): TableDefinition[] => {
    const id = idOf(table)
    const own = onePerPlace(columns.get(id) ?? [])
    if (own.length === 0) return []
    const names = own.map(({ name }) => String(name))
    const ownIndexes = indexesOf(indexes.get(id) ?? [])
    const ownChecks = checks.get(id) ?? []
    const ownKeys = foreignKeys.get(id) ?? []
    const primaryKey = primaryKeyOf(ownIndexes)
    const around = { facts, primaryKey, foreignKeys: ownKeys, jsonFields: jsonFieldsOf(ownChecks, names) }
    const description = facts.descriptions.get(placeKey(id, 0))
    const estimate = facts.estimates.get(id)
    return [
      {
        name: nameOf.get(id) ?? String(table.name),
        isView: isTrue(table.is_view),
        ...(description ? { description } : {}),
        fields: own.map((column) => fieldOf(column, around)),
        primaryKey,
        uniqueKeys: uniqueKeysOf(ownIndexes),
        foreignKeys: ownKeys,
        checks: checksOf(ownChecks, names),
        indexedFields: indexedFieldsOf(ownIndexes),
        ...(isTrue(table.is_view) || estimate === undefined ? {} : { rowEstimate: estimate }),
      },
    ]
  })
}

/** A server may know a type by two names, and then tells of its columns twice. */
function onePerPlace(rows: readonly ColumnRow[]): readonly ColumnRow[] {
  return [...new Map(rows.toReversed().map((row) => [String(row.place), row])).values()].toReversed()
}

interface Beside {
  /** By table and place of the column; 0 is the table. */
  readonly descriptions: ReadonlyMap<string, string>
  readonly estimates: ReadonlyMap<string, number>
  readonly periods: ReadonlySet<string>
}

function factsBeside({ descriptions, estimates, periods }: CatalogueRows): Beside {
  return {
    descriptions: new Map(descriptions.map((row) => [placeKey(row.id, row.place), String(row.text ?? '')])),
    estimates: new Map(estimates.map((row) => [idOf(row), Number(row.count)])),
    periods: new Set(periods.map((row) => placeKey(row.id, row.place))),
  }
}

function placeKey(id: unknown, place: unknown): string {
  return `${id} ${place}`
}

interface Surroundings {
  readonly facts: Beside
  readonly primaryKey: readonly string[]
  readonly foreignKeys: readonly ForeignKey[]
  readonly jsonFields: ReadonlySet<string>
}

type ColumnRow = CatalogueRows['columns'][number]

function fieldOf(column: ColumnRow, around: Surroundings): Field {
  const name = String(column.name)
  const key = placeKey(column.id, column.place)
  const native = nativeType(column)
  const type = around.jsonFields.has(name) ? 'json' : native.type
  const isGenerated =
    isTrue(column.is_computed) || baseType(native.dbType) === 'rowversion' || around.facts.periods.has(key)
  const value = isGenerated ? undefined : columnDefault(textOf(column.default), type)
  const description = around.facts.descriptions.get(key)
  const field: Field = {
    name,
    ...native,
    type,
    ...(value === undefined ? {} : { default: value }),
    allowNull: isTrue(column.nullable),
    autoIncrement: isTrue(column.is_identity),
    isGenerated,
    ...(description ? { description } : {}),
  }
  return { ...field, type: roleOf(field, around) ?? type }
}

/** A type of a user's own is described as the one behind it. */
export function nativeType(
  row: CatalogueRow<'type' | 'base' | 'max_length' | 'precision' | 'scale'>,
): ReturnType<typeof columnType> {
  return columnType({
    name: String(row.base ?? row.type ?? 'sql_variant'),
    maxLength: Number(row.max_length),
    precision: Number(row.precision),
    scale: Number(row.scale),
  })
}

function textOf(value: string | number | boolean | null): string | null {
  return value === null ? null : String(value)
}
