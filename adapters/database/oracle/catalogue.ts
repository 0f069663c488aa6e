import type { CallOptions } from '../../../src/core/database/adapter.ts'
import type { TableDefinition } from '../../../src/core/database/schema.ts'
import type { DescribedSchema } from './adapter.ts'
import {
  COLUMN_COMMENTS,
  COLUMN_COMMENTS_FROM,
  COLUMNS_FROM,
  CONSTRAINTS_FROM,
  columnsOf,
  constraintsOf,
  INDEXES,
  INDEXES_FROM,
  INDEXES_ORDER,
  KEY_FIELDS,
  KEY_FIELDS_FROM,
  KEY_FIELDS_ORDER,
  TABLE_COMMENTS,
  TABLE_COMMENTS_FROM,
  TABLES,
  TABLES_FROM,
  VIEWS,
  VIEWS_FROM,
} from './catalogue-statements.ts'
import { describeTables } from './describe-tables.ts'
import { type CatalogueConnection, ownersOf, readDefaultOwner, readOwn } from './read-own.ts'

/** All tables and views of the owners that are shown, in nine statements however many there are. */
export async function readCatalogue(
  connection: CatalogueConnection,
  scope: DescribedSchema,
  options: CallOptions,
): Promise<TableDefinition[]> {
  const defaultOwner = await readDefaultOwner(connection, options)
  const { among, parameters } = ownersOf(scope, defaultOwner)
  const read = <K extends string>(
    columns: Readonly<Record<K, string>>,
    from: string,
    { owner = 'owner', order = '' } = {},
  ) => {
    const query = { columns, from: `${from} and ${among(owner)} ${order}`.trimEnd(), parameters }
    return readOwn(connection, query, options)
  }
  return describeTables({
    defaultOwner,
    numbersOnly: scope.numbersOnly,
    tables: await read(TABLES, TABLES_FROM),
    views: await read(VIEWS, VIEWS_FROM),
    columns: await read(columnsOf(scope.server), COLUMNS_FROM, {
      order: 'order by owner, table_name, column_id',
    }),
    constraints: await read(constraintsOf(scope.server), CONSTRAINTS_FROM, {
      order: 'order by owner, table_name, constraint_name',
    }),
    keyFields: await read(KEY_FIELDS, KEY_FIELDS_FROM, { order: KEY_FIELDS_ORDER }),
    indexes: await read(INDEXES, INDEXES_FROM, { owner: 'c.table_owner', order: INDEXES_ORDER }),
    tableComments: await read(TABLE_COMMENTS, TABLE_COMMENTS_FROM),
    columnComments: await read(COLUMN_COMMENTS, COLUMN_COMMENTS_FROM),
  })
}
