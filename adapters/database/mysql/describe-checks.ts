import type { TableDefinition } from '../../../src/core/database/schema.ts'
import type { CatalogueRows } from './catalogue-rows.ts'

type CheckRow = CatalogueRows['checks'][number]

export function checksOf(
  rows: readonly CheckRow[],
  fields: readonly string[],
): NonNullable<TableDefinition['checks']> {
  return rows.map(({ name, clause }) => ({
    name: String(name),
    fields: fieldsMentioned(String(clause), fields),
  }))
}

/** Both servers write every name of a clause in backticks. */
function fieldsMentioned(clause: string, fields: readonly string[]): string[] {
  const names = new Set([...clause.matchAll(NAME)].map(([, name = '']) => bare(name).toLowerCase()))
  return fields.filter((field) => names.has(field.toLowerCase()))
}

/** The fields that MariaDB keeps JSON in: its type JSON is a long text with this check. */
export function jsonFieldsOf(rows: readonly CheckRow[]): Set<string> {
  return new Set(
    rows.flatMap(({ clause }) => {
      const name = ONLY_JSON.exec(String(clause))?.[1]
      return name === undefined ? [] : bare(name)
    }),
  )
}

/**
 * The fields of a view that show a JSON column as it is: `… .`column` AS `field``, where the view mentions the column's
 * table. MariaDB tells nothing of it in the view's own columns.
 */
export function jsonFieldsOfView(
  definition: string,
  jsonFields: ReadonlyMap<string, ReadonlySet<string>>,
): Set<string> {
  const mentioned = new Set([...definition.matchAll(NAME)].map(([, name = '']) => bare(name)))
  const columns = new Set([...mentioned].flatMap((table) => [...(jsonFields.get(table) ?? [])]))
  return new Set(
    [...definition.matchAll(SELECTED)].flatMap(([, column = '', field = '']) =>
      columns.has(bare(column)) ? bare(field) : [],
    ),
  )
}

const NAME = /`((?:[^`]|``)+)`/g
const SELECTED = /\.`((?:[^`]|``)+)` AS `((?:[^`]|``)+)`/g
const ONLY_JSON = /^\s*json_valid\(`((?:[^`]|``)+)`\)\s*$/i

function bare(quoted: string): string {
  return quoted.replaceAll('``', '`')
}
