import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compilePolicy } from '../../src/access/policy.ts'
import type { AccessRule } from '../../src/access/rule.ts'
import type { FilterExpression } from '../../src/core/filter.ts'
import { type Access, VERBS } from '../../src/core/policy.ts'

const names = fc.constantFrom('orders', 'secret', 'Orders', 'x')
const components = fc.oneof(
  fc.constantFrom('', '*', '_table', '_table/*', '_table/', '_schema', '_schema/*', '_proc/*', '_table/or*'),
  fc
    .tuple(fc.constantFrom('_table', '_schema', '_proc'), names, fc.constantFrom('', '/', '/*', '/5'))
    .map(([kind, name, end]) => `${kind}/${name}${end}`),
)
const resources = fc.oneof(
  fc.constantFrom('', '_table', '_schema', '_proc/x', '_func/x'),
  fc
    .tuple(fc.constantFrom('_table', '_schema'), names, fc.constantFrom('', '/5', '/6', '/5/7'))
    .map(([kind, name, end]) => `${kind}/${name}${end}`),
)
const filters = fc.oneof(
  fc.constant([]),
  fc.array(
    fc.record({ name: fc.constantFrom('a', 'b'), operator: fc.constantFrom('=', '>'), value: fc.integer() }),
    {
      maxLength: 2,
    },
  ),
)

function rulesOn(service: fc.Arbitrary<string | null>): fc.Arbitrary<AccessRule[]> {
  return fc.array(
    fc.record({
      service,
      component: components,
      verbMask: fc.integer({ min: 0, max: 31 }),
      requestorMask: fc.integer({ min: 0, max: 3 }),
      filters,
      filterOp: fc.constantFrom<'AND' | 'OR'>('AND', 'OR'),
    }),
    { maxLength: 6 },
  )
}

const shop = rulesOn(fc.constant('shop'))
const anyRules = rulesOn(fc.constantFrom('shop', null))
const policyOf = (rules: readonly AccessRule[]) =>
  compilePolicy({ rules, roleId: 1, version: 1, lookups: new Map() })

/** What a row must meet, each condition as text. */
function conditionsOf(access: Access): string[] {
  const flat = (filter: FilterExpression): string[] =>
    filter.op === 'and' ? filter.all.flatMap(flat) : [JSON.stringify(filter)]
  return access.allowed && access.rowFilter ? flat(access.rowFilter) : []
}

test('rules on another service change nothing', () => {
  fc.assert(
    fc.property(
      anyRules,
      rulesOn(fc.constantFrom('other', 'shop2')),
      resources,
      fc.constantFrom(...VERBS),
      (rules, others, resource, verb) => {
        const alone = policyOf(rules).decide('shop', resource, verb)
        expect(policyOf([...others, ...rules]).decide('shop', resource, verb)).toEqual(alone)
        expect(policyOf([...rules, ...others]).reaches('shop')).toBe(policyOf(rules).reaches('shop'))
      },
    ),
  )
})

test('no rule, no access: what no API rule covers is denied', () => {
  fc.assert(
    fc.property(
      rulesOn(fc.constantFrom('other', 'shop2')),
      resources,
      fc.constantFrom(...VERBS),
      (rules, resource, verb) => {
        expect(policyOf(rules).decide('shop', resource, verb).allowed).toBe(false)
      },
    ),
  )
})

test('the case of names and doubled or outer slashes change nothing', () => {
  fc.assert(
    fc.property(shop, resources, fc.constantFrom(...VERBS), (rules, resource, verb) => {
      const plain = policyOf(rules).decide('shop', resource, verb)
      const spelled = `/${resource.toUpperCase().replaceAll('/', '//')}/`
      expect(policyOf(rules).decide('SHOP', spelled, verb)).toEqual(plain)
    }),
  )
})

test('a record is never open wider than its table, unless a rule names what is below the table', () => {
  const named = fc.constantFrom('_table/orders', '_table/ORDERS', '_table/*', '_table/or*', '*', '_table')
  const rule = fc.record({
    service: fc.constantFrom('shop', null),
    component: named,
    verbMask: fc.constantFrom(0, 1, 2, 31),
    requestorMask: fc.constant(1),
    filters,
    filterOp: fc.constant('AND' as const),
  })
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 4 }), fc.constantFrom(...VERBS), (rules, verb) => {
      const whole = policyOf(rules).decide('shop', '_table/orders', verb)
      const record = policyOf(rules).decide('shop', '_table/orders/5', verb)
      fc.pre(record.allowed)
      expect(whole.allowed).toBe(true)
      expect(conditionsOf(record)).toEqual(expect.arrayContaining(conditionsOf(whole)))
    }),
    { numRuns: 1_000 },
  )
})

test('a policy that reaches nothing in a service allows nothing there', () => {
  fc.assert(
    fc.property(anyRules, resources, fc.constantFrom(...VERBS), (rules, resource, verb) => {
      const policy = policyOf(rules)
      if (policy.decide('shop', resource, verb).allowed) expect(policy.reaches('shop')).toBe(true)
    }),
  )
})
