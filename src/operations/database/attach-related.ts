import type { Records } from '../../core/database/adapter.ts'
import type { SelectQuery, SelectResult } from '../../core/database/query.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'
import { deadlineOf } from '../time-limit.ts'
import { groupByKey, type KeyGroups, type KeyValues } from './match-keys.ts'
import { matchSpellings } from './match-spellings.ts'
import { type Budget, type Matching, readMatching } from './read-matching.ts'
import { asObjects, attachedRows, objectSet } from './related-objects.ts'
import type { RelatedPlan, RelatedSource } from './related-plan.ts'
import type { Member, RowForm, RowSet } from './related-rows.ts'
import { asText, textSet } from './related-texts.ts'
import { isToOne } from './relations.ts'
import { requireReadable } from './row-limit.ts'

/** Most related records of one request. */
export const MOST_RELATED = 100_000

/**
 * Rows with their related records under the relations' names: one select for each relation, two where another table links
 * them, whatever the number of rows.
 */
export async function attachRelated(
  rows: readonly Row[],
  plans: readonly RelatedPlan[],
  records: Records,
  context: OperationContext,
): Promise<readonly Row[]> {
  if (plans.length === 0 || rows.length === 0) return rows
  const place = { form: asObjects, records, context, budget: { left: MOST_RELATED } }
  return attachedRows(rows, await membersOf(objectSet(rows), everyPlace(rows.length), plans, place))
}

/** The same of a select's rows as the text of a list: what the engine wrote as text is put together as text. */
export async function relatedText(
  found: SelectResult,
  query: Omit<SelectQuery, 'as'>,
  plans: readonly RelatedPlan[],
  context: OperationContext,
): Promise<string> {
  const rows = textSet(found, query, startsOf(plans))
  const places = everyPlace(rows.count)
  const place = { form: asText, records: context.service.adapter, context, budget: { left: MOST_RELATED } }
  return rows.with(await membersOf(rows, places, plans, place)).list(places)
}

/** Where the rows are that relations lead from. */
interface Place<V> {
  readonly form: RowForm<V>
  readonly records: Records
  readonly context: OperationContext
  readonly budget: Budget
}

/** What stands for each row at one of the places under the names of the relations. */
function membersOf<V>(
  rows: RowSet<V>,
  places: readonly number[],
  plans: readonly RelatedPlan[],
  place: Place<V>,
): Promise<Member<V>[]> {
  return Promise.all(
    plans.map(async (plan) => ({ name: plan.name, of: await readRelated(rows, places, plan, place) })),
  )
}

async function readRelated<V>(
  rows: RowSet<V>,
  places: readonly number[],
  plan: RelatedPlan,
  place: Place<V>,
): Promise<Member<V>['of']> {
  const source = await plan.source()
  const { signal, explain } = deadlineOf(source.limits, source.context.signal)
  const inTime = { ...source, context: { ...source.context, signal } }
  return await readFrom(inTime, rows, { places, plan, place }).catch((error: unknown) => {
    throw explain(error)
  })
}

async function readFrom<V>(
  source: RelatedSource,
  rows: RowSet<V>,
  { places, plan, place }: { places: readonly number[]; plan: RelatedPlan; place: Place<V> },
): Promise<Member<V>['of']> {
  const there = placeOf(source.context, place)
  const groups = groupByKey(rows, places, plan.relation.fields)
  const children = source.junction
    ? await childrenByLink(groups, source, place, there)
    : await childrenByKey(groups, plan, source, there)
  const isOne = isToOne(plan.relation)
  const lists = children.lists.map((list) => (isOne ? list.slice(0, 1) : cut(list, plan, source)))
  countShown(lists, source)
  const shown = await shownRows(children.rows, lists, source, there)
  const { none } = there.form
  const missing = isOne ? none : shown.list([])
  const values = lists.map((list) => {
    const [first] = list
    if (first === undefined) return missing
    return isOne ? shown.one(first) : shown.list(list)
  })
  return (at) => values[groups.of(at) ?? -1] ?? missing
}

/** Of all relations of an answer that lead to a table together. */
function countShown(
  lists: readonly (readonly number[])[],
  { target, limits, context, counted }: RelatedSource,
): void {
  if (limits?.maxRows === undefined) return
  const key = `${context.service.info.name}/${target.name}`
  const count = (counted.get(key) ?? 0) + new Set(lists.flat()).size
  counted.set(key, count)
  requireReadable(limits, target.name, count)
}

function cut(list: readonly number[], plan: RelatedPlan, source: RelatedSource): readonly number[] {
  const { limit, offset } = source
  const isCut = (limit !== undefined || offset > 0) && !isCutByEngine(plan, source)
  return isCut ? list.slice(offset, limit === undefined ? undefined : offset + limit) : list
}

