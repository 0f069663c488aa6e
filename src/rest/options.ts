import { AppError } from '../core/errors.ts'
import { plainText } from '../core/plain-text.ts'
import type { Verb } from '../core/policy.ts'
import { isObject } from './body.ts'
import { inQuery, onlyOne, splitList } from './option-spellings.ts'
import { isFlag, isTrue, type Query } from './query.ts'

/** Where options are: the query wins; the body has them for reads, and beside wrapped records. */
export interface OptionSource {
  readonly query: Query
  /** Undefined when the body is the record itself: then its keys are fields, not options. */
  readonly body: unknown
  /** A read has no records of its own in the body: every option may stand there. */
  readonly verb?: Verb | undefined
}

/** Every option of a record request with its aliases (dreamfactory-rest §4.3), and whether the body of a write may carry it. */
const OPTIONS = {
  fields: { names: ['fields', 'select'], inBody: true },
  ids: { names: ['ids'], inBody: true },
  id_field: { names: ['id_field'], inBody: false },
  filter: { names: ['filter', 'where'], inBody: true },
  params: { names: ['params'], inBody: true },
  limit: { names: ['limit', 'top'], inBody: true },
  offset: { names: ['offset', 'skip'], inBody: true },
  cursor: { names: ['cursor', 'after'], inBody: true },
  order: { names: ['order', 'sort', 'order_by'], inBody: true },
  group: { names: ['group', 'group_by'], inBody: true },
  having: { names: ['having'], inBody: false },
  distinct: { names: ['distinct'], inBody: false },
  related: { names: ['related'], inBody: false },
  include_count: { names: ['include_count'], inBody: false },
  include_schema: { names: ['include_schema'], inBody: false },
  count_only: { names: ['count_only'], inBody: true },
  as_list: { names: ['as_list'], inBody: false },
  continue: { names: ['continue'], inBody: true },
  rollback: { names: ['rollback'], inBody: true },
  allow_related_delete: { names: ['allow_related_delete'], inBody: false },
  dry_run: { names: ['dry_run'], inBody: true },
  confirmation: { names: ['confirmation'], inBody: true },
  force: { names: ['force'], inBody: false },
  refresh: { names: ['refresh'], inBody: false },
} as const satisfies Record<string, { names: readonly string[]; inBody: boolean }>

export type OptionName = keyof typeof OPTIONS

/** Every name of an option. */
export const OPTION_SPELLINGS: ReadonlySet<string> = new Set(
  Object.values(OPTIONS).flatMap(({ names }) => names),
)

/** The value as given; undefined when absent. */
function option({ query, body, verb }: OptionSource, name: OptionName): unknown {
  const { names, inBody } = OPTIONS[name]
  const value = inQuery(query, name, names)
  if (value !== undefined || !(inBody || verb === 'GET') || !isObject(body)) return value
  return onlyOne(
    name,
    names.map((alias) => body[alias]).filter((one) => one !== undefined && one !== null),
  )
}

/** What names of the query may stand for: of a read, the texts and numbers of its body as well. The query wins. */
export function namedTexts({ query, body, verb }: OptionSource): Query {
  if (verb !== 'GET' || !isObject(body)) return query
  const texts = Object.entries(body).flatMap(([name, value]): [string, string][] => {
    if (typeof value === 'string' || typeof value === 'number') return [[name, String(value)]]
    return Array.isArray(value) && value.every((item) => typeof item === 'string')
      ? [[name, value.join(',')]]
      : []
  })
  return { ...Object.fromEntries(texts), ...query }
}

/** Throws `bad_request` for what is no boolean: it would be passed over. */
export function flag(source: OptionSource, name: OptionName): boolean {
  return booleanIn(name, option(source, name))
}

/** The same of a parameter that stands by itself. */
export function booleanIn(name: string, value: unknown): boolean {
  const isOne =
    value === undefined ||
    typeof value === 'boolean' ||
    value === 0 ||
    value === 1 ||
    (typeof value === 'string' && isFlag(value.trim()))
  if (!isOne) throw wrong(name, 'must be true or false.')
  return isTrue(value)
}

