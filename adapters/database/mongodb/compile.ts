import type { Order, SelectQuery } from '../../../src/core/database/query.ts'
import { AppError } from '../../../src/core/errors.ts'
import { filterQuery } from './filter-query.ts'
import { type Grouping, groupStages } from './group-stages.ts'
import type { Output } from './output.ts'
import { isKnown, OWN, orNull, type Pipeline, pathValue, type ServerDocument } from './pipeline.ts'
import { matchStages, Scope } from './scope.ts'

export interface CompiledSelect {
  readonly pipeline: Pipeline
  readonly outputs: readonly Output[]
}

interface CompileOptions {
  /** The server sorts everything before it gives the first row, so that later writes are not among them. */
  readonly sortsFirst?: boolean
  /** Documents have their `_id` as well. */
  readonly keepsId?: boolean
}

/** The stages of a select in SQL's own order: where, group, having, order, offset, limit, fields. */
export function compileSelect(query: Omit<SelectQuery, 'as'>, options: CompileOptions = {}): CompiledSelect {
  const scope = new Scope(query.table)
  for (const join of query.joins ?? []) scope.join(join)
  const joins = scope.take()
  const found = [...joins, ...matchStages(query.where, scope)]
  const { groupBy = [], aggregates = [] } = query
  const isGrouped = groupBy.length > 0 || aggregates.length > 0
  const { stages, outputs } = isGrouped
    ? groupedRows(query, groupStages(groupBy, aggregates, scope), options)
    : query.distinct
      ? differentRows(query, scope, options)
      : plainRows(query, scope, options)
  const all = [...found, ...stages]
  if (query.countOnly) return counted(all)
  return { pipeline: all, outputs }
}

function counted(stages: Pipeline): CompiledSelect {
  return {
    pipeline: [...stages, { $group: { _id: null, count: { $sum: 1 } } }],
    outputs: [{ key: 'count', name: 'count' }],
  }
}

interface Rows {
  readonly stages: Pipeline
  readonly outputs: readonly Output[]
}

function plainRows(query: Omit<SelectQuery, 'as'>, scope: Scope, options: CompileOptions): Rows {
  const { fields, orderBy = [], each } = query
  const outputs = outputsOf(fields, scope)
  const order =
    each || query.countOnly !== true ? orderStages(orderBy, (one) => scope.order(one), scope, options) : []
  const within = each ? eachStages(query, each, scope) : undefined
  return {
    stages: [
      ...(within ?? order),
      ...pageStages(query),
      projection(outputs, scope, options.keepsId ?? false),
    ],
    outputs,
  }
}

function outputsOf(fields: readonly string[], scope: Scope): Output[] {
  return fields.map((name, n) => ({ key: `f${n}`, name, type: scope.field(name).type }))
}

function projection(outputs: readonly Output[], scope: Scope, keepsId: boolean): ServerDocument {
  const read = outputs.map(({ key, name }) => [key, scope.read(name)] as const)
  return { $project: { _id: read.length === 0 || keepsId ? 1 : 0, ...Object.fromEntries(read) } }
}

/** Each combination of the given fields once; null and what is not there are the same. */
function differentRows(query: Omit<SelectQuery, 'as'>, scope: Scope, options: CompileOptions): Rows {
  const { fields, orderBy = [] } = query
  const outputs = outputsOf(fields, scope)
  const keys = Object.fromEntries(outputs.map(({ key, name }) => [key, orNull(scope.read(name))]))
  const place = ({ by }: Order) => {
    const key = outputs.find(({ name }) => name === by)?.key
    if (key !== undefined) return key
    throw new AppError(
      'bad_request',
      `Different records are ordered by the fields that are read: '${by}' is not one of them.`,
    )
  }
  const after = new Scope(query.table)
  return {
    stages: [
      { $group: { _id: keys } },
      { $replaceRoot: { newRoot: '$_id' } },
      ...orderStages(orderBy, place, after, options),
      ...pageStages(query),
    ],
    outputs,
  }
}

function groupedRows(query: Omit<SelectQuery, 'as'>, grouping: Grouping, options: CompileOptions): Rows {
  const { having, orderBy = [] } = query
  const after = new Scope(query.table)
  const path = ({ by }: Order) => grouping.place(by).path
  const kept = having ? [{ $match: filterQuery(having, { place: grouping.place, exists: notOfGroups }) }] : []
  return {
    stages: [
      ...grouping.stages,
      ...kept,
      ...orderStages(orderBy, path, after, options),
      ...pageStages(query),
    ],
    outputs: grouping.outputs,
  }
}

function notOfGroups(): never {
  throw new AppError('bad_request', 'Groups are not chosen by records of other tables.')
}

/** Null and what is not there are the least on the server too; where they are to stand elsewhere, that goes before the value. */
function orderStages(
  orderBy: readonly Order[],
  pathOf: (order: Order) => string,
  scope: Scope,
  { sortsFirst = false }: CompileOptions,
): Pipeline {
  if (orderBy.length === 0) return []
  const keys = orderBy.flatMap((order): (readonly [string, 1 | -1])[] => {
    const path = pathOf(order)
    const { direction, nulls } = order
    const own = [sortsFirst ? scope.make(pathValue(path)) : path, direction === 'asc' ? 1 : -1] as const
    const isUsual = nulls === undefined || (nulls === 'first') === (direction === 'asc')
    if (isUsual) return [own]
    return [[scope.make({ $cond: [isKnown(pathValue(path)), 1, 0] }), nulls === 'first' ? 1 : -1], own]
  })
  // The first of two keys with one name decides.
  const sort = Object.fromEntries(keys.filter(([path], at) => keys.findIndex(([one]) => one === path) === at))
  return [...scope.take(), { $sort: sort }]
}

/** Most rows the server skips or gives: what fits its integers. */
const MOST = 2 ** 31 - 1

function pageStages({ offset = 0, limit, countOnly }: Omit<SelectQuery, 'as'>): Pipeline {
  if (countOnly) return []
  return [
    ...(offset > 0 ? [{ $skip: Math.min(offset, MOST) }] : []),
    { $limit: Math.max(1, Math.min(limit, MOST)) },
  ]
}

/** The first rows of each group, with their place in it counted by the server. */
function eachStages(
  query: Omit<SelectQuery, 'as'>,
  { by, limit, offset = 0 }: NonNullable<SelectQuery['each']>,
  scope: Scope,
): Pipeline {
  const place = `${OWN}place`
  const order = orderStages(query.orderBy ?? [], (one) => scope.order(one), scope, {})
  const sort = order.at(-1)?.$sort ?? { _id: 1 }
  const keys = Object.fromEntries(by.map((name, n) => [`k${n}`, orNull(pathValue(scope.plain(name).path))]))
  return [
    ...scope.take(),
    ...order.slice(0, -1),
    { $setWindowFields: { partitionBy: keys, sortBy: sort, output: { [place]: { $documentNumber: {} } } } },
    { $match: { [place]: { $gt: offset, $lte: offset + limit } } },
    { $sort: sort },
  ]
}
