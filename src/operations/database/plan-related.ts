import type { Filter, Order, SelectQuery } from '../../core/database/query.ts'
import type { DatabaseSchema, Relation, Table } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import { didYouMean, findByName, nearest } from '../../core/names.ts'
import type { OperationContext } from '../../core/operation.ts'
import type { RuleLimits } from '../../core/rule-limits.ts'
import { linkedRows } from './group-by-link.ts'
import type { RelatedOptions } from './inputs.ts'
import { planFields, planOrder } from './plan-fields.ts'
import { allOf, planFilter, rowFilter } from './plan-filter.ts'
import { planGroup } from './plan-group.ts'
import { planRelatedOrder } from './plan-related-order.ts'
import { readAccess, withHintsFor } from './read-access.ts'
import { createOptionLookup, type OptionLookup } from './related-option-lookup.ts'
import {
  contextIn,
  isElsewhere,
  relationName,
  relationNamed,
  tableAt,
  visibleRelations,
} from './relations.ts'
import { loadSchema, tableResource } from './table-access.ts'

type Params = Readonly<Record<string, string | number | boolean | null>>

export interface RelatedRequest {
  readonly related?: readonly string[] | undefined
  readonly related_options?: Readonly<Record<string, RelatedOptions>> | undefined
  readonly params?: Params | undefined
  readonly lenient?: boolean | undefined
  readonly relations_meant?: readonly string[] | undefined
}

/** One relation of an answer. */
export interface RelatedPlan {
  readonly relation: Relation
  /** Under which the records stand in the answer. */
  readonly name: string
  /** Where the other end is in another service, it is planned when it is first asked for. */
  source(): RelatedSource | Promise<RelatedSource>
}

/** What to read at the other end, under the caller's own policy for it. */
export interface RelatedSource {
  /** Of the service that has the table. */
  readonly context: OperationContext
  readonly target: Table
  /** Of the rules for the table. */
  readonly limits?: RuleLimits | undefined
  /** Rows that the answer has so far of tables with limits: one count for all relations of the request. */
  readonly counted: Map<string, number>
  /** Of the other table: they equal the relation's `fields`, or the `refFields` of the table between. */
  readonly refFields: readonly string[]
  readonly junction?: RelatedJunction
  /** Shown, in this order. */
  readonly fields: readonly string[]
  readonly where: Filter | undefined
  readonly orderBy: readonly Order[]
  /** Groups in place of records. */
  readonly group?: Pick<SelectQuery, 'groupBy' | 'aggregates' | 'joins' | 'computed'>
  /** Most for each parent, after so many; absent: all of them. */
  readonly limit: number | undefined
  readonly offset: number
  readonly related: readonly RelatedPlan[]
}

interface RelatedJunction {
  readonly context: OperationContext
  readonly table: Table
  readonly fields: readonly string[]
  readonly refFields: readonly string[]
  readonly where: Filter | undefined
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

interface Level {
  readonly schema: DatabaseSchema
  readonly table: Table
  readonly context: OperationContext
  readonly names: readonly string[]
  /** Names of the relations that lead here. */
  readonly path: readonly string[]
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
  const { schema, table, context, names, path } = level
  const relations = visibleRelations(schema, table, context)
  const asked = new Map<Relation, string[]>()
  const add = (relation: Relation, rest?: string) => {
    asked.set(relation, [...(asked.get(relation) ?? []), ...(rest === undefined ? [] : [rest])])
  }
  if (path.length === 0 && context.verb === 'GET')
    for (const relation of relations) if (relation.alwaysFetch && isReadable(relation, context)) add(relation)
  for (const name of names) {
    if (name.trim() === '*') {
      for (const relation of relations) if (isReadable(relation, context)) add(relation)
      continue
    }
    const found = headOf(name, relations)
    if (found) add(found.relation, found.rest)
    else if (!walk.request.lenient) throw unknownRelation(name, relations)
  }
  return [...asked].map(([relation, rest]) => planRelation(relation, rest, level, walk))
}

/** The longest beginning of a dotted name that is a relation, and what comes after it. */
function headOf(
  name: string,
  relations: readonly Relation[],
): { readonly relation: Relation; readonly rest?: string } | undefined {
  const whole = relationNamed(relations, name)
  if (whole) return { relation: whole }
  for (let end = name.lastIndexOf('.'); end > 0; end = name.lastIndexOf('.', end - 1)) {
    const relation = relationNamed(relations, name.slice(0, end))
    if (relation) return { relation, rest: name.slice(end + 1) }
  }
  return undefined
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

function isGrouped({ group, fields }: RelatedOptions): boolean {
  return group !== undefined || (fields ?? []).some((field) => field.includes('('))
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

type RelatedEnd = Pick<RelatedSource, 'target' | 'refFields' | 'where' | 'junction'>

interface GroupScope {
  readonly options: RelatedOptions
  readonly related: readonly RelatedPlan[]
  readonly context: OperationContext
}

/** Groups in place of records; of what a junction links, of the junction's rows with what they lead to. */
function groupsOf(
  relation: Relation,
  { target, refFields, where, junction }: RelatedEnd,
  { options, related, context }: GroupScope,
): RelatedEnd & Pick<RelatedSource, 'fields' | 'orderBy' | 'group'> {
  const name = relationName(relation)
  const isApart = junction !== undefined && junction.context.service !== context.service
  const problem = (related.length > 0 && 'relations of its own') || (isApart && 'links of another service')
  if (problem) throw new AppError('bad_request', `'${name}.group' does not go with ${problem}.`)
  if (junction && !context.service.adapter.capabilities.has('joins'))
    throw new AppError(
      'not_supported',
      `This database cannot group what another table links: '${name}.group'.`,
    )
  const linked = junction && linkedRows({ relation: name, junction, target, refFields, where })
  const own = linked?.parentFields ?? refFields
  const source = linked?.table ?? target
  const plan = () => planGroup(source, options, context, own)
  const planned = junction ? withHintsFor(junction.table, context, plan) : plan()
  const { fields, groupBy = [], aggregates = [], orderBy = [] } = planned
  return {
    target: source,
    refFields: own,
    where: linked ? linked.where : where,
    fields: [...fields, ...aggregates.map(({ alias }) => alias)],
    orderBy,
    group: { groupBy: [...new Set([...own, ...groupBy])], aggregates, ...linked?.joined },
  }
}

/** Whether the records at the other end of a relation, and those between, may be read. */
export function isReadable({ refTable, refService, junction }: Relation, context: OperationContext): boolean {
  const { caller, service } = context
  const reads = (of: string | undefined, table: string) =>
    caller.policy.decide(of ?? service.info.name, tableResource('_table', table), 'GET').allowed
  return reads(refService, refTable) && (!junction || reads(junction.service, junction.table))
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

function unknownRelation(name: string, relations: readonly Relation[]): AppError {
  const names = relations.map(relationName)
  const near = nearest(name, names)
  return new AppError('bad_request', `Unknown relationship: ${name.slice(0, 200)}`, {
    hint:
      didYouMean(near) ||
      (names.length > 0
        ? `Relationships: ${names.join(', ')}`
        : 'This table has no relationships you may read.'),
    ...(near.length > 0 ? { didYouMean: near } : {}),
  })
}
