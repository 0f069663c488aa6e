import type { Table } from '../../../src/core/database/schema.ts'
import { findByName } from '../../../src/core/names.ts'
import type { DriverFailure } from './driver-failure.ts'

type Ask = (sql: string, parameters: readonly string[]) => Promise<readonly (readonly unknown[])[]>

/**
 * The fields of the unique key that clashed. The server's message ends with the key's name, `… for key 'email'` or `'orders.email'`;
 * its fields are asked for. Nothing when it is another error.
 */
export async function fieldsOfClash(
  { errno, message }: DriverFailure,
  table: Table,
  ask: Ask,
): Promise<readonly string[] | undefined> {
  const named = errno === 1062 ? / for key '(.*)'$/s.exec(message)?.[1] : undefined
  if (named === undefined) return undefined
  const dot = table.name.indexOf('.')
  const rows = await ask(INDEX_FIELDS, [
    table.name,
    dot < 0 ? table.name : table.name.slice(0, dot),
    dot < 0 ? '' : table.name.slice(dot + 1),
  ])
  const fields = new Map<string, string[]>()
  for (const [index, field] of rows) {
    const list = fields.get(String(index)) ?? []
    fields.set(String(index), [...list, String(field)])
  }
  // MySQL 8.0.19 and later put the table before the key.
  const found = [...fields].find(([index]) => named === index || named.endsWith(`.${index}`))
  return found?.[1].flatMap((column) => findByName(table.fieldByName, column)?.name ?? [])
}

/** `table`, or `database.table` where the service shows another database. */
const INDEX_FIELDS = `select index_name, column_name from information_schema.statistics
  where (table_schema = database() and table_name = ?) or (table_schema = ? and table_name = ?)
  order by index_name, seq_in_index`
