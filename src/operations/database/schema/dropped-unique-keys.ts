import type { TableDefinition } from '../../../core/database/schema.ts'
import { AppError } from '../../../core/errors.ts'
import type { ReferenceScope } from './reference-target.ts'

type Key = readonly string[]

/**
 * The unique keys that go when these fields are to be unique no more: one of several fields when all of them are. Throws
 * `bad_request` when only some are, `conflict` for a key that a foreign key refers to.
 */
export function droppedUniqueKeys(
  { name, uniqueKeys }: TableDefinition,
  fields: readonly string[],
  { schema }: Pick<ReferenceScope, 'schema'>,
): readonly Key[] {
  const keys = uniqueKeys.filter((key) => key.some((field) => fields.includes(field)))
  for (const key of keys) {
    const others = key.filter((field) => !fields.includes(field))
    if (others.length > 0) throw keptBy(key, others)
    const isNeeded = schema.tables.some(({ foreignKeys }) =>
      foreignKeys.some(({ refTable, refFields }) => refTable === name && isSame(refFields, key)),
    )
    if (isNeeded)
      throw new AppError('conflict', `A foreign key refers to the unique key on ${key.join(', ')}.`, {
        hint: 'Drop that foreign key first. Nothing was changed.',
      })
  }
  return keys
}

function keptBy(key: Key, others: readonly string[]): AppError {
  return new AppError('bad_request', `The unique key is on ${key.join(', ')} together.`, {
    hint: `To drop it, set is_unique to false for ${others.join(', ')} in the same request, too.`,
  })
}

function isSame(one: Key, other: Key): boolean {
  return one.length === other.length && one.every((field) => other.includes(field))
}
