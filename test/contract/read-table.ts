import type { DatabaseAdapter } from '../../src/core/database/adapter.ts'
import { buildSchema } from '../../src/core/database/build-schema.ts'
import type { SelectQuery } from '../../src/core/database/query.ts'
import type { Table } from '../../src/core/database/schema.ts'
import type { Row } from '../../src/core/database/value.ts'
import { calm, present, rowsOf } from './scene.ts'

/** As the catalogue has it now. */
export async function tableNamed(adapter: DatabaseAdapter, name: string): Promise<Table> {
  return present(buildSchema(await adapter.readSchema(calm)).tableByName.get(name.toLowerCase()))
}

/** All fields of up to 1000 rows unless told otherwise. */
export function queryOf(table: Table, options: Partial<SelectQuery> = {}): SelectQuery {
  return { table, fields: table.fields.map(({ name }) => name), limit: 1000, as: 'rows', ...options }
}

export async function rowsIn(
  adapter: DatabaseAdapter,
  table: Table,
  options: Partial<SelectQuery> = {},
): Promise<readonly Row[]> {
  return rowsOf(await adapter.select(queryOf(table, options), calm))
}
