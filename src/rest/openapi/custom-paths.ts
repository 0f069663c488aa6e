import { describeCall, inPath, NAMES, type Paths } from './describe-call.ts'
import type { DocumentNames } from './document-names.ts'
import { type JsonSchema, objectOf, TEXT, wrapped } from './json-schema.ts'

const ENTRY = objectOf({ name: TEXT, value: {} }, ['name'])
const NAME = objectOf({ name: TEXT }, ['name'])
const NEEDS_ROLE = 'Of the account of the session token; needs a role that allows custom of the service user.'

/** `user/custom`: values that clients keep for one account. */
export function customPaths(tag: string, prefix: string, names: DocumentNames): Paths {
  const id = (verb: string) => names.operation(verb, 'user', 'custom')
  const call = (verb: string, summary: string, rest: { answer: JsonSchema; body?: JsonSchema }) =>
    describeCall({ tag, id: id(verb), summary, description: NEEDS_ROLE, ...rest })
  const entries = wrapped(ENTRY)
  return {
    [`${prefix}/custom`]: {
      get: call('list', 'All values', { answer: entries }),
      post: describeCall({
        tag,
        id: id('store'),
        summary: 'Keep values, in place of those of the same names',
        description: NEEDS_ROLE,
        body: entries,
        answer: NAMES,
        status: 201,
      }),
    },
    [`${prefix}/custom/{name}`]: {
      parameters: [inPath('name', TEXT)],
      get: call('get', 'A value itself', { answer: {} }),
      put: call('replace', 'Keep a value', { body: {}, answer: NAMES }),
      delete: call('delete', 'Forget a value', { answer: NAME }),
    },
  }
}
