import { AppError } from '../core/errors.ts'
import { VERBS, type Verb } from '../core/policy.ts'
import { limitsToWire, type WireLimits } from '../core/rule-limits.ts'
import type { Accounts } from './accounts.ts'
import { normalizeResource } from './component.ts'
import { decide, type ServiceRules } from './decide.ts'
import { readRowCondition } from './row-condition.ts'
import type { AccessRule } from './rule.ts'
import { indexRules } from './rule-index.ts'

/** What a role may do in a service, whoever has it; names are the wire's. */
export interface EffectiveAccess {
  readonly role: { readonly id: number; readonly name: string; readonly is_active: boolean }
  readonly service: string
  readonly resource: readonly EffectiveResource[]
}

interface EffectiveResource {
  /** `_table/orders` */
  readonly component: string
  /** Empty: nothing, as for every resource while the role is not active. */
  readonly verbs: readonly Verb[]
  /** The rules of the highest rank, which decide alone; empty when none names it. */
  readonly rules: readonly EffectiveRule[]
}

/** A rule as `role_service_access` has it; `service` null is all services. */
interface EffectiveRule {
  readonly service: string | null
  readonly component: string
  readonly verb_mask: number
  readonly filters: AccessRule['filters']
  readonly filter_op: 'AND' | 'OR'
  /** Where the rule has some. */
  readonly fields?: readonly string[]
  readonly limits?: WireLimits
  readonly confirm?: string
}

/** The requestor bit of everything that comes through a door. */
const API = 1

/** Lookups in row filters stay as they are: they are bound for each caller. Throws `not_found` for a role that is not there. */
export function effectiveAccess(
  { roleById }: Pick<Accounts, 'roleById'>,
  roleId: number,
  service: string,
  resources: readonly string[],
): EffectiveAccess {
  const role = roleById.get(roleId)
  if (!role) throw new AppError('not_found', `Record with identifier '${roleId}' not found.`)
  const rules = rulesFor(role.rules, service.toLowerCase())
  return {
    role: { id: role.id, name: role.name, is_active: role.isActive },
    service,
    resource: resources.map((component) => ({
      component,
      verbs: VERBS.filter((verb) => role.isActive && decide(rules, component, verb).allowed),
      rules: rules.index.find(normalizeResource(component))?.rules.map(shown) ?? [],
    })),
  }
}

function rulesFor(all: readonly AccessRule[], service: string): ServiceRules {
  const counted = all.filter(({ requestorMask }) => (requestorMask & API) !== 0)
  return {
    index: indexRules(
      counted.filter((rule) => rule.service?.toLowerCase() === service),
      counted.filter((rule) => rule.service === null),
    ),
    conditionOf: readRowCondition,
  }
}

function shown({
  service,
  component,
  verbMask,
  filters,
  filterOp,
  fields,
  ...rule
}: AccessRule): EffectiveRule {
  const limits = limitsToWire(rule.limits)
  return {
    service,
    component,
    verb_mask: verbMask,
    filters,
    filter_op: filterOp,
    ...(fields && { fields }),
    ...(limits && { limits }),
    ...(rule.confirm !== undefined && { confirm: rule.confirm }),
  }
}
