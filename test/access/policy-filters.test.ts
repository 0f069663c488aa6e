import { describe, expect, test } from 'vitest'
import { compilePolicy } from '../../src/access/policy.ts'
import type { Lookups } from '../../src/access/rule.ts'
import { ALL, GET, isMine, isPaid, mine, PATCH, paid, policy, rowFilter, rule } from './rules.ts'

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
