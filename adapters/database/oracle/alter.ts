import type { CallOptions, Rename, SchemaChange } from '../../../src/core/database/adapter.ts'
import { type Connection, ownStatement } from '../sql/connection.ts'
import type { DescribedSchema } from './adapter.ts'
import { changeTable } from './change-table.ts'
import { column } from './column-definition.ts'
import { droppedIndexes } from './dropped-indexes.ts'
import { quoted, storedName } from './names.ts'
import type { Parameter } from './parameter.ts'
import { createTable, type Step } from './schema-steps.ts'
import { existingPlace, type PlaceSearch, placeOf, type TablePlace } from './table-place.ts'

/**
 * A change of the schema, statement by statement: each commits by itself on this server. When one fails, those before it are taken back as
 * far as that is possible: what was added goes, what was dropped of keys comes back.
 */
export async function alterSchema(
  connection: Pick<Connection<Parameter>, 'read' | 'write'>,
  change: SchemaChange,
  { server }: Pick<DescribedSchema, 'server'>,
  options: CallOptions,
): Promise<void> {
  const done: Step[] = []
  const run = (sql: string) => connection.write([ownStatement<Parameter>(sql)], options)
  try {
    for (const step of await stepsOf({ connection, server, options }, change)) {
      await run(step.sql)
      done.push(step)
    }
  } catch (error) {
    for (const { undo } of done.toReversed()) if (undo !== undefined) await run(undo).catch(() => {})
    throw error
  }
}

/** What is read here of the catalogue are names: those of tables, columns, keys and indexes. */
export async function stepsOf(search: PlaceSearch, change: SchemaChange): Promise<readonly Step[]> {
  switch (change.kind) {
    case 'create_table': {
      const place = await placeOf(search, change.table.name)
      const fresh: TablePlace = place.isThere ? place : { ...place }
      const targets = await targetsOf(search, change.table.foreignKeys, fresh)
      return createTable(change.table, fresh, targets)
    }
    case 'drop_table':
      return [{ sql: `drop table ${(await existingPlace(search, change.table)).sql}` }]
    case 'add_field': {
      const place = await existingPlace(search, change.table)
      const name = place.columnOf(change.field.name)
      return [
        {
          sql: `alter table ${place.sql} add (${column(name, change.field, place.server)})`,
          undo: dropped(place, name),
        },
      ]
    }
    case 'change_table': {
      const { table } = change
      const place = await existingPlace(search, table.source ?? table.name)
      const keys = [...change.addForeignKeys, ...change.dropForeignKeys]
      const targetOf = await targetsOf(search, keys, place)
      const gone = await droppedIndexes(search.connection, change, place, search.options)
      return changeTable(table, change, { place, targetOf, dropped: gone })
    }
  }
}

/** Keys, indexes, checks and identity columns go on with it; views and the text of triggers and routines do not. */
export async function renameStatement(search: PlaceSearch, { table, field, to }: Rename): Promise<string> {
  const place = await existingPlace(search, table)
  const what = field === undefined ? '' : `column ${quoted(place.columnOf(field))} `
  return `alter table ${place.sql} rename ${what}to ${quoted(storedName(to))}`
}

function dropped(place: TablePlace, name: string): string {
  return `alter table ${place.sql} drop column ${quoted(name)}`
}

/** The tables that keys point to, each read once. A table may point to itself before it is there. */
async function targetsOf(
  search: PlaceSearch,
  keys: readonly { readonly refTable: string }[],
  own: TablePlace,
): Promise<(shown: string) => TablePlace> {
  const places = new Map<string, TablePlace>()
  for (const { refTable } of keys)
    if (!places.has(refTable)) places.set(refTable, await placeOf(search, refTable))
  return (shown) => {
    const place = places.get(shown) ?? own
    return place.owner === own.owner && place.name === own.name ? own : place
  }
}
