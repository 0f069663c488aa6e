import type { TableDescription } from '../operations/database/table-description.ts'

/** Beside records only those fields and relations that have an alias tell it (recordings of the original). */
export function besideRecords(table: TableDescription): object {
  return { ...table, field: table.field.map(told), related: table.related.map(told) }
}

function told({ alias, ...rest }: { readonly alias: string | null }): object {
  return alias === null ? rest : { alias, ...rest }
}
