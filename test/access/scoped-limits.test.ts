import { expect, test } from 'vitest'
import { createScopedPolicies } from '../../src/access/oauth/scopes.ts'
import { compilePolicy } from '../../src/access/policy.ts'

test('a policy that is cut to scopes keeps the limits of its rules', () => {
  const policy = compilePolicy({
    roleId: 1,
    version: 1,
    lookups: new Map(),
    rules: [
      {
        service: 'shop',
        component: '*',
        verbMask: 31,
        requestorMask: 1,
        filters: [],
        filterOp: 'AND',
        limits: { maxAffectedRows: 3 },
        confirm: 'always',
      },
    ],
  })
  const scoped = createScopedPolicies()(policy, ['shop:read', 'shop:write'])
  expect(scoped.limitsWrites).not.toBe(false)
  expect(scoped.decide('shop', '_table/orders', 'DELETE')).toMatchObject({
    limits: { maxAffectedRows: 3 },
    confirmOver: 0,
  })
})
