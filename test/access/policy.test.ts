import { describe, expect, test } from 'vitest'
import type { AccessRule } from '../../src/access/rule.ts'
import { VERBS, type Verb } from '../../src/core/policy.ts'
import { ALL, allows, GET, PATCH, POST, paid, policy, rule } from './rules.ts'

describe('what a component covers', () => {
  // component of a rule that grants GET → requests it allows, requests it does not
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['', [''], ['_table', '_table/orders', '_schema']],
    ['/', [''], ['_table']],
    ['*', ['', '_table', '_table/orders', '_table/orders/5', '_schema/orders', '_proc/run', 'x'], []],
    ['_table', ['_table', '_table/'], ['', '_table/orders', '_schema', '_tables']],
    ['_table/*', ['_table', '_table/orders', '_table/orders/5'], ['', '_proc/x', '_tables']],
    ['_table/', ['_table', '_table/orders', '_table/orders/5'], ['', '_proc/x']],
    [
      '_table/orders',
      ['_table/orders', '/_table/orders/'],
      ['_table', '_table/orders/5', '_table/orders_old'],
    ],
    [
      '_table/orders/*',
      ['_table/orders', '_table/orders/5', '_table/orders/5/6'],
      ['_table', '_table/orders_old'],
    ],
    ['_table/orders/', ['_table/orders', '_table/orders/5'], ['_table/orders_old']],
    ['/_table/orders/*', ['_table/orders'], ['_table/other']],
    ['_table/ord*', ['_table/orders', '_table/ord', '_table/orders/5'], ['_table/customers', '_table']],
    ['_TABLE/Orders/*', ['_table/ORDERS', '_Table/orders/5'], ['_table/other']],
    ['_table/orders/5', ['_table/orders/5'], ['_table/orders', '_table/orders/6', '_table/orders/55']],
    ['_proc/run', ['_proc/run', '_proc/run(1,2)', '_proc/RUN(now())'], ['_proc/run2', '_proc', '_func/run']],
    ['_table/*/5', [], ['_table/orders/5', '_table/orders']],
  ]

  test.each(cases)('%j', (component, allowed, denied) => {
    const rules = [rule(component, GET)]
    expect(allowed.filter((resource) => !allows(rules, resource))).toEqual([])
    expect(denied.filter((resource) => allows(rules, resource))).toEqual([])
  })

  test('a parenthesis is an argument list for routines only', () => {
    const rules = [rule('_table/orders', GET)]
    expect(allows(rules, '_table/orders(1)')).toBe(false)
    expect(allows([rule('_table/orders(old)', GET)], '_table/orders(old)')).toBe(true)
  })
})

describe('no rule, no access', () => {
  test('without rules everything is denied, with a reason', () => {
    expect(policy([]).decide('shop', '_table/Orders', 'GET')).toEqual({
      allowed: false,
      reason:
        "Access Forbidden. GET access to component '_table/orders' of service 'shop' is not allowed by this user's role.",
    })
    expect(policy([]).decide('Shop', '', 'DELETE')).toMatchObject({
      reason: "Access Forbidden. DELETE access to service 'shop' is not allowed by this user's role.",
    })
  })

  test('a verb that is not in the mask is denied', () => {
    const rules = [rule('_table/orders/*', GET | PATCH)]
    expect(VERBS.filter((verb) => allows(rules, '_table/orders', verb))).toEqual(['GET', 'PATCH'])
  })

  test('rules of another service do not count', () => {
    expect(allows([rule('*', ALL, { service: 'other' })], '_table/orders')).toBe(false)
  })

  test('the name of the service ignores case', () => {
    expect(allows([rule('*', GET, { service: 'Shop' })], '_table/orders', 'GET', 'sHOP')).toBe(true)
  })

  test.each([
    [0, false],
    [1, true],
    [2, false],
    [3, true],
  ])('requestor mask %i counts for the API: %s', (requestorMask, allowed) => {
    expect(allows([rule('*', GET, { requestorMask })], '_table/orders')).toBe(allowed)
  })

  test('a refusal that only scripts meet does not deny', () => {
    const rules = [rule('*', GET), rule('_table/orders', 0, { requestorMask: 2 })]
    expect(allows(rules, '_table/orders')).toBe(true)
  })
})

