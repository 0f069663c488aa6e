import type { Comparison, ExistsFilter, Filter } from '../../../src/core/database/query.ts'
import type { Field } from '../../../src/core/database/schema.ts'
import { comparedValues } from './bind-value.ts'
import { typesIn } from './column-type.ts'
import { isKnown, pathValue, type ServerDocument } from './pipeline.ts'
import { patternOf } from './text-pattern.ts'

/** Where the values of a field are, and what they are. */
export interface Place extends Pick<Field, 'type' | 'dbType'> {
  readonly path: string
}

/** What the names of a filter stand for. */
export interface FilterScope {
  place(name: string): Place
  /** The path of a list that has an element when there is such a row. */
  exists(filter: ExistsFilter): string
}

/**
 * The query for rows of which the filter is true. The server's own logic has two values: so each part is written as it is wanted,
 * true or false, and a comparison with null is neither. Values are given to operators, never in their place: a text like `$x` and a
 * document like `{"$gt": 1}` are only ever compared with.
 */
export function filterQuery(filter: Filter, scope: FilterScope): ServerDocument {
  return wanted(filter, true, scope)
}

const ALWAYS: ServerDocument = {}
const NEVER: ServerDocument = { _id: { $in: [] } }

function wanted(filter: Filter, truth: boolean, scope: FilterScope): ServerDocument {
  switch (filter.op) {
    case 'not':
      return wanted(filter.filter, !truth, scope)
    case 'and':
    case 'or': {
      const parts = filter.all.map((part) => wanted(part, truth, scope))
      return (filter.op === 'and') === truth ? all(parts) : any(parts)
    }
    case 'exists':
      return { [`${scope.exists(filter)}.0`]: { $exists: truth } }
    case 'is_null':
      return isNull(scope.place(filter.field), truth)
    case 'in':
      return isIn(scope.place(filter.field), filter, truth)
    case 'like':
      return matches(scope.place(filter.field), patternOf('like', filter.pattern), truth)
    case 'contains':
    case 'starts_with':
    case 'ends_with':
      return matches(scope.place(filter.field), patternOf(filter.op, filter.value), truth)
    default:
      return compared(scope.place(filter.field), filter, truth)
  }
}

function all(parts: readonly ServerDocument[]): ServerDocument {
  if (parts.includes(NEVER)) return NEVER
  const some = parts.filter((part) => part !== ALWAYS)
  const [first = ALWAYS, second] = some
  return second === undefined ? first : { $and: some }
}

function any(parts: readonly ServerDocument[]): ServerDocument {
  if (parts.includes(ALWAYS)) return ALWAYS
  const some = parts.filter((part) => part !== NEVER)
  const [first = NEVER, second] = some
  return second === undefined ? first : { $or: some }
}

/** A list is not null, whatever is in it: the usual way would look into it. */
function isNull({ path, dbType }: Place, truth: boolean): ServerDocument {
  if (!typesIn(dbType).own.includes('array')) return { [path]: truth ? { $eq: null } : { $ne: null } }
  return { $expr: truth ? { $lte: [pathValue(path), null] } : isKnown(pathValue(path)) }
}

function isIn(place: Place, { values }: Extract<Filter, { op: 'in' }>, truth: boolean): ServerDocument {
  if (values.length === 0) return truth ? NEVER : ALWAYS
  const bound = values.flatMap((value) => comparedValues(place, value))
  if (truth) return bound.length === 0 ? NEVER : { [place.path]: { $in: bound } }
  return { [place.path]: { $nin: [...bound, null] } }
}

type Compared = Extract<Filter, { op: Comparison }>

function compared(place: Place, { op, value }: Compared, truth: boolean): ServerDocument {
  const { path } = place
  if (op === '!=') return compared(place, { op: '=', field: '', value }, !truth)
  const bound = comparedValues(place, value)
  const [first, second] = bound
  if (op === '=') {
    if (!truth) return { [path]: { $nin: [...bound, null] } }
    if (first === undefined) return NEVER
    return { [path]: second === undefined ? { $eq: first } : { $in: bound } }
  }
  if (first === undefined) return truth ? NEVER : isNull(place, false)
  const { own, elements } = typesIn(place.dbType)
  if (second === undefined && elements.length === 0 && own.length > 0 && !own.includes('array'))
    return { [path]: { [OPERATOR[truth ? op : OPPOSITE[op]]]: first } }
  const found = any(bound.map((one) => ({ [path]: { [OPERATOR[op]]: one } })))
  return truth ? found : all([isNull(place, false), { $nor: [found] }])
}

type Unequal = Exclude<Comparison, '=' | '!='>

const OPERATOR: Readonly<Record<Unequal, string>> = { '<': '$lt', '<=': '$lte', '>': '$gt', '>=': '$gte' }
const OPPOSITE: Readonly<Record<Unequal, Unequal>> = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' }

function matches(place: Place, $regex: string, truth: boolean): ServerDocument {
  const { path, dbType } = place
  const { own, elements } = typesIn(dbType)
  const isText = own.length === 0 || own.includes('string') || elements.length > 0 || own.includes('array')
  if (isText)
    return truth ? { [path]: { $regex } } : all([isNull(place, false), { [path]: { $not: { $regex } } }])
  const found = { $regexMatch: { input: { $toString: pathValue(path) }, regex: $regex } }
  return all([isNull(place, false), { $expr: truth ? found : { $not: [found] } }])
}
