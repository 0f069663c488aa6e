import type { AccessPolicy, Verb } from '../../core/policy.ts'
import type { SystemRelation } from '../../system/system-api.ts'
import type { SystemResource } from '../../system/system-resource.ts'
import { LIMIT_COUNTERS } from '../system/limit-counters.ts'
import { accountPaths } from './account-paths.ts'
import { describeCall, inPath, NAMES, type Part, type Paths, schemaRef } from './describe-call.ts'
import type { DocumentNames } from './document-names.ts'
import { type JsonSchema, listOf, objectOf, TEXT, wrapped } from './json-schema.ts'
import { queryParameters } from './parameters.ts'
import { relatedParameter, relationSchema } from './related-parameter.ts'
import { givenRecord, shownRecord } from './system-record-schemas.ts'
import { systemToolPaths } from './system-tool-paths.ts'

const SYSTEM = 'system'
/** Its records are answered as the values they hold. */
const BY_VALUE = 'custom'

interface Surroundings {
  /** With an address of their own or not. */
  readonly resources: readonly SystemResource[]
  readonly policy: AccessPolicy
  readonly names: DocumentNames
  /** In front of every path: empty, or `/system`. */
  readonly prefix: string
  /** What the caller may read along with records of a resource. */
  readonly relations: (resource: string) => readonly SystemRelation[]
}

/** The system service as the caller may use it, from the definitions of its records. */
export function systemPart(surroundings: Surroundings): Part {
  const { policy, prefix, names, resources } = surroundings
  const ofRecords = resources.filter(({ name, hasAddress }) => hasAddress && name !== BY_VALUE)
  const parts = ofRecords.map((resource) => resourcePart(resource, surroundings))
  const root = policy.reaches(SYSTEM)
    ? {
        [`${prefix}/`]: {
          get: call({
            id: names.operation('list', SYSTEM, 'Resources'),
            summary: 'List the kinds of records',
            answer: NAMES,
          }),
        },
      }
    : {}
  return {
    paths: Object.assign(
      { ...root, ...openPaths(surroundings) },
      ...parts.map(({ paths }) => paths),
      systemToolPaths(surroundings),
    ),
    schemas: Object.assign({}, ...parts.map(({ schemas }) => schemas)),
    tag: { name: SYSTEM, description: 'The records of this instance.' },
  }
}

type SystemCall = Omit<Parameters<typeof describeCall>[0], 'tag'>

function call(described: SystemCall): JsonSchema {
  return describeCall({ ...described, tag: SYSTEM })
}

/** What is open to everybody, or to whoever has an account. */
function openPaths({ names, prefix }: Surroundings): Paths {
  return {
    ...accountPaths('admin', SYSTEM, { names, prefix: `${prefix}/admin` }),
    [`${prefix}/setup`]: {
      get: call({
        id: names.operation('get', SYSTEM, 'Setup'),
        summary: 'Whether the first administrator is missing',
        isOpen: true,
        answer: objectOf(
          {
            is_required: { type: 'boolean' },
            needs_code: { type: 'boolean' },
            least_password: { type: 'integer', description: 'Characters.' },
          },
          ['is_required'],
        ),
      }),
      post: call({
        id: names.operation('create', SYSTEM, 'FirstAdministrator'),
        summary: 'Make the first administrator',
        description: 'Only while there is none, with the code that the server printed at its start.',
        isOpen: true,
        status: 201,
        body: objectOf({ email: TEXT, password: TEXT, name: TEXT, setup_code: TEXT }, [
          'email',
          'password',
          'setup_code',
        ]),
        answer: objectOf({ success: { type: 'boolean' } }, ['success']),
      }),
    },
    [`${prefix}/environment`]: {
      get: call({
        id: names.operation('get', SYSTEM, 'Environment'),
        summary: 'What a login page needs',
        isOpen: true,
        answer: objectOf({ authentication: { type: 'object' } }, ['authentication']),
      }),
    },
  }
}

