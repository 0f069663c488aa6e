import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openMemory } from '../../adapters/database/memory/open.ts'
import { compilePolicy } from '../../src/access/policy.ts'
import type { AccessRule, RuleFilter } from '../../src/access/rule.ts'
import type { Caller } from '../../src/core/caller.ts'
import type { DatabaseAdapter } from '../../src/core/database/adapter.ts'
import { AppError } from '../../src/core/errors.ts'
import { plainRequest } from '../../src/rest/plain-request.ts'
import { callerWith } from '../helpers/shop.ts'
import { ADMIN_KEY, as, CALLERS, type Door, NOBODY_KEY, openDoor, READER_KEY } from './door.ts'

/** The same shop twice: one door with the short way for plain reads, one without. */
let short: Door
let long: Door
beforeAll(async () => {
  short = await openDoor({}, undefined, { callers: KNOWN })
  long = await openDoor({}, undefined, { callers: KNOWN, isPlainOff: true })
  // What is not open yet, or was not read yet, is no plain read.
  for (const door of [short, long]) await door.ask('shop/_table/orders?limit=1')
})
afterAll(() => Promise.all([short.app.close(), long.app.close()]))

const KEYS = [
  ADMIN_KEY,
  READER_KEY,
  NOBODY_KEY,
  'paid-key',
  'user-1-key',
  'user-2-key',
  'unfit-key',
  'no such key',
]

const ADDRESSES = [
  'orders/1',
  'orders/1?fields=id,total',
  'orders/1?fields=*',
  'orders/1?fields=nothing',
  'orders/1?fields=',
  'orders/2',
  'orders/4',
  'orders/5',
  'orders/99',
  'orders/x',
  'orders/1.5',
  'orders/1?related=customers_by_customer_id',
  'orders/1?id_field=customer_id',
  'orders/1?id_type=integer',
  'orders/1?filter=id=1',
  'Orders/1',
  'order_items/1,1',
  'order_items/1',
  'customers/1',
  'secret_salaries/1',
  'nowhere/1',
  'orders/1/2',
  'orders?limit=2',
  'orders?limit=2&offset=1',
  'orders?limit=2&offset=-1',
  'orders?limit=2&offset=1.5',
  'orders?limit=0',
  'orders?limit=5000',
  "orders?limit=9&filter=status='paid'",
  "orders?limit=9&filter=status='canary-held' or id=1",
  'orders?limit=9&filter=customer_id={user.id}',
  'orders?limit=9&filter=customer_id={nobody.id}',
  'orders?limit=9&filter=total=null',
  'orders?limit=9&filter=(id > 2',
  'orders?limit=9&filter=hidden_amount > 1',
  "orders?limit=9&filter=customers_by_customer_id.region='south'",
  'orders?limit=9&filter= ',
  'orders?limit=9&order=total desc',
  'orders?limit=9&order=total desc nulls last,id',
  'orders?limit=9&order=customers_by_customer_id.name',
  'orders?limit=9&order=',
  'orders?limit=9&order=nothing',
  'orders?limit=9&fields=id,status',
  'orders?limit=9&fields=status,status',
  'orders?limit=9&fields=COUNT(*)',
  'orders?limit=9&fields=',
  'orders?limit=9&fields=%20,',
  'orders?limit=9&include_count=true',
  'orders?limit=9&limit=1',
  'orders?limit=9&id_type=1',
  'orders?limit=9&fitler=id=1',
  'orders',
  'secret_salaries?limit=5',
  'nowhere?limit=5',
]

describe.each(KEYS)('with the key %s', (key) => {
  test.each(ADDRESSES)('%s is answered alike both ways', async (address) => {
    await expectAlike(`shop/_table/${address}`, key)
  })

  test.each([
    'asleep/_table/orders/1',
    'nowhere/_table/orders/1',
    'SHOP/_table/orders/1',
    'system/_table/role/1',
  ])('%s too', async (address) => {
    await expectAlike(address, key)
  })
})

test.each([
  { accept: 'text/csv' },
  { accept: 'application/xml' },
  { accept: 'image/png' },
  { accept: 'application/json' },
  { wrap: 'false' },
  { 'if-none-match': '*' },
  { 'accept-encoding': 'gzip' },
  { 'content-type': 'application/json' },
])('headers %j mean the same', async (headers) => {
  await expectAlike('shop/_table/orders/1', ADMIN_KEY, headers)
  await expectAlike('shop/_table/orders?limit=3', ADMIN_KEY, headers)
})

