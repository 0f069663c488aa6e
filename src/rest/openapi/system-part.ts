import { z } from 'zod'
import type { Json } from '../../core/database/value.ts'
import type { AccessPolicy, Verb } from '../../core/policy.ts'
import type { SystemResource } from '../../system/system-resource.ts'
import { accountPaths } from './account-paths.ts'
import { describeCall, inPath, NAMES, type Part, type Paths, schemaRef } from './describe-call.ts'
import type { DocumentNames } from './document-names.ts'
import { fieldSchema } from './field-schema.ts'
import { isJsonObject, type JsonSchema, listOf, objectOf, wrapped } from './json-schema.ts'
import { queryParameters } from './parameters.ts'
import { systemToolPaths } from './system-tool-paths.ts'

const SYSTEM = 'system'
/** Its records are answered as the values they hold. */
const BY_VALUE = 'custom'

interface Surroundings {
  readonly policy: AccessPolicy
  readonly names: DocumentNames
  /** In front of every path: empty, or `/system`. */
  readonly prefix: string
}

/** The system service as the caller may use it, from the definitions of its records. */
export function systemPart(resources: readonly SystemResource[], surroundings: Surroundings): Part {
  const { policy, prefix, names } = surroundings
  const ofRecords = resources.filter(({ name }) => name !== BY_VALUE)
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
    verbs.filter((verb) => policy.decide(SYSTEM, component, verb).allowed)
  const verbs = verbsOn(resource.name, ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
  // Of an id that no rule names.
  const recordVerbs = verbsOn(`${resource.name}/\u0000`, ['GET', 'PUT', 'PATCH', 'DELETE'])
  if (verbs.length + recordVerbs.length === 0) return { paths: {}, schemas: {} }
  const record = names.schema(SYSTEM, resource.name)
  const write = names.schema(SYSTEM, resource.name, 'write')
  const writes = [...verbs, ...recordVerbs].some((verb) => verb !== 'GET' && verb !== 'DELETE')
  const context: CallContext = { resource, names, record: schemaRef(record), write: schemaRef(write) }
  const path = `${prefix}/${resource.name}`
  const of = (some: readonly Verb[], make: (verb: Verb, context: CallContext) => JsonSchema): JsonSchema =>
    Object.fromEntries(some.map((verb) => [verb.toLowerCase(), make(verb, context)]))
  return {
    paths: {
      ...(verbs.length > 0 && { [path]: of(verbs, collectionCall) }),
      ...(recordVerbs.length > 0 && { [`${path}/{id}`]: of(recordVerbs, recordCall) }),
    },
    schemas: {
      [record]: shownRecord(resource),
      ...(writes && { [write]: givenRecord(resource) }),
    },
  }
}

interface CallContext {
  readonly resource: SystemResource
  readonly names: DocumentNames
  readonly record: JsonSchema
  readonly write: JsonSchema
}

function collectionCall(verb: Verb, { resource, names, record, write }: CallContext): JsonSchema {
  const id = names.operation(WORDS[verb], SYSTEM, resource.name)
  const selection =
    verb === 'PUT' || verb === 'PATCH' || verb === 'DELETE' ? (['ids', 'filter'] as const) : []
  if (verb === 'GET')
    return call({
      id,
      summary: `Read records of ${resource.name}`,
      parameters: queryParameters(
        'fields',
        'filter',
        'order',
        'limit',
        'offset',
        'ids',
        'related',
        'include_count',
      ),
      answer: objectOf({ resource: listOf(record), meta: schemaRef('Meta') }, ['resource']),
    })
  return call({
    id,
    summary: `${SUMMARIES[verb]} records of ${resource.name}`,
    parameters: [
      ...queryParameters(...selection, 'fields', 'related', 'continue', 'rollback'),
      ...writeParameters(verb, resource),
    ],
    ...(verb === 'POST' && { status: 201 as const }),
    ...(verb === 'DELETE' ? {} : { body: wrapped(write) }),
    answer: wrapped(record),
  })
}

function recordCall(verb: Verb, { resource, names, record, write }: CallContext): JsonSchema {
  const { nameField } = resource
  return call({
    id: names.operation(WORDS[verb], SYSTEM, resource.name, 'ById'),
    summary: `${SUMMARIES[verb]} one record of ${resource.name}`,
    parameters: [
      inPath('id', { type: ['integer', 'string'] }, nameField ? `Its id or its ${nameField}.` : 'Its id.'),
      ...queryParameters('fields', 'related'),
      ...writeParameters(verb, resource),
    ],
    ...(verb === 'PUT' || verb === 'PATCH' ? { body: write } : {}),
    answer: record,
  })
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
  service: inQuery('validate', 'Open the connection first, and refuse with the reason where it fails.'),
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

/** What is stored otherwise than it is shown may be anything. */
function shownRecord({ table, hidden, opaque, shows }: SystemResource): JsonSchema {
  const stored = table.fields
    .filter(({ name }) => !hidden.has(name))
    .map((field) => [field.name, opaque.has(field.name) ? {} : fieldSchema(field)] as const)
  const shown = Object.keys(shows).map((name) => [name, {}] as const)
  return {
    ...objectOf(Object.fromEntries([...stored, ...shown])),
    description:
      `${table.description ?? ''} Relations asked for with 'related' stand beside its fields.`.trim(),
  }
}

/** What a new record needs is told in words: changes need none of it. */
function givenRecord({ accepts, required, table }: SystemResource): JsonSchema {
  const types = new Map(table.fields.map(({ name, type }) => [name, type]))
  const properties = Object.entries(accepts).map(
    ([name, rule]) => [name, types.get(name) === 'json' ? {} : ruleSchema(rule)] as const,
  )
  const needs = required.length > 0 ? { description: `A new record needs ${required.join(', ')}.` } : {}
  return { ...objectOf(Object.fromEntries(properties)), ...needs }
}

/** What a rule makes of a value is told, but where that is anybody's guess what it takes. */
function ruleSchema(rule: z.ZodType): JsonSchema {
  const schemas = (['output', 'input'] as const).map((io) => withoutDialect(rule, io))
  return schemas.find((schema) => Object.keys(schema).length > 0) ?? {}
}

function withoutDialect(rule: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, $defs, ...schema } = z.toJSONSchema(rule, { io, unrepresentable: 'any' })
  if ($defs) return {}
  const plain: Json = JSON.parse(JSON.stringify(schema))
  return isJsonObject(plain) ? plain : {}
}
