import type { CallOptions, TableChange } from '../../../src/core/database/adapter.ts'
import { AppError } from '../../../src/core/errors.ts'
import { grouped } from './catalogue-rows.ts'
import { quoted } from './names.ts'
import { type CatalogueConnection, readOwn } from './read-own.ts'
import type { Step } from './schema-steps.ts'
import type { TablePlace } from './table-place.ts'

/** The steps that drop the keys and indexes of a change, whose names the catalogue knows. */
export async function droppedIndexes(
  connection: CatalogueConnection,
  { dropUniqueKeys = [], dropIndexes = [] }: TableChange,
  place: TablePlace,
  options: CallOptions,
): Promise<readonly Step[]> {
  if (dropUniqueKeys.length + dropIndexes.length === 0) return []
  const parameters = [place.owner, place.name]
  const constraints = namesByFields(
    await readOwn(connection, { columns: CONSTRAINTS, from: CONSTRAINTS_FROM, parameters }, options),
  )
  const indexes = namesByFields(
    await readOwn(connection, { columns: INDEXES, from: INDEXES_FROM, parameters }, options),
  )
  const keyOf = (fields: readonly string[]) => fields.map((field) => place.columnOf(field)).join(BETWEEN)
  const dropIndex = ([owner = '', name = '']: readonly string[]): Step => ({
    sql: `drop index ${quoted(owner)}.${quoted(name)}`,
  })
  return [
    ...dropUniqueKeys.flatMap((fields) => {
      const constraint = constraints.get(keyOf(fields))
      if (constraint)
        return constraint.map(([, name = '']) => ({
          sql: `alter table ${place.sql} drop constraint ${quoted(name)}`,
        }))
      return (indexes.get(`UNIQUE${BETWEEN}${keyOf(fields)}`) ?? notAlone(fields)).map(dropIndex)
    }),
    ...dropIndexes.flatMap((field) =>
      (indexes.get(`NONUNIQUE${BETWEEN}${keyOf([field])}`) ?? notAlone([field])).map(dropIndex),
    ),
  ]
}

const BETWEEN = '\u0000'

export const CONSTRAINTS = { owner: 'c.owner', name: 'c.constraint_name', kind: "''", field: 'f.column_name' }
export const CONSTRAINTS_FROM = `from all_constraints c join all_cons_columns f
  on f.owner = c.owner and f.constraint_name = c.constraint_name
  where c.owner = :1 and c.table_name = :2 and c.constraint_type = 'U' order by c.constraint_name, f.position`

export const INDEXES = {
  owner: 'c.index_owner',
  name: 'c.index_name',
  kind: 'i.uniqueness',
  field: 'c.column_name',
}
export const INDEXES_FROM = `from all_ind_columns c join all_indexes i
  on i.owner = c.index_owner and i.index_name = c.index_name
  where c.table_owner = :1 and c.table_name = :2 order by c.index_name, c.column_position`

type Part = Readonly<Record<'owner' | 'name' | 'kind' | 'field', string | null>>

/** Owners and names by kind and fields. */
function namesByFields(rows: readonly Part[]): Map<string, (readonly string[])[]> {
  const found = new Map<string, (readonly string[])[]>()
  for (const parts of grouped(rows, ({ owner, name }) => `${owner}${BETWEEN}${name}`).values()) {
    const [first] = parts
    const fields = parts.map(({ field }) => String(field))
    const key = [...(first?.kind ? [first.kind] : []), ...fields].join(BETWEEN)
    found.set(key, [...(found.get(key) ?? []), [String(first?.owner), String(first?.name)]])
  }
  return found
}

function notAlone(fields: readonly string[]): never {
  throw new AppError(
    'not_supported',
    `'${fields.join(', ')}' leads an index of several fields, which cannot be dropped here.`,
  )
}
