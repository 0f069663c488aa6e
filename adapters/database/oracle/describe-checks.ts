import type { TableDefinition } from '../../../src/core/database/schema.ts'
import type { ConstraintRow } from './catalogue-rows.ts'

/** What the checks of a table say of its columns, by the catalogue's names. */
export interface CheckedColumns {
  readonly json: ReadonlySet<string>
  /** A DATE that is its own beginning of the day. */
  readonly days: ReadonlySet<string>
}

export function checkedColumns(rows: readonly ConstraintRow[]): CheckedColumns {
  const of = (pattern: RegExp) =>
    new Set(
      rows.flatMap(({ kind, condition }) => {
        const [, quoted, bare] = (kind === 'C' && pattern.exec(condition ?? '')) || []
        return quoted ?? bare?.toUpperCase() ?? []
      }),
    )
  return { json: of(IS_JSON), days: of(IS_DAY) }
}

const NAME = '(?:"([^"]+)"|([a-z][\\w$#]*))'
const IS_JSON = new RegExp(`^\\s*${NAME}\\s+is\\s+json\\b`, 'i')
const IS_DAY = new RegExp(`^\\s*${NAME}\\s*=\\s*trunc\\s*\\(\\s*(?:"\\1"|\\2)\\s*\\)\\s*$`, 'i')

/** Rules of a table with the fields they are about, without those that only say that a field is not null. */
export function checksOf(
  rows: readonly ConstraintRow[],
  columns: readonly string[],
  shown: (column: string) => string,
): NonNullable<TableDefinition['checks']> {
  return rows
    .filter(({ kind, condition }) => kind === 'C' && !NOT_NULL.test(condition ?? ''))
    .map(({ name, condition }) => ({
      name: String(name),
      fields: mentioned(condition ?? '', columns).map(shown),
    }))
}

const NOT_NULL = /^\s*"[^"]+"\s+is\s+not\s+null\s*$/i

function mentioned(condition: string, columns: readonly string[]): string[] {
  const withoutTexts = condition.replaceAll(/'(?:[^']|'')*'/g, "''")
  const names = new Set(
    [...withoutTexts.matchAll(/"([^"]+)"|([a-z][\w$#]*)/gi)].map(
      ([, quoted, bare]) => quoted ?? bare?.toUpperCase(),
    ),
  )
  return columns.filter((column) => names.has(column))
}
