import type { Caller } from '../../core/caller.ts'
import type { Answer } from '../answer.ts'
import type { RestDeps } from '../rest-deps.ts'
import type { RestRequest } from '../rest-request.ts'

/** A request's surroundings; that the caller may make it was decided before. */
export interface SystemContext {
  readonly caller: Caller
  readonly deps: Pick<
    RestDeps,
    | 'system'
    | 'execute'
    | 'services'
    | 'serviceTypeRecords'
    | 'effectiveAccess'
    | 'preview'
    | 'tryAs'
    | 'packages'
    | 'limits'
    | 'resetLimits'
    | 'connections'
  >
  readonly signal: AbortSignal
  /** Of all resources of the system service, sorted. */
  readonly names: readonly string[]
}

export type SystemHandler = (request: RestRequest, context: SystemContext) => Promise<Answer>
