import { describe, expect, test } from 'vitest'
import { compilePolicy } from '../../src/access/policy.ts'
import type { AccessRule } from '../../src/access/rule.ts'
import { VERB_BIT, VERBS, type Verb } from '../../src/core/policy.ts'
import { codesIn, read, rowsUnder } from './page.ts'

const page = read('docs/roles.md')
const truthTable = rowsUnder(page, 'rules', 'request', 'allowed')

describe('docs/roles.md', () => {
  test('has a truth table', () => {
    expect(truthTable.length).toBeGreaterThan(15)
  })

  test.each(truthTable)('%s: %s: %s', (rules, request, allowed) => {
    const [verb, resource] = codesIn(request)[0]?.split(' ') ?? []
    const policy = compilePolicy({
      roleId: 1,
      version: 1,
      lookups: new Map(),
      rules: codesIn(rules).map(ruleOf),
    })
    expect(policy.decide('demo', resource ?? '', verbOf(verb)).allowed ? 'yes' : 'no').toBe(allowed)
  })

  test('the bits of verb_mask are right', () => {
    const told = VERBS.map((verb) => `${verb} ${VERB_BIT[verb]}`)
    expect(page).toContain(`the sum of ${told.slice(0, -1).join(', ')}, ${told.at(-1)}`)
  })
})

/** `_table/orders/*: GET POST`, `any service *: GET`, `_schema/orders: none` */
function ruleOf(text: string): AccessRule {
  const [, anywhere, component = '', verbs = ''] = /^(any service )?(\S+): (.*)$/.exec(text) ?? []
  const granted = verbs === 'none' ? [] : verbs.split(' ').map(verbOf)
  return {
    service: anywhere ? null : 'demo',
    component,
    verbMask: granted.reduce((mask, verb) => mask | VERB_BIT[verb], 0),
    requestorMask: 1,
    filters: [],
    filterOp: 'AND',
  }
}

function verbOf(word: string | undefined): Verb {
  const verb = VERBS.find((known) => known === word)
  if (verb === undefined) throw new Error(`not a verb: ${word}`)
  return verb
}
