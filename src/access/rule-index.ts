import { type Component, parseComponent } from './component.ts'
import type { AccessRule } from './rule.ts'

/** The rules of one rank: they name the same component of the same service, or of all services. */
export interface RuleGroup extends Component {
  readonly isForAllServices: boolean
  readonly rules: readonly AccessRule[]
}

/** Finds the rules of the highest rank that cover a resource. The cost does not grow with the number of rules. */
export interface RuleIndex {
  readonly groups: readonly RuleGroup[]
  find(resource: string): RuleGroup | undefined
}

/** Rank: exact, then the longest prefix, then `*`; rules for all services come after those of the service. */
export function indexRules(
  ofService: readonly AccessRule[],
  ofAllServices: readonly AccessRule[],
): RuleIndex {
  const own = indexLayer(ofService, false)
  const shared = indexLayer(ofAllServices, true)
  return {
    groups: [...own.groups, ...shared.groups],
    find: (resource) => own.find(resource) ?? shared.find(resource),
  }
}

function indexLayer(rules: readonly AccessRule[], isForAllServices: boolean): RuleIndex {
  const groups = [...groupByComponent(rules, isForAllServices).values()]
  const exact = new Map(groups.filter(({ isExact }) => isExact).map((group) => [group.text, group]))
  const prefixes = new Map(groups.filter(({ isExact }) => !isExact).map((group) => [group.text, group]))
  const lengths = [...new Set([...prefixes.keys()].map(({ length }) => length))].sort((a, b) => b - a)
  const byPrefix = (path: string) => {
    for (const length of lengths) {
      const group = length <= path.length ? prefixes.get(path.slice(0, length)) : undefined
      if (group) return group
    }
    return undefined
  }
  return { groups, find: (resource) => exact.get(resource) ?? byPrefix(`${resource}/`) }
}

function groupByComponent(rules: readonly AccessRule[], isForAllServices: boolean): Map<string, RuleGroup> {
  const groups = new Map<string, RuleGroup>()
  for (const rule of rules) {
    const component = parseComponent(rule.component)
    const key = `${component.isExact ? '=' : '*'}${component.text}`
    const others = groups.get(key)?.rules ?? []
    groups.set(key, { ...component, isForAllServices, rules: [...others, rule] })
  }
  return groups
}
