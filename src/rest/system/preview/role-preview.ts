import type { RoleWarning } from '../../../access/role-warnings.ts'
import type { Caller } from '../../../core/caller.ts'
import { AppError } from '../../../core/errors.ts'
import type { ServiceInfo } from '../../../core/service.ts'
import { tableResource } from '../../../operations/database/table-access.ts'
import type { RestRequest } from '../../rest-request.ts'
import { refused, unsupportedVerb } from '../../unsupported.ts'
import type { SystemContext } from '../system-handler.ts'
import { withRowCounts } from './count-rows.ts'
import { type DraftRule, previewInput, type RoleState } from './preview-input.ts'
import { roleDiff } from './role-diff.ts'
import { type RoleSeen, roleView, type ServiceView } from './role-view.ts'

/** What the house knows of roles, stored or not. */
export interface PreviewDeps {
  /** Throws `not_found`. */
  storedRole(id: number): RoleToSee
  /** Throws `bad_request` for a rule that makes no sense. */
  draftedRole(rules: readonly DraftRule[], isActive: boolean): RoleToSee
  /** The list of tools of a caller, as MCP clients get it. */
  toolsOf(
    service: string,
    caller: Caller,
    signal: AbortSignal,
  ): Promise<{
    readonly tools: readonly { readonly name: string; readonly title: string }[]
    readonly tokens: number
  }>
}

export interface RoleToSee extends RoleSeen {
  warnings(
    places: readonly { readonly name: string; readonly resources: readonly string[] }[],
  ): readonly RoleWarning[]
}

/**
 * `POST system/role/preview`: what a role, or rules that are not stored yet, would let its callers see and do, why, and what
 * that changes. It is found out by being in the role: nothing here decides anything.
 */
export async function rolePreview(request: RestRequest, context: SystemContext): Promise<string> {
  if (request.verb !== 'POST' || request.path.length > 2) throw unsupportedVerb(request)
  const input = previewInput(request.body)
  const services = servicesOf(input.service, request, context)
  const now = await stateOf(input.of, context)
  const then = input.compare_with && (await stateOf(input.compare_with, context))
  const look = async (seen: RoleToSee) => {
    const views: ServiceView[] = []
    for (const info of services) views.push(await roleView(info, seen, context))
    return input.count_rows && seen.isActive ? withRowCounts(views, seen.caller, context) : views
  }
  const views = await look(now)
  const before = then && (await look(then))
  const places = [...views.map(placeOf), ...HOUSE_PLACES]
  return JSON.stringify({
    services: views,
    tokens: views.reduce((sum, { tokens }) => sum + tokens, 0),
    warnings: now.warnings(input.service === undefined ? places : places.slice(0, 1)),
    ...(before && { changes: roleDiff(views, before) }),
  })
}

const HOUSE_PLACES = [
  { name: 'system', resources: [] },
  { name: 'user', resources: [] },
  { name: 'api_docs', resources: [] },
]

function placeOf({ service, tables }: ServiceView) {
  return { name: service, resources: ['', ...tables.map(({ name }) => tableResource('_table', name))] }
}

async function stateOf(state: RoleState, { deps, caller, signal }: SystemContext): Promise<RoleToSee> {
  if (state.rules) return deps.preview.draftedRole(state.rules, state.is_active ?? true)
  // Finds it as the asking caller, who may not know of all.
  const row = await deps.system.get('role', String(state.role), { fields: ['id'] }, { caller, signal })
  return deps.preview.storedRole(Number(row.id))
}

/** Those that the asking caller reaches: of others they learn nothing here. */
function servicesOf(
  name: string | undefined,
  request: RestRequest,
  { deps, caller }: SystemContext,
): readonly ServiceInfo[] {
  const reaches = (info: ServiceInfo) => caller.policy.reaches(info.name)
  if (name === undefined) return deps.services.list().filter(reaches)
  const info = deps.services.find(name)
  if (info && reaches(info)) return [info]
  if (caller.kind === 'admin') throw new AppError('not_found', `Could not find a service for ${name}`)
  throw refused({ ...request, path: [], service: name }, caller)
}