describe('the most specific rank decides alone', () => {
  const everywhere = { service: null }
  const cases: readonly (readonly [string, readonly AccessRule[], string, Verb, boolean])[] = [
    [
      'exact over prefix, to deny',
      [rule('_table/orders/*', GET), rule('_table/orders', 0)],
      '_table/orders',
      'GET',
      false,
    ],
    [
      'exact over prefix, to allow',
      [rule('_table/*', 0), rule('_table/orders', GET)],
      '_table/orders',
      'GET',
      true,
    ],
    [
      'longer prefix denies',
      [rule('_table/*', ALL), rule('_table/secret/*', 0)],
      '_table/secret',
      'GET',
      false,
    ],
    [
      'longer prefix denies below',
      [rule('_table/*', ALL), rule('_table/secret/*', 0)],
      '_table/secret/1',
      'GET',
      false,
    ],
    [
      'and leaves the others',
      [rule('_table/*', ALL), rule('_table/secret/*', 0)],
      '_table/orders',
      'GET',
      true,
    ],
    [
      'longer prefix has fewer verbs',
      [rule('_table/*', ALL), rule('_table/log/*', GET)],
      '_table/log',
      'POST',
      false,
    ],
    ['prefix over the star', [rule('*', ALL), rule('_table/*', GET)], '_table/orders', 'POST', false],
    ['the star for the rest', [rule('*', ALL), rule('_table/*', GET)], '_proc/run', 'POST', true],
    ['service over all services', [rule('*', 0), rule('*', ALL, everywhere)], '_table/orders', 'GET', false],
    [
      'star of the service over exact of all',
      [rule('*', GET), rule('_table/orders', 0, everywhere)],
      '_table/orders',
      'GET',
      true,
    ],
    ['all services when the service has none', [rule('*', GET, everywhere)], '_table/orders', 'GET', true],
    [
      'ranks within all services',
      [rule('*', GET, everywhere), rule('_table/x', 0, everywhere)],
      '_table/x',
      'GET',
      false,
    ],
    ['root of all services is the root only', [rule('', GET, everywhere)], '_table', 'GET', false],
    [
      'masks of one rank add up',
      [rule('_table/orders', GET), rule('_table/orders', POST)],
      '_table/orders',
      'POST',
      true,
    ],
    [
      'a refusal beside a grant of its rank',
      [rule('_table/orders', GET), rule('_table/orders', 0)],
      '_table/orders',
      'GET',
      true,
    ],
    [
      '`/x/` and `/x/*` are one rank',
      [rule('_table/x/', GET), rule('_table/x/*', POST)],
      '_table/x',
      'GET',
      true,
    ],
  ]

  test.each(cases)('%s', (_claim, rules, resource, verb, allowed) => {
    expect(allows(rules, resource, verb)).toBe(allowed)
    expect(allows([...rules].reverse(), resource, verb)).toBe(allowed)
  })
})

