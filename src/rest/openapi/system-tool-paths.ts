import { type AccessPolicy, UNRESTRICTED, type Verb } from '../../core/policy.ts'
import { describeCall, inPath, NAMES, type Paths } from './describe-call.ts'
import type { DocumentNames } from './document-names.ts'
import { type JsonSchema, listOf, objectOf, oneOfWords, TEXT, wrapped } from './json-schema.ts'
import { queryParameters } from './parameters.ts'

/** A call of the system service that is no CRUD. Its component is its path; `{…}` stands for any name. */
interface ToolCall {
  readonly path: string
  readonly verb: Verb
  readonly summary: string
  readonly parameters?: readonly JsonSchema[]
  readonly body?: JsonSchema
  readonly answer: JsonSchema
  readonly status?: 201
  /** For administrators whom no role binds. */
  readonly isForAll?: true
}

const SUCCESS = objectOf({ success: { type: 'boolean' } }, ['success'])
const ANY: JsonSchema = { type: 'object' }
const VALUE = objectOf({ name: TEXT, value: {} }, ['name'])
const LISTS = objectOf({ services: listOf(TEXT), roles: listOf(TEXT), apps: listOf(TEXT) })
const SERVICE_TYPE = objectOf(
  { name: TEXT, label: TEXT, group: TEXT, singleton: { type: 'boolean' }, config_schema: listOf(ANY) },
  ['name'],
)
const LIMIT_USE = objectOf(
  {
    id: { type: 'integer' },
    name: TEXT,
    max: { type: 'integer' },
    attempts: { type: 'integer' },
    remaining: { type: 'integer' },
    key: { type: ['string', 'null'] },
    counters: listOf(ANY),
  },
  ['id', 'name', 'max', 'attempts', 'remaining'],
)
const PACKAGE = objectOf({ services: listOf(ANY), roles: listOf(ANY), apps: listOf(ANY) })
const EFFECTIVE = objectOf(
  {
    role: objectOf({ id: { type: 'integer' }, name: TEXT, is_active: { type: 'boolean' } }, ['id', 'name']),
    service: TEXT,
    resource: listOf(
      objectOf({
        component: TEXT,
        verbs: listOf(oneOfWords(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])),
        rules: listOf(ANY),
      }),
    ),
  },
  ['role', 'service', 'resource'],
)

const CALLS: readonly ToolCall[] = [
  { path: 'service_type', verb: 'GET', summary: 'What a service can be', answer: wrapped(SERVICE_TYPE) },
  { path: 'service_type/{name}', verb: 'GET', summary: 'One type of service', answer: SERVICE_TYPE },
  { path: 'cache', verb: 'GET', summary: 'Services of which something is kept', answer: NAMES },
  { path: 'cache', verb: 'DELETE', summary: 'Read everything again', answer: SUCCESS },
  { path: 'cache/{service}', verb: 'DELETE', summary: 'Read a service again', answer: SUCCESS },
  { path: 'constant', verb: 'GET', summary: 'There are none', answer: wrapped({}) },
  { path: 'event', verb: 'GET', summary: 'Names of what can be asked of services', answer: ANY },
  { path: 'limit_cache', verb: 'GET', summary: 'How much of limits is used up', answer: wrapped(LIMIT_USE) },
  { path: 'limit_cache/{id}', verb: 'GET', summary: 'How much of a limit is used up', answer: LIMIT_USE },
  {
    path: 'limit_cache',
    verb: 'DELETE',
    summary: 'Let limits start over: those named, or all with force=true',
    parameters: [...queryParameters('ids'), inQuery('force', { type: 'boolean' })],
    answer: SUCCESS,
  },
  { path: 'limit_cache/{id}', verb: 'DELETE', summary: 'Let a limit start over', answer: SUCCESS },
  {
    path: 'config_package',
    verb: 'GET',
    summary: 'Services, roles, apps, users and lookups by name, without secrets',
    answer: PACKAGE,
    isForAll: true,
  },
  {
    path: 'config_package',
    verb: 'POST',
    summary: 'Take a package in, all or nothing',
    parameters: [inQuery('overwrite', { type: 'boolean' })],
    body: PACKAGE,
    answer: objectOf({ success: { type: 'boolean' }, created: LISTS, updated: LISTS, skipped: LISTS }, [
      'success',
    ]),
    isForAll: true,
  },
  {
    path: 'package',
    verb: 'GET',
    summary: 'What a zip file of a package can hold',
    answer: ANY,
    isForAll: true,
  },
  {
    path: 'import',
    verb: 'POST',
    summary: 'A new table of a service from records or a CSV file',
    parameters: [inQuery('service', TEXT), inQuery('resource', TEXT)],
    body: wrapped({ type: 'object', additionalProperties: { type: ['string', 'null'] } }),
    answer: objectOf({ resource: TEXT }, ['resource']),
  },
  {
    path: 'role/{role}/effective',
    verb: 'GET',
    summary: 'What a role may do in a service, and which rules say so',
    parameters: [{ ...inQuery('service', TEXT), required: true }],
    answer: EFFECTIVE,
  },
  { path: 'custom', verb: 'GET', summary: 'All values', answer: wrapped(VALUE) },
  {
    path: 'custom',
    verb: 'POST',
    summary: 'Keep values, in place of those of the same names',
    body: wrapped(VALUE),
    answer: NAMES,
    status: 201,
  },
  { path: 'custom/{name}', verb: 'GET', summary: 'A value itself', answer: {} },
  { path: 'custom/{name}', verb: 'PUT', summary: 'Keep a value', body: {}, answer: NAMES },
  { path: 'custom/{name}', verb: 'DELETE', summary: 'Forget a value', answer: {} },
  {
    path: '_spec',
    verb: 'GET',
    summary: 'This document',
    answer: { type: 'object', required: ['openapi', 'info'] },
  },
]

/** What the caller may call of the system service besides records. */
export function systemToolPaths(surroundings: {
  readonly policy: AccessPolicy
  readonly names: DocumentNames
  readonly prefix: string
}): Paths {
  const { policy, names, prefix } = surroundings
  const paths: Paths = {}
  for (const { path, verb, parameters = [], isForAll, ...rest } of CALLS) {
    if (isForAll && policy.key !== UNRESTRICTED.key) continue
    if (!policy.decide('system', path.replaceAll(/\{\w+\}/g, '\u0000'), verb).allowed) continue
    const inPaths = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => inPath(name, TEXT))
    const words = path.split(/\W+/).filter(Boolean)
    paths[`${prefix}/${path}`] = {
      ...paths[`${prefix}/${path}`],
      [verb.toLowerCase()]: describeCall({
        id: names.operation(verb.toLowerCase(), 'system', ...words),
        tag: 'system',
        parameters: [...inPaths, ...parameters],
        ...rest,
      }),
    }
  }
  return paths
}

function inQuery(name: string, schema: JsonSchema): JsonSchema {
  return { name, in: 'query', schema }
}
