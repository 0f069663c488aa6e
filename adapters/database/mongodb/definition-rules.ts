import type { Field, ForeignKey } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { isName } from './sample.ts'

export function requireNoForeignKeys(keys: readonly ForeignKey[]): void {
  if (keys.length === 0) return
  throw new AppError('not_supported', 'This database has no foreign keys.', {
    hint: 'Declare a virtual relationship instead.',
  })
}

/** https://www.mongodb.com/docs/manual/reference/limits/#naming-restrictions */
export function requireTableName(name: string): void {
  const isTable =
    name !== '' && !/[$\0]/.test(name) && !isOurs(name) && !isServers(name) && Buffer.byteLength(name) <= 180
  if (isTable) return
  throw new AppError('bad_request', 'The database does not take this name for a table.', {
    hint: "Names have no '$', do not begin with 'system.' or 'sluice.', and have at most 180 bytes.",
  })
}

/** The server keeps its own things beside others. */
function isServers(name: string): boolean {
  return name.startsWith('system.')
}

function isOurs(name: string): boolean {
  return name.startsWith('sluice.')
}

/** A collection that people put there. */
export function isShown(name: string): boolean {
  return !isServers(name) && !isOurs(name)
}

export function requireFieldName({ name, isGenerated }: Field): void {
  if (isGenerated) throw new AppError('not_supported', 'This database has no generated fields.')
  requireName(name)
}

export function requireName(name: string): void {
  if (isName(name)) return
  throw new AppError('bad_request', 'The database does not take this name for a field.', {
    hint: "Names of fields do not begin with '$' and have no dot.",
  })
}
