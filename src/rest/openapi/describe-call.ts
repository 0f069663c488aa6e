import type { Json } from '../../core/database/value.ts'
import { type JsonSchema, objectOf, wrapped } from './json-schema.ts'

/** A verb on a path, for an OpenAPI document. */
export interface Call {
  readonly id: string
  readonly tag: string
  readonly summary: string
  readonly description?: string
  readonly parameters?: readonly JsonSchema[]
  readonly body?: JsonSchema
  /** The body in place of JSON, by its type. */
  readonly otherBodies?: Readonly<Record<string, JsonSchema>>
  /** Of the answer; 200 unless said. */
  readonly answer: JsonSchema
  /** The answer in place of JSON, by its type. */
  readonly otherAnswers?: Readonly<Record<string, JsonSchema>>
  /** `either`: 200 where nothing is new. */
  readonly status?: 201 | 'either'
  /** The answer comes as CSV too. */
  readonly isCsv?: boolean
  /** Nobody has to say who they are. */
  readonly isOpen?: boolean
}

/** Paths below the address of the document, each with its calls by verb. */
export type Paths = Record<string, JsonSchema>

/** The parts of a document that a service adds to it. */
export interface Part {
  readonly paths: Paths
  readonly schemas: Readonly<Record<string, JsonSchema>>
  readonly tag: { readonly name: string; readonly description: string }
}

/** An operation object (OpenAPI 3.1). Whatever goes wrong is answered in one form. */
export function describeCall(call: Call): JsonSchema {
  const json: Record<string, Json> = { 'application/json': { schema: call.answer } }
  if (call.isCsv) json['text/csv'] = { schema: { type: 'string' } }
  Object.assign(json, contentOf(call.otherAnswers))
  const done: JsonSchema = { description: 'Done.', content: json }
  return {
    operationId: call.id,
    tags: [call.tag],
    summary: call.summary,
    ...(call.description !== undefined && { description: call.description }),
    ...(call.parameters?.length && { parameters: [...call.parameters] }),
    ...(call.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: call.body }, ...contentOf(call.otherBodies) },
      },
    }),
    ...(call.isOpen && { security: [] }),
    responses: {
      ...(call.status === 'either' ? { 200: done, 201: done } : { [call.status ?? 200]: done }),
      default: { $ref: '#/components/responses/Error' },
    },
  }
}

function contentOf(schemas: Readonly<Record<string, JsonSchema>> = {}): Record<string, Json> {
  return Object.fromEntries(Object.entries(schemas).map(([type, schema]) => [type, { schema }]))
}

export function inQuery(name: string, schema: JsonSchema): JsonSchema {
  return { name, in: 'query', schema }
}

export function inPath(name: string, schema: JsonSchema, description?: string): JsonSchema {
  return { name, in: 'path', required: true, schema, ...(description !== undefined && { description }) }
}

export function schemaRef(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` }
}

/** Names of things, as listings without options give them. */
export const NAMES: JsonSchema = wrapped(objectOf({ name: { type: 'string' } }, ['name']))
