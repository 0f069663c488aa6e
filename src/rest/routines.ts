import { callFunction, callProcedure } from '../operations/database/call-routine.ts'
import { listFunctions, listProcedures } from '../operations/database/list-routines.ts'
import { listAnswer } from './answer.ts'
import { isObject } from './body.ts'
import { flag, list } from './options.ts'
import { picked } from './picked.ts'
import { queryText } from './query.ts'
import type { RestContext } from './rest-deps.ts'
import type { RestRequest } from './rest-request.ts'
import { routineArguments } from './routine-arguments.ts'
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
  const schema = queryText(request.query, 'schema')
  const { routines: found } = await context.run(kind === 'procedure' ? listProcedures : listFunctions, {
    ...(ids?.length && { ids }),
    ...(schema && { schema }),
    refresh: flag(request, 'refresh'),
  })
  const names = [...new Set(found.map(({ name }) => name))]
  if (flag(request, 'as_list')) return listAnswer(request, names)
  const fields = list(request, 'fields') ?? (ids?.length ? ['*'] : undefined)
  if (!fields)
    return listAnswer(
      request,
      names.map((name) => ({ name })),
    )
  const whole = found.map((routine) => ({ alias: null, ...routine }))
  return listAnswer(
    request,
    whole.map((routine) => picked(routine, fields)),
  )
}

async function call(
  kind: 'procedure' | 'function',
  request: RestRequest,
  { run }: RestContext,
): Promise<string> {
  if (request.verb !== 'GET' && request.verb !== 'POST') throw unsupportedVerb(request)
  const { name, ...given } = routineArguments(request)
  const input = { ...given, ...resultWish(request), refresh: flag(request, 'refresh') }
  if (kind === 'function')
    return JSON.stringify((await run(callFunction, { function_name: name, ...input })).result)
  const { result } = await run(callProcedure, {
    procedure_name: name,
    ...input,
    ...extra(request, 'wrapper'),
  })
  return JSON.stringify(result)
}

function resultWish(request: RestRequest): object {
  const schema = isObject(request.body) ? request.body.schema : undefined
  return {
    ...extra(request, 'returns'),
    ...extra(request, 'confirmation'),
    ...(isObject(schema) ? { schema } : {}),
  }
}

/** The query wins over the body. */
function extra({ query, body }: RestRequest, name: 'returns' | 'wrapper' | 'confirmation'): object {
  const value = queryText(query, name) || (isObject(body) ? body[name] : undefined)
  return value === undefined || value === null || value === '' ? {} : { [name]: value }
}
