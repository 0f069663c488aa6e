import type { Accounts, RoleAccount } from '../access/accounts.ts'
import { createCallers } from '../access/callers.ts'
import { roleWarnings } from '../access/role-warnings.ts'
import { requireRowFilters } from '../access/row-condition.ts'
import type { AccessRule } from '../access/rule.ts'
import { whyOf } from '../access/why.ts'
import { AppError } from '../core/errors.ts'
import { limitsFromWire } from '../core/rule-limits.ts'
import { createCatalogues } from '../mcp/catalogues.ts'
import type { McpOptions } from '../mcp/create-mcp.ts'
import { charactersOf } from '../mcp/list-budget.ts'
import type { DraftRule } from '../rest/system/preview/preview-input.ts'
import type { PreviewDeps, RoleToSee } from '../rest/system/preview/role-preview.ts'
import type { Snapshot } from '../system/snapshot.ts'

/** Outside of what a database numbers. */
const DRAFT = -2
const TOKEN_LENGTH = 4

/** Roles as they are decided by at the doors, stored or not. */
export function composePreview(accounts: () => Snapshot, mcp: McpOptions): PreviewDeps {
  const catalogues = createCatalogues({ ...mcp, customTools: mcp.customTools ?? (() => []) })
  return {
    storedRole(id) {
      const role = accounts().roleById.get(id)
      if (!role) throw new AppError('not_found', `Record with identifier '${id}' not found.`)
      return seen(role, accounts())
    },
    draftedRole(rules, isActive) {
      const names = new Map(accounts().services.map(({ id, name }) => [id, name]))
      const drafted = rules.map((rule, at) => ruleOf(rule, at, names))
      return seen({ id: DRAFT, name: 'draft', isActive, rules: drafted }, accounts())
    },
    async toolsOf(service, caller, signal) {
      const { tools, descriptions } = await catalogues.of(service, caller, signal)
      const titles = new Map(tools.map(({ name, title }) => [name, title]))
      return {
        tools: descriptions.map(({ name }) => ({ name, title: titles.get(name) ?? name })),
        tokens: Math.ceil(charactersOf(descriptions) / TOKEN_LENGTH),
      }
    },
  }
}

function seen(role: RoleAccount, accounts: Accounts): RoleToSee {
  const { rules } = role
  return {
    // One that is off has no caller; what it would allow is not asked then.
    caller: createCallers(accounts).callerInRole({ ...role, isActive: true }),
    isActive: role.isActive,
    why(service, resource, verb) {
      const { text, by } = whyOf(rules, { service, resource, verb })
      return { text, rules: by.map((rule) => rules.indexOf(rule)) }
    },
    warnings: (places) => roleWarnings(rules, places),
  }
}

function ruleOf(rule: DraftRule, at: number, names: ReadonlyMap<number, string>): AccessRule {
  const service = rule.service_id === null ? null : names.get(rule.service_id)
  if (service === undefined) throw wrongRule(at, `There is no service ${rule.service_id}.`)
  const filters = rule.filters ?? []
  try {
    requireRowFilters(filters)
  } catch (error) {
    throw error instanceof AppError ? wrongRule(at, error.message) : error
  }
  return {
    service,
    component: rule.component ?? '',
    verbMask: rule.verb_mask,
    requestorMask: rule.requestor_mask,
    filters,
    filterOp: rule.filter_op,
    ...(rule.fields && { fields: rule.fields }),
    ...(rule.limits && { limits: limitsFromWire(rule.limits) }),
    ...(typeof rule.confirm === 'string' && { confirm: rule.confirm }),
  }
}

function wrongRule(at: number, sentence: string): AppError {
  return new AppError('bad_request', `Rule ${at + 1}: ${sentence}`, { context: { rule: at } })
}
