import type { Records } from '../../core/database/adapter.ts'
import type { Json, Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'
import { keyReader, matchKeys } from './match-keys.ts'
import type { RelatedPlan, RelatedSource } from './plan-related.ts'
import { only } from './read-by-ids.ts'
import { type Budget, readMatching } from './read-matching.ts'
import { isToOne } from './relations.ts'

/** Most related records of one request. */
const MOST_RELATED = 100_000

/**
 * Rows with their related records under the relations' names: one select for each relation, two where another table links
 * them, whatever the number of rows.
 */
export function attachRelated(
  rows: readonly Row[],
  plans: readonly RelatedPlan[],
  records: Records,
  context: OperationContext,
): Promise<readonly Row[]> {
  return attach(rows, plans, { records, context, budget: { left: MOST_RELATED } })
}

/** Where the rows are that relations lead from. */
interface Place {
  readonly records: Records
  readonly context: OperationContext
  readonly budget: Budget
}

async function attach(
  rows: readonly Row[],
  plans: readonly RelatedPlan[],
  place: Place,
): Promise<readonly Row[]> {
  if (plans.length === 0 || rows.length === 0) return rows
  const attachments = await Promise.all(
    plans.map(async (plan) => ({ name: plan.name, of: await readRelated(rows, plan, place) })),
  )
  return rows.map((row) => {
    const whole: Record<string, Json> = { ...row }
    for (const { name, of } of attachments) whole[name] = of(row)
    return whole
  })
}

/** What stands for a row under the relation's name. */
type Attach = (row: Row) => Json

async function readRelated(rows: readonly Row[], plan: RelatedPlan, place: Place): Promise<Attach> {
  const source = await plan.source()
  const there = placeOf(source.context, place)
  const children = source.junction
    ? await childrenByLink(rows, plan, source, place, there)
    : await childrenByKey(rows, plan, source, there)
  const { limit, offset } = source
  const isCut = (limit !== undefined || offset > 0) && !isCutByEngine(plan, source)
  const chosen = (row: Row) => {
    const all = children(row)
    return isCut ? all.slice(offset, limit === undefined ? undefined : offset + limit) : all
  }
  const isAsRead = !source.group && selectedFields(source).length === source.fields.length
  const shown = await shownRows(rows, chosen, source, isAsRead, there)
  return isToOne(plan.relation)
    ? (row) => shown(chosen(row).slice(0, 1))[0] ?? null
    : (row) => shown(chosen(row))
}

type Children = (row: Row) => readonly Row[]

/** Children as they are shown, with related records of their own. */
async function shownRows(
  rows: readonly Row[],
  chosen: Children,
  source: RelatedSource,
  isAsRead: boolean,
  there: Place,
): Promise<(children: readonly Row[]) => readonly Row[]> {
  const { fields, related } = source
  if (related.length === 0)
    return isAsRead ? (children) => children : (children) => children.map((child) => only(fields, child))
  const names = [...fields, ...related.map(({ name }) => name)]
  const kept = [...new Set(rows.flatMap(chosen))]
  const whole = await attach(kept, related, there)
  const shown = new Map(kept.map((child, at) => [child, only(names, whole[at] ?? child)]))
  return (children) => children.map((child) => shown.get(child) ?? child)
}

async function childrenByKey(
  rows: readonly Row[],
  plan: RelatedPlan,
  source: RelatedSource,
  there: Place,
): Promise<Children> {
  const { fields } = plan.relation
  const { target, refFields, where, orderBy, group, limit, offset } = source
  const each =
    limit !== undefined && isCutByEngine(plan, source) ? { each: { by: refFields, limit, offset } } : {}
  const found = await readMatching(rows.map(keyReader(fields)), refFields, {
    ...there,
    query: {
      table: target,
      where,
      orderBy,
      ...group,
      fields: group?.groupBy ?? selectedFields(source),
      ...each,
    },
  })
  return matchKeys(rows, fields, found, refFields)
}

/** By way of the table that links the two. */
async function childrenByLink(
  rows: readonly Row[],
  plan: RelatedPlan,
  source: RelatedSource,
  here: Place,
  there: Place,
): Promise<Children> {
  const { relation } = plan
  const { junction, target, refFields, where, orderBy } = source
  if (!junction) throw new AppError('internal', 'A relation has no table between.')
  const links = await readMatching(rows.map(keyReader(relation.fields)), junction.fields, {
    ...placeOf(junction.context, here),
    query: {
      table: junction.table,
      where: junction.where,
      orderBy: [],
      fields: unique([...junction.fields, ...junction.refFields]),
    },
  })
  const found = await readMatching(links.map(keyReader(junction.refFields)), refFields, {
    ...there,
    isWhole: true,
    query: { table: target, where, orderBy, fields: selectedFields(source) },
  })
  const linksOf = matchKeys(rows, relation.fields, links, junction.fields)
  const targetsOf = matchKeys(links, junction.refFields, found, refFields)
  const rank = new Map(found.map((row, at) => [row, at]))
  const byRank = (a: Row, b: Row) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0)
  const lists = new Map<readonly Row[], readonly Row[]>()
  return (row) => {
    const own = linksOf(row)
    const known = lists.get(own) ?? [...new Set(own.flatMap(targetsOf))].sort(byRank)
    lists.set(own, known)
    return known
  }
}

/** Whether the rows of each parent come cut already. */
function isCutByEngine(
  { relation }: RelatedPlan,
  { limit, group, junction, context }: RelatedSource,
): boolean {
  const { capabilities } = context.service.adapter
  return limit !== undefined && !group && !junction && !isToOne(relation) && capabilities.has('partitions')
}

/** Rows of another service are read through it, and outside of a transaction of this one. */
function placeOf(context: OperationContext, { records, context: here, budget }: Place): Place {
  const isHere = context.service === here.service
  return { context, budget, records: isHere ? records : context.service.adapter }
}

/** Shown, or needed to tell whose they are. What their own relations start from is shown. */
function selectedFields({ fields, refFields }: RelatedSource): readonly string[] {
  return unique([...fields, ...refFields])
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)]
}
