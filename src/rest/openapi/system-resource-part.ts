import type { AccessPolicy, Verb } from '../../core/policy.ts'
import type { SystemRelation } from '../../system/system-api.ts'
import type { SystemResource } from '../../system/system-resource.ts'
import { LIMIT_COUNTERS } from '../system/limit-counters.ts'
import { inPath, type Part, schemaRef } from './describe-call.ts'
import type { DocumentNames } from './document-names.ts'
import { type JsonSchema, listOf, objectOf, wrapped } from './json-schema.ts'
import { queryParameters } from './parameters.ts'
import { relatedParameter, relationSchema } from './related-parameter.ts'
import { SYSTEM, systemCall } from './system-call.ts'
import { givenRecord, shownRecord } from './system-record-schemas.ts'

/** Where a part of the document stands. */
export interface Surroundings {
  /** With an address of their own or not. */
  readonly resources: readonly SystemResource[]
  readonly policy: AccessPolicy
  readonly names: DocumentNames
  /** In front of every path: empty, or `/system`. */
  readonly prefix: string
  /** What the caller may read along with records of a resource. */
  readonly relations: (resource: string) => readonly SystemRelation[]
}

/** The records of one resource as the caller may use them. */
export function systemResourcePart(
  resource: SystemResource,
  surroundings: Surroundings,
): Pick<Part, 'paths' | 'schemas'> {
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
    return systemCall({
      id,
      summary: `Read records of ${resource.name}`,
      parameters: [
        ...queryParameters('fields', 'filter', 'order', 'limit', 'offset', 'ids', 'group', 'include_count'),
        ...relatedParameter(relation, readAlong(context)),
      ],
      answer: objectOf({ resource: listOf(record), meta: schemaRef('Meta') }, ['resource']),
    })
  return systemCall({
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
  return systemCall({
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

const INVITE: JsonSchema = {
  name: 'send_invite',
  in: 'query',
  description: 'Send an invitation: the account waits for the code in it.',
  schema: { type: 'boolean' },
}
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