test('any options are answered alike', async () => {
  const option = fc.constantFrom(
    ...ADDRESSES.flatMap((address) => address.split('?')[1]?.split('&') ?? []),
    'api_key=x',
    'wrap=false',
    'as_list=true',
    'accept=csv',
    'file=a.csv',
    'count_only=true',
    'top=1',
  )
  const table = fc.constantFrom(
    'orders',
    'customers',
    'order_items',
    'secret_salaries',
    'orders/1',
    'orders/5',
  )
  const cases = fc.asyncProperty(
    table,
    fc.array(option, { maxLength: 4 }),
    fc.constantFrom(...KEYS),
    (name, options, key) => expectAlike(`shop/_table/${name}?${options.join('&')}`, key),
  )
  await fc.assert(cases, { numRuns: 300 })
})

test('the short way is taken at all', () => {
  const read = (url: string, query = {}) =>
    plainRequest({ method: 'GET', headers: {}, query, body: undefined }, url)
  expect(read('/api/v2/shop/_table/orders/1')).toMatchObject({ id: '1' })
  expect(read('/api/v2/shop/_table/orders?limit=2', { limit: '2' })).toMatchObject({ limit: 2 })
})

describe('what was read for one caller or at one time', () => {
  let adapter: DatabaseAdapter
  let callers: Map<string, Caller>
  let door: Door
  let counted: string[]
  beforeEach(async () => {
    adapter = openMemory()
    callers = new Map(KNOWN)
    counted = []
    const limits = {
      count: ({ resource }: { resource: () => string }) => {
        counted.push(resource())
        return counted.length > 3 ? Promise.reject(new AppError('too_many_requests', 'Enough.')) : undefined
      },
      usage: async () => [],
    }
    door = await openDoor({}, adapter, { callers, limits })
    await door.ask('shop/_table/orders?limit=1')
    counted.length = 0
  })

  const idsFor = async (key: string) => {
    const { body } = await door.ask('shop/_table/orders?limit=9&fields=id', as(key))
    return body
  }

  test('is no answer for another caller', async () => {
    expect(await idsFor('paid-key')).toEqual({ resource: [{ id: 1 }, { id: 3 }, { id: 6 }] })
    expect(await idsFor('user-1-key')).toEqual({ resource: [{ id: 1 }, { id: 2 }] })
    expect(await idsFor('user-2-key')).toEqual({ resource: [{ id: 3 }, { id: 4 }] })
    expect((await door.ask('shop/_table/orders/1', as('user-2-key'))).status).toBe(429)
  })

  test('is refused as soon as the role changes', async () => {
    expect((await door.ask('shop/_table/orders/2', as('user-1-key'))).status).toBe(200)
    callers.set('user-1-key', ruled({ filters: [{ name: 'status', operator: '=', value: 'paid' }] }))
    expect((await door.ask('shop/_table/orders/2', as('user-1-key'))).status).toBe(404)
    callers.set('user-1-key', ruled({ verbMask: 0 }))
    expect((await door.ask('shop/_table/orders/2', as('user-1-key'))).status).toBe(403)
  })

  test('counts once, by the name that limits know', async () => {
    await door.ask('shop/_table/orders/2')
    await door.ask('shop/_table/orders?limit=2')
    await door.ask('shop/_table/orders/99')
    expect(counted).toEqual(['_table/orders/2', '_table/orders', '_table/orders/99'])
    expect((await door.ask('shop/_table/orders/2')).status).toBe(429)
  })
})

async function expectAlike(
  address: string,
  key: string,
  headers: Record<string, string> = {},
): Promise<void> {
  const options = { headers: { ...headers, 'x-dreamfactory-api-key': key } }
  const [ours, theirs] = await Promise.all([short.ask(address, options), long.ask(address, options)])
  expect(told(ours)).toEqual(told(theirs))
}

/** All of an answer but what no two of them share. */
function told({ status, body, headers }: Awaited<ReturnType<Door['ask']>>): object {
  const { date: _, 'x-request-id': __, ...others } = headers
  return { status, body, headers: others }
}

/** Reads orders, by one rule. */
function ruled(rule: Partial<AccessRule>, userId?: number): Caller {
  const whole: AccessRule = {
    service: 'shop',
    component: '_table/orders/*',
    verbMask: 1,
    requestorMask: 1,
    filters: [],
    filterOp: 'AND',
    ...rule,
  }
  const lookups = new Map(userId === undefined ? [] : [['user.id', userId]])
  return callerWith(compilePolicy({ roleId: 1, version: 1, rules: [whole], lookups }), lookups)
}

const OWN: readonly RuleFilter[] = [{ name: 'customer_id', operator: '=', value: '{user.id}' }]

const KNOWN: ReadonlyMap<string, Caller> = new Map([
  ...CALLERS,
  ['paid-key', ruled({ filters: [{ name: 'status', operator: '=', value: 'paid' }] })],
  ['user-1-key', ruled({ filters: OWN }, 1)],
  ['user-2-key', ruled({ filters: OWN }, 2)],
  ['unfit-key', ruled({ filters: [{ name: 'no_such_field', operator: '=', value: 1 }] })],
])
