import { sql } from 'kysely'
import type { Field } from '../../../src/core/database/schema.ts'
import type { DeleteParts, Fragment, InsertParts, UpdateParts } from '../sql/dialect.ts'
import { pathOf } from './table-name.ts'
import { BEGIN, byOutput, COMMIT, deletion, type Giving, inOrder } from './write-sql.ts'

/**
 * For tables with triggers, where the server takes no OUTPUT by itself (error 334): the keys of the rows are noted, and the rows read by
 * them, as the triggers left them. What is deleted is read before. A table without a key keeps the plain way.
 */
export const byNotedKeys: Giving = {
  clause: (parts) => {
    const keys = keysOf(parts)
    if (keys.length === 0) return byOutput.clause(parts)
    const noted = keys.map((key) => sql.id('inserted', columnOf(key)))
    return sql` output ${sql.join(noted)} into ${NOTED}`
  },
  before: (parts) => {
    const keys = keysOf(parts)
    if (keys.length === 0) return []
    const columns = keys.map((key) => sql`${sql.id(columnOf(key))} ${sql.raw(key.dbType)}`)
    return [sql`declare ${NOTED} table (${sql.join(columns)})`]
  },
  after: (parts) => {
    const keys = keysOf(parts)
    if (keys.length === 0) return []
    const same = keys.map((key) => sql`${sql.id('t', columnOf(key))} = ${sql.id('n', columnOf(key))}`)
    const rows = sql`${parts.table} ${sql.id('t')} join ${NOTED} ${sql.id('n')} on ${sql.join(same, sql` and `)}`
    return [sql`select ${sql.join(parts.returned('t'))} from ${rows}`, sql`delete from ${NOTED}`]
  },
  delete: readAndDelete,
}

/** Without OUTPUT. */
export function readAndDelete(parts: DeleteParts): Fragment {
  const deleted = deletion(parts.table, sql``, parts.where)
  if (parts.returned('deleted').length === 0) return deleted
  return inOrder([sql.raw(BEGIN), readFirst(parts), deleted, sql.raw(COMMIT)])
}

const NOTED = sql.raw('@noted')

/** Under locks that keep the rows, and the places where others of the kind would stand, as they are. */
function readFirst({ definition, table, where, returned }: DeleteParts): Fragment {
  const columns = returned(pathOf(definition.name).at(-1) ?? '')
  return sql`select ${sql.join(columns)} from ${table} with (updlock, holdlock)${where ? sql` where ${where}` : sql``}`
}

function keysOf({ definition: { primaryKey, fieldByName } }: InsertParts | UpdateParts): readonly Field[] {
  return primaryKey.flatMap((name) => fieldByName.get(name.toLowerCase()) ?? [])
}

function columnOf({ column, name }: Field): string {
  return column ?? name
}
