import type { Filter } from '../../core/database/query.ts'
import type { Table } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import type { FilterExpression } from '../../core/filter.ts'
import { findByName } from '../../core/names.ts'
import { withHintsFor } from './read-access.ts'
import {
  behindHead,
  type FilterScope,
  type Head,
  headOf,
  joined,
  relationOfAll,
  type Scope,
  stripped,
} from './relation-heads.ts'
import { isElsewhere, isToOne, relationName, tableAt } from './relations.ts'
import { requireComparable } from './require-comparable.ts'
import {
  type ComparisonExpression,
  isGroup,
  resolveComparison,
  resolveFilter,
  unknownField,
} from './resolve-filter.ts'

/** Each makes a query inside the query. */
const MOST_RELATED = 50
const MOST_HOPS = 5

/**
 * An expression whose names may lead through relations: `customer.region`. Of a relation to one record, a comparison is
 * what it would be of a column: unknown where there is no record, and IS NULL then holds. Of a relation to many it holds when
 * some record satisfies it; what AND joins is of the same record, and NOT before it means: no record does.
 */
export function planRelatedFilter(expression: FilterExpression, given: FilterScope): Filter {
  const { table } = given
  const related = countRelated(expression, table)
  if (related > MOST_RELATED)
    throw new AppError(
      'bad_request',
      `At most ${MOST_RELATED} conditions of a filter are on related records.`,
    )
  if (related > 0) return plan(expression, { isNegated: false }, { path: '', ...given })
  return resolveFilter(
    expression,
    (name) => findByName(table.fieldByName, name.name) ?? unknownField(name, table),
  )
}

/** Comparisons of what is no field of the table and may be one of a related table. */
function countRelated(expression: FilterExpression, table: Table): number {
  switch (expression.op) {
    case 'and':
    case 'or':
      return expression.all.reduce((count, part) => count + countRelated(part, table), 0)
    case 'not':
      return countRelated(expression.filter, table)
    default: {
      const { name } = expression.field
      return Number(name.includes('.') && !findByName(table.fieldByName, name))
    }
  }
}

interface Negated {
  /** An odd number of NOT stand before the expression. */
  readonly isNegated: boolean
}

/** NOT moves inwards, as far as the comparisons: there it can be said of a related record. */
function plan(expression: FilterExpression, { isNegated }: Negated, scope: Scope): Filter {
  const many = relationOfAll(expression, scope)
  if (many) {
    const some = existing(many, stripped(expression, scope), { isNegated: false }, scope)
    return isNegated ? { op: 'not', filter: some } : some
  }
  switch (expression.op) {
    case 'and':
    case 'or': {
      const isAnd = (expression.op === 'and') !== isNegated
      const parts = expression.op === 'and' ? joined(expression.all, scope) : expression.all
      return { op: isAnd ? 'and' : 'or', all: parts.map((part) => plan(part, { isNegated }, scope)) }
    }
    case 'not': {
      const inner = expression.filter
      const isLeaf = expression.inside && inner.op !== 'not' && !isGroup(inner)
      return isLeaf
        ? planComparison(inner, { isInside: true, isNegated }, scope)
        : plan(inner, { isNegated: !isNegated }, scope)
    }
    default:
      return planComparison(expression, { isInside: false, isNegated }, scope)
  }
}

/** `isInside`: the NOT inside of a comparison, which goes with it to the related record. */
function planComparison(
  expression: ComparisonExpression,
  { isInside, isNegated }: Negated & { readonly isInside: boolean },
  scope: Scope,
): Filter {
  const head = headOf(expression, scope)
  if (!head) {
    const own = findByName(scope.table.fieldByName, expression.field.name)
    const field = own ?? unknownField(expression.field, scope.table, scope.path + expression.field.name)
    const filter = resolveComparison(expression, field)
    return isNegated === isInside ? filter : { op: 'not', filter }
  }
  const inner = behindHead(expression, head)
  // Where there is no record there is no value: that is null.
  if (expression.op === 'is_null' && isNegated === isInside && !leadsToMany(inner, head, scope))
    return { op: 'not', filter: existing(head, inner, { isNegated: true }, scope) }
  const behind: FilterExpression = isInside ? { op: 'not', filter: inner, inside: true } : inner
  return existing(head, behind, { isNegated }, scope)
}

function leadsToMany(inner: ComparisonExpression, head: Head, scope: Scope): boolean {
  const next = scopeBehind(head, scope)
  const further = headOf(inner, next)
  return (
    further !== undefined &&
    (!isToOne(further.relation) || leadsToMany(behindHead(inner, further), further, next))
  )
}

/** There is a related record that the caller may read and that the expression holds for. */
function existing(head: Head, inner: FilterExpression, { isNegated }: Negated, scope: Scope): Filter {
  const { relation } = head
  const behind = scopeBehind(head, scope)
  requireComparable(
    relation,
    { from: scope.table, to: behind.table },
    { what: 'A filter', prefix: head.prefix },
  )
  const where = all(
    scope.visible(behind.table),
    withHintsFor(behind.table, scope.context, () => plan(inner, { isNegated }, behind)),
  )
  if (!relation.junction)
    return {
      op: 'exists',
      table: behind.table,
      fields: relation.fields,
      refFields: relation.refFields,
      where,
    }
  const { fields, refFields, table: name } = relation.junction
  const junction = tableAt(scope.schema, name)
  const further: Filter = {
    op: 'exists',
    table: behind.table,
    fields: refFields,
    refFields: relation.refFields,
    where,
  }
  return {
    op: 'exists',
    table: junction,
    fields: relation.fields,
    refFields: fields,
    where: all(scope.visible(junction), further),
  }
}

function scopeBehind({ relation, prefix }: Head, scope: Scope): Scope {
  const { context, schema, path } = scope
  if (isElsewhere(relation.refService, context) || isElsewhere(relation.junction?.service, context))
    throw new AppError('bad_request', `A filter cannot lead into another service: '${path}${prefix}'.`, {
      hint: 'Read the related records with related and a filter of their own.',
    })
  if (path.split('.').length > MOST_HOPS)
    throw new AppError('bad_request', `A field of a filter lies behind at most ${MOST_HOPS} relations.`)
  return { ...scope, table: tableAt(schema, relation.refTable), path: `${path}${relationName(relation)}.` }
}

function all(...filters: readonly (Filter | undefined)[]): Filter {
  const given = filters.filter((filter) => filter !== undefined)
  const [only] = given
  return given.length === 1 && only ? only : { op: 'and', all: given }
}
