import type { Filter } from '../../core/database/query.ts'
import type { DatabaseSchema, Relation, Table } from '../../core/database/schema.ts'
import type { FilterExpression } from '../../core/filter.ts'
import { findByName } from '../../core/names.ts'
import type { OperationContext } from '../../core/operation.ts'
import { findRelationOf } from './relation-in-filter.ts'
import { isToOne } from './relations.ts'
import type { ComparisonExpression } from './resolve-filter.ts'

export interface FilterScope {
  readonly schema: DatabaseSchema
  readonly table: Table
  readonly context: OperationContext
  /** The rows of another table that the caller may read. Throws `forbidden`. */
  visible(table: Table): Filter | undefined
  /** The relations that lead to the table, as the filter names them, with a dot behind each. */
  readonly path?: string
}

/** Of a table that the filter may have come to through relations. */
export interface Scope extends Required<FilterScope> {}

/** A relation and the name it has in the filter. */
export interface Head {
  readonly relation: Relation
  readonly prefix: string
}

/** The relation that the name of a comparison begins with; nothing for a field of the table. */
export function headOf(
  { field }: ComparisonExpression,
  { table, schema, context, path }: Scope,
): Head | undefined {
  if (findByName(table.fieldByName, field.name)) return undefined
  return findRelationOf(field.name, { table, schema, context, path })
}

/** The relation to many that every comparison of an expression leads through; NOT inside a comparison is part of it. */
export function relationOfAll(expression: FilterExpression, scope: Scope): Head | undefined {
  switch (expression.op) {
    case 'and':
    case 'or': {
      const [first, ...rest] = expression.all.map((part) => relationOfAll(part, scope))
      return rest.every((other) => other?.relation === first?.relation) ? first : undefined
    }
    case 'not':
      return expression.inside ? relationOfAll(expression.filter, scope) : undefined
    default: {
      const head = headOf(expression, scope)
      return head && !isToOne(head.relation) ? head : undefined
    }
  }
}

/** Parts that AND joins and that are about the same relation to many are one part: of one record. */
export function joined(parts: readonly FilterExpression[], scope: Scope): readonly FilterExpression[] {
  const byRelation = new Map<Relation, FilterExpression[]>()
  const others: FilterExpression[] = []
  for (const part of parts) {
    const relation = relationOfAll(part, scope)?.relation
    const same = relation && byRelation.get(relation)
    if (same) same.push(part)
    else if (relation) byRelation.set(relation, [part])
    else others.push(part)
  }
  return [
    ...others,
    ...[...byRelation.values()].map((all): FilterExpression => {
      const [only] = all
      return all.length === 1 && only ? only : { op: 'and', all }
    }),
  ]
}

/** The expression as the related table has it: its names without that of the relation. */
export function stripped(expression: FilterExpression, scope: Scope): FilterExpression {
  switch (expression.op) {
    case 'and':
    case 'or':
      return { op: expression.op, all: expression.all.map((part) => stripped(part, scope)) }
    case 'not':
      return { ...expression, filter: stripped(expression.filter, scope) }
    default: {
      const head = headOf(expression, scope)
      return head ? behindHead(expression, head) : expression
    }
  }
}

/** The comparison as the related table has it. */
export function behindHead<E extends ComparisonExpression>(expression: E, { prefix }: Head): E {
  const { field } = expression
  return { ...expression, field: { ...field, name: field.name.slice(prefix.length + 1) } }
}
