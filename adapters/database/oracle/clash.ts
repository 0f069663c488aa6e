import type { Table } from '../../../src/core/database/schema.ts'
import type { DriverFailure } from './driver-failure.ts'

export type Ask = (sql: string, values: readonly string[]) => Promise<readonly (readonly unknown[])[]>

/**
 * The fields of the unique key that clashed. The server's message names it, `unique constraint (HR.ORDERS_UK) violated`: a constraint, or
 * an index without one. Nothing when it is another error.
 */
export async function fieldsOfClash(
  { number, message }: DriverFailure,
  table: Table,
  ask: Ask,
): Promise<readonly string[] | undefined> {
  const named = number === 1 ? constraintIn(message) : undefined
  if (!named) return undefined
  const values = [named.owner, named.name]
  const ofConstraint = await ask(CONSTRAINT_FIELDS, values)
  const rows = ofConstraint.length > 0 ? ofConstraint : await ask(INDEX_FIELDS, values)
  const columns = rows.map(([column]) => String(column))
  return columns.flatMap((column) => fieldOf(table, column) ?? [])
}

/** Owner and name as the server writes them: `(HR.ORDERS_UK)`. */
export function constraintIn(message: string): { readonly owner: string; readonly name: string } | undefined {
  const [, owner, name] = /constraint \(([^.()]+)\.(.+?)\)/.exec(message) ?? []
  return owner === undefined || name === undefined ? undefined : { owner, name }
}

/** The field of a column as the catalogue spells it. */
export function fieldOf(table: Table, column: string): string | undefined {
  return table.fields.find((field) => (field.source ?? field.column ?? field.name) === column)?.name
}

export const CONSTRAINT_FIELDS = `select column_name from all_cons_columns
  where owner = :1 and constraint_name = :2 order by position`
export const INDEX_FIELDS = `select column_name from all_ind_columns
  where index_owner = :1 and index_name = :2 order by column_position`
