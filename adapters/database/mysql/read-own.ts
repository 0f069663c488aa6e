import type { CallOptions } from '../../../src/core/database/adapter.ts'
import { type Connection, ownStatement } from '../sql/connection.ts'
import type { SchemaScope } from '../sql/server-config.ts'
import type { CatalogueRow, DescribedDatabase } from './catalogue-rows.ts'

/** What the catalogue needs of a connection. Its only parameters are names of databases. */
export type CatalogueConnection = Pick<Connection<string>, 'read'>

/** A statement on the catalogue: each column is given the name it has in `columns`, since MySQL 8 answers upper-case ones. */
export interface CatalogueQuery<K extends string> {
  /** SQL expressions by the names of their columns. */
  readonly columns: Readonly<Record<K, string>>
  /** From `from` on. */
  readonly from: string
  readonly parameters: readonly string[]
}

export async function readOwn<K extends string>(
  connection: CatalogueConnection,
  { columns, from, parameters }: CatalogueQuery<K>,
  options: CallOptions,
): Promise<CatalogueRow<K>[]> {
  const list = Object.entries(columns).map(([name, expression]) => `${expression} as \`${name}\``)
  const statement = ownStatement(`select ${list.join(', ')} ${from}`, Object.keys(columns), parameters)
  const result = await connection.read(statement, 'rows', options)
  // Texts, numbers and nulls under the names given: the statements are ours, and so is what they ask for.
  return 'rows' in result ? (result.rows as CatalogueRow<K>[]) : []
}

/** The server's kind, and the database that a scope means: blank and `default` are the connection's own. */
export async function readDescribedDatabase(
  connection: CatalogueConnection,
  { schema }: SchemaScope,
  options: CallOptions,
): Promise<DescribedDatabase> {
  const columns = { version: 'version()', current: 'database()' }
  const [row] = await readOwn(connection, { columns, from: '', parameters: [] }, options)
  const current = String(row?.current ?? '')
  const database = schema === '' || schema === 'default' ? current : schema
  return {
    isMariaDb: /mariadb/i.test(String(row?.version)),
    database,
    prefix: database === current ? '' : `${database}.`,
  }
}
