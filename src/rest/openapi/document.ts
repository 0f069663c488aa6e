import type { Json } from '../../core/database/value.ts'
import { SESSION } from './account-paths.ts'
import type { Part } from './describe-call.ts'
import { type JsonSchema, objectOf, TEXT } from './json-schema.ts'
import { PARAMETERS } from './parameters.ts'
import { DESCRIPTIONS } from './schema-components.ts'

/** An OpenAPI 3.1 document. */
export type OpenApiDocument = { readonly [key: string]: Json }

interface DocumentFacts {
  readonly title: string
  readonly description: string
  /** Where the paths begin: `/api/v2/shop`. */
  readonly server: string
  readonly parts: readonly Part[]
}

/** Puts the parts of services together with what every document has. */
export function createDocument({ title, description, server, parts }: DocumentFacts): OpenApiDocument {
  return {
    openapi: '3.1.0',
    info: { title, description, version: '2.0' },
    servers: [{ url: server }],
    security: Object.entries(SECURITY_SCHEMES).map(([name]) => ({ [name]: [] })),
    tags: parts.map(({ tag }) => tag),
    paths: Object.assign({}, ...parts.map(({ paths }) => paths)),
    components: {
      securitySchemes: SECURITY_SCHEMES,
      parameters: PARAMETERS,
      responses: {
        Error: {
          description: 'It could not be done.',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
        },
      },
      schemas: { ...COMMON_SCHEMAS, ...Object.assign({}, ...parts.map(({ schemas }) => schemas)) },
    },
  }
}

/** Everywhere credentials may be (dreamfactory-rest §2.1). */
const SECURITY_SCHEMES: Readonly<Record<string, JsonSchema>> = {
  ApiKeyHeader: { type: 'apiKey', in: 'header', name: 'X-DreamFactory-API-Key' },
  ApiKeyQuery: { type: 'apiKey', in: 'query', name: 'api_key' },
  SessionTokenHeader: { type: 'apiKey', in: 'header', name: 'X-DreamFactory-Session-Token' },
  SessionTokenQuery: { type: 'apiKey', in: 'query', name: 'session_token' },
  BearerAuth: { type: 'http', scheme: 'bearer' },
  BasicAuth: { type: 'http', scheme: 'basic' },
}

const COMMON_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  Error: objectOf(
    {
      error: objectOf(
        {
          code: { type: 'integer' },
          context: { description: 'Null, or more about it; of a batch what became of each record.' },
          message: TEXT,
          status_code: { type: 'integer' },
          hint: TEXT,
        },
        ['code', 'context', 'message', 'status_code'],
      ),
    },
    ['error'],
  ),
  Meta: objectOf({
    count: { type: 'integer' },
    next: { type: 'integer', description: 'The offset of the next page.' },
    next_cursor: { type: ['string', 'null'] },
    schema: { type: 'object' },
  }),
  Session: SESSION,
  ...DESCRIPTIONS,
}

/** Names that no table's schema may take. */
export const COMMON_NAMES: readonly string[] = Object.keys(COMMON_SCHEMAS)
