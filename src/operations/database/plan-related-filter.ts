import type { Filter } from '../../core/database/query.ts'
import { type DatabaseSchema, type Relation, type Table, valueClassOf } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import type { FilterExpression } from '../../core/filter.ts'
import { findByName } from '../../core/names.ts'
import type { OperationContext } from '../../core/operation.ts'
import { withHintsFor } from './read-access.ts'
import { findRelationOf } from './relation-in-filter.ts'
import { isElsewhere, isToOne, relationName, tableAt } from './relations.ts'
import {
  type ComparisonExpression,
  isGroup,
  resolveComparison,
  resolveFilter,
  unknownField,
} from './resolve-filter.ts'

interface FilterScope {
  readonly schema: DatabaseSchema
  readonly table: Table
  readonly context: OperationContext
  /** The rows of another table that the caller may read. Throws `forbidden`. */
  visible(table: Table): Filter | undefined
  /** The relations that lead to the table, as the filter names them, with a dot behind each. */
  readonly path?: string
}

interface Scope extends Required<FilterScope> {}

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
  if (related > 0) return plan(expression, false, { path: '', ...given })
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

/** NOT moves inwards, as far as the comparisons: there it can be said of a related record. */
function plan(expression: FilterExpression, isNegated: boolean, scope: Scope): Filter {
  const many = relationOfAll(expression, scope)
  if (many) {
    const some = existing(many, stripped(expression, scope), false, scope)
    return isNegated ? { op: 'not', filter: some } : some
  }
  switch (expression.op) {
    case 'and':
    case 'or': {
      const isAnd = (expression.op === 'and') !== isNegated
      const parts = expression.op === 'and' ? joined(expression.all, scope) : expression.all
      return { op: isAnd ? 'and' : 'or', all: parts.map((part) => plan(part, isNegated, scope)) }
    }
    case 'not': {
      const inner = expression.filter
      const isLeaf = expression.inside && inner.op !== 'not' && !isGroup(inner)
      return isLeaf ? planComparison(inner, true, isNegated, scope) : plan(inner, !isNegated, scope)
    }
    default:
      return planComparison(expression, false, isNegated, scope)
  }
}

/** `isInside`: the NOT inside of a comparison, which goes with it to the related record. */
function planComparison(
  expression: ComparisonExpression,
  isInside: boolean,
  isNegated: boolean,
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
    return { op: 'not', filter: existing(head, inner, true, scope) }
  const behind: FilterExpression = isInside ? { op: 'not', filter: inner, inside: true } : inner
  return existing(head, behind, isNegated, scope)
}

/** A relation and the name it has in the filter. */
interface Head {
  readonly relation: Relation
  readonly prefix: string
}

function headOf({ field }: ComparisonExpression, { table, schema, context, path }: Scope): Head | undefined {
  if (findByName(table.fieldByName, field.name)) return undefined
  return findRelationOf(field.name, { table, schema, context, path })
}

/** The relation to many that every comparison of an expression leads through; NOT inside a comparison is part of it. */
function relationOfAll(expression: FilterExpression, scope: Scope): Head | undefined {
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
function joined(parts: readonly FilterExpression[], scope: Scope): readonly FilterExpression[] {
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
function stripped(expression: FilterExpression, scope: Scope): FilterExpression {
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

function behindHead<E extends ComparisonExpression>(expression: E, { prefix }: Head): E {
  const { field } = expression
  return { ...expression, field: { ...field, name: field.name.slice(prefix.length + 1) } }
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
function existing(head: Head, inner: FilterExpression, isNegated: boolean, scope: Scope): Filter {
  const { relation } = head
  const behind = scopeBehind(head, scope)
  requireComparable(relation, scope.table, behind.table, head)
  const where = all(
    scope.visible(behind.table),
    withHintsFor(behind.table, scope.context, () => plan(inner, isNegated, behind)),
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

/** Databases compare columns of one kind; relations that are only declared may join others. */
export function requireComparable(
  relation: Relation,
  from: Table,
  to: Table,
  { prefix }: Head,
  what = 'A filter',
): void {
  if (!relation.isVirtual || relation.junction) return
  const typeOf = (table: Table, name: string) => findByName(table.fieldByName, name)
  const isSame = relation.fields.every((name, at) => {
    const [one, other] = [typeOf(from, name), typeOf(to, relation.refFields[at] ?? '')]
    const kinds = [one, other].map((field) => field && valueClassOf(field.type))
    return (
      kinds[0] === kinds[1] && (kinds[0] !== 'text' || (one?.type === 'uuid') === (other?.type === 'uuid'))
    )
  })
  if (!isSame)
    throw new AppError(
      'bad_request',
      `${what} cannot lead through '${prefix}': its fields have different types.`,
    )
}

function all(...filters: readonly (Filter | undefined)[]): Filter {
  const given = filters.filter((filter) => filter !== undefined)
  const [only] = given
  return given.length === 1 && only ? only : { op: 'and', all: given }
}
