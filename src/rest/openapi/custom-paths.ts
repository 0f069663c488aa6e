import { type AccessPolicy, VERBS, type Verb } from '../../core/policy.ts'
import { describeCall, inPath, NAMES, type Paths } from './describe-call.ts'
import type { DocumentNames } from './document-names.ts'
import { type JsonSchema, objectOf, TEXT, wrapped } from './json-schema.ts'
import { queryParameters } from './parameters.ts'

interface ValueCall {
  readonly summary: string
  readonly parameters?: readonly JsonSchema[]
  readonly body?: JsonSchema
  readonly answer: JsonSchema
}

type ValueCalls = Readonly<Record<Verb, ValueCall>>

const ENTRIES = wrapped(objectOf({ name: TEXT, value: {} }, ['name']))
const NAME = objectOf({ name: TEXT }, ['name'])
const NEEDS_ROLE = 'Of the account of the session token; needs a role that allows custom of the service user.'

const KEEP_SEVERAL = {
  summary: 'Keep values, in place of those of the same names',
  body: ENTRIES,
  answer: NAMES,
}
const KEEP_ONE = { summary: 'Keep a value', body: {}, answer: NAMES }

const OF_ALL: ValueCalls = {
  GET: { summary: 'All values', answer: ENTRIES },
  POST: KEEP_SEVERAL,
  PUT: KEEP_SEVERAL,
  PATCH: KEEP_SEVERAL,
  DELETE: {
    summary: 'Forget values: by ids, which are their names',
    parameters: queryParameters('ids'),
    answer: NAMES,
  },
}

const OF_ONE: ValueCalls = {
  GET: { summary: 'A value itself', answer: {} },
  POST: KEEP_ONE,
  PUT: KEEP_ONE,
  PATCH: KEEP_ONE,
  DELETE: { summary: 'Forget a value', answer: NAME },
}

/** `user/custom`, with the verbs the caller has: values that clients keep for one account. */
export function customPaths(
  tag: string,
  surroundings: { readonly prefix: string; readonly names: DocumentNames; readonly policy: AccessPolicy },
): Paths {
  const { prefix, names, policy } = surroundings
  const path = (address: string, component: string, calls: ValueCalls): Paths => {
    const verbs = VERBS.filter((verb) => policy.decide('user', component, verb).allowed)
    if (verbs.length === 0) return {}
    const inPaths = address.includes('{name}') ? [inPath('name', TEXT)] : []
    const described = verbs.map((verb) => {
      const { parameters = [], ...call } = calls[verb]
      const id = names.operation(
        verb.toLowerCase(),
        'user',
        'custom',
        ...(inPaths.length > 0 ? ['ByName'] : []),
      )
      const status = verb === 'POST' ? { status: 201 as const } : {}
      const all = { parameters: [...inPaths, ...parameters], description: NEEDS_ROLE, ...status }
      return [verb.toLowerCase(), describeCall({ tag, id, ...call, ...all })] as const
    })
    return { [prefix + address]: Object.fromEntries(described) }
  }
  // Of a name that no rule has.
  return { ...path('/custom', 'custom', OF_ALL), ...path('/custom/{name}', 'custom/\u0000', OF_ONE) }
}