function wrong(parameter: string, problem: string): AppError {
  return new AppError('bad_request', `'${parameter}' ${problem}`, { context: { parameter } })
}

/** Text; undefined when absent or blank. What is no text is left for the operation to refuse. */
export function text(source: OptionSource, name: OptionName): unknown {
  const value = option(source, name)
  return typeof value === 'string' && value.trim() === '' ? undefined : value
}

/** Whether it was given at all, be it blank. */
export function isGiven(source: OptionSource, name: OptionName): boolean {
  return option(source, name) !== undefined
}

/** `a, b` or a list; empty when given but blank, undefined when absent. */
export function list(source: OptionSource, name: OptionName): readonly unknown[] | undefined {
  const value = option(source, name)
  if (value === undefined) return undefined
  if (Array.isArray(value)) return value
  if (typeof value === 'object' && value !== null) throw wrong(name, 'must be a list, or text with commas.')
  const given = String(value)
  const items = splitList(given)
  if (items.length === 0 && given.trim() !== '' && name !== 'ids') throw wrong(name, 'names nothing.')
  return items
}

/** A page's size; anything below 1 and what is no number is as if it was not given, as recorded of the original. */
export function pageSize(source: OptionSource): number | undefined {
  const value = option(source, 'limit')
  if (value !== undefined && typeof value !== 'string' && typeof value !== 'number')
    throw wrong('limit', 'must be a whole number of at least 1.')
  const number = Math.trunc(typeof value === 'number' ? value : Number.parseFloat(plainText(value)))
  return number >= 1 ? Math.min(number, Number.MAX_SAFE_INTEGER) : undefined
}

/** Undefined when absent or blank. Throws `bad_request` for what is no whole number of at least 0. */
export function pageOffset(source: OptionSource): number | undefined {
  const value = text(source, 'offset')
  if (value === undefined) return undefined
  const isWhole = typeof value === 'string' ? /^\s*\d{1,15}\s*$/.test(value) : Number.isSafeInteger(value)
  if (isWhole && Number(value) >= 0) return Number(value)
  throw wrong('offset', 'must be a whole number of at least 0.')
}

/** Records by their ids; undefined when absent or blank. Throws `bad_request` for a list without one, which would mean all records. */
export function idsOf(source: OptionSource): readonly unknown[] | undefined {
  if (text(source, 'ids') === undefined) return undefined
  const ids = list(source, 'ids')
  if (ids?.length !== 0) return ids
  throw new AppError('bad_request', `'ids' names no record.`, {
    hint: 'Leave it out to mean all records.',
    context: { parameter: 'ids' },
  })
}

/**
 * Values of named filter parameters by bare name: `params[:x]=1`, `params[x]=1`, JSON text, or an object in the body. Throws
 * `bad_request` for one that is given twice, with different values.
 */
export function filterParams(source: OptionSource): Readonly<Record<string, unknown>> | undefined {
  const given = option(source, 'params')
  const whole = typeof given === 'string' ? jsonObject(given) : given
  if (whole !== undefined && !isObject(whole)) throw wrong('params', 'must be an object of names and values.')
  const single = Object.keys(source.query).flatMap((key): [string, unknown][] => {
    const name = /^params\[(.+)\]$/.exec(key)?.[1]
    return name === undefined ? [] : [source.query[key]].flat().map((value) => [name, value])
  })
  const params = new Map<string, unknown>()
  for (const [name, value] of [...Object.entries(whole ?? {}), ...single]) {
    const bare = bareName(name)
    params.set(bare, params.has(bare) ? onlyOne(`params[:${bare}]`, [params.get(bare), value]) : value)
  }
  return params.size === 0 ? undefined : Object.fromEntries(params)
}

function bareName(name: string): string {
  return name.startsWith(':') ? name.slice(1) : name
}

function jsonObject(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) return value
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new AppError('bad_request', `'params' is not a JSON object.`, {
    hint: 'Write params[:name]=value, or params={":name":"value"}.',
  })
}
