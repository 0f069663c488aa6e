import type { Records } from '../../core/database/adapter.ts'
import type { Filter, Order } from '../../core/database/query.ts'
import type { DatabaseSchema, Relation, Table } from '../../core/database/schema.ts'
import type { Json, Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { didYouMean, findByName, nearest } from '../../core/names.ts'
import type { OperationContext } from '../../core/operation.ts'
import type { RelatedOptions } from './inputs.ts'
import { planFields, planOrder } from './plan-fields.ts'
import { allOf, planFilter, rowFilter } from './plan-filter.ts'
import { keyOf, keyText, rowKeyText, whereKeys } from './plan-ids.ts'
import { only } from './read-by-ids.ts'
import { readRows } from './read-rows.ts'
import { canSeeTable, tableResource } from './table-access.ts'

interface RelatedRequest {
  readonly related?: readonly string[] | undefined
  readonly related_options?: Readonly<Record<string, RelatedOptions>> | undefined
  readonly lenient?: boolean | undefined
}

/** One relation of an answer: what to read of the other table, under the caller's own policy for it. */
export interface RelatedPlan {
  readonly relation: Relation
  readonly target: Table
  readonly junction?: { readonly table: Table; readonly where: Filter | undefined }
  readonly fields: readonly string[]
  readonly where: Filter | undefined
  readonly orderBy: readonly Order[]
  /** Most records per parent; absent: all of them. */
  readonly limit: number | undefined
}

/** Most related records one request reads of one relation. */
const MAX_RELATED = 50_000

/** Checks the requested relations against schema and policy. Throws `bad_request` for unknown names, `forbidden` for the others. */
export function planRelated(
  schema: DatabaseSchema,
  table: Table,
  request: RelatedRequest,
  context: OperationContext,
): RelatedPlan[] {
  const asked = request.related ?? []
  if (asked.length === 0) return []
  const relations = visibleRelations(schema, table, context)
  if (asked.includes('*')) return relations.map((relation) => planOne(schema, relation, {}, context))
  return [...new Set(asked)].flatMap((name) => {
    const relation = relations.find((known) => known.name.toLowerCase() === name.trim().toLowerCase())
    if (relation) return [planOne(schema, relation, request.related_options?.[name] ?? {}, context)]
    if (request.lenient) return []
    throw unknownRelation(name, relations)
  })
}

/** Relations whose other ends the caller may see. */
export function visibleRelations(
  schema: DatabaseSchema,
  table: Table,
  context: OperationContext,
): Relation[] {
  return table.relations.filter(
    (relation) =>
      relation.refService === undefined &&
      findByName(schema.tableByName, relation.refTable) !== undefined &&
      isVisibleRelation(relation, context),
  )
}

export function isVisibleRelation(
  { refTable, junction }: Relation,
  { caller, service }: OperationContext,
): boolean {
  const sees = (name: string) => canSeeTable(caller.policy, service.info.name, name)
  return sees(refTable) && (!junction || sees(junction.table))
}

/** Rows with their related records under the relations' names; two selects at most per relation, whatever the number of rows. */
export async function attachRelated(
  rows: readonly Row[],
  plans: readonly RelatedPlan[],
  records: Records,
  context: OperationContext,
): Promise<readonly Row[]> {
  if (plans.length === 0 || rows.length === 0) return rows
  const attachments = await Promise.all(
    plans.map(async (plan) => ({ plan, of: await readRelated(rows, plan, records, context) })),
  )
  return rows.map((row) => ({
    ...row,
    ...Object.fromEntries(attachments.map(({ plan, of }) => [plan.relation.name, of(row)])),
  }))
}

function planOne(
  schema: DatabaseSchema,
  relation: Relation,
  options: RelatedOptions,
  context: OperationContext,
): RelatedPlan {
  const target = tableOf(schema, relation.refTable)
  const access = readAccess(target, context)
  const junction = relation.junction ? tableOf(schema, relation.junction.table) : undefined
  return {
    relation,
    target,
    ...(junction
      ? { junction: { table: junction, where: rowFilter(junction, readAccess(junction, context)) } }
      : {}),
    fields: planFields(target, options.fields),
    where: allOf(planFilter(target, { filter: options.filter }, context), rowFilter(target, access)),
    orderBy: planOrder(target, options.order, { stable: true }),
    limit: options.limit,
  }
}

function readAccess(table: Table, { caller, service }: OperationContext) {
  const access = caller.policy.decide(service.info.name, tableResource('_table', table.name), 'GET')
  if (access.allowed) return access
  throw new AppError(
    'forbidden',
    `GET access to component '_table/${table.name}' of service '${service.info.name}' is not allowed by this user's role.`,
  )
}

type Attach = (row: Row) => Json

async function readRelated(
  rows: readonly Row[],
  plan: RelatedPlan,
  records: Records,
  context: OperationContext,
): Promise<Attach> {
  const { relation, junction } = plan
  if (junction && relation.junction)
    return readThroughJunction(
      rows,
      { ...plan, junction: { ...junction, ...relation.junction, table: junction.table } },
      records,
      context,
    )
  const found = await readTargets(
    rows.map((row) => relation.fields.map((field) => row[field])),
    plan,
    records,
    context,
  )
  const children = grouped(found, (row) => rowKeyText(relation.refFields, row))
  const one = relation.type === 'belongs_to' || relation.type === 'has_one'
  return (row) => {
    const list = (children.get(rowKeyText(relation.fields, row)) ?? []).map((child) =>
      only(plan.fields, child),
    )
    return one ? (list[0] ?? null) : list.slice(0, plan.limit)
  }
}

interface ThroughJunction extends RelatedPlan {
  readonly junction: {
    readonly table: Table
    readonly where: Filter | undefined
    readonly fields: readonly string[]
    readonly refFields: readonly string[]
  }
}

async function readThroughJunction(
  rows: readonly Row[],
  plan: ThroughJunction,
  records: Records,
  context: OperationContext,
): Promise<Attach> {
  const { relation, junction } = plan
  const links = await readMatching(
    junction.table,
    junction.fields,
    rows.map((row) => relation.fields.map((field) => row[field])),
    {
      fields: [...new Set([...junction.fields, ...junction.refFields])],
      where: junction.where,
      orderBy: [],
    },
    records,
    context,
  )
  const targets = await readTargets(
    links.map((link) => junction.refFields.map((field) => link[field])),
    plan,
    records,
    context,
  )
  const linked = grouped(links, (link) => rowKeyText(junction.fields, link))
  return (row) => {
    const wanted = new Set(
      (linked.get(rowKeyText(relation.fields, row)) ?? []).map((link) =>
        rowKeyText(junction.refFields, link),
      ),
    )
    const list = targets.filter((target) => wanted.has(rowKeyText(relation.refFields, target)))
    return list.slice(0, plan.limit).map((target) => only(plan.fields, target))
  }
}

function readTargets(
  keys: readonly (readonly (Json | undefined)[])[],
  plan: RelatedPlan,
  records: Records,
  context: OperationContext,
): Promise<readonly Row[]> {
  const fields = [...new Set([...plan.fields, ...plan.relation.refFields])]
  return readMatching(
    plan.target,
    plan.relation.refFields,
    keys,
    { fields, where: plan.where, orderBy: plan.orderBy },
    records,
    context,
  )
}

interface Wanted {
  readonly fields: readonly string[]
  readonly where: Filter | undefined
  readonly orderBy: readonly Order[]
}

async function readMatching(
  table: Table,
  keyFields: readonly string[],
  values: readonly (readonly (Json | undefined)[])[],
  wanted: Wanted,
  records: Records,
  { signal }: OperationContext,
): Promise<readonly Row[]> {
  const present = values.filter((parts): parts is (string | number)[] =>
    parts.every((part) => typeof part === 'string' || typeof part === 'number'),
  )
  const keys = new Map(present.map((parts) => [keyText(parts), parts]))
  if (keys.size === 0) return []
  const ids = [...keys.values()].map((parts) =>
    keyOf(table, keyFields, Object.fromEntries(keyFields.map((field, index) => [field, parts[index] ?? '']))),
  )
  const where = allOf(whereKeys(keyFields, ids), wanted.where)
  const query = {
    table,
    fields: wanted.fields,
    ...(where ? { where } : {}),
    orderBy: wanted.orderBy,
    limit: MAX_RELATED + 1,
  }
  const rows = await readRows(records, query, signal)
  if (rows.length <= MAX_RELATED) return rows
  throw new AppError(
    'bad_request',
    `More than ${MAX_RELATED} related records of '${table.name}' would have to be read.`,
    {
      hint: 'Ask for fewer records, or filter the relation.',
    },
  )
}

function grouped(rows: readonly Row[], keyFor: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = keyFor(row)
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return groups
}

function tableOf(schema: DatabaseSchema, name: string): Table {
  const table = findByName(schema.tableByName, name)
  if (!table) throw new AppError('internal', 'A relation names a table that the schema does not have.')
  return table
}

function unknownRelation(name: string, relations: readonly Relation[]): AppError {
  const names = relations.map((relation) => relation.name)
  const near = nearest(name, names)
  return new AppError('bad_request', `Unknown relationship: ${name}`, {
    hint:
      didYouMean(near) ||
      (names.length > 0
        ? `Relationships: ${names.join(', ')}`
        : 'This table has no relationships you may read.'),
    ...(near.length > 0 ? { didYouMean: near } : {}),
  })
}
