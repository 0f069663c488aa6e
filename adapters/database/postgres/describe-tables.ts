import {
  type Field,
  type ForeignKey,
  type TableDefinition,
  valueClassOf,
} from '../../../src/core/database/schema.ts'
import { alsoTakes } from './also-takes.ts'
import {
  byTable,
  type CatalogueRows,
  type ColumnRow,
  type PartitionRow,
  type TypeRow,
} from './catalogue-rows.ts'
import { columnDefault, isNextValue } from './column-default.ts'
import { type ColumnType, columnType } from './column-type.ts'
import { checksOf, foreignKeysOf, keysOf, type NamesAt } from './describe-keys.ts'
import { shownName } from './table-name.ts'

/** A table without columns is left out: there is nothing to read in it. */
export function describeTables(rows: CatalogueRows): TableDefinition[] {
  const tableNames = new Map(
    rows.tables.map(([id, schema, name]) => [id, shownName(schema, name, rows.defaultSchema)]),
  )
  const columns = byTable(rows.columns)
  const namesAt = namesIn(columns)
  const types = typesOf(rows.types)
  const indexes = byTable(rows.indexes)
  const foreignKeys = byTable(rows.foreignKeys)
  const checks = byTable(rows.checks)
  const partitions = byTable(rows.partitions)
  return rows.tables.flatMap(([id, , , kind, estimate, comment]) => {
    const own = columns.get(id)
    const name = tableNames.get(id)
    if (!own || name === undefined) return []
    const keys = keysOf(indexes.get(id) ?? [], namesAt)
    const references = foreignKeysOf(foreignKeys.get(id) ?? [], namesAt, tableNames)
    const rowEstimate = kind === 'p' ? sumOf(id, partitions) : estimate
    return [
      {
        name,
        isView: kind === 'v' || kind === 'm',
        ...(comment === null ? {} : { description: comment }),
        fields: fieldsOf(own, types, { primaryKey: keys.primaryKey, foreignKeys: references }),
        ...keys,
        foreignKeys: references,
        checks: checksOf(checks.get(id) ?? [], namesAt),
        ...(rowEstimate === null ? {} : { rowEstimate }),
      },
    ]
  })
}

function namesIn(columns: ReadonlyMap<number, readonly ColumnRow[]>): NamesAt {
  return (table, positions) => {
    const own = columns.get(table) ?? []
    const names = positions.flatMap((at) => own.find(([, position]) => position === at)?.[2] ?? [])
    return names.length === positions.length ? names : undefined
  }
}

interface KnownType {
  readonly column: ColumnType
  /** What the domains on the way say. */
  readonly isNotNull: boolean
  readonly expression: string | null
}

/** One object for each type, shared by all columns that have it. */
function typesOf(rows: readonly TypeRow[]): ReadonlyMap<string, KnownType> {
  return new Map(
    rows.map((row) => {
      const [type, modifier, , , , , isNotNull, expression] = row
      const column = columnType(row)
      const also = alsoTakes(column.type)
      return [
        `${type} ${modifier}`,
        { column: also ? { ...column, alsoTakes: also } : column, isNotNull, expression },
      ]
    }),
  )
}

interface TableKeys {
  readonly primaryKey: readonly string[]
  readonly foreignKeys: readonly ForeignKey[]
}

function fieldsOf(
  columns: readonly ColumnRow[],
  types: ReadonlyMap<string, KnownType>,
  { primaryKey, foreignKeys }: TableKeys,
): Field[] {
  const references = new Set(foreignKeys.flatMap(({ fields }) => (fields.length === 1 ? fields : [])))
  return columns.map(
    ([, , name, typeId, modifier, isNotNull, identity, generated, expression, comment]): Field => {
      const known = types.get(`${typeId} ${modifier}`)
      const column = known?.column ?? { type: 'string', dbType: '' }
      const isInteger = valueClassOf(column.type) === 'integer'
      const given = expression ?? (generated === '' ? (known?.expression ?? null) : null)
      const autoIncrement = identity !== '' || (given !== null && isNextValue(given))
      const value = given === null || autoIncrement ? undefined : columnDefault(given, column.type)
      const isId = autoIncrement && isInteger && primaryKey.length === 1 && primaryKey[0] === name
      return {
        name,
        ...column,
        ...(isId && { type: column.type === 'bigint' ? 'bigid' : 'id' }),
        ...(!isId && isInteger && references.has(name) && { type: 'reference' }),
        ...(value === undefined ? {} : { default: value }),
        allowNull: !isNotNull && !(known?.isNotNull ?? false),
        autoIncrement,
        isGenerated: generated !== '' || identity === 'a',
        ...(comment === null ? {} : { description: comment }),
      }
    },
  )
}

/** Rows in all partitions of a table; null when they are not all known. */
function sumOf(table: number, partitions: ReadonlyMap<number, readonly PartitionRow[]>): number | null {
  let sum = 0
  for (const [, id, estimate] of partitions.get(table) ?? []) {
    const rows = partitions.has(id) ? sumOf(id, partitions) : estimate
    if (rows === null) return null
    sum += rows
  }
  return sum
}