/** Rows at the other end, and for each group of parents the places of its own. */
interface Children<V> {
  readonly rows: RowSet<V>
  readonly lists: readonly (readonly number[])[]
}

/** Children as they are shown, with related records of their own. */
async function shownRows<V>(
  rows: RowSet<V>,
  lists: readonly (readonly number[])[],
  source: RelatedSource,
  there: Place<V>,
): Promise<RowSet<V>> {
  const { fields, related, group } = source
  if (related.length === 0) {
    const isAsRead = !group && selectedFields(source).length === fields.length
    return isAsRead ? rows : rows.only(fields)
  }
  const kept = unique(lists.flat())
  const members = kept.length > 0 ? await membersOf(rows, kept, related, there) : []
  return rows.only(fields).with(members)
}

async function childrenByKey<V>(
  groups: KeyGroups,
  plan: RelatedPlan,
  source: RelatedSource,
  there: Place<V>,
): Promise<Children<V>> {
  const { target, refFields, where, orderBy, group, limit, offset, related } = source
  const each =
    limit !== undefined && isCutByEngine(plan, source) ? { each: { by: refFields, limit, offset } } : {}
  const query = { table: target, where, orderBy, ...group, ...each }
  const rows = await readMatching(groups.keys, refFields, {
    ...there,
    needed: startsOf(related),
    query: { ...query, fields: group?.groupBy ?? selectedFields(source) },
  })
  const keyed = { ...query, fields: group?.groupBy ?? refFields }
  return { rows, lists: await matchSpellings(groups, rows, refFields, keysOf(keyed, refFields, there)) }
}

/** By way of the table that links the two. */
async function childrenByLink<V>(
  groups: KeyGroups,
  source: RelatedSource,
  here: Place<V>,
  there: Place<V>,
): Promise<Children<V>> {
  const { junction, target, refFields, where, orderBy, related } = source
  if (!junction) throw new AppError('internal', 'A relation has no table between.')
  const links = await readMatching(groups.keys, junction.fields, {
    ...placeOf(junction.context, here),
    needed: junction.refFields,
    query: {
      table: junction.table,
      where: junction.where,
      orderBy: [],
      fields: unique([...junction.fields, ...junction.refFields]),
    },
  })
  const targets = groupByKey(links, everyPlace(links.count), junction.refFields)
  const rows = await readMatching(targets.keys, refFields, {
    ...there,
    needed: startsOf(related),
    isWhole: true,
    query: { table: target, where, orderBy, fields: selectedFields(source) },
  })
  const atEnd = { table: target, where, orderBy: [], fields: refFields }
  const ofTarget = await matchSpellings(targets, rows, refFields, keysOf(atEnd, refFields, there))
  const { table, fields } = junction
  const between = { table, where: junction.where, orderBy: [], fields }
  const ofLinks = await matchSpellings(
    groups,
    links,
    fields,
    keysOf(between, fields, placeOf(junction.context, here)),
  )
  const lists = ofLinks.map((own) =>
    unique(own.flatMap((link) => ofTarget[targets.of(link) ?? -1] ?? [])).sort((a, b) => a - b),
  )
  return { rows, lists }
}

/** Reads the keys of the rows that some keys match. They were all read before: what they take is counted by itself. */
function keysOf<V>(
  query: Matching<V>['query'],
  keyFields: readonly string[],
  there: Place<V>,
): (keys: readonly KeyValues[]) => Promise<RowSet<V>> {
  return (keys) => readMatching(keys, keyFields, { ...there, budget: { left: MOST_RELATED }, query })
}

/** The fields that relations lead from. */
function startsOf(plans: readonly RelatedPlan[]): readonly string[] {
  return unique(plans.flatMap(({ relation }) => relation.fields))
}

/** Whether the rows of each parent come cut already. */
export function isCutByEngine(
  { relation }: RelatedPlan,
  { limit, group, junction, context }: RelatedSource,
): boolean {
  const { capabilities } = context.service.adapter
  return limit !== undefined && !group && !junction && !isToOne(relation) && capabilities.has('partitions')
}

/** Rows of another service are read through it, and outside of a transaction of this one. */
function placeOf<V>(context: OperationContext, { form, records, context: here, budget }: Place<V>): Place<V> {
  const isHere = context.service === here.service
  return { form, context, budget, records: isHere ? records : context.service.adapter }
}

/** Those that are needed to tell whose a row is and are not shown, then the others. What their own relations start from is shown. */
function selectedFields({ fields, refFields }: RelatedSource): readonly string[] {
  return unique([...refFields.filter((name) => !fields.includes(name)), ...fields])
}

function everyPlace(count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => at)
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)]
}
