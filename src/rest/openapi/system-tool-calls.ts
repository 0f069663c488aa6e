import type { Verb } from '../../core/policy.ts'
import { CONNECTION, CONNECTIONS, ENDED, ENDED_ONE, FORCE } from './connection-paths.ts'
import { type Call, inQuery, NAMES, schemaRef } from './describe-call.ts'
import { type JsonSchema, listOf, objectOf, oneOfWords, TEXT, wrapped } from './json-schema.ts'
import { queryParameters } from './parameters.ts'

/** A call of the system service that is no CRUD. Its component is its path; `{…}` stands for any name. */
interface ToolCall extends Omit<Call, 'id' | 'tag'> {
  readonly path: string
  readonly verb: Verb
  /** For administrators whom no role binds. */
  readonly isForAll?: true
}

const SUCCESS = objectOf({ success: { type: 'boolean' } }, ['success'])
const ANY: JsonSchema = { type: 'object' }
const VALUE = objectOf({ name: TEXT, value: {} })
const NAMED = objectOf({ name: TEXT, label: TEXT, description: TEXT, type: TEXT })
const listed = (item: JsonSchema) =>
  objectOf({ resource: listOf(item), meta: schemaRef('Meta') }, ['resource'])
const ITEM_OPTIONS = queryParameters('fields', 'ids', 'order', 'limit', 'offset', 'include_count')
const OF_USER = inQuery('user_id', { type: 'integer' })
const BATCH_OPTIONS = queryParameters('continue', 'rollback')
const LISTS = objectOf({ services: listOf(TEXT), roles: listOf(TEXT), apps: listOf(TEXT) })
const SERVICE_TYPE = objectOf({
  name: TEXT,
  label: TEXT,
  group: TEXT,
  singleton: { type: 'boolean' },
  config_schema: listOf(ANY),
})
const LIMIT_USE = objectOf({
  id: { type: 'integer' },
  name: TEXT,
  max: { type: 'integer' },
  attempts: { type: 'integer' },
  remaining: { type: 'integer' },
  key: { type: ['string', 'null'] },
  counters: listOf(ANY),
})
const PACKAGE = objectOf({ services: listOf(ANY), roles: listOf(ANY), apps: listOf(ANY) })
const fileIn = (name: string) => objectOf({ [name]: { type: 'string', format: 'binary' } }, [name])
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

/** `{"role": 5}`, or `{"rules": […]}` in the form of `role_service_access`. */
const ROLE_STATE: JsonSchema = objectOf({
  role: { type: ['integer', 'string'] },
  rules: listOf({ type: 'object' }),
  is_active: { type: 'boolean' },
})