describe('schemas', () => {
  const all = { service: null }
  // rules → may see the schema of orders, may change it
  const cases: readonly (readonly [string, readonly AccessRule[], boolean, boolean])[] = [
    ['reading the table', [rule('_table/orders/*', GET)], true, false],
    ['reading the table, by an exact rule', [rule('_table/orders', GET)], true, false],
    ['reading all tables', [rule('_table/*', GET)], true, false],
    ['reading everything', [rule('*', GET)], true, false],
    ['all verbs on everything', [rule('*', ALL)], true, true],
    ['all verbs on all services', [rule('*', ALL, all)], true, true],
    ['all verbs on the table', [rule('_table/orders/*', ALL)], true, false],
    ['writing never implies reading', [rule('_table/orders/*', POST | PATCH)], false, false],
    ['listing the tables only', [rule('_table', GET)], false, false],
    ['another table', [rule('_table/customers/*', GET)], false, false],
    ['a rule on the schema', [rule('_schema/orders', GET)], true, false],
    ['a rule on all schemas', [rule('_schema/*', GET)], true, false],
    ['all verbs on the schema', [rule('_schema/orders/*', ALL)], true, true],
    [
      'exact schema rule says otherwise',
      [rule('_table/orders/*', GET), rule('_schema/orders', 0)],
      false,
      false,
    ],
    [
      'prefix schema rule says otherwise',
      [rule('_table/orders/*', GET), rule('_schema/orders/*', 0)],
      false,
      false,
    ],
    ['all schemas say otherwise', [rule('_table/orders/*', GET), rule('_schema/*', 0)], false, false],
    [
      'a schema rule for another verb says otherwise',
      [rule('_table/*', GET), rule('_schema/orders', POST)],
      false,
      false,
    ],
    [
      'a schema rule over the refusal of all',
      [rule('_schema/*', 0), rule('_schema/orders', GET)],
      true,
      false,
    ],
    ['the star cannot take it away', [rule('_table/orders/*', GET), rule('*', 0)], true, false],
    ['the star does not show a refused table', [rule('*', GET), rule('_table/orders/*', 0)], false, false],
    ['nor an exactly refused one', [rule('*', ALL), rule('_table/orders', 0)], false, false],
    ['nor lets change it', [rule('*', ALL), rule('_table/*', 0)], false, false],
    [
      'a schema rule shows a refused table',
      [rule('_table/orders/*', 0), rule('_schema/orders', GET)],
      true,
      false,
    ],
    ['scripts alone', [rule('_table/orders/*', GET, { requestorMask: 2 })], false, false],
  ]

  test.each(cases)('%s', (_claim, rules, visible, changeable) => {
    expect(allows(rules, '_schema/orders')).toBe(visible)
    expect(allows(rules, '_schema/Orders/')).toBe(visible)
    expect(allows(rules, '_schema/orders', 'PATCH')).toBe(changeable)
    expect(allows(rules, '_schema/orders', 'DELETE')).toBe(changeable)
  })

  test('fields and relations go with their schema', () => {
    expect(allows([rule('_table/orders/*', GET)], '_schema/orders/_field/total')).toBe(true)
    expect(allows([rule('_table/orders/*', GET), rule('_schema/orders', GET)], '_schema/orders/_field')).toBe(
      true,
    )
    expect(allows([rule('_schema/orders', 0), rule('*', GET)], '_schema/orders/_field')).toBe(false)
    expect(allows([rule('_schema/orders', 0), rule('_table/*', GET)], '_schema/orders/_related/x')).toBe(
      false,
    )
    expect(allows([rule('_schema/orders', GET)], '_schema/orders/_field')).toBe(false)
  })

  test('a table that cannot be read for want of a lookup has no schema either', () => {
    const filters = [{ name: 'owner_id', operator: '=', value: '{user.id}' }]
    expect(allows([rule('_table/orders/*', GET, { filters })], '_schema/orders')).toBe(false)
  })

  test('the list of schemas is a resource of its own', () => {
    expect(allows([rule('_table/orders/*', GET)], '_schema')).toBe(false)
    expect(allows([rule('_schema', GET)], '_schema')).toBe(true)
  })
})

describe('reaches', () => {
  test.each<readonly [string, readonly AccessRule[], boolean]>([
    ['no rules', [], false],
    ['one table', [rule('_table/orders/*', GET)], true],
    ['one record', [rule('_table/orders/5', GET)], true],
    ['all services', [rule('*', GET, { service: null })], true],
    ['another service', [rule('*', GET, { service: 'other' })], false],
    ['a refusal alone', [rule('*', 0)], false],
    ['a refusal of the service over all services', [rule('*', 0), rule('*', ALL, { service: null })], false],
    ['scripts alone', [rule('*', ALL, { requestorMask: 2 })], false],
    [
      'a filter without its lookup',
      [rule('*', GET, { filters: [{ name: 'a', operator: '=', value: '{user.id}' }] })],
      false,
    ],
    ['the rest of a service with a refusal', [rule('*', GET), rule('_table/*', 0)], true],
  ])('%s', (_claim, rules, reached) => {
    expect(policy(rules).reaches('shop')).toBe(reached)
    expect(policy(rules).reaches('SHOP')).toBe(reached)
  })
})

test('the same question has the same answer, the same object, also after a flood of other names', () => {
  const shop = policy([rule('_table/orders/*', GET, { filters: [paid] })])
  const before = shop.decide('shop', '_table/orders', 'GET')
  expect(shop.decide('shop', '_table/orders', 'GET')).toBe(before)
  for (let n = 0; n < 12_000; n++) shop.decide(n % 2 ? 'shop' : `s${n}`, `_table/orders/${n}`, 'GET')
  expect(shop.decide('shop', '_table/orders', 'GET')).toEqual(before)
})
