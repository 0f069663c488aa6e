import type { CallOptions } from '../../../src/core/database/adapter.ts'
import type { TableDefinition } from '../../../src/core/database/schema.ts'
import type { DescribedSchema } from './adapter.ts'
import type { CatalogueRow } from './catalogue-rows.ts'
import {
  columnCommentForms,
  columnForms,
  constraintForms,
  type Forms,
  indexForms,
  keyFieldForms,
  tableCommentForms,
  tableForms,
  viewForms,
} from './catalogue-statements.ts'
import { describeTables } from './describe-tables.ts'
import { firstTaken } from './less.ts'
import { type CatalogueConnection, readDefaultOwner, readForms, readOwnersThings } from './read-own.ts'

/** All tables and views of the owners that are shown, in nine statements however many there are, where the server takes them all. */
export async function readCatalogue(
  connection: CatalogueConnection,
  scope: DescribedSchema,
  options: CallOptions,
): Promise<TableDefinition[]> {
  const defaultOwner = await readDefaultOwner(connection, options)
  const { owners, rows: tables } = await readOwnersThings(connection, tableForms, {
    scope,
    defaultOwner,
    options,
  })
  const read = <K extends string>(forms: Forms<K>) => readForms(connection, forms, { owners, options })
  /** Without it there is less to tell of a table, but the table is there. */
  const optional = <K extends string>(forms: Forms<K>) =>
    firstTaken<readonly CatalogueRow<K>[]>([() => read(forms), async () => []], options)
  return describeTables({
    defaultOwner,
    numbersOnly: scope.numbersOnly,
    tables,
    views: await optional(viewForms),
    columns: await read(columnForms(scope.server)),
    constraints: await optional(constraintForms(scope.server)),
    keyFields: await optional(keyFieldForms),
    indexes: await optional(indexForms),
    tableComments: await optional(tableCommentForms),
    columnComments: await optional(columnCommentForms),
  })
}