/** All of them, in the order of the document. */
export const SYSTEM_TOOL_CALLS: readonly ToolCall[] = [
  {
    path: 'service_type',
    verb: 'GET',
    summary: 'What a service can be',
    parameters: [...ITEM_OPTIONS, inQuery('group', TEXT)],
    answer: listed(SERVICE_TYPE),
  },
  { path: 'service_type/{name}', verb: 'GET', summary: 'One type of service', answer: SERVICE_TYPE },
  {
    path: 'cache',
    verb: 'GET',
    summary: 'Services of which something is kept',
    parameters: ITEM_OPTIONS,
    answer: listed(NAMED),
  },
  { path: 'cache', verb: 'DELETE', summary: 'Read everything again', answer: SUCCESS },
  { path: 'cache/{service}', verb: 'DELETE', summary: 'Read a service again', answer: SUCCESS },
  { path: 'constant', verb: 'GET', summary: 'There are none', answer: wrapped({}) },
  { path: 'event', verb: 'GET', summary: 'Names of what can be asked of services', answer: ANY },
  {
    path: 'limit_cache',
    verb: 'GET',
    summary: 'How much of limits is used up',
    parameters: ITEM_OPTIONS,
    answer: listed(LIMIT_USE),
  },
  { path: 'limit_cache/{id}', verb: 'GET', summary: 'How much of a limit is used up', answer: LIMIT_USE },
  {
    path: 'limit_cache',
    verb: 'DELETE',
    summary: 'Let limits start over: those named, or all with force=true',
    parameters: [...queryParameters('ids'), FORCE],
    answer: SUCCESS,
  },
  { path: 'limit_cache/{id}', verb: 'DELETE', summary: 'Let a limit start over', answer: SUCCESS },
  {
    path: 'oauth_connection',
    verb: 'GET',
    summary: 'The programs that people connected',
    parameters: [...ITEM_OPTIONS, OF_USER],
    answer: CONNECTIONS,
  },
  { path: 'oauth_connection/{id}', verb: 'GET', summary: 'A program that was connected', answer: CONNECTION },
  {
    path: 'oauth_connection',
    verb: 'DELETE',
    summary: 'Disconnect programs: those named, or all with force=true',
    parameters: [...queryParameters('ids'), FORCE, OF_USER],
    answer: ENDED,
  },
  { path: 'oauth_connection/{id}', verb: 'DELETE', summary: 'Disconnect a program', answer: ENDED_ONE },
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
    path: 'package',
    verb: 'POST',
    summary: 'Of such a manifest the zip file; of the file what was taken in, all or nothing',
    parameters: [inQuery('overwrite', { type: 'boolean' })],
    body: ANY,
    otherBodies: { 'multipart/form-data': fileIn('files') },
    answer: objectOf({ success: { type: 'boolean' }, log: ANY, api_keys: listOf(ANY) }, ['success', 'log']),
    otherAnswers: { 'application/zip': { type: 'string', format: 'binary' } },
    status: 'either',
    isForAll: true,
  },
  {
    path: 'import',
    verb: 'POST',
    otherBodies: { 'text/csv': TEXT, 'multipart/form-data': fileIn('file') },
    summary: 'A new table of a service from records or a CSV file',
    parameters: [inQuery('service', TEXT), inQuery('resource', TEXT)],
    body: wrapped({ type: 'object', additionalProperties: { type: ['string', 'null'] } }),
    answer: objectOf({ resource: TEXT }, ['resource']),
  },
  {
    path: 'try',
    verb: 'POST',
    summary: 'Carry out a tool or a REST request as a role or a key',
    body: objectOf(
      {
        as: objectOf({ role: { type: 'integer' }, app: { type: 'integer' } }),
        tool: objectOf({ service: TEXT, name: TEXT, arguments: { type: 'object' } }, ['service', 'name']),
        rest: objectOf({ verb: TEXT, path: TEXT, body: {} }, ['verb', 'path']),
      },
      ['as'],
    ),
    answer: objectOf(
      {
        caller: TEXT,
        status: { type: 'integer' },
        ms: { type: 'number' },
        body: TEXT,
        token_count: { type: 'integer' },
        curl: TEXT,
      },
      ['caller', 'status', 'ms', 'body', 'curl'],
    ),
    isForAll: true,
  },
  {
    path: 'role/preview',
    verb: 'POST',
    summary: 'What a role, or rules that are not stored, would let its callers see and do, and why',
    body: objectOf(
      {
        of: ROLE_STATE,
        compare_with: ROLE_STATE,
        service: TEXT,
        count_rows: { type: 'boolean', default: true },
      },
      ['of'],
    ),
    answer: objectOf(
      {
        services: listOf({ type: 'object' }),
        tokens: { type: 'integer' },
        warnings: listOf({ type: 'object' }),
        changes: listOf({ type: 'object' }),
      },
      ['services', 'tokens', 'warnings'],
    ),
  },
  {
    path: 'role/{role}/effective',
    verb: 'GET',
    summary: 'What a role may do in a service, and which rules say so',
    parameters: [{ ...inQuery('service', TEXT), required: true }],
    answer: EFFECTIVE,
  },
  {
    path: 'service/{service}/health',
    verb: 'GET',
    summary: 'Whether a service answers, asked now',
    answer: objectOf(
      {
        name: TEXT,
        state: oneOfWords(['up', 'down', 'off', 'unknown']),
        duration_ms: { type: 'number' },
        message: TEXT,
        hint: TEXT,
      },
      ['name', 'state'],
    ),
  },
  {
    path: 'custom',
    verb: 'GET',
    summary: 'Values by name',
    parameters: [...ITEM_OPTIONS, ...queryParameters('filter')],
    answer: listed(VALUE),
  },
  {
    path: 'custom',
    verb: 'POST',
    summary: 'Keep values, in place of those of the same names',
    parameters: BATCH_OPTIONS,
    body: wrapped(VALUE),
    answer: NAMES,
    status: 201,
  },
  ...(['PUT', 'PATCH'] as const).map((verb) => ({
    path: 'custom',
    verb,
    summary: 'Keep values, in place of those of the same names',
    parameters: BATCH_OPTIONS,
    body: wrapped(VALUE),
    answer: NAMES,
  })),
  {
    path: 'custom',
    verb: 'DELETE',
    summary: 'Forget values: by ids, which are their names, or by a filter',
    parameters: [...queryParameters('ids', 'filter'), ...BATCH_OPTIONS],
    answer: NAMES,
  },
  { path: 'custom/{name}', verb: 'GET', summary: 'A value itself', answer: {} },
  { path: 'custom/{name}', verb: 'POST', summary: 'Keep a value', body: {}, answer: NAMES, status: 201 },
  { path: 'custom/{name}', verb: 'PUT', summary: 'Keep a value', body: {}, answer: NAMES },
  { path: 'custom/{name}', verb: 'PATCH', summary: 'Keep a value', body: {}, answer: NAMES },
  { path: 'custom/{name}', verb: 'DELETE', summary: 'Forget a value', answer: {} },
  {
    path: '_spec',
    verb: 'GET',
    summary: 'This document',
    answer: { type: 'object', required: ['openapi', 'info'] },
  },
]
