import { AppError } from '../core/errors.ts'
import { toJsonText } from '../core/exact-json.ts'
import { plainText } from '../core/plain-text.ts'
import { type Query, queryText } from './query.ts'

/** Options that may be lists. */
const LISTS: ReadonlySet<string> = new Set(['fields', 'ids', 'id_field', 'group', 'related'])

/**
 * What a query gives for an option by any of its names: text, or a list; undefined when nothing. Lists that are given more than once
 * are joined: `fields=id&fields=name`, `fields[]=id&fields=name`. A name of anything else that is repeated counts as it comes last, as
 * PHP reads it. Throws `bad_request` for two names that are given unlike, and for two filters.
 */
export function inQuery(query: Query, option: string, names: readonly string[]): unknown {
  const isWhole = LISTS.has(option) || option === 'filter'
  const texts = names.flatMap((name) => (isWhole ? query[name] : queryText(query, name)) ?? [])
  const items = option === 'params' ? [] : names.flatMap((name) => bracketed(query, name))
  if (items.length === 0) return LISTS.has(option) ? joined(texts) : onlyOne(option, texts)
  if (texts.length === 0) return items
  if (LISTS.has(option)) return [...texts.flatMap(splitList), ...items]
  throw givenTwice(option)
}

function joined(texts: readonly string[]): string | undefined {
  return texts.length === 0 ? undefined : texts.join(',')
}

/** Throws `bad_request` for values that are not the same. */
export function onlyOne(option: string, values: readonly unknown[]): unknown {
  const [first, ...others] = values
  if (others.every((other) => other === first || asText(other) === asText(first))) return first
  throw givenTwice(option)
}

function asText(value: unknown): string {
  return typeof value === 'object' ? toJsonText(value) : plainText(value)
}

function givenTwice(option: string): AppError {
  return new AppError('bad_request', `'${option}' is given twice, with different values.`, {
    hint: 'Give it once, by one of its names.',
    context: { parameter: option },
  })
}

/** `fields[]=id&fields[]=name` and `fields[0]=id`, as PHP writes a list. */
function bracketed(query: Query, name: string): readonly string[] {
  return Object.keys(query)
    .filter((key) => key.startsWith(name) && LIST_KEY.test(key.slice(name.length)))
    .flatMap((key) => query[key] ?? [])
}

const LIST_KEY = /^\[\d*\]$/

export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
