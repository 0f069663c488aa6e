import * as z from 'zod'
import { ApiError } from '../../api/api-error.ts'

/** What is entered; `as` is `role 5` or `app 7`. */
export interface Trial {
  readonly as: string
  readonly kind: 'tool' | 'rest'
  readonly service: string
  readonly name: string
  readonly verb: string
  readonly path: string
  readonly json: string
}

type Example = Pick<Trial, 'name' | 'verb' | 'path' | 'json'>

export const EXAMPLES: Readonly<Record<Trial['kind'], Example>> = {
  tool: { name: 'get_tables', verb: 'GET', path: '', json: '{}' },
  rest: { name: '', verb: 'GET', path: 'demo/_table', json: '' },
}

/** As the API takes it. Throws ApiError for text that is no JSON. */
export function bodyOf({ as, kind, service, name, verb, path, json }: Trial): object {
  const [what = 'role', id = ''] = as.split(' ')
  const given = json.trim() === '' ? undefined : parsed(json)
  const who = { as: { [what]: Number(id) } }
  if (kind === 'tool') return { ...who, tool: { service, name, arguments: given ?? {} } }
  return { ...who, rest: { verb, path, ...(given !== undefined && { body: given }) } }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    const hint = error instanceof Error ? error.message : undefined
    throw new ApiError('This is no JSON.', { status: 400, hint })
  }
}

/** What `system/try` answers. */
export const tried = z.object({
  caller: z.string(),
  status: z.number(),
  ms: z.number(),
  body: z.string(),
  is_cut: z.boolean(),
  byte_count: z.number(),
  token_count: z.number(),
  request_id: z.string(),
  curl: z.string(),
  message: z.unknown().optional(),
})
export type TriedFacts = z.infer<typeof tried>
