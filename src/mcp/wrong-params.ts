import {
  PROTOCOL_VERSION_META_KEY,
  ProtocolErrorCode,
  type SpecTypeName,
  specTypeSchemas,
} from '@modelcontextprotocol/server'
import { z } from 'zod'

type Path = readonly PropertyKey[]
interface Issue {
  readonly path: Path
  readonly message: string
}

/** The requests that we answer; the SDK calls wrong params of most of them a fault of ours (−32603). */
const BOTH_ERAS: Readonly<Record<string, SpecTypeName>> = {
  'tools/list': 'ListToolsRequest',
  'tools/call': 'CallToolRequest',
  'resources/list': 'ListResourcesRequest',
  'resources/templates/list': 'ListResourceTemplatesRequest',
  'resources/read': 'ReadResourceRequest',
  'prompts/list': 'ListPromptsRequest',
  'prompts/get': 'GetPromptRequest',
  'completion/complete': 'CompleteRequest',
}
/** Of 2025 alone. */
const LEGACY: Readonly<Record<string, SpecTypeName>> = {
  ...BOTH_ERAS,
  initialize: 'InitializeRequest',
  ping: 'PingRequest',
  'resources/subscribe': 'SubscribeRequest',
  'resources/unsubscribe': 'UnsubscribeRequest',
}
/** Of 2026-07-28 alone. */
const MODERN: Readonly<Record<string, SpecTypeName>> = {
  ...BOTH_ERAS,
  'subscriptions/listen': 'SubscriptionsListenRequest',
}

const REQUEST = z.looseObject({
  id: z.union([z.string(), z.number()]),
  method: z.string(),
  params: z
    .looseObject({ _meta: z.looseObject({}).optional().catch(undefined) })
    .optional()
    .catch(undefined),
})

/** Most mistakes that are told. */
const MOST_TOLD = 5

/**
 * The answer (−32602) to a request whose params are not what its method takes, with the name of each that is wrong. Undefined for all others, and for
 * what is wrong with the envelope of 2026-07-28, of which the SDK has more to say.
 */
export function wrongParams(message: unknown): object | undefined {
  const request = REQUEST.safeParse(message)
  if (!request.success) return undefined
  const { id, method, params } = request.data
  const isModern = params?._meta !== undefined && PROTOCOL_VERSION_META_KEY in params._meta
  const known = isModern ? MODERN : LEGACY
  const type = Object.hasOwn(known, method) ? known[method] : undefined
  if (type === undefined) return undefined
  const { issues = [] } = specTypeSchemas[type]['~standard'].validate(message)
  const all = issues.flatMap(flat).filter(({ path }) => path[0] === 'params')
  if (all.length === 0 || (isModern && all.some(({ path }) => path[1] === '_meta'))) return undefined
  const told = [...new Set(all.slice(0, MOST_TOLD).map(words))].join('; ')
  const error = { code: ProtocolErrorCode.InvalidParams, message: `Invalid params for ${method}: ${told}.` }
  return { jsonrpc: '2.0', id, error }
}

const ISSUE = z.object({ path: z.array(z.union([z.string(), z.number()])).catch([]), message: z.string() })
const UNION = ISSUE.extend({ errors: z.array(z.array(z.unknown())).min(1) })

/** Of a choice, what is wrong with the choice that comes nearest. */
function flat(issue: unknown): Issue[] {
  const union = UNION.safeParse(issue)
  if (union.success) {
    const [nearest = []] = union.data.errors.toSorted((a, b) => a.length - b.length)
    return nearest
      .flatMap(flat)
      .map(({ path, message }) => ({ path: [...union.data.path, ...path], message }))
  }
  const one = ISSUE.safeParse(issue)
  return one.success ? [one.data] : []
}

/** `'argument.value' expected string, received number` */
function words({ path, message }: Issue): string {
  const name = path.slice(1).map(String).join('.').slice(0, 200)
  const what = message.replace('Invalid input: ', '')
  return name === '' ? what : `'${name}' ${what}`
}
