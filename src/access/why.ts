import { VERB_BIT, VERBS, type Verb } from '../core/policy.ts'
import { decide } from './decide.ts'
import { readRowCondition } from './row-condition.ts'
import type { AccessRule } from './rule.ts'
import { indexRules } from './rule-index.ts'

interface Question {
  readonly service: string
  readonly resource: string
  readonly verb: Verb
}

/** Why something is allowed or refused: by the rules that say so. */
export interface Why {
  readonly allowed: boolean
  /** Refused and empty: no rule covers it. */
  readonly by: readonly AccessRule[]
  /** For people, in one line. */
  readonly text: string
}

/** The requestor bit of everything that comes through a door. */
const API = 1

/** What the rules of a role say, by the same decision that every request meets; lookups are left open. */
export function whyOf(rules: readonly AccessRule[], { service, resource, verb }: Question): Why {
  const counted = rules.filter(({ requestorMask }) => (requestorMask & API) !== 0)
  const verdict = decide(
    {
      index: indexRules(
        counted.filter((rule) => rule.service?.toLowerCase() === service.toLowerCase()),
        counted.filter((rule) => rule.service === null),
      ),
      conditionOf: readRowCondition,
    },
    resource,
    verb,
  )
  const { by } = verdict
  if (verdict.allowed) return { allowed: true, by, text: `Allowed by the ${namesOf(by)}.` }
  return { allowed: false, by, text: refusalText(verdict, verb) }
}

/** `_table/orders (GET, POST) of shop` */
export function ruleName({ service, component, verbMask }: AccessRule): string {
  const verbs = VERBS.filter((verb) => (verbMask & VERB_BIT[verb]) !== 0).join(', ') || 'no access'
  return `'${component}' (${verbs}) of ${service ?? 'all services'}`
}

function refusalText(
  { by, problem, isUnfilterable }: Extract<ReturnType<typeof decide>, { allowed: false }>,
  verb: Verb,
): string {
  if (by.length === 0) return 'No rule covers it.'
  if (problem !== undefined) return `The row filter of the ${namesOf(by)} cannot be applied.`
  if (isUnfilterable) return `The ${namesOf(by)} has a row filter, which cannot be applied to it.`
  return `The ${namesOf(by)} decides, and does not grant ${verb}.`
}

function namesOf(rules: readonly AccessRule[]): string {
  const names = [...new Set(rules.map(ruleName))]
  return `${names.length === 1 ? 'rule' : 'rules'} ${names.join(' and ')}`
}
