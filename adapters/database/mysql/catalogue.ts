import type { CallOptions } from '../../../src/core/database/adapter.ts'
import type { TableDefinition } from '../../../src/core/database/schema.ts'
import type { SchemaScope } from '../sql/server-config.ts'
import { describeTables } from './describe-tables.ts'
import { type CatalogueConnection, type CatalogueQuery, readDescribedDatabase, readOwn } from './read-own.ts'

/**
 * All tables and views of one database, in eight statements however many there are. Each statement names the database
 * as `table_schema` (`constraint_schema` where MariaDB finds it by that): otherwise the server would open all tables of all databases.
 */
export async function readCatalogue(
  connection: CatalogueConnection,
  scope: SchemaScope,
  options: CallOptions,
): Promise<TableDefinition[]> {
  const server = await readDescribedDatabase(connection, scope, options)
  const read = <K extends string>(columns: Readonly<Record<K, string>>, from: string) => {
    const query: CatalogueQuery<K> = { columns, from, parameters: [server.database] }
    return readOwn(connection, query, options)
  }
  return describeTables({
    server,
    tables: await read(TABLES, TABLES_FROM),
    columns: await read(COLUMNS, COLUMNS_FROM),
    indexes: await read(INDEXES, INDEXES_FROM),
    foreignKeys: await read(FOREIGN_KEYS, FOREIGN_KEYS_FROM),
    foreignKeyRules: await read(FOREIGN_KEY_RULES, FOREIGN_KEY_RULES_FROM),
    checks: server.isMariaDb ? await read(CHECKS, CHECKS_FROM) : await read(MYSQL_CHECKS, MYSQL_CHECKS_FROM),
    views: server.isMariaDb ? await read(VIEWS, VIEWS_FROM) : [],
  })
}

const TABLES = {
  name: 'table_name',
  kind: 'table_type',
  comment: 'table_comment',
  row_estimate: 'table_rows',
  engine: 'engine',
}
/** Not MariaDB's sequences, nor temporary tables, which another connection would not have. */
const TABLES_FROM = `from information_schema.tables where table_schema = ?
  and table_type in ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW') order by table_name`

const COLUMNS = {
  source: 'table_name',
  name: 'column_name',
  default: 'column_default',
  nullable: 'is_nullable',
  data_type: 'data_type',
  column_type: 'column_type',
  extra: 'extra',
  comment: 'column_comment',
}
const COLUMNS_FROM = `from information_schema.columns where table_schema = ?
  order by table_name, ordinal_position`

/** MySQL gives a part that is an expression no column; a prefix is the number of characters indexed. */
const INDEXES = {
  source: 'table_name',
  name: 'index_name',
  non_unique: 'non_unique',
  field: 'column_name',
  prefix: 'sub_part',
}
const INDEXES_FROM = `from information_schema.statistics where table_schema = ?
  order by table_name, index_name, seq_in_index`

const FOREIGN_KEYS = {
  source: 'table_name',
  name: 'constraint_name',
  field: 'column_name',
  ref_schema: 'referenced_table_schema',
  ref_table: 'referenced_table_name',
  ref_field: 'referenced_column_name',
}
const FOREIGN_KEYS_FROM = `from information_schema.key_column_usage where table_schema = ?
  and referenced_table_name is not null order by table_name, constraint_name, ordinal_position`

const FOREIGN_KEY_RULES = {
  source: 'table_name',
  name: 'constraint_name',
  on_update: 'update_rule',
  on_delete: 'delete_rule',
}
const FOREIGN_KEY_RULES_FROM = `from information_schema.referential_constraints where constraint_schema = ?`

const CHECKS = { source: 'table_name', name: 'constraint_name', clause: 'check_clause' }
const CHECKS_FROM = `from information_schema.check_constraints where constraint_schema = ?
  order by table_name, constraint_name`

/** MySQL (8.0.16 and later) keeps the table of a check elsewhere. */
const MYSQL_CHECKS = { source: 't.table_name', name: 'c.constraint_name', clause: 'c.check_clause' }
const MYSQL_CHECKS_FROM = `from information_schema.check_constraints c
  join information_schema.table_constraints t on t.constraint_schema = c.constraint_schema
    and t.constraint_name = c.constraint_name and t.constraint_type = 'CHECK'
  where c.constraint_schema = ? order by t.table_name, c.constraint_name`

const VIEWS = { name: 'table_name', definition: 'view_definition' }
const VIEWS_FROM = 'from information_schema.views where table_schema = ?'
