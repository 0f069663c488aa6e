import type { FilterShape, SelectShape, Shape } from './shape.ts'

/** Equal for equal shapes, and for those alone. */
export type ShapeKey = (shape: Shape) => string

/** Writing out the fields of a table for every query would cost more than all the rest: lists that are frozen are numbered. */
export function createShapeKey(): ShapeKey {
  const numbers = new WeakMap<readonly unknown[], string>()
  let count = 0

  function listKey(list: readonly unknown[]): string {
    const known = numbers.get(list)
    if (known !== undefined) return known
    if (!Object.isFrozen(list)) return JSON.stringify(list)
    const number = `#${++count}`
    numbers.set(list, number)
    return number
  }

  function selectKey({ verb: _, fields, orderBy, where, limit, offset, ...rest }: SelectShape): string {
    const size = 'rows' in limit ? `r${limit.rows}` : limit.slot
    const more = isPlain(rest) ? '' : JSON.stringify(rest)
    return `${listKey(fields)} ${listKey(orderBy)} ${size} ${offset ?? ''} ${where ? filterKey(where) : ''} ${more}`
  }

  return (shape) => (shape.verb === 'select' ? selectKey(shape) : JSON.stringify(shape))
}

type Rest = Omit<SelectShape, 'verb' | 'fields' | 'orderBy' | 'where' | 'limit' | 'offset'>

/** Rows of the table as they are. */
function isPlain({
  keyed,
  distinct,
  groupBy,
  aggregates,
  having,
  each,
  countOnly,
  locked,
  joins,
}: Rest): boolean {
  const isGrouped = groupBy.length > 0 || aggregates.length > 0 || having !== undefined
  return !(keyed || distinct || isGrouped || each || countOnly || locked || joins.length > 0)
}

function filterKey(filter: FilterShape): string {
  switch (filter.op) {
    case 'and':
    case 'or':
      return `(${filter.op} ${filter.all.map(filterKey).join(' ')})`
    case '=':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      // Its length before it: a name may hold whatever stands between the parts of a key.
      return `(${filter.op} ${filter.field.length}:${filter.field} ${filter.slot})`
    default:
      return JSON.stringify(filter)
  }
}
