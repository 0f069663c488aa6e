import { describe, expect, test } from 'vitest'
import { compilePolicy } from '../../src/access/policy.ts'
import type { AccessRule } from '../../src/access/rule.ts'

function decide(
  rules: readonly Partial<AccessRule>[],
  resource = '_table/orders',
  verb: 'GET' | 'PATCH' = 'PATCH',
) {
  const policy = compilePolicy({
    roleId: 1,
    version: 1,
    lookups: new Map(),
    rules: rules.map((rule) => ({
      service: 'shop',
      component: '_table/orders',
      verbMask: 31,
      requestorMask: 1,
      filters: [],
      filterOp: 'AND',
      ...rule,
    })),
  })
  return { ...policy.decide('shop', resource, verb), limitsWrites: policy.limitsWrites }
}

describe('what rules say of writes', () => {
  test.each([
    [undefined, undefined],
    ['never', Number.POSITIVE_INFINITY],
    ['over:10', 10],
    ['over:0', 0],
    ['always', 0],
    ['over:', 0],
    ['sometimes', 0],
    ['', 0],
  ])('confirm %s lets %s rows through', (confirm, confirmOver) => {
    expect(decide([{ confirm }])).toMatchObject(
      confirmOver === undefined ? { allowed: true } : { allowed: true, confirmOver },
    )
    expect('confirmOver' in decide([{ confirm }])).toBe(confirmOver !== undefined)
  })

  test('the strictest of the rules that grant the verb holds', () => {
    const rules = [
      { confirm: 'never', limits: { maxAffectedRows: 100 } },
      { confirm: 'over:5', limits: { maxAffectedRows: 7 } },
      {},
    ]
    expect(decide(rules)).toMatchObject({
      confirmOver: 5,
      limits: { maxAffectedRows: 7 },
      limitsWrites: true,
    })
  })

  test('rules that do not grant the verb, and those of a lower rank, say nothing', () => {
    const read = { verbMask: 1, confirm: 'always', limits: { maxAffectedRows: 0 } }
    const lower = { component: '*', confirm: 'always', limits: { maxAffectedRows: 0 } }
    expect(decide([{}, read, lower])).toEqual({ allowed: true, limitsWrites: true })
  })

  test('by its address a record is bound by the rule of its table, too', () => {
    const rules = [
      { component: '_table/*', confirm: 'never' },
      { component: '_table/orders', confirm: 'over:2', limits: { maxAffectedRows: 3 } },
    ]
    expect(decide(rules, '_table/orders/5')).toMatchObject({ confirmOver: 2, limits: { maxAffectedRows: 3 } })
  })
})
