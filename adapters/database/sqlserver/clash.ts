import type { Table } from '../../../src/core/database/schema.ts'
import { findByName } from '../../../src/core/names.ts'
import type { DriverFailure } from './driver-failure.ts'

type Ask = (sql: string, parameters: readonly string[]) => Promise<readonly (readonly unknown[])[]>

/**
 * The fields of the unique key that clashed. The server names the key alone, `… UNIQUE KEY constraint 'UQ_x'. Cannot insert duplicate key in
 * object 'dbo.orders'.` or `… with unique index 'ix'.`; its fields are asked for. Nothing when it is another error.
 */
export async function fieldsOfClash(
  { number, message }: DriverFailure,
  table: Table,
  askFor: Ask,
): Promise<readonly string[] | undefined> {
  if (number !== 2627 && number !== 2601) return undefined
  // Servers that speak the protocol over PostgreSQL have its words: `… violates unique constraint "x"`.
  const [, name, other] = /(?:constraint|index) '(.*?)'\.|unique constraint "(.*?)"/s.exec(message) ?? []
  const index = name ?? other
  if (index === undefined) return undefined
  const rows = await askFor(INDEX_FIELDS, [index])
  const fields = rows.map(([column]) => findByName(table.fieldByName, String(column))?.name)
  return fields.every((field) => field !== undefined) ? fields : undefined
}

const INDEX_FIELDS = `select c.name from sys.indexes i
  join sys.index_columns x on x.object_id = i.object_id and x.index_id = i.index_id and x.key_ordinal > 0
  join sys.columns c on c.object_id = x.object_id and c.column_id = x.column_id
  where i.name = @1 order by i.object_id, x.key_ordinal`
