import type { Order, Through } from '../../core/database/query.ts'
import type { DatabaseSchema, Table } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import { findByName } from '../../core/names.ts'
import type { OperationContext } from '../../core/operation.ts'
import { unknownField } from './plan-fields.ts'
import { rowFilter } from './plan-filter.ts'
import { readAccess, withHintsFor } from './read-access.ts'
import { findRelationOf } from './relation-in-filter.ts'
import { isElsewhere, isToOne, relationName, tableAt } from './relations.ts'
import { requireComparable } from './require-comparable.ts'

interface Scope {
  readonly schema: DatabaseSchema
  readonly table: Table
  readonly context: OperationContext
  /** The names of the relations that lead to the table, with a dot behind each. */
  readonly path?: string
}

/** Each hop makes a query inside the query. */
const MOST_HOPS = 5

/**
 * An order by a field of a related record: `customer.last_name`. Of the other table the caller has to be allowed to read, and
 * a record that a row filter withholds counts as none. Undefined for a name that begins with no relation. Throws `bad_request`
 * for a relation to many records or into another service, `forbidden`.
 */
export function planRelatedOrder(name: string, scope: Scope): Pick<Order, 'by' | 'through'> | undefined {
  const { schema, table, context, path = '' } = scope
  const found = findRelationOf(name, { schema, table, context, path })
  if (!found) return undefined
  const { relation, prefix } = found
  const told = `${path}${prefix}`
  if (isElsewhere(relation.refService, context) || isElsewhere(relation.junction?.service, context))
    throw refused(`An order cannot lead into another service: '${told}'.`)
  if (!isToOne(relation)) throw refused(`An order cannot lead to many records: '${told}'.`)
  if (path.split('.').length > MOST_HOPS)
    throw refused(`A field of an order lies behind at most ${MOST_HOPS} relations.`)
  const other = tableAt(schema, relation.refTable)
  requireComparable(relation, { from: table, to: other }, { what: 'An order', prefix: found.prefix })
  const where = rowFilter(other, readAccess(other, context))
  const step: Through = {
    table: other,
    fields: relation.fields,
    refFields: relation.refFields,
    ...(where && { where }),
  }
  const rest = name.slice(prefix.length + 1)
  const field = findByName(other.fieldByName, rest)
  if (field) return { by: field.name, through: step }
  return withHintsFor(other, context, () => {
    const further = { ...scope, table: other, path: `${path}${relationName(relation)}.` }
    const behind = planRelatedOrder(rest, further)
    if (!behind?.through)
      throw unknownField(other, rest, `Invalid field '${path}${name.slice(0, 200)}' in order by clause.`)
    return { by: behind.by, through: { ...step, next: behind.through } }
  })
}

function refused(message: string): AppError {
  return new AppError('bad_request', message, {
    hint: 'Order by fields of the table, or of a record that it refers to.',
  })
}
