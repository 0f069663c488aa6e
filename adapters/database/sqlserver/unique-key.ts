import { createHash } from 'node:crypto'
import type { Field } from '../../../src/core/database/schema.ts'
import { list, quoted, quotedTable } from './column-definition.ts'
import type { SchemaWords } from './schema-words.ts'
import { splitName } from './table-name.ts'

/**
 * A unique key as a statement. Of fields that may be null it is an index of the rows that have values: a constraint would take a single
 * row without.
 */
export function uniqueKey(
  table: string,
  names: readonly string[],
  fields: readonly Field[],
  { hasFilters }: Pick<SchemaWords, 'hasFilters'>,
): string {
  const nullable = hasFilters ? names.filter((name) => isNullable(name, fields)) : []
  const on = `${quotedTable(table)} (${list(names)})`
  if (nullable.length === 0)
    return `alter table ${quotedTable(table)} add constraint ${quoted(indexName('uq', table, names))} unique (${list(names)})`
  const present = nullable.map((name) => `${quoted(name)} is not null`).join(' and ')
  return `create unique index ${quoted(indexName('uq', table, names))} on ${on} where ${present}`
}

export function plainIndex(table: string, field: string): string {
  return `create index ${quoted(indexName('ix', table, [field]))} on ${quotedTable(table)} (${quoted(field)})`
}

function isNullable(name: string, fields: readonly Field[]): boolean {
  return fields.find((field) => field.name.toLowerCase() === name.toLowerCase())?.allowNull ?? false
}

/** At most 128 characters; the digest keeps those apart that are alike at the beginning. */
function indexName(word: 'uq' | 'ix', table: string, names: readonly string[]): string {
  const { name } = splitName(table)
  const digest = createHash('sha256')
    .update([table, ...names].join('\u0000'))
    .digest('hex')
    .slice(0, 8)
  return [word, name.slice(0, 50), names.join('_').slice(0, 50), digest].join('_')
}
