import type { Caller } from '../core/caller.ts'
import type { Json } from '../core/database/value.ts'
import { AppError } from '../core/errors.ts'
import type { ServiceInfo } from '../core/service.ts'
import { type Answer, listAnswer } from './answer.ts'
import type { ApiDocuments, DocumentAsked } from './openapi/api-documents.ts'
import { compacted, onlyResources } from './openapi/cut-document.ts'
import { splitList } from './option-spellings.ts'
import { flag } from './options.ts'
import { isTrue, queryText } from './query.ts'
import type { RestDeps } from './rest-deps.ts'
import type { RestRequest } from './rest-request.ts'
import { refused, unsupportedVerb } from './unsupported.ts'

const SYSTEM = 'system'
const USER = 'user'

interface DocsContext {
  readonly caller: Caller
  readonly signal: AbortSignal
  readonly documents: ApiDocuments
  readonly services: RestDeps['services']
}

/** `api_docs`: of everything the caller reaches; `api_docs/{service}`: of one service (dreamfactory-rest §10.1). */
export async function apiDocs(request: RestRequest, context: DocsContext): Promise<Answer> {
  const { caller, documents, services } = context
  const [name, ...rest] = request.path
  if (request.verb !== 'GET' || rest.length > 0) throw unsupportedVerb(request)
  const asked = askedFor(request, context)
  const reached = services.list().filter((one) => one.isActive && caller.policy.reaches(one.name))
  if (name === undefined) {
    const isList = flag(request, 'as_list') || isTrue(queryText(request.query, 'as_access_list'))
    if (isList)
      return listAnswer(request, [
        ...reached.map((one) => one.name),
        ...(caller.policy.reaches(SYSTEM) ? [SYSTEM] : []),
        USER,
      ])
    return written(await documents.instance(asked), request)
  }
  if (name.toLowerCase() === SYSTEM && caller.policy.reaches(SYSTEM))
    return written(documents.system(asked), request)
  if (name.toLowerCase() === USER) return written(documents.user(asked), request)
  const info = reached.find((one) => one.name.toLowerCase() === name.toLowerCase())
  if (!info) throw noDocs(name)
  return written(await documents.service(info, asked), request)
}

/** `{service}/_spec`: for roles that have GET on the component `_spec` (dreamfactory-rest §10.2). */
export async function spec(
  request: RestRequest,
  info: ServiceInfo | 'system' | 'user',
  context: DocsContext,
): Promise<Answer> {
  const { caller, documents } = context
  const service = typeof info === 'string' ? info : info.name
  if (!caller.policy.decide(service, '_spec', request.verb).allowed) throw refused(request, caller)
  if (request.verb !== 'GET') throw unsupportedVerb(request)
  const asked = askedFor(request, context)
  const text = typeof info === 'string' ? documents[info](asked) : await documents.service(info, asked)
  return written(text, request)
}

export function isApiDocs({ service }: RestRequest): boolean {
  return service.toLowerCase() === 'api_docs'
}

export function isSpec({ path }: RestRequest): boolean {
  return path.length === 1 && path[0] === '_spec'
}

function askedFor(request: RestRequest, { caller, signal }: DocsContext): DocumentAsked {
  return { caller, signal, refresh: flag(request, 'refresh') }
}

/** The same for a service that is not there and one that the caller does not reach. */
function noDocs(name: string): AppError {
  return new AppError('forbidden', `You do not have access to API Docs for the requested service ${name}.`)
}

/** Cut to what was asked for, as JSON or YAML. */
async function written(text: string, request: RestRequest): Promise<Answer> {
  const { query, format } = request
  const names = [queryText(query, 'resource_name'), queryText(query, 'tables')].flatMap((list) =>
    splitList(list ?? ''),
  )
  const isCompact = isTrue(queryText(query, 'compact'))
  const isYaml = format.prefersYaml || /^ya?ml$/i.test(queryText(query, 'format') ?? '')
  if (names.length === 0 && !isCompact && !isYaml) return text
  const whole: Readonly<Record<string, Json>> = JSON.parse(text)
  const chosen = names.length === 0 ? whole : onlyResources(whole, names)
  const document = isCompact ? compacted(chosen) : chosen
  if (!isYaml) return JSON.stringify(document)
  const { stringify } = await import('yaml')
  return { contentType: YAML_TYPE, text: stringify(document, { aliasDuplicateObjects: false }) }
}

/** RFC 9512 */
const YAML_TYPE = 'application/yaml; charset=utf-8'
