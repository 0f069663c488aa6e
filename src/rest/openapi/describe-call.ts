import type { Json } from '../../core/database/value.ts'
import { type JsonSchema, objectOf, wrapped } from './json-schema.ts'

/** A verb on a path, for an OpenAPI document. */
interface Call {
  readonly id: string
  readonly tag: string
  readonly summary: string
  readonly description?: string
  readonly parameters?: readonly JsonSchema[]
  readonly body?: JsonSchema
  /** Of the answer; 200 unless said. */
  readonly answer: JsonSchema
  readonly status?: 201
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
  return {
    operationId: call.id,
    tags: [call.tag],
    summary: call.summary,
    ...(call.description !== undefined && { description: call.description }),
    ...(call.parameters?.length && { parameters: [...call.parameters] }),
    ...(call.body && {
      requestBody: { required: true, content: { 'application/json': { schema: call.body } } },
    }),
    ...(call.isOpen && { security: [] }),
    responses: {
      [call.status ?? 200]: { description: 'Done.', content: json },
      default: { $ref: '#/components/responses/Error' },
    },
  }
}

export function inPath(name: string, schema: JsonSchema, description?: string): JsonSchema {
  return { name, in: 'path', required: true, schema, ...(description !== undefined && { description }) }
}

export function schemaRef(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` }
}

/** Names of things, as listings without options give them. */
export const NAMES: JsonSchema = wrapped(objectOf({ name: { type: 'string' } }, ['name']))
