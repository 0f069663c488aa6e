import { describe, expect, test } from 'vitest'
import type { LimitRule } from '../../../src/access/limits/limit-rule.ts'
import { createRequestLimits } from '../../../src/access/limits/request-limits.ts'
import { createWindowCounters } from '../../../src/access/limits/window-counters.ts'
import type { Caller } from '../../../src/core/caller.ts'
import { UNRESTRICTED } from '../../../src/core/policy.ts'

const MINUTE = 60_000
const DAY = 86_400_000

const caller = (given: Partial<Caller> = {}): Caller => ({
  kind: 'user',
  label: 'user:1',
  policy: { ...UNRESTRICTED, key: 'somebody' },
  lookups: new Map(),
  ...given,
})
const ADA = caller({ userId: 1, roleId: 7 })
const BOB = caller({ userId: 2 })

let nextId = 1
const rule = (given: Partial<LimitRule>): LimitRule => ({
  id: nextId++,
  name: 'a limit',
  type: 'instance',
  rate: 1,
  period: 'minute',
  keyText: 'key',
  resetMark: 0,
  isEachUser: false,
  ...given,
})

interface Asking {
  readonly caller?: Caller
  readonly service?: string
  readonly verb?: 'GET' | 'POST'
  readonly resource?: string
}

/** `ask` tells whether a request was let in; `wait` lets time pass. */
function limited(...given: LimitRule[]) {
  let now = 1_000_000
  let rules: readonly LimitRule[] = given
  const exceeded: number[] = []
  const limits = createRequestLimits({
    rules: () => rules,
    counters: createWindowCounters(() => now),
    onExceeded: ({ id }) => exceeded.push(id),
    now: () => now,
  })
  const ask = async ({
    caller: who = ADA,
    service = 'shop',
    verb = 'GET',
    resource = '_table/orders',
  }: Asking = {}) => {
    try {
      await limits.count({ caller: who, service, verb, resource: () => resource })
      return 'in'
    } catch (error) {
      return error
    }
  }
  return {
    limits,
    ask,
    exceeded,
    allows: async (asking?: Asking) => (await ask(asking)) === 'in',
    wait: (ms: number) => {
      now += ms
    },
    change: (...changed: LimitRule[]) => {
      rules = changed
    },
  }
}

test('nothing is counted when there are no limits', () => {
  const { limits } = limited()
  const resource = () => {
    throw new Error('nobody needs the resource')
  }
  expect(limits.count({ caller: ADA, service: 'shop', verb: 'GET', resource })).toBeUndefined()
})

test('counts in windows that begin with the first request', async () => {
  const { allows, wait } = limited(rule({ rate: 2 }))
  expect([await allows(), await allows(), await allows()]).toEqual([true, true, false])
  wait(MINUTE - 1)
  expect(await allows()).toBe(false)
  wait(1)
  expect([await allows(), await allows(), await allows()]).toEqual([true, true, false])
})

test.each([
  ['hour', 3_600_000],
  ['day', DAY],
  ['7-day', 7 * DAY],
  ['30-day', 30 * DAY],
] as const)('a %s lasts as long', async (period, ms) => {
  const { allows, wait } = limited(rule({ period }))
  expect(await allows()).toBe(true)
  wait(ms - 1)
  expect(await allows()).toBe(false)
  wait(1)
  expect(await allows()).toBe(true)
})

test('tells what is used up and when to come back', async () => {
  const { ask, wait } = limited(rule({ id: 5, name: 'small', type: 'instance.user', userId: 1, verb: 'GET' }))
  await ask()
  wait(15_500)
  expect(await ask()).toMatchObject({
    code: 'too_many_requests',
    message: 'API limit(s) exceeded. ',
    hint: 'Try again in 45 seconds.',
    context: [
      {
        id: 5,
        name: 'small',
        object: {
          id: 5,
          name: 'small',
          type: 'instance.user',
          rate: 1,
          period: 'minute',
          verb: 'GET',
          endpoint: null,
        },
      },
    ],
    rate: { limit: 1, retryAfterSeconds: 45, resetsAt: 1_060 },
  })
})

