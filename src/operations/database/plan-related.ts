import type { DatabaseSchema, Relation, Table } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import { findByName } from '../../core/names.ts'
import type { OperationContext } from '../../core/operation.ts'
import { askedRelations, type Level } from './asked-relations.ts'
import type { RelatedOptions } from './inputs.ts'
import { planFields, planOrder } from './plan-fields.ts'
import { allOf, planFilter, rowFilter } from './plan-filter.ts'
import { planRelatedOrder } from './plan-related-order.ts'
import { readAccess, withHintsFor } from './read-access.ts'
import { groupsOf, isGrouped, type RelatedEnd } from './related-groups.ts'
import { createOptionLookup, type OptionLookup } from './related-option-lookup.ts'
import type { RelatedJunction, RelatedPlan, RelatedSource } from './related-plan.ts'
import { contextIn, isElsewhere, relationName, tableAt, visibleRelations } from './relations.ts'
import { loadSchema } from './table-access.ts'

type Params = Readonly<Record<string, string | number | boolean | null>>

export interface RelatedRequest {
  readonly related?: readonly string[] | undefined
  readonly related_options?: Readonly<Record<string, RelatedOptions>> | undefined
  readonly params?: Params | undefined
  readonly lenient?: boolean | undefined
  readonly relations_meant?: readonly string[] | undefined
}

/** Most relations one request reads, and how far they lead from its table. */
const MAX_RELATIONS = 100
const MAX_DEPTH = 5

/** One request as it is walked, relation by relation. */
interface Walk {
  readonly options: OptionLookup
  readonly request: RelatedRequest
  readonly count: { relations: number }
  readonly counted: Map<string, number>
}

/** Checks the requested relations against schema and policy. Throws `bad_request` for unknown names, `forbidden` for the others. */
export function planRelated(
  schema: DatabaseSchema,
  table: Table,
  request: RelatedRequest,
  context: OperationContext,
): RelatedPlan[] {
  const names = request.related ?? []
  const isRead = context.verb === 'GET'
  const always = isRead && table.relations.some(({ alwaysFetch }) => alwaysFetch)
  if (names.length === 0 && !always && !request.related_options) return []
  const options = createOptionLookup(request.related_options ?? {})
  const level = { schema, table, context, names, path: [] }
  const plans = planLevel(level, { options, request, count: { relations: 0 }, counted: new Map() })
  requireUsed(options, level, request)
  return plans
}

function planLevel(level: Level, walk: Walk): RelatedPlan[] {
  const asked = askedRelations(level, { isLenient: walk.request.lenient === true })
  return [...asked].map(([relation, rest]) => planRelation(relation, rest, level, walk))
}

function planRelation(relation: Relation, names: readonly string[], level: Level, walk: Walk): RelatedPlan {
  const { schema, context } = level
  const name = relationName(relation)
  const path = [...level.path, name]
  if (path.length > MAX_DEPTH)
    throw new AppError('bad_request', `related: at most ${MAX_DEPTH} relations lead from a record.`)
  if (++walk.count.relations > MAX_RELATIONS)
    throw new AppError('bad_request', `related: at most ${MAX_RELATIONS} relations in one request.`)
  const options = walk.options.of([...level.path, relation.name], path)
  const { refService, junction } = relation
  if (!isElsewhere(refService, context) && !isElsewhere(junction?.service, context)) {
    const end = { schema, context }
    const source = planSource(relation, { target: end, junction: end, options, names, path }, walk)
    return { relation, name, source: () => source }
  }
  walk.options.takeBelow(path)
  const plan = async () => {
    const [target, between] = await Promise.all([endIn(refService), endIn(junction?.service)])
    return planSource(relation, { target, junction: between, options, names, path }, walk)
  }
  let planned: Promise<RelatedSource> | undefined
  return {
    relation,
    name,
    source() {
      planned ??= plan()
      return planned
    },
  }

  async function endIn(service: string | undefined): Promise<End> {
    const there = await contextIn(service, context)
    return { context: there, schema: await loadSchema(there) }
  }
}

interface End {
  readonly schema: DatabaseSchema
  readonly context: OperationContext
}

interface SourceParts {
  readonly target: End
  readonly junction: End
  readonly options: RelatedOptions
  /** Relations of the other table to read along. */
  readonly names: readonly string[]
  readonly path: readonly string[]
}

function planSource(
  relation: Relation,
  { target: { schema, context }, junction: between, options, names, path }: SourceParts,
  walk: Walk,
): RelatedSource {
  const target = tableAt(schema, relation.refTable)
  const access = readAccess(target, context)
  const refFields = fieldsAt(target, relation.refFields)
  const junction = relation.junction && planJunction(relation.junction, between)
  return withHintsFor(target, context, () => {
    const { filter } = options
    const asked = planFilter(target, { filter, params: walk.request.params }, context, schema)
    const related = planLevel({ schema, table: target, context, names, path }, walk)
    const where = allOf(asked, rowFilter(target, access))
    const end: RelatedEnd = { target, refFields, where, ...(junction && { junction }) }
    return {
      context,
      limits: access.limits,
      counted: walk.counted,
      ...(isGrouped(options)
        ? groupsOf(relation, end, { options, related, context })
        : { ...end, ...recordsOf({ schema, table: target, context }, options, related) }),
      limit: options.limit,
      offset: options.offset ?? 0,
      related,
    }
  })
}

function planJunction(
  junction: NonNullable<Relation['junction']>,
  { schema, context }: End,
): RelatedJunction {
  const table = tableAt(schema, junction.table)
  return {
    context,
    table,
    fields: fieldsAt(table, junction.fields),
    refFields: fieldsAt(table, junction.refFields),
    where: rowFilter(table, readAccess(table, context)),
  }
}

/** As the table spells them. */
function fieldsAt(table: Table, names: readonly string[]): readonly string[] {
  return names.map((name) => {
    const field = findByName(table.fieldByName, name)
    if (field) return field.name
    throw new AppError('not_found', 'A field by which related records are found does not exist.', {
      hint: 'An administrator has to correct the relation.',
    })
  })
}

function recordsOf(
  scope: Omit<Level, 'names' | 'path'>,
  options: RelatedOptions,
  related: readonly RelatedPlan[],
): Pick<RelatedSource, 'fields' | 'orderBy'> {
  const joins = related.flatMap((plan) => plan.relation.fields)
  return {
    fields: [...new Set([...planFields(scope.table, options.fields), ...joins])],
    orderBy: planOrder(scope.table, options.order, {
      stable: true,
      related: (name) => planRelatedOrder(name, scope),
    }),
  }
}

/** Options of a relation that is not read would be lost without a word. */
function requireUsed(
  options: OptionLookup,
  { schema, table, context }: Level,
  request: RelatedRequest,
): void {
  const unused = options.unused()
  if (unused.length === 0) return
  const relations = visibleRelations(schema, table, context)
  const lost = request.lenient
    ? unused.find(
        (name) =>
          request.relations_meant?.includes(name) ||
          relations.some((relation) => options.isFor(name, relation)),
      )
    : unused[0]
  if (lost === undefined) return
  throw new AppError('bad_request', `Options are given for '${lost}', which related does not name.`, {
    hint: 'Name the relation in related, or leave out its options.',
  })
}
