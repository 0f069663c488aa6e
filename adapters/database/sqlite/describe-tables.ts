import {
  type Field,
  type ForeignKey,
  type TableDefinition,
  valueClassOf,
} from '../../../src/core/database/schema.ts'
import { type CatalogueRow, type CatalogueRows, grouped } from './catalogue-rows.ts'
import { type ColumnType, columnDefault, columnType } from './column-type.ts'
import { checksOf } from './describe-checks.ts'
import { foreignKeysOf, type Index, indexesOf, isUniqueKey, spellings } from './describe-keys.ts'
import { viewColumnTypes } from './view-types.ts'

/** A source without columns (a view whose table is gone) is left out. */
export function describeTables(rows: CatalogueRows): TableDefinition[] {
  const bySource = ({ source }: CatalogueRow<'source'>) => source
  const columns = grouped(rows.columns, bySource)
  const keys = grouped(rows.foreignKeys, bySource)
  const indexes = grouped(rows.indexes, bySource)
  const statistics = grouped(rows.statistics, bySource)
  const spelling = spellings(rows)
  const tables: TableDefinition[] = []
  for (const source of rows.sources) {
    const name = String(source.name)
    const own = (columns.get(name) ?? []).filter(({ hidden }) => hidden !== 1)
    if (own.length === 0) continue
    const foreignKeys = foreignKeysOf(keys.get(name) ?? [], spelling)
    const tableIndexes = indexesOf(indexes.get(name) ?? [])
    const estimate = rowEstimate(statistics.get(name) ?? [])
    tables.push({
      name,
      isView: source.type === 'view',
      fields: fieldsOf(source, own, { foreignKeys, indexes: tableIndexes, known: tables }),
      primaryKey: primaryKeyOf(own),
      uniqueKeys: tableIndexes.filter(isUniqueKey).map(({ fields }) => fields),
      foreignKeys,
      checks: checksOf(
        String(source.sql ?? ''),
        own.map((column) => String(column.name)),
      ),
      indexedFields: [
        ...new Set(tableIndexes.filter(({ unique }) => !unique).flatMap(({ fields }) => fields[0] ?? [])),
      ],
      ...(estimate === undefined ? {} : { rowEstimate: estimate }),
    })
  }
  return tables
}

type SourceRow = CatalogueRows['sources'][number]
type ColumnRow = CatalogueRows['columns'][number]

interface Surroundings {
  readonly foreignKeys: readonly ForeignKey[]
  readonly indexes: readonly Index[]
  /** Tables and views described before this one: a view is made after what it reads. */
  readonly known: readonly TableDefinition[]
}

function fieldsOf(source: SourceRow, columns: readonly ColumnRow[], around: Surroundings): Field[] {
  const sql = String(source.sql ?? '')
  const names = columns.map(({ name }) => String(name))
  const computed =
    source.type === 'view'
      ? viewColumnTypes(sql, names, (name) => knownType(name, sql, around.known))
      : undefined
  const references = new Set(
    around.foreignKeys.filter(({ fields }) => fields.length === 1).flatMap(({ fields }) => fields),
  )
  const id = source.type === 'table' ? rowIdColumn(source, columns, around.indexes) : undefined
  return columns.map((column): Field => {
    const name = String(column.name)
    const declared = String(column.type ?? '')
    const found = (declared === '' && computed?.get(name.toLowerCase())) || columnType(declared)
    // A key that points at another table is that table's number: SQLite's own next number would be a wrong one.
    const isId = column === id && !references.has(name)
    const isReference = references.has(name) && valueClassOf(found.type) === 'integer'
    const value =
      column.default === null || isId ? undefined : columnDefault(String(column.default), found.type)
    return {
      name,
      ...found,
      type: isId ? 'id' : isReference ? 'reference' : found.type,
      ...(value === undefined ? {} : { default: value }),
      allowNull: column.not_null === 0 && column.key_position === 0,
      autoIncrement: isId,
      isGenerated: column.hidden === 2 || column.hidden === 3,
    }
  })
}

/** The column that is the row's own number, given by SQLite when absent (sqlite.org/lang_createtable.html#rowid). */
function rowIdColumn(
  source: SourceRow,
  columns: readonly ColumnRow[],
  indexes: readonly Index[],
): ColumnRow | undefined {
  const keys = columns.filter(({ key_position }) => key_position !== 0)
  const isRowId =
    keys.length === 1 &&
    String(keys[0]?.type).toLowerCase() === 'integer' &&
    source.without_rowid === 0 &&
    !indexes.some(({ isPrimaryKey }) => isPrimaryKey)
  return isRowId ? keys[0] : undefined
}

/** Of a column that a view may read: the first of that name in a table which the view's text mentions. */
function knownType(name: string, sql: string, known: readonly TableDefinition[]): ColumnType | undefined {
  const words = sql.toLowerCase()
  const field = known
    .filter((table) => words.includes(table.name.toLowerCase()))
    .flatMap(({ fields }) => fields)
    .find((one) => one.name.toLowerCase() === name.toLowerCase())
  if (!field) return undefined
  const type = field.type === 'id' || field.type === 'reference' ? 'integer' : field.type
  const { dbType, length, precision, scale } = field
  return {
    type,
    dbType,
    ...(length === undefined ? {} : { length }),
    ...(precision === undefined ? {} : { precision }),
    ...(scale === undefined ? {} : { scale }),
  }
}

function primaryKeyOf(columns: readonly ColumnRow[]): string[] {
  return columns
    .filter(({ key_position }) => key_position !== 0)
    .sort((a, b) => Number(a.key_position) - Number(b.key_position))
    .map(({ name }) => String(name))
}

/** The first number of an index's statistics is the number of rows in it (sqlite.org/fileformat2.html#stat1tab). */
function rowEstimate(rows: readonly CatalogueRows['statistics'][number][]): number | undefined {
  const counts = rows.map(({ stat }) => Number.parseInt(String(stat), 10)).filter(Number.isFinite)
  return counts.length > 0 ? Math.max(...counts) : undefined
}
