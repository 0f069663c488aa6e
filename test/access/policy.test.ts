import { describe, expect, test } from 'vitest'
import { compilePolicy } from '../../src/access/policy.ts'
import type { AccessRule, Lookups, RuleFilter } from '../../src/access/rule.ts'
import { VERBS, type Verb } from '../../src/core/policy.ts'

const GET = 1
const POST = 2
const PATCH = 8
const ALL = 31

function rule(component: string, verbMask: number, more: Partial<AccessRule> = {}): AccessRule {
  return { service: 'shop', component, verbMask, requestorMask: 1, filters: [], filterOp: 'AND', ...more }
}

function policy(rules: readonly AccessRule[], lookups: Lookups = new Map()) {
  return compilePolicy({ rules, roleId: 7, version: 1, lookups })
}

function allows(
  rules: readonly AccessRule[],
  resource: string,
  verb: Verb = 'GET',
  service = 'shop',
): boolean {
  return policy(rules).decide(service, resource, verb).allowed
}

const paid: RuleFilter = { name: 'status', operator: '=', value: 'paid' }
const mine: RuleFilter = { name: 'owner_id', operator: '=', value: 5 }
const isPaid = { op: '=', field: { name: 'status' }, value: { kind: 'text', value: 'paid' } }
const isMine = { op: '=', field: { name: 'owner_id' }, value: { kind: 'number', value: '5' } }

function rowFilter(
  rules: readonly AccessRule[],
  resource: string,
  verb: Verb = 'GET',
  lookups: Lookups = new Map(),
) {
  const access = policy(rules, lookups).decide('shop', resource, verb)
  return access.allowed ? (access.rowFilter ?? 'every row') : 'denied'
}

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

describe('row filters', () => {
  test('filters of one rule are joined by its filter_op', () => {
    const both = [paid, mine]
    expect(rowFilter([rule('_table/orders/*', GET, { filters: both })], '_table/orders')).toEqual({
      op: 'and',
      all: [isPaid, isMine],
    })
    expect(
      rowFilter([rule('_table/orders/*', GET, { filters: both, filterOp: 'OR' })], '_table/orders'),
    ).toEqual({
      op: 'or',
      all: [isPaid, isMine],
    })
  })

  test('filters of rules of one rank are AND-ed, an OR inside staying whole', () => {
    const rules = [
      rule('_table/orders/*', GET, { filters: [paid, mine], filterOp: 'OR' }),
      rule('_table/orders/*', GET, { filters: [mine] }),
    ]
    expect(rowFilter(rules, '_table/orders')).toEqual({
      op: 'and',
      all: [{ op: 'or', all: [isPaid, isMine] }, isMine],
    })
  })

  test('a rule without filters of the same rank does not lift the filters', () => {
    const rules = [rule('_table/orders/*', GET, { filters: [paid] }), rule('_table/orders/*', ALL)]
    expect(rowFilter(rules, '_table/orders')).toEqual(isPaid)
    expect(rowFilter(rules, '_table/orders', 'DELETE')).toBe('every row')
  })

  test('filters of a rule that does not grant the verb do not count', () => {
    const rules = [rule('_table/orders/*', GET), rule('_table/orders/*', PATCH, { filters: [mine] })]
    expect(rowFilter(rules, '_table/orders', 'GET')).toBe('every row')
    expect(rowFilter(rules, '_table/orders', 'PATCH')).toEqual(isMine)
  })

  test('a broader rule neither adds a filter nor lifts one', () => {
    const rules = [rule('_table/orders/*', GET, { filters: [paid] }), rule('*', GET, { filters: [mine] })]
    expect(rowFilter(rules, '_table/orders')).toEqual(isPaid)
    expect(
      rowFilter([rule('_table/orders/*', GET, { filters: [paid] }), rule('*', ALL)], '_table/orders'),
    ).toEqual(isPaid)
  })

  test('a routine is not granted by a rule with row filters: its answer cannot be filtered', () => {
    const rules = [rule('*', ALL, { filters: [mine] }), rule('_proc/report', GET)]
    expect(rowFilter(rules, '_proc/dump')).toBe('denied')
    expect(rowFilter(rules, '_func/dump', 'POST')).toBe('denied')
    expect(rowFilter(rules, '_proc/report')).toBe('every row')
  })

  test.each([
    [{ name: 'status', operator: 'about', value: 'x' }],
    [{ name: '', operator: '=', value: 'x' }],
    [{ name: 'status', operator: '=' }],
  ])('a filter that makes no sense denies: %j', (filter) => {
    expect(rowFilter([rule('_table/orders/*', GET, { filters: [filter] })], '_table/orders')).toBe('denied')
    const beside = [rule('_table/orders/*', GET, { filters: [filter] }), rule('_table/orders/*', GET)]
    expect(rowFilter(beside, '_table/orders')).toBe('denied')
  })
})

