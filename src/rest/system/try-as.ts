import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { UNRESTRICTED, VERBS } from '../../core/policy.ts'
import type { RestRequest } from '../rest-request.ts'
import { unsupportedVerb } from '../unsupported.ts'
import type { SystemContext } from './system-handler.ts'

const as = z
  .strictObject({ role: z.int().optional(), app: z.int().optional() })
  .refine(
    ({ role, app }) => (role === undefined) !== (app === undefined),
    'Give either role or app, by its id.',
  )

const tool = z.strictObject({
  service: z.string().min(1),
  name: z.string().min(1),
  arguments: z.record(z.string(), z.json()).default({}),
})

const rest = z.strictObject({
  verb: z.enum(VERBS as readonly ['GET', ...string[]]),
  path: z
    .string()
    .regex(/^[^/?#\s][^#\s]*$/, 'must be what stands after /api/v2/, such as shop/_table/orders?limit=1')
    .refine(bringsNoCredentials, 'must bring no api_key and no session_token: as says who asks'),
  body: z.json().optional(),
})

const input = z
  .strictObject({ as, tool: tool.optional(), rest: rest.optional() })
  .refine((given) => (given.tool === undefined) !== (given.rest === undefined), 'Give either tool or rest.')
export type TryInput = z.infer<typeof input>

/** What came of it. */
export interface Tried {
  readonly caller: string
  readonly status: number
  readonly ms: number
  readonly content_type: string
  readonly request_id: string
  /** The answer as it came; `is_cut` where it was longer than is shown. */
  readonly body: string
  readonly is_cut: boolean
  readonly byte_count: number
  /** Of the answer, about. */
  readonly token_count: number
  /** The same with a key of your own. */
  readonly curl: string
  /** The JSON-RPC message of a tool. */
  readonly message?: object
}

/** Sends a request through the doors as somebody else. */
export type TryAs = (given: TryInput, by: string, options: { readonly signal: AbortSignal }) => Promise<Tried>

/**
 * `POST system/try`: a tool or a REST request carried out as a role or a key, for administrators whom no role binds: they may do
 * all that it may. The log has it with who it was.
 */
export async function tryAs(request: RestRequest, { caller, deps, signal }: SystemContext): Promise<string> {
  if (request.verb !== 'POST') throw unsupportedVerb(request)
  if (caller.policy.key !== UNRESTRICTED.key || caller.actedBy !== undefined)
    throw new AppError(
      'forbidden',
      'Only administrators without a role of their own may try things as others.',
    )
  const parsed = input.safeParse(request.body)
  if (!parsed.success) throw wrong(parsed.error.issues)
  return JSON.stringify(await deps.tryAs(parsed.data, caller.label, { signal }))
}

/** With another key it would be done, and noted, as somebody else. */
function bringsNoCredentials(path: string): boolean {
  const query = new URLSearchParams(path.slice(path.indexOf('?') + 1))
  return !query.has('api_key') && !query.has('session_token')
}

function wrong(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): AppError {
  const told = issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.map(String).join('.') || 'body'}: ${message}`)
  return new AppError('bad_request', `This cannot be tried. ${told.join('; ')}`, {
    hint: 'Send {"as": {"role": 5}, "tool": {"service": "shop", "name": "get_tables"}} or "rest": {"verb": "GET", "path": "shop/_table"}.',
  })
}
