import { AppError } from '../core/errors.ts'
import { isObject } from './body.ts'
import { queryText } from './query.ts'
import type { RestRequest } from './rest-request.ts'

/** A call as its operation takes it: which routine, and the first arguments that are there (dreamfactory-rest §6). */
interface RoutineArguments {
  readonly name: string
  /** By name, or in order. */
  readonly parameters?: unknown
  /** The arguments came as text. */
  readonly is_text?: true
  /** By name, for parameters that are called as something the query may hold anyway. */
  readonly spare?: Readonly<Record<string, unknown>>
}

/** `params` in the body or a bare list, else arguments in the address (`add(1,2)`), else names in the body or the query. */
export function routineArguments({ path, body, query }: RestRequest): RoutineArguments {
  const { name, inline } = routineAddress(path)
  if (typeof body !== 'object' && body !== undefined && body !== '')
    throw new AppError('bad_request', 'The request body is neither a list of arguments nor an object.')
  const given = isObject(body) ? body.params : Array.isArray(body) ? body : undefined
  const params = typeof given === 'string' ? given.trim() : given
  if (typeof params === 'string' && params !== '')
    return { name, parameters: splitArguments(params), is_text: true }
  if (isFilled(params)) return { name, parameters: Array.isArray(params) ? fromList(params) : bare(params) }
  if (inline !== '') return { name, parameters: splitArguments(inline), is_text: true }
  const fields = isObject(body) ? without(body, NO_ARGUMENTS) : {}
  if (params === undefined && Object.keys(fields).length > 0) return { name, parameters: bare(fields) }
  const texts = Object.fromEntries(Object.keys(query).map((key) => [key, queryText(query, key)]))
  return {
    name,
    parameters: without(texts, NO_ARGUMENTS),
    spare: Object.fromEntries(Object.entries(texts).filter(([key]) => SPARE.has(key))),
    is_text: true,
  }
}

/** `_func/add(1,2)` → `add` and `1,2`. */
export function routineAddress(path: readonly string[]): { readonly name: string; readonly inline: string } {
  const address = path.slice(1).join('/')
  const [, name = address, inline = ''] = /^([^(]*)\((.*)\)$/s.exec(address) ?? []
  return { name, inline: inline.trim() }
}

/** What a query may hold besides arguments. A parameter of such a name takes it as well. */
const SPARE: ReadonlySet<string> = new Set([
  'returns',
  'wrapper',
  'wrap',
  'schema',
  'method',
  'accept',
  'file',
  'refresh',
  'confirmation',
  'fields',
  'as_list',
])
const NO_ARGUMENTS: ReadonlySet<string> = new Set([...SPARE, 'params', 'api_key', 'session_token'])

/** Throws `bad_request` for what is neither a list nor an object. */
function isFilled(params: unknown): params is object {
  if (params === undefined || params === null || params === '') return false
  if (typeof params !== 'object')
    throw new AppError('bad_request', `'params' is neither a list nor an object.`)
  return Object.keys(params).length > 0
}

/** `[{"name":"a","value":1}]` is by name, any other list in order. */
function fromList(params: readonly unknown[]): unknown {
  if (!params.every(isNamed)) return params
  const names = new Set(params.map(({ name }) => name.toLowerCase()))
  if (names.size < params.length) throw new AppError('bad_request', `'params' names a parameter twice.`)
  return Object.fromEntries(params.map(({ name, value }) => [name, value ?? null]))
}

function isNamed(item: unknown): item is { readonly name: string; readonly value?: unknown } {
  return isObject(item) && typeof item.name === 'string'
}

/** `{"a":{"value":1}}` means `{"a":1}`. */
function bare(values: object): object {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      isObject(value) && 'value' in value ? value.value : value,
    ]),
  )
}

function without(values: object, names: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !names.has(key)))
}

const ARGUMENT = /\s*(?:"((?:[^"]|"")*)"\s*|([^,]*))(?:,|$)/gy

/** `1,"a, b",` → `1`, `a, b` and an empty text: commas separate, double quotes hold them. */
function splitArguments(text: string): string[] {
  return [...`${text},`.matchAll(ARGUMENT)]
    .slice(0, -1)
    .map(([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain.trim())
}
