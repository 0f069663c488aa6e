import type { CallOptions } from '../../../src/core/database/adapter.ts'
import { type CatalogueConnection, isTrue, readIfThere } from './catalogue-rows.ts'

/** learn.microsoft.com, "HAS_PERMS_BY_NAME": rights on the whole database that change something. */
const RIGHTS = {
  insert: "has_perms_by_name(db_name(), 'DATABASE', 'INSERT')",
  update: "has_perms_by_name(db_name(), 'DATABASE', 'UPDATE')",
  delete: "has_perms_by_name(db_name(), 'DATABASE', 'DELETE')",
  execute: "has_perms_by_name(db_name(), 'DATABASE', 'EXECUTE')",
  alter: "has_perms_by_name(db_name(), 'DATABASE', 'ALTER')",
  control: "has_perms_by_name(db_name(), 'DATABASE', 'CONTROL')",
} as const

/** What the login could do beyond reading, for who looks after the service. Rights on single tables are not looked for. */
export async function notesOnRights(
  connection: CatalogueConnection,
  isReadOnly: boolean,
  options: CallOptions,
): Promise<readonly string[]> {
  const [row] = await readIfThere(connection, { columns: RIGHTS, from: '' }, options)
  if (!row) return isReadOnly ? [`${NO_READ_ONLY} The server does not tell what the login could do.`] : []
  const held = Object.entries(row).flatMap(([right, value]) => (isTrue(value) ? right.toUpperCase() : []))
  if (held.includes('CONTROL'))
    return [
      `${isReadOnly ? `${NO_READ_ONLY} ` : ''}The login owns the database and could do anything in it: give the service one with fewer rights.`,
    ]
  if (!isReadOnly) return []
  if (held.length === 0)
    return [`${NO_READ_ONLY} The login has no right on the whole database to change anything.`]
  return [`${NO_READ_ONLY} The login could ${held.join(', ')}: give the service one that has SELECT alone.`]
}

const NO_READ_ONLY =
  'SQL Server has no read-only transactions: only that Sluice sends no change keeps this service from writing.'
