import { AppError } from '../../core/errors.ts'
import { didYouMean, nearest } from '../../core/names.ts'
import { plainText } from '../../core/plain-text.ts'
import { listAnswer } from '../answer.ts'
import { flag, idsOf, isGiven, list, pageOffset, pageSize, text } from '../options.ts'
import { picked } from '../picked.ts'
import type { RestRequest } from '../rest-request.ts'

type Item = Readonly<Record<string, unknown>>

interface ItemList {
  /** The field that names an item: for `ids`, `as_list` and the order. */
  readonly key: string
  /** Every field an item has. */
  readonly fields: readonly string[]
  /** Those that are shown where the request names none; absent: all. */
  readonly usual?: readonly string[]
}

/** Options of lists of records that a list which is no table does not have. */
const WITHOUT = ['filter', 'having', 'distinct', 'related', 'include_schema', 'cursor', 'id_field'] as const

/** What is listed and is no table, with the options of lists. Throws `bad_request` for those it does not have. */
export function itemsAnswer(request: RestRequest, items: readonly Item[], known: ItemList): string {
  refuseOthers(request)
  const fields = list(request, 'fields')?.map((field) => fieldNamed(plainText(field), known)) ?? known.usual
  const ids = idsOf(request)?.map(plainText)
  const chosen = ids ? ids.map((id) => itemNamed(id, items, known)) : inOrder(request, items, known)
  if (flag(request, 'count_only')) return String(chosen.length)
  const offset = pageOffset(request) ?? 0
  const limit = pageSize(request) ?? chosen.length
  const page = chosen.slice(offset, offset + limit)
  const shown = flag(request, 'as_list')
    ? page.map((item) => item[known.key])
    : page.map((item) => picked(item, fields ?? ['*']))
  return listAnswer(request, shown, flag(request, 'include_count') ? { count: chosen.length } : undefined)
}

/** The field an answer of one item is asked for. Throws `bad_request` with the nearest name. */
export function fieldNamed(field: string, { fields }: Pick<ItemList, 'fields'>): string {
  if (field === '*' || fields.includes(field)) return field
  throw unknownField(field, fields)
}

function refuseOthers(request: RestRequest): void {
  const refused = WITHOUT.find((name) => isGiven(request, name))
  if (refused === undefined) return
  throw new AppError('bad_request', `'${refused}' is not supported for '${request.path[0]}'.`, {
    hint: 'This list has fields, ids, order, limit, offset, include_count, count_only and as_list.',
  })
}

function itemNamed(id: string, items: readonly Item[], { key }: ItemList): Item {
  const item = items.find((one) => String(one[key]).toLowerCase() === id.toLowerCase())
  if (item) return item
  throw new AppError('not_found', `Record with identifier '${id}' not found.`)
}

/** `name desc, group` */
function inOrder(request: RestRequest, items: readonly Item[], known: ItemList): readonly Item[] {
  const terms = plainText(text(request, 'order') ?? known.key).split(',')
  const rules = terms.map((term) => {
    const [, field = '', direction = 'asc'] = /^\s*(\w+)(?:\s+(asc|desc))?\s*$/i.exec(term) ?? []
    if (!known.fields.includes(field)) throw unknownField(term.trim(), known.fields)
    return { field, sign: direction.toLowerCase() === 'desc' ? -1 : 1 }
  })
  return items.toSorted(
    (a, b) =>
      rules
        .map(({ field, sign }) => sign * compared(a[field], b[field]))
        .find((difference) => difference !== 0) ?? 0,
  )
}

function compared(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [one, other] = [String(a), String(b)]
  return one === other ? 0 : one < other ? -1 : 1
}

function unknownField(field: string, fields: readonly string[]): AppError {
  const names = nearest(field, fields)
  return new AppError('bad_request', `Invalid field requested: ${field.slice(0, 200)}`, {
    ...(names.length > 0 && { hint: didYouMean(names), didYouMean: names }),
  })
}