describe('what a limit is about', () => {
  test('one user', async () => {
    const { allows } = limited(rule({ userId: 1 }))
    expect([await allows(), await allows(), await allows({ caller: BOB })]).toEqual([true, false, true])
    expect(await allows({ caller: BOB })).toBe(true)
  })
  test('each user, and each key without one', async () => {
    const { allows } = limited(rule({ isEachUser: true }))
    const apps = [caller({ appId: 3 }), caller({ appId: 4 })]
    const first = await Promise.all([ADA, BOB, ...apps].map((who) => allows({ caller: who })))
    const second = await Promise.all([ADA, BOB, ...apps].map((who) => allows({ caller: who })))
    expect([first, second]).toEqual([
      [true, true, true, true],
      [false, false, false, false],
    ])
  })
  test('a role', async () => {
    const { allows } = limited(rule({ roleId: 7 }))
    expect([await allows(), await allows(), await allows({ caller: BOB })]).toEqual([true, false, true])
  })
  test('a service', async () => {
    const { allows } = limited(rule({ service: 'shop' }))
    expect([await allows({ service: 'SHOP' }), await allows(), await allows({ service: 'other' })]).toEqual([
      true,
      false,
      true,
    ])
  })
  test('a user on a service', async () => {
    const { allows } = limited(rule({ userId: 1, service: 'shop' }))
    expect(await allows({ service: 'other' })).toBe(true)
    expect([await allows(), await allows({ caller: BOB }), await allows()]).toEqual([true, true, false])
  })
  test('a verb', async () => {
    const { allows } = limited(rule({ verb: 'POST' }))
    expect([await allows(), await allows()]).toEqual([true, true])
    expect([await allows({ verb: 'POST' }), await allows({ verb: 'POST' })]).toEqual([true, false])
  })
  test.each([
    ['_table/orders', '_table/orders', true],
    ['_table/orders', '/_table//Orders/', true],
    ['_table/orders', '_table/orders/5', false],
    ['_table/orders/*', '_table/orders', true],
    ['_table/orders/*', '_table/orders/5', true],
    ['_table/orders/*', '_table/orders_old', false],
    ['_table*', '_table/products', true],
    ['*', '_schema', true],
    ['_proc/total', '_proc/total(1,2)', true],
  ])('the endpoint %s and the resource %s: %s', async (endpoint, resource, isAbout) => {
    const { allows } = limited(rule({ service: 'shop', endpoint }))
    await allows({ resource })
    expect(await allows({ resource })).toBe(!isAbout)
  })
})

test('an endpoint that a caller may do nothing with tells them nothing and is not used up by them', async () => {
  const blind = caller({
    userId: 9,
    policy: { key: 'blind', reaches: () => true, decide: () => ({ allowed: false, reason: '' }) },
  })
  const { allows } = limited(rule({ service: 'shop', endpoint: '_table/orders' }))
  expect([await allows({ caller: blind }), await allows({ caller: blind })]).toEqual([true, true])
  expect([await allows(), await allows()]).toEqual([true, false])
  expect(await allows({ caller: blind })).toBe(true)
})

describe('of two limits that differ only in that', () => {
  test('the one of a user goes before the one of each', async () => {
    const { allows } = limited(rule({ isEachUser: true }), rule({ userId: 1, rate: 3 }))
    expect([await allows(), await allows(), await allows(), await allows()]).toEqual([
      true,
      true,
      true,
      false,
    ])
    expect([await allows({ caller: BOB }), await allows({ caller: BOB })]).toEqual([true, false])
  })
  test('the one of a verb goes before the one of all', async () => {
    const { allows } = limited(rule({ rate: 1 }), rule({ rate: 2, verb: 'GET' }))
    expect([await allows(), await allows(), await allows()]).toEqual([true, true, false])
    expect([await allows({ verb: 'POST' }), await allows({ verb: 'POST' })]).toEqual([true, false])
  })
  test('another period is another limit', async () => {
    const { allows, wait } = limited(rule({ rate: 1 }), rule({ rate: 2, period: 'hour', verb: 'GET' }))
    expect([await allows(), await allows()]).toEqual([true, false])
    wait(MINUTE)
    expect(await allows()).toBe(true)
    wait(MINUTE)
    expect(await allows()).toBe(false)
  })
})

test('a request that one limit refuses counts under no other', async () => {
  const { allows, limits } = limited(rule({ id: 90, rate: 5 }), rule({ service: 'shop', rate: 1 }))
  await Promise.all([allows(), allows(), allows()])
  expect((await limits.usage()).find(({ id }) => id === 90)?.counters).toMatchObject([{ count: 1 }])
})

test('requests at once do not get past a limit', async () => {
  const { allows } = limited(rule({ rate: 10 }))
  const answers = await Promise.all(Array.from({ length: 50 }, () => allows()))
  expect(answers.filter((isIn) => isIn)).toHaveLength(10)
})

test('a changed rate counts what was, a new mark starts over', async () => {
  const small = rule({ rate: 1 })
  const { allows, change } = limited(small)
  expect([await allows(), await allows()]).toEqual([true, false])
  change({ ...small, rate: 2 })
  expect([await allows(), await allows()]).toEqual([true, false])
  change({ ...small, rate: 2, resetMark: 8 })
  expect([await allows(), await allows(), await allows()]).toEqual([true, true, false])
})

test('an administrator can always mend the limits, and nothing else', async () => {
  const { allows } = limited(rule({ rate: 1 }))
  const admin = caller({ kind: 'admin', userId: 1, policy: UNRESTRICTED })
  const mending = (who: Caller, resource: string) => allows({ caller: who, service: 'system', resource })
  await allows({ caller: admin })
  expect(await mending(admin, 'limit/3')).toBe(true)
  expect(await mending(admin, 'limit_cache')).toBe(true)
  expect(await mending(admin, 'limits')).toBe(false)
  expect(await mending(admin, 'role')).toBe(false)
  expect(await mending(ADA, 'limit/3')).toBe(false)
  expect(await allows({ caller: admin, service: 'shop', resource: 'limit' })).toBe(false)
})

test('tells which limits refused a request', async () => {
  const { allows, exceeded } = limited(rule({ id: 4, rate: 1 }), rule({ id: 5, rate: 9 }))
  expect([await allows(), await allows()]).toEqual([true, false])
  expect(exceeded).toEqual([4])
})
