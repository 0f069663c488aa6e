import type { FastifyReply, FastifyRequest } from 'fastify'
import { withStepUp } from '../access/oauth/step-up.ts'
import { openCall } from '../core/call-log.ts'
import type { Caller } from '../core/caller.ts'
import type { SelectResult } from '../core/database/query.ts'
import { toJsonText } from '../core/exact-json.ts'
import { requestSignal } from '../http/request-signal.ts'
import type { RecordText, TaggedRecord } from '../operations/database/record-plan.ts'
import { plainList, plainRecord } from '../operations/plain-reads.ts'
import { listTextAnswer } from './answer.ts'
import { callerOf } from './caller-of.ts'
import type { PlainRequest } from './plain-request.ts'
import type { Query } from './query.ts'
import type { RestDeps } from './rest-deps.ts'
import type { Wanted } from './send-answer.ts'

/** How far a plain request came: to its answer, or to what need not be done again. */
export interface PlainOutcome {
  /** Undefined without credentials. */
  readonly caller: Caller | undefined
  /** Against the limits of requests. */
  readonly isCounted: boolean
  readonly answer?: string
}

/** As plain requests want it. */
export const PLAIN_FORM: Wanted = {
  format: { type: 'json', prefersYaml: false, formulas: false, bom: false },
  wrap: true,
}

/**
 * Answers a plain request in fewer steps than others take; one without an answer is to go on as all others do, and gets the same
 * there. Throws what it would there.
 */
export async function plainRead(
  asked: PlainRequest,
  http: FastifyRequest<{ Querystring: Query }>,
  reply: FastifyReply,
  deps: Pick<RestDeps, 'authenticate' | 'services' | 'limits'>,
): Promise<PlainOutcome> {
  const resourceAsked = `_table/${asked.table}`
  const call = openCall({ door: 'rest', service: asked.service, resource: resourceAsked, verb: 'GET' })
  http.call = call
  const caller = await callerOf(http, deps, asked.service)
  if (!caller) return { caller, isCounted: false }
  const around = { caller, services: deps.services, signal: requestSignal(http) }
  const ready = asked.id === undefined ? plainList(asked, around) : plainRecord(asked, around)
  if (!ready) return { caller, isCounted: false }
  const { resource } = ready
  try {
    const service = ready.service.info.name
    const counting = deps.limits.count({ caller, service, verb: 'GET', resource: () => resource })
    if (counting) await counting
    const found = await ready.run()
    if (found) call.rows = 'rows' in found ? found.rows.length : 'count' in found ? found.count : 1
    return found ? { caller, isCounted: true, answer: textOf(found, reply) } : { caller, isCounted: true }
  } catch (thrown) {
    throw withStepUp(thrown, caller, { service: asked.service, resource, verb: 'GET' })
  }
}

function textOf(found: TaggedRecord | RecordText | SelectResult, reply: FastifyReply): string {
  if ('rows' in found) return listTextAnswer({ wrap: true }, toJsonText(found.rows))
  if ('count' in found) return listTextAnswer({ wrap: true }, found.json)
  if (found.tag !== undefined) reply.header('etag', found.tag)
  return 'row' in found ? (found.json ?? toJsonText(found.row)) : found.json
}
