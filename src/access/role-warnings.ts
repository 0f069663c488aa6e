import { VERB_BIT, VERBS, type Verb } from '../core/policy.ts'
import { componentsTried } from './components-tried.ts'
import type { AccessRule } from './rule.ts'
import { ruleName, type Why, whyOf } from './why.ts'

/** What a rule of a role may surprise its author with. */
export interface RoleWarning {
  /** Its place among the rules of the role. */
  readonly rule: number
  readonly kind: 'no_effect' | 'shadowed' | 'opens_more'
  readonly message: string
}

interface Place {
  readonly name: string
  /** `_table/orders`, `_proc/p`, as far as they are known. */
  readonly resources: readonly string[]
}

const WRITES = VERB_BIT.POST | VERB_BIT.PUT | VERB_BIT.PATCH | VERB_BIT.DELETE
/** The requestor bit of everything that comes through a door. */
const API = 1

/** Found by trying: every resource of every service, with the rule and without it. */
export function roleWarnings(rules: readonly AccessRule[], places: readonly Place[]): RoleWarning[] {
  const cases = casesOf(rules, places)
  const decided = cases.map((one) => whyOf(rules, one))
  return rules.flatMap((rule, at): RoleWarning[] => [
    ...effectOf(at, rules, { cases, decided }),
    ...widthOf(rule).map((message) => ({ rule: at, kind: 'opens_more' as const, message })),
  ])
}

interface Case {
  readonly service: string
  readonly resource: string
  readonly verb: Verb
}

interface Tried {
  readonly cases: readonly Case[]
  readonly decided: readonly Why[]
}

/** Most combinations that are tried: a role of many rules over many tables is judged by the first of them. */
const MOST_CASES = 20_000

function casesOf(rules: readonly AccessRule[], places: readonly Place[]): Case[] {
  const cases: Case[] = []
  for (const { name, resources } of places) {
    for (const resource of new Set([...componentsTried(rules, name), ...resources]))
      for (const verb of VERBS) cases.push({ service: name, resource, verb })
  }
  return cases.slice(0, MOST_CASES)
}

function effectOf(at: number, rules: readonly AccessRule[], { cases, decided }: Tried): RoleWarning[] {
  const rule = rules[at]
  if (!rule) return []
  if ((rule.requestorMask & API) === 0)
    return [{ rule: at, kind: 'no_effect', message: 'It is for scripts alone, and counts at no door.' }]
  const without = rules.filter((_, other) => other !== at)
  const concerned = cases.flatMap((one, index) => (isAbout(rule, one.service) ? [index] : []))
  const changes = concerned.some((index) => {
    const [one, before] = [cases[index], decided[index]]
    return one !== undefined && before !== undefined && !isSame(before, whyOf(without, one))
  })
  if (changes) return []
  const deciding = concerned.flatMap((index) => decided[index] ?? [])
  if (deciding.some(({ by }) => by.includes(rule)))
    return [{ rule: at, kind: 'no_effect', message: 'Without it the role could do exactly the same.' }]
  const others = rules.filter((other) => other !== rule && isNearer(other, rule, deciding))
  const names = [...new Set(others.map(ruleName))].slice(0, 2).join(' and ')
  return [
    {
      rule: at,
      kind: 'shadowed',
      message: names
        ? `More specific rules decide wherever it would count: ${names}.`
        : 'Nothing that is there is covered by it.',
    },
  ]
}

function isAbout({ service }: AccessRule, name: string): boolean {
  return service === null || service.toLowerCase() === name.toLowerCase()
}

function isNearer(other: AccessRule, rule: AccessRule, deciding: readonly Why[]): boolean {
  const sameService = other.service === rule.service || rule.service === null
  return sameService && deciding.some(({ by }) => by.includes(other))
}

/** The same is allowed, of the same rows and to the same amount. */
function isSame(one: Why, other: Why): boolean {
  if (one.allowed !== other.allowed) return false
  return !one.allowed || termsOf(one) === termsOf(other)
}

function termsOf({ by }: Why): string {
  const terms = by.map(({ filters, filterOp, fields, limits, confirm }) =>
    filters.length === 0 && !fields && !limits && confirm === undefined
      ? ''
      : JSON.stringify([filters, filters.length > 1 ? filterOp : '', fields, limits, confirm]),
  )
  return [...new Set(terms)].filter(Boolean).toSorted().join()
}

function widthOf({ service, component, verbMask, filters }: AccessRule): string[] {
  const path = component.trim().toLowerCase().replace(/^\/+/, '')
  const isEverything = path === '*' || path === ''
  const writes = (verbMask & WRITES) !== 0
  const isGranting = verbMask !== 0
  if (!isGranting) return []
  return [
    ...(service === null && path === '*'
      ? [
          'It covers every service, also those that are added later, and the system itself: roles, keys and users.',
        ]
      : service === null
        ? ['It covers every service, also those that are added later.']
        : []),
    ...(service?.toLowerCase() === 'system' && path === '*' && writes
      ? ['Whoever may change the system can give out keys and change roles.']
      : []),
    ...(service !== null && isEverything && path === '*' && writes
      ? [
          'It lets everything of the service be changed: all tables, also new ones, their structure, and routines.',
        ]
      : []),
    ...(path === '_table/*' && writes && filters.length === 0
      ? ['It lets the records of all tables be changed, also of tables that are added later.']
      : []),
    ...(/^_(proc|func)\//.test(path) && (verbMask & VERB_BIT.POST) !== 0
      ? ['A routine does whatever it was written to do: no row filter and no rule on tables holds inside it.']
      : []),
    ...(filters.length > 0 && (path === '*' || path === '_table/*')
      ? ['Its row filter is asked of every table it covers; tables without that field are refused.']
      : []),
  ]
}
