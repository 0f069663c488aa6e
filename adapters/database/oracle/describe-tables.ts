import type { Field, ForeignKey, TableDefinition } from '../../../src/core/database/schema.ts'
import { roleOf } from '../sql/field-role.ts'
import { alsoTakes } from './also-takes.ts'
import { type CatalogueRows, type ColumnRow, grouped, tableOf } from './catalogue-rows.ts'
import { columnDefault } from './column-default.ts'
import { columnType } from './column-type.ts'
import { type CheckedColumns, checkedColumns, checksOf } from './describe-checks.ts'
import { keysByTable } from './describe-keys.ts'
import { type ShownNames, shownNames } from './shown-names.ts'

/** Tables and views without any column that has a value are left out. */
export function describeTables(rows: CatalogueRows): TableDefinition[] {
  const names = shownNames(rows)
  const columns = grouped(rows.columns, tableOf)
  const constraints = grouped(rows.constraints, tableOf)
  const comments = new Map(rows.tableComments.map((row) => [tableOf(row), row.comment]))
  const fieldComments = new Map(
    rows.columnComments.map((row) => [`${tableOf(row)}\u0000${row.field}`, row.comment]),
  )
  const keysOf = keysByTable(rows, names)
  const describe = (
    thing: CatalogueRows['views'][number],
    rowEstimate?: string | null,
  ): TableDefinition[] => {
    const source = tableOf({ owner: thing.owner, source: thing.name })
    const own = columns.get(source) ?? []
    const rules = constraints.get(source) ?? []
    const keys = keysOf(source)
    const checked = checkedColumns(rules)
    const around = { source, names, checked, comments: fieldComments, numbersOnly: rows.numbersOnly, ...keys }
    const fields = own.flatMap((column) => fieldOf(column, around))
    const comment = comments.get(source)
    if (fields.length === 0) return []
    return [
      {
        name: names.table(source),
        source,
        isView: rowEstimate === undefined,
        ...(comment ? { description: comment } : {}),
        fields,
        ...keys,
        checks: checksOf(
          rules,
          own.map(({ name }) => String(name)),
          (column) => names.field(source, column),
        ),
        ...(rowEstimate === undefined || rowEstimate === null ? {} : { rowEstimate: Number(rowEstimate) }),
      },
    ]
  }
  return [
    ...rows.tables.flatMap((table) => describe(table, table.row_estimate)),
    ...rows.views.flatMap((view) => describe(view)),
  ]
}

interface Surroundings {
  readonly source: string
  readonly names: ShownNames
  readonly checked: CheckedColumns
  /** By table and column. */
  readonly comments: ReadonlyMap<string, string | null>
  readonly numbersOnly: boolean
  readonly primaryKey: readonly string[]
  readonly foreignKeys: readonly ForeignKey[]
}

/** Nothing for a column whose type has no value here. */
function fieldOf(column: ColumnRow, around: Surroundings): Field[] {
  const { source, names, checked, comments, numbersOnly } = around
  const stored = String(column.name)
  const native =
    column.type_owner === null || column.data_type === 'XMLTYPE'
      ? columnType(column, { isJson: checked.json.has(stored), isDay: checked.days.has(stored), numbersOnly })
      : undefined
  if (!native) return []
  const also = alsoTakes(native)
  const isGenerated = column.virtual === 'YES'
  const autoIncrement = column.identity === 'YES' || (!isGenerated && SEQUENCE.test(column.default ?? ''))
  const value = isGenerated || autoIncrement ? undefined : columnDefault(column.default, native.type)
  const comment = comments.get(`${source}\u0000${stored}`)
  const name = names.field(source, stored)
  const field: Field = {
    name,
    ...(name === stored ? {} : { source: stored }),
    ...native,
    ...(also ? { alsoTakes: also } : {}),
    ...(value === undefined ? {} : { default: value }),
    allowNull: column.nullable !== 'N',
    autoIncrement,
    isGenerated,
    ...(comment ? { description: comment } : {}),
  }
  return [{ ...field, type: roleOf(field, around) ?? native.type }]
}

/** A default that takes the next number of a sequence: `"HR"."ORDERS_SEQ"."NEXTVAL"`. */
const SEQUENCE = /\bnextval\b"?\s*$/i