function resourcePart(resource: SystemResource, surroundings: Surroundings): Pick<Part, 'paths' | 'schemas'> {
  const { policy, names, prefix } = surroundings
  const verbsOn = (component: string, verbs: readonly Verb[]) =>
    verbs
      .filter((verb) => verb === 'GET' || !resource.isReadOnly)
      .filter((verb) => policy.decide(SYSTEM, component, verb).allowed)
  const verbs = verbsOn(resource.name, ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
  // Of an id that no rule names.
  const recordVerbs = verbsOn(`${resource.name}/\u0000`, ['GET', 'PUT', 'PATCH', 'DELETE'])
  if (verbs.length + recordVerbs.length === 0) return { paths: {}, schemas: {} }
  const record = names.schema(SYSTEM, resource.name)
  const write = names.schema(SYSTEM, resource.name, 'write')
  const relations = surroundings.relations(resource.name)
  const relation = relations.length > 0 ? names.schema(SYSTEM, resource.name, 'relation') : undefined
  const writes = [...verbs, ...recordVerbs].some((verb) => verb !== 'GET' && verb !== 'DELETE')
  const context: CallContext = {
    resource,
    names,
    record: schemaRef(record),
    write: schemaRef(write),
    relation,
    policy,
  }
  const path = `${prefix}/${resource.name}`
  const of = (some: readonly Verb[], make: (verb: Verb, context: CallContext) => JsonSchema): JsonSchema =>
    Object.fromEntries(some.map((verb) => [verb.toLowerCase(), make(verb, context)]))
  return {
    paths: {
      ...(verbs.length > 0 && { [path]: of(verbs, collectionCall) }),
      ...(recordVerbs.length > 0 && { [`${path}/{id}`]: of(recordVerbs, recordCall) }),
    },
    schemas: {
      [record]: shownRecord(resource, relations),
      ...(writes && { [write]: givenRecord(resource, relations, surroundings.resources) }),
      ...(relation && { [relation]: relationSchema(relations.map(({ name }) => name)) }),
    },
  }
}

interface CallContext {
  readonly resource: SystemResource
  readonly names: DocumentNames
  readonly record: JsonSchema
  readonly write: JsonSchema
  /** The name of its schema. */
  readonly relation: string | undefined
  readonly policy: AccessPolicy
}

function collectionCall(verb: Verb, context: CallContext): JsonSchema {
  const { resource, names, record, write, relation } = context
  const id = names.operation(WORDS[verb], SYSTEM, resource.name)
  const selection =
    verb === 'PUT' || verb === 'PATCH' || verb === 'DELETE' ? (['ids', 'filter'] as const) : []
  if (verb === 'GET')
    return call({
      id,
      summary: `Read records of ${resource.name}`,
      parameters: [
        ...queryParameters('fields', 'filter', 'order', 'limit', 'offset', 'ids', 'group', 'include_count'),
        ...relatedParameter(relation, readAlong(context)),
      ],
      answer: objectOf({ resource: listOf(record), meta: schemaRef('Meta') }, ['resource']),
    })
  return call({
    id,
    summary: `${SUMMARIES[verb]} records of ${resource.name}`,
    parameters: [
      ...queryParameters(...selection, 'fields', 'continue', 'rollback'),
      ...relatedParameter(relation),
      ...writeParameters(verb, resource),
    ],
    ...(verb === 'POST' && { status: 201 as const }),
    ...(verb === 'DELETE' ? {} : { body: wrapped(write) }),
    answer: wrapped(record),
  })
}

function recordCall(verb: Verb, context: CallContext): JsonSchema {
  const { resource, names, record, write, relation } = context
  const { nameField } = resource
  return call({
    id: names.operation(WORDS[verb], SYSTEM, resource.name, 'ById'),
    summary: `${SUMMARIES[verb]} one record of ${resource.name}`,
    parameters: [
      inPath('id', { type: ['integer', 'string'] }, nameField ? `Its id or its ${nameField}.` : 'Its id.'),
      ...queryParameters('fields'),
      ...relatedParameter(relation, verb === 'GET' ? readAlong(context) : []),
      ...writeParameters(verb, resource),
    ],
    ...(verb === 'PUT' || verb === 'PATCH' ? { body: write } : {}),
    answer: record,
  })
}

/** Relations that lead to no table, for reads. */
function readAlong({ resource, policy }: CallContext): string[] {
  const isCounted = resource.name === 'limit' && policy.decide(SYSTEM, 'limit_cache', 'GET').allowed
  return isCounted ? [LIMIT_COUNTERS] : []
}

/** What only some resources have. */
function writeParameters(verb: Verb, { name }: SystemResource): JsonSchema[] {
  const flag = WRITE_FLAGS[name]
  return flag && ['POST', 'PUT', 'PATCH'].includes(verb) ? [flag] : []
}

const INVITE = inQuery('send_invite', 'Send an invitation: the account waits for the code in it.')
const WRITE_FLAGS: Readonly<Record<string, JsonSchema>> = {
  user: INVITE,
  admin: INVITE,
  service: {
    name: 'validate',
    in: 'query',
    description:
      'Open the connection first, and refuse with the reason where it fails; `only`: store nothing.',
    schema: { type: 'string', enum: ['true', 'false', 'only'] },
  },
}

function inQuery(name: string, description: string): JsonSchema {
  return { name, in: 'query', description, schema: { type: 'boolean' } }
}

const WORDS: Readonly<Record<Verb, string>> = {
  GET: 'get',
  POST: 'create',
  PUT: 'replace',
  PATCH: 'update',
  DELETE: 'delete',
}
const SUMMARIES: Readonly<Record<Verb, string>> = {
  GET: 'Read',
  POST: 'Add',
  PUT: 'Change',
  PATCH: 'Change',
  DELETE: 'Delete',
}
