import type { CallOptions, SchemaChange } from '../../../src/core/database/adapter.ts'
import { AppError } from '../../../src/core/errors.ts'
import { grouped } from './catalogue-rows.ts'
import { type NewTables, quoted } from './column-definition.ts'
import { pathOf } from './dialect.ts'
import { type CatalogueConnection, readOwn } from './read-own.ts'

const COLUMNS = {
  name: 's.index_name',
  non_unique: 's.non_unique',
  field: 's.column_name',
  place: 's.seq_in_index',
}

/** The actions that drop the keys and indexes of a change, whose names the catalogue knows. */
export async function droppedIndexes(
  connection: CatalogueConnection,
  change: SchemaChange,
  { otherDatabase }: NewTables,
  options: CallOptions,
): Promise<readonly string[]> {
  if (change.kind !== 'change_table') return []
  const { dropUniqueKeys = [], dropIndexes = [] } = change
  if (dropUniqueKeys.length + dropIndexes.length === 0) return []
  const path = pathOf(change.table.name, otherDatabase)
  const database = path.length > 1 ? [path[0] ?? ''] : []
  const rows = await readOwn(
    connection,
    {
      columns: COLUMNS,
      from: `from information_schema.statistics s where s.table_schema = ${database.length > 0 ? '?' : 'database()'}
        and s.table_name = ? and s.index_name <> 'PRIMARY' order by s.index_name, s.seq_in_index`,
      parameters: [...database, path.at(-1) ?? ''],
    },
    options,
  )
  const indexes = [...grouped(rows, ({ name }) => String(name))].map(([name, of]) => ({
    name,
    isUnique: Number(of[0]?.non_unique) === 0,
    fields: of.map(({ field }) => String(field).toLowerCase()).join('\u0000'),
  }))
  const gone = (fields: readonly string[], isUnique: boolean) => {
    const wanted = fields.join('\u0000').toLowerCase()
    const found = indexes.filter((one) => one.isUnique === isUnique && one.fields === wanted)
    if (found.length === 0) throw notAlone(fields)
    return found.map(({ name }) => `drop key ${quoted(name)}`)
  }
  return [
    ...dropUniqueKeys.flatMap((fields) => gone(fields, true)),
    ...dropIndexes.flatMap((field) => gone([field], false)),
  ]
}

function notAlone(fields: readonly string[]): AppError {
  return new AppError(
    'not_supported',
    `'${fields.join(', ')}' leads an index of several fields, which cannot be dropped here.`,
  )
}
