import type { Order, SelectQuery } from '../../core/database/query.ts'
import { type DatabaseSchema, type Table, type ValueClass, valueClassOf } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import { findByName } from '../../core/names.ts'
import type { OperationContext } from '../../core/operation.ts'
import type { ListRequest } from './list-input.ts'
import { identifyingFields, planFields, planOrder } from './plan-fields.ts'
import { allOf, planFilter, rowFilter } from './plan-filter.ts'
import { planGroup } from './plan-group.ts'
import { withTies } from './plan-having.ts'
import { planRelated } from './plan-related.ts'
import { planRelatedOrder } from './plan-related-order.ts'
import type { RelatedPlan } from './related-plan.ts'
import { mostRows } from './row-limit.ts'

/** A request for records against schema and policy: what to select, and which related records to read along. */
export interface ListPlan {
  readonly query: Omit<SelectQuery, 'as'>
  readonly related: readonly RelatedPlan[]
  /** Its rows are rows of the table, not groups or different values. */
  readonly isPlain: boolean
}

/** Throws `bad_request` for names that are none, `forbidden` for relations the caller may not read. */
export function planList(
  request: ListedAs,
  { schema, table }: { readonly schema: DatabaseSchema; readonly table: Table },
  context: OperationContext,
): ListPlan {
  if (request.id_field) identifyingFields(table, request.id_field)
  const visible = rowFilter(table, context.access)
  const where = allOf(planFilter(table, request, context, schema), visible)
  const most = mostRows(context)
  const isGrouped = Boolean(
    request.group || request.having || (request.fields && isGrouping(table, request.fields)),
  )
  const asked = planRelated(schema, table, request, context)
  const order = isGrouped ? [] : planOrderOf(request, { schema, table }, context)
  const shape = isGrouped ? planGroup(table, request, context) : planShape(table, request, asked, order)
  const isPlain = !isGrouped && !request.distinct
  const related = isPlain ? asked : relatedOfGroups(asked, shape.fields, request)
  return {
    query: {
      table,
      ...shape,
      ...(where ? { where } : {}),
      limit: Math.min(request.limit ?? most, most),
      ...(request.offset ? { offset: request.offset } : {}),
    },
    related,
    isPlain,
  }
}

interface ListedAs extends ListRequest {
  readonly as?: string | undefined
}

/** There is an aggregate among the fields, called by its function or its own name. */
export function isGrouping(table: Table, fields: readonly string[]): boolean {
  return fields.some((field) => isCall(field) || isAggregate(table, field))
}

function isCall(field: string): boolean {
  return field.includes('(')
}

function isAggregate({ aggregates = [] }: Table, field: string): boolean {
  return aggregates.some(({ name }) => name.toLowerCase() === field.trim().toLowerCase())
}

/** Groups and different rows have relations only by the fields that they have themselves. */
function relatedOfGroups(
  plans: readonly RelatedPlan[],
  fields: readonly string[],
  { related = [] }: ListRequest,
): readonly RelatedPlan[] {
  const stranger = plans.find(({ relation }) => !relation.fields.every((field) => fields.includes(field)))
  if (!stranger || related.length === 0)
    return plans.filter(({ relation }) => relation.fields.every((field) => fields.includes(field)))
  throw new AppError(
    'bad_request',
    `related: '${stranger.name}' starts from fields that the groups do not have.`,
    {
      hint: `Add to fields and group: ${stranger.relation.fields.join(', ')}`,
    },
  )
}

function planOrderOf(
  { order, distinct, as }: ListedAs,
  { schema, table }: { readonly schema: DatabaseSchema; readonly table: Table },
  context: OperationContext,
): readonly Order[] {
  const related = (name: string) => planRelatedOrder(name, { schema, table, context })
  // A model pages by counting where there is no key: no row may change its place from page to page.
  const tells = as === 'text' ? 'rows' : 'keys'
  const orders = planOrder(table, order, { stable: !distinct, tells, related })
  if (distinct && orders.some(({ through }) => through))
    throw new AppError('bad_request', "'distinct' does not go with an order by fields of related records.", {
      hint: 'Order by the fields that are asked for.',
    })
  return orders
}

/** Fields and order, with the fields that related records are found by. */
function planShape(
  table: Table,
  request: ListRequest,
  related: readonly RelatedPlan[],
  orderBy: readonly Order[],
): Pick<SelectQuery, 'fields' | 'orderBy' | 'distinct'> {
  const asked = planFields(table, request.fields)
  const joins = request.distinct ? [] : related.flatMap(({ relation }) => relation.fields)
  const stranger = request.distinct ? orderBy.find(({ by }) => !asked.includes(by)) : undefined
  if (stranger) throw notInRows(stranger.by)
  const hasOrder = (name: string) => {
    const field = findByName(table.fieldByName, name)
    return field !== undefined && !UNORDERED.has(valueClassOf(field.type))
  }
  const order = request.distinct ? withTies(orderBy, asked.filter(hasOrder)) : orderBy
  return {
    fields: joins.length === 0 ? asked : [...new Set([...asked, ...joins])],
    ...(order.length > 0 ? { orderBy: order } : {}),
    ...(request.distinct ? { distinct: true } : {}),
  }
}

/** Not every engine orders by these. */
const UNORDERED: ReadonlySet<ValueClass> = new Set<ValueClass>(['json', 'binary'])

/** Rows that are one have several values of what they do not show: engines refuse that, or take any of them. */
function notInRows(field: string): AppError {
  return new AppError(
    'bad_request',
    `Distinct rows cannot be ordered by '${field}', which is not in fields.`,
    {
      hint: `Add '${field}' to fields, or leave it out of order.`,
    },
  )
}
