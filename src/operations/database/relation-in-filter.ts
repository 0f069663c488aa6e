import type { DatabaseSchema, Relation, Table } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'
import { relationName, relationNamed, visibleRelations } from './relations.ts'

interface Looking {
  readonly schema: DatabaseSchema
  readonly table: Table
  readonly context: OperationContext
  readonly path: string
}

interface Found {
  readonly relation: Relation
  /** The part of the name that is the relation. */
  readonly prefix: string
}

/**
 * The relation that a dotted name begins with, of those the caller may see: by its name or alias, by the field that refers to
 * one record without its `_id` (`customer` for `customer_id`), or by the table it leads to when only one does. Throws
 * `bad_request` when it may be several.
 */
export function findRelationOf(name: string, { schema, table, context, path }: Looking): Found | undefined {
  if (!name.includes('.')) return undefined
  const relations = visibleRelations(schema, table, context)
  for (let end = name.lastIndexOf('.'); end > 0; end = name.lastIndexOf('.', end - 1)) {
    const prefix = name.slice(0, end)
    const relation = relationNamed(relations, prefix) ?? meant(prefix, relations, path)
    if (relation) return { relation, prefix }
  }
  return undefined
}

function meant(prefix: string, relations: readonly Relation[], path: string): Relation | undefined {
  const wanted = prefix.trim().toLowerCase()
  const byField = relations.filter(
    ({ type, fields }) =>
      type === 'belongs_to' && fields.length === 1 && fields[0]?.toLowerCase() === `${wanted}_id`,
  )
  const toTable = relations.filter(({ refTable }) => refTable.toLowerCase() === wanted)
  const direct = toTable.filter(({ junction }) => !junction)
  const found = [byField, direct, toTable].find((list) => list.length > 0) ?? []
  if (found.length > 1)
    throw new AppError('bad_request', `'${path}${prefix}' may be several relations.`, {
      hint: `Name one of: ${found.map(relationName).join(', ')}`,
    })
  return found[0]
}
