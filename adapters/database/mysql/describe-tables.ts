import type {
  ColumnDefault,
  Field,
  ForeignKey,
  SimpleType,
  TableDefinition,
} from '../../../src/core/database/schema.ts'
import { roleOf } from '../sql/field-role.ts'
import { alsoTakes } from './also-takes.ts'
import { type CatalogueRows, type ColumnRow, grouped, sourceOf } from './catalogue-rows.ts'
import { columnDefault } from './column-default.ts'
import { columnType } from './column-type.ts'
import { checksOf, jsonFieldsOf, jsonFieldsOfView } from './describe-checks.ts'
import {
  foreignKeysByTable,
  indexedFieldsOf,
  indexesOf,
  primaryKeyOf,
  uniqueKeysOf,
} from './describe-keys.ts'

/** Storage engines with transactions; others, such as MyISAM and Aria, keep what was written. */
const ROLLS_BACK: ReadonlySet<string> = new Set(['innodb', 'rocksdb', 'tokudb', 'ndbcluster'])

/**
 * A view whose table is gone has no columns and is left out. Invisible columns are fields like any other: they are
 * left out of `select *` only, and a generated invisible key is the only key its table has.
 */
export function describeTables(rows: CatalogueRows): TableDefinition[] {
  const columns = grouped(rows.columns, sourceOf)
  const indexes = grouped(rows.indexes, sourceOf)
  const checks = grouped(rows.checks, sourceOf)
  const foreignKeys = foreignKeysByTable(rows)
  const jsonFields = jsonFieldsByTable(rows)
  const tables: TableDefinition[] = []
  for (const table of rows.tables) {
    const source = String(table.name)
    const own = columns.get(source) ?? []
    if (own.length === 0) continue
    const isView = table.kind === 'VIEW'
    const ownIndexes = indexesOf(indexes.get(source) ?? [])
    const ownKeys = foreignKeys.get(source) ?? []
    const primaryKey = primaryKeyOf(ownIndexes)
    const around = { rows, primaryKey, foreignKeys: ownKeys, jsonFields: jsonFields.get(source) ?? NONE }
    tables.push({
      name: `${rows.server.prefix}${source}`,
      isView,
      // A view's comment is the word VIEW, or why it cannot be used.
      ...(isView || !table.comment ? {} : { description: String(table.comment) }),
      fields: own.map((column) => fieldOf(column, around)),
      primaryKey,
      uniqueKeys: uniqueKeysOf(ownIndexes),
      foreignKeys: ownKeys,
      checks: checksOf(
        checks.get(source) ?? [],
        own.map(({ name }) => String(name)),
      ),
      indexedFields: indexedFieldsOf(ownIndexes),
      ...(isView || table.row_estimate === null ? {} : { rowEstimate: Number(table.row_estimate) }),
      ...(isView || ROLLS_BACK.has(String(table.engine).toLowerCase()) ? {} : { outlivesRollback: true }),
    })
  }
  return tables
}

const NONE: ReadonlySet<string> = new Set()

/** MariaDB only: MySQL says so itself. A view may read another one, so the views are gone through until nothing is new. */
function jsonFieldsByTable({ checks, views }: CatalogueRows): Map<string, ReadonlySet<string>> {
  const fields = new Map<string, ReadonlySet<string>>()
  for (const [table, ofTable] of grouped(checks, sourceOf)) fields.set(table, jsonFieldsOf(ofTable))
  for (let isNew = true; isNew; ) {
    isNew = false
    for (const { name, definition } of views) {
      const found = jsonFieldsOfView(String(definition), fields)
      isNew ||= found.size > (fields.get(String(name))?.size ?? 0)
      fields.set(String(name), found)
    }
  }
  return fields
}

interface Surroundings {
  readonly rows: CatalogueRows
  readonly primaryKey: readonly string[]
  readonly foreignKeys: readonly ForeignKey[]
  readonly jsonFields: ReadonlySet<string>
}

function fieldOf(column: ColumnRow, around: Surroundings): Field {
  const name = String(column.name)
  const extra = String(column.extra)
  const isJson = column.data_type === 'longtext' && around.jsonFields.has(name)
  const native = columnType(String(column.column_type), isJson)
  const also = alsoTakes(native)
  const isGenerated = /\b(VIRTUAL|STORED|PERSISTENT)\b/i.test(extra)
  const value = isGenerated ? undefined : defaultOf(column, native.type, around)
  const field: Field = {
    name,
    ...native,
    ...(also ? { alsoTakes: also } : {}),
    ...(value === undefined ? {} : { default: value }),
    allowNull: column.nullable === 'YES',
    autoIncrement: /\bauto_increment\b/i.test(extra),
    isGenerated,
    ...(column.comment ? { description: String(column.comment) } : {}),
  }
  return { ...field, type: roleOf(field, around) ?? native.type }
}

function defaultOf(column: ColumnRow, type: SimpleType, { rows }: Surroundings): ColumnDefault | undefined {
  return columnDefault({
    text: column.default === null ? null : String(column.default),
    type,
    isMariaDb: rows.server.isMariaDb,
    isExpression: /\bDEFAULT_GENERATED\b/i.test(String(column.extra)),
  })
}
