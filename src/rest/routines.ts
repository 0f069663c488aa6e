import { AppError } from '../core/errors.ts'
import { callFunction, callProcedure } from '../operations/database/call-routine.ts'
import {
  listFunctions,
  listProcedures,
  type RoutineDescription,
} from '../operations/database/list-routines.ts'
import { listAnswer } from './answer.ts'
import { isObject } from './body.ts'
import { flag, list, splitList } from './options.ts'
import { picked } from './picked.ts'
import { queryText } from './query.ts'
import type { RestContext } from './rest-deps.ts'
import type { RestRequest } from './rest-request.ts'
import { unsupportedVerb } from './unsupported.ts'

/** `_proc` and `_func` (dreamfactory-rest §6): listing, and calls by GET or POST. */
export function routines(
  kind: 'procedure' | 'function',
): (request: RestRequest, context: RestContext) => Promise<string> {
  return (request, context) =>
    request.path[1] === undefined ? listing(kind, request, context) : call(kind, request, context)
}

async function listing(
  kind: 'procedure' | 'function',
  request: RestRequest,
  context: RestContext,
): Promise<string> {
  if (request.verb !== 'GET') throw unsupportedVerb(request)
  const ids = list(request, 'ids')
  const found = await described(kind, context, ids?.length ? ids : undefined)
  if (flag(request, 'as_list'))
    return listAnswer(
      request,
      found.map(({ name }) => name),
    )
  const fields = list(request, 'fields') ?? (ids?.length ? ['*'] : ['name'])
  const whole = found.map((routine) => ({ alias: null, ...routine }))
  return listAnswer(
    request,
    whole.map((routine) => picked(routine, fields)),
  )
}

async function call(
  kind: 'procedure' | 'function',
  request: RestRequest,
  context: RestContext,
): Promise<string> {
  if (request.verb !== 'GET' && request.verb !== 'POST') throw unsupportedVerb(request)
  const [, name = '', inline] = /^([^(]*)(?:\((.*)\))?$/s.exec(request.path.slice(1).join('/')) ?? []
  const parameters = await parametersOf(kind, name, inline, request, context)
  const returns = queryText(request.query, 'returns')
  const wrapper = queryText(request.query, 'wrapper')
  const { result } =
    kind === 'procedure'
      ? await context.run(callProcedure, {
          procedure_name: name,
          parameters,
          ...(returns && { returns }),
          ...(wrapper && { wrapper }),
        })
      : await context.run(callFunction, { function_name: name, parameters, ...(returns && { returns }) })
  return JSON.stringify(result)
}

/** First of these that is there: `params` in the body, arguments in the address, the query by name. */
async function parametersOf(
  kind: 'procedure' | 'function',
  name: string,
  inline: string | undefined,
  request: RestRequest,
  context: RestContext,
): Promise<object> {
  const given = isObject(request.body) ? request.body.params : undefined
  const positional =
    typeof given === 'string' ? splitList(given) : (given ?? (inline ? splitList(inline) : undefined))
  if (positional === undefined) return byQuery(request)
  if (isObject(positional))
    return Object.fromEntries(Object.entries(positional).map(([key, value]) => [key, bareValue(value)]))
  if (!Array.isArray(positional))
    throw new AppError('bad_request', `'params' is neither a list nor an object.`)
  if (positional.every(isNamed))
    return Object.fromEntries(positional.map((item) => [item.name, item.value ?? null]))
  const [routine] = await described(kind, context, [name])
  if (!routine) return {}
  const inputs = routine.params.filter(({ param_type }) => param_type !== 'OUT')
  if (positional.length > inputs.length) {
    throw new AppError(
      'bad_request',
      `'${routine.name}' takes ${inputs.length} arguments, not ${positional.length}.`,
      {
        hint: `Its parameters: ${inputs.map((input) => input.name).join(', ') || 'none'}.`,
      },
    )
  }
  return Object.fromEntries(positional.map((value, index) => [inputs[index]?.name ?? '', value]))
}

/** Names of the query that are about the request, never arguments. */
const RESERVED = new Set([
  'returns',
  'wrapper',
  'wrap',
  'method',
  'api_key',
  'session_token',
  'accept',
  'file',
  'refresh',
  'fields',
  'as_list',
])

function byQuery({ query }: RestRequest): object {
  return Object.fromEntries(
    Object.keys(query)
      .filter((key) => !RESERVED.has(key))
      .map((key) => [key, queryText(query, key)]),
  )
}

function bareValue(value: unknown): unknown {
  return isObject(value) && 'value' in value ? value.value : value
}

function isNamed(item: unknown): item is { readonly name: string; readonly value?: unknown } {
  return isObject(item) && typeof item.name === 'string'
}

async function described(
  kind: 'procedure' | 'function',
  { run }: RestContext,
  ids: readonly unknown[] | undefined,
): Promise<readonly RoutineDescription[]> {
  const operation = kind === 'procedure' ? listProcedures : listFunctions
  return (await run(operation, { ...(ids && { ids }) })).routines
}
