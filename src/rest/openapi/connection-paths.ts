import type { AccountKind } from '../../access/sessions.ts'
import { describeCall, inPath, inQuery, type Paths, schemaRef } from './describe-call.ts'
import type { DocumentNames } from './document-names.ts'
import { type JsonSchema, listOf, objectOf, TEXT } from './json-schema.ts'
import { queryParameters } from './parameters.ts'

const NUMBER: JsonSchema = { type: 'integer' }
const TEXT_OR_NONE: JsonSchema = { type: ['string', 'null'] }

/** A program that somebody connected. */
export const CONNECTION: JsonSchema = objectOf(
  {
    id: NUMBER,
    user_id: NUMBER,
    client_id: TEXT,
    client_name: TEXT,
    resource: TEXT,
    scopes: listOf(TEXT),
    app: TEXT_OR_NONE,
    role: TEXT_OR_NONE,
    created_date: TEXT,
    last_used_date: TEXT_OR_NONE,
    expires_date: TEXT,
  },
  ['id', 'user_id', 'client_id', 'scopes', 'created_date'],
)
export const CONNECTIONS: JsonSchema = objectOf({ resource: listOf(CONNECTION), meta: schemaRef('Meta') }, [
  'resource',
])
export const ENDED: JsonSchema = objectOf({ resource: listOf(objectOf({ id: NUMBER }, ['id'])) }, [
  'resource',
])
export const ENDED_ONE: JsonSchema = objectOf({ id: NUMBER }, ['id'])
export const FORCE = inQuery('force', { type: 'boolean' })

/** `oauth_connection` of users or administrators: their own. */
export function connectionPaths(
  kind: AccountKind,
  tag: string,
  { names, prefix }: { readonly names: DocumentNames; readonly prefix: string },
): Paths {
  const id = (verb: string, what: string) => names.operation(verb, kind, 'oauth', what)
  const one = { tag, parameters: [inPath('id', NUMBER)] }
  return {
    [`${prefix}/oauth_connection`]: {
      get: describeCall({
        tag,
        id: id('list', 'connections'),
        summary: 'The programs that you connected',
        parameters: queryParameters('fields', 'ids', 'order', 'limit', 'offset', 'include_count'),
        answer: CONNECTIONS,
      }),
      delete: describeCall({
        tag,
        id: id('end', 'connections'),
        summary: 'Disconnect programs: those named, or all with force=true',
        parameters: [...queryParameters('ids'), FORCE],
        answer: ENDED,
      }),
    },
    [`${prefix}/oauth_connection/{id}`]: {
      get: describeCall({ ...one, id: id('get', 'connection'), summary: 'One of them', answer: CONNECTION }),
      delete: describeCall({
        ...one,
        id: id('end', 'connection'),
        summary: 'Disconnect a program',
        answer: ENDED_ONE,
      }),
    },
  }
}