describe('records by id cannot walk round the filters of their table', () => {
  const filtered = { filters: [paid] }

  test('a prefix rule covers the collection and each record alike', () => {
    const rules = [rule('_table/orders/*', GET, filtered)]
    expect(rowFilter(rules, '_table/orders')).toEqual(isPaid)
    expect(rowFilter(rules, '_table/orders/5')).toEqual(isPaid)
  })

  test('an exact rule with a filter also filters what a broader rule grants by id', () => {
    const rules = [rule('_table/orders', GET, filtered), rule('_table/*', GET)]
    expect(rowFilter(rules, '_table/orders/5')).toEqual(isPaid)
    expect(rowFilter(rules, '_table/ORDERS/5')).toEqual(isPaid)
    expect(rowFilter(rules, '_table//orders/5/')).toEqual(isPaid)
    expect(rowFilter(rules, '_table/customers/5')).toBe('every row')
  })

  test('also when the broader rule is the star, or for all services', () => {
    expect(rowFilter([rule('_table/orders', GET, filtered), rule('*', GET)], '_table/orders/5')).toEqual(
      isPaid,
    )
    const everywhere = rule('*', GET, { service: null })
    expect(rowFilter([rule('_table/orders', GET, filtered), everywhere], '_table/orders/5')).toEqual(isPaid)
  })

  test('filters of both are AND-ed', () => {
    const rules = [rule('_table/orders', GET, filtered), rule('_table/orders/*', GET, { filters: [mine] })]
    expect(rowFilter(rules, '_table/orders/5')).toEqual({ op: 'and', all: [isMine, isPaid] })
    expect(rowFilter(rules, '_table/orders')).toEqual(isPaid)
  })

  test('a rule on one record stays inside the filter of its table', () => {
    const rules = [rule('_table/orders/5', GET), rule('_table/orders/*', GET, filtered)]
    expect(rowFilter(rules, '_table/orders/5')).toEqual(isPaid)
  })

  test('a rule on one record alone needs no rule on its table', () => {
    expect(rowFilter([rule('_table/orders/5', GET)], '_table/orders/5')).toBe('every row')
    expect(rowFilter([rule('_table/orders/5', GET), rule('_table/*', 0)], '_table/orders/5')).toBe(
      'every row',
    )
  })

  test('an exact refusal of a table also refuses its records to broader rules', () => {
    const rules = [rule('_table/secret', 0), rule('_table/*', ALL)]
    expect(rowFilter(rules, '_table/secret')).toBe('denied')
    expect(rowFilter(rules, '_table/secret/5')).toBe('denied')
    expect(rowFilter(rules, '_table/secret/5', 'DELETE')).toBe('denied')
    expect(rowFilter([rule('_table/secret', GET), rule('*', ALL)], '_table/secret/5', 'DELETE')).toBe(
      'denied',
    )
  })

  test('a rule that names what is below the table may open it alone', () => {
    const rules = [rule('_table/orders', 0), rule('_table/orders/*', GET)]
    expect(rowFilter(rules, '_table/orders')).toBe('denied')
    expect(rowFilter(rules, '_table/orders/5')).toBe('every row')
  })

  test('an exact rule never grants below itself', () => {
    expect(rowFilter([rule('_table/orders', GET, filtered)], '_table/orders/5')).toBe('denied')
  })

  test('a lookup that does not resolve on the table denies the record too', () => {
    const unresolved = { filters: [{ name: 'owner_id', operator: '=', value: '{user.id}' }] }
    const rules = [rule('_table/orders/5', GET), rule('_table/orders/*', GET, unresolved)]
    expect(rowFilter(rules, '_table/orders/5')).toBe('denied')
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

describe('lookups', () => {
  const own = rule('_table/orders/*', GET, {
    filters: [{ name: 'owner_id', operator: '=', value: '{User.ID}' }],
  })

  test('are bound as values', () => {
    expect(rowFilter([own], '_table/orders', 'GET', new Map([['user.id', 5]]))).toEqual(isMine)
    expect(rowFilter([own], '_table/orders', 'GET', new Map([['user.id', "5' OR '1'='1"]]))).toEqual({
      op: '=',
      field: { name: 'owner_id' },
      value: { kind: 'text', value: "5' OR '1'='1" },
    })
  })

  test('that do not resolve, or are null, deny that access alone', () => {
    const rules = [own, rule('_table/products/*', GET)]
    expect(policy(rules).decide('shop', '_table/orders', 'GET')).toEqual({
      allowed: false,
      reason: 'Access Forbidden. A row filter of this role needs {user.id}, which this caller does not have.',
    })
    expect(rowFilter(rules, '_table/orders', 'GET', new Map([['user.id', null]]))).toBe('denied')
    expect(rowFilter(rules, '_table/products')).toBe('every row')
  })

  test('callers who differ in a used lookup have policies with different keys', () => {
    const ann = policy([own], new Map([['user.id', 1]]))
    const bob = policy([own], new Map([['user.id', 2]]))
    expect(ann.key).not.toBe(bob.key)
    expect(policy([own], new Map([['user.id', 1]])).key).toBe(ann.key)
  })

  test('callers who differ in lookups that no rule uses share a key', () => {
    const rules = [rule('*', GET)]
    expect(policy(rules, new Map([['user.id', 1]])).key).toBe(policy(rules, new Map([['user.id', 2]])).key)
  })

  test('the key tells version and role apart', () => {
    const lookups: Lookups = new Map()
    const keys = [
      compilePolicy({ rules: [], roleId: 1, version: 1, lookups }).key,
      compilePolicy({ rules: [], roleId: 1, version: 2, lookups }).key,
      compilePolicy({ rules: [], roleId: 2, version: 1, lookups }).key,
    ]
    expect(new Set(keys).size).toBe(3)
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
