import type { CallOptions, Rename } from '../../../src/core/database/adapter.ts'
import { ownStatement } from '../sql/connection.ts'
import type { ServerExecutor } from '../sql/server-executor.ts'
import { type CatalogueConnection, grouped, readIfThere } from './catalogue-rows.ts'
import { quoted, quotedTable } from './column-definition.ts'
import type { SqlserverConnection } from './connection.ts'
import { mentions, renamedIn } from './definition-text.ts'
import type { Parameter } from './parameter.ts'
import { pathOf } from './table-name.ts'

/**
 * Another name for a table or a column, in one transaction. Keys and indexes go on with it; the server renames no column that a rule or
 * the filter of an index names (error 15336), so these are dropped before and made again with the new name.
 */
export async function renameThing(
  executor: Pick<ServerExecutor<Parameter, SqlserverConnection>, 'read' | 'transaction'>,
  rename: Rename,
  options: CallOptions,
): Promise<void> {
  const { dropped, made } = await namingIt(executor, rename, options)
  const path = [...pathOf(rename.table), ...(rename.field === undefined ? [] : [rename.field])]
  const parameters = [path.map(bracketed).join('.'), rename.to].map(text)
  const type = rename.field === undefined ? '' : `, @objtype = 'COLUMN'`
  const renaming = `exec sp_rename @objname = @1, @newname = @2${type}`
  const statements = [
    ...dropped.map((sql) => ownStatement<Parameter>(sql)),
    ownStatement(renaming, [], parameters),
    ...made.map((sql) => ownStatement<Parameter>(sql)),
  ]
  await executor.transaction((connection) => connection.write(statements, options), options)
}

interface Naming {
  readonly dropped: readonly string[]
  /** Of what was dropped, in its new words. */
  readonly made: readonly string[]
}

async function namingIt(
  connection: CatalogueConnection,
  { table, field, to }: Rename,
  options: CallOptions,
): Promise<Naming> {
  if (field === undefined) return { dropped: [], made: [] }
  const parameters = [quotedTable(table)]
  const on = quotedTable(table)
  const checks = await readIfThere(connection, { ...CHECKS, parameters }, options)
  const parts = await readIfThere(connection, { ...FILTERED, parameters }, options)
  const indexes = [...grouped(parts, ({ name }) => String(name)).values()]
  const naming = checks.filter(({ definition }) => mentions(String(definition), field))
  const filtered = indexes.filter(([first]) => mentions(String(first?.filter), field))
  const now = (name: string) => (name.toLowerCase() === field.toLowerCase() ? to : name)
  return {
    dropped: [
      ...naming.map(({ name }) => `alter table ${on} drop constraint ${quoted(String(name))}`),
      ...filtered.map(([first]) => `drop index ${quoted(String(first?.name))} on ${on}`),
    ],
    made: [
      ...naming.map(
        ({ name, definition }) =>
          `alter table ${on} add constraint ${quoted(String(name))} check (${renamedIn(String(definition), field, to)})`,
      ),
      ...filtered.map((of) => {
        const [first] = of
        const columns = of.map((part) => quoted(now(String(part.field)))).join(', ')
        return `create unique index ${quoted(String(first?.name))} on ${on} (${columns}) where ${renamedIn(String(first?.filter), field, to)}`
      }),
    ],
  }
}

const CHECKS = {
  columns: { name: 'k.name', definition: 'k.definition' },
  from: 'from sys.check_constraints k where k.parent_object_id = object_id(@1) and k.is_disabled = 0',
}

/** Unique keys of the rows that have values. An index of another kind that has a filter is left to its owner: the server says so. */
const FILTERED = {
  columns: { name: 'i.name', filter: 'i.filter_definition', field: 'c.name' },
  from: `from sys.indexes i
    join sys.index_columns x on x.object_id = i.object_id and x.index_id = i.index_id
    join sys.columns c on c.object_id = x.object_id and c.column_id = x.column_id
    where i.object_id = object_id(@1) and i.is_unique = 1 and i.type = 2 and i.filter_definition is not null and not exists (
      select 1 from sys.index_columns o where o.object_id = i.object_id and o.index_id = i.index_id
        and (o.is_included_column = 1 or o.is_descending_key = 1))
    order by i.name, x.key_ordinal`,
}

const text = (value: string): Parameter => ({ type: 'text', value })

/** The new name stands as it is, the old one as a path (learn.microsoft.com, "sp_rename"). */
function bracketed(name: string): string {
  return `[${name.replaceAll(']', ']]')}]`
}
