import type { AggregateOptions, AggregationCursor, Collection, FindCursor } from 'mongodb'
import { isPlainObject } from './column-type.ts'
import { valueAt } from './new-document.ts'
import type { Pipeline, ServerDocument } from './pipeline.ts'
import type { StoredDocument } from './stored-document.ts'

interface OpenCursor {
  readonly cursor: AggregationCursor<StoredDocument> | FindCursor<StoredDocument>
  /** What the last stage of the pipeline would have made of a document. */
  shape(document: ServerDocument): ServerDocument
}

/** Documents that are sent at a time: a page of records is one answer of the server. */
const BATCH = 1000

/**
 * The documents of a pipeline. One that only chooses, orders and cuts what is stored is a `find`, the least work for the server: a
 * document is found by its `_id` without a plan. The rest are aggregations; both may use the server's disk to sort.
 */
export function openCursor(
  collection: Collection<StoredDocument>,
  pipeline: Pipeline,
  options: AggregateOptions,
): OpenCursor {
  const all = { batchSize: BATCH, allowDiskUse: true, ...options }
  const plan = findOf(pipeline)
  if (!plan) return { cursor: collection.aggregate<StoredDocument>([...pipeline], all), shape: asItIs }
  const { filter, sort, skip, limit, paths } = plan
  const page = { ...(skip !== undefined && { skip }), ...(limit !== undefined && { limit }) }
  const order = sort && Object.entries(sort)
  const projection = projectionOf(paths)
  return {
    cursor: collection.find<StoredDocument>(filter, {
      ...all,
      ...page,
      ...(order && { sort: new Map(order) }),
      projection,
    }),
    shape: (document) => Object.fromEntries(paths.map(([key, path]) => [key, valueAt(document, path)])),
  }
}

const asItIs = (document: ServerDocument) => document

interface FindPlan {
  readonly filter: ServerDocument
  readonly sort: { readonly [path: string]: 1 | -1 } | undefined
  readonly skip: number | undefined
  readonly limit: number | undefined
  /** By the keys of the last stage: where their values are stored. */
  readonly paths: readonly (readonly [key: string, path: string])[]
}

/** `$match`, then `$sort`, `$skip`, `$limit` and a `$project` of plain paths; undefined for any other pipeline. */
function findOf(pipeline: Pipeline): FindPlan | undefined {
  const rest = [...pipeline]
  const filters: ServerDocument[] = []
  for (let filter = stage(rest[0], '$match'); isPlainObject(filter); filter = stage(rest[0], '$match')) {
    filters.push(filter)
    rest.shift()
  }
  const take = (name: string) => {
    const value = stage(rest[0], name)
    if (value !== undefined) rest.shift()
    return value
  }
  const sort = take('$sort')
  const skip = take('$skip')
  const limit = take('$limit')
  const paths = pathsOf(take('$project'))
  if (rest.length > 0 || !paths) return undefined
  return {
    filter: filters.length > 1 ? { $and: filters } : (filters[0] ?? {}),
    sort: isOrder(sort) ? sort : undefined,
    skip: typeof skip === 'number' ? skip : undefined,
    limit: typeof limit === 'number' ? limit : undefined,
    paths,
  }
}

function stage(one: ServerDocument | undefined, name: string): unknown {
  return one && Object.keys(one).length === 1 ? one[name] : undefined
}

function isOrder(sort: unknown): sort is { readonly [path: string]: 1 | -1 } {
  return isPlainObject(sort)
}

function pathsOf(project: unknown): FindPlan['paths'] | undefined {
  if (!isPlainObject(project)) return undefined
  const paths: (readonly [string, string])[] = []
  for (const [key, from] of Object.entries(project)) {
    if (key === '_id' && (from === 0 || from === 1)) {
      if (from === 1) paths.push(['_id', '_id'])
    } else if (typeof from === 'string' && /^\$[^$]/.test(from)) paths.push([key, from.slice(1)])
    else return undefined
  }
  return paths
}

/** A path inside of another one comes with it: the server takes but one of them. */
function projectionOf(paths: FindPlan['paths']): { readonly [path: string]: 0 | 1 } {
  const wanted = [...new Set(paths.map(([, path]) => path))]
  const outer = wanted.filter((path) => !wanted.some((other) => path.startsWith(`${other}.`)))
  return { ...(!outer.includes('_id') && { _id: 0 }), ...Object.fromEntries(outer.map((path) => [path, 1])) }
}
