import { beforeEach, describe, expect, test } from 'vitest'
import { openMemory } from '../../adapters/database/memory/open.ts'
import { compilePolicy } from '../../src/access/policy.ts'
import type { AccessRule, RuleFilter } from '../../src/access/rule.ts'
import type { Caller } from '../../src/core/caller.ts'
import type { DatabaseAdapter } from '../../src/core/database/adapter.ts'
import { VERB_BIT, type Verb } from '../../src/core/policy.ts'
import { createRecords } from '../../src/operations/database/create-records.ts'
import { listRecords } from '../../src/operations/database/list-records.ts'
import { updateRecords } from '../../src/operations/database/update-records.ts'
import { field, reference, table } from '../contract/world.ts'
import { callerWith, type Shop, serviceOn } from '../helpers/shop.ts'

const ID = { autoIncrement: true }
const TABLES = [
  table('customers', {
    fields: [field('id', 'id', ID), field('name', 'string'), field('region', 'string', { default: 'north' })],
    primaryKey: ['id'],
  }),
  table('notes', {
    fields: [
      field('id', 'id', ID),
      field('customer_id', 'integer', { allowNull: true }),
      field('owner', 'integer', { default: 1 }),
      field('body', 'string', { allowNull: true }),
    ],
    primaryKey: ['id'],
    foreignKeys: [reference(['customer_id'], 'customers', ['id'])],
  }),
  table('orders', {
    fields: [
      field('id', 'id', ID),
      field('customer_id', 'integer'),
      field('status', 'string', { default: 'new' }),
    ],
    primaryKey: ['id'],
    foreignKeys: [reference(['customer_id'], 'customers', ['id'])],
  }),
  table('tags', { fields: [field('id', 'id', ID), field('label', 'string')], primaryKey: ['id'] }),
  table('order_tags', {
    fields: [field('order_id', 'integer'), field('tag_id', 'integer')],
    primaryKey: ['order_id', 'tag_id'],
    foreignKeys: [reference(['order_id'], 'orders', ['id']), reference(['tag_id'], 'tags', ['id'])],
  }),
  table('salaries', {
    fields: [field('id', 'id', ID), field('customer_id', 'integer'), field('canary_amount', 'integer')],
    primaryKey: ['id'],
    foreignKeys: [reference(['customer_id'], 'customers', ['id'])],
  }),
]

const ALL: readonly Verb[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const mine: readonly RuleFilter[] = [{ name: 'owner', operator: '=', value: 1 }]
const ofAnn: readonly RuleFilter[] = [{ name: 'customer_id', operator: '=', value: 1 }]
const north: readonly RuleFilter[] = [{ name: 'region', operator: '=', value: 'north' }]
const rule = (
  component: string,
  verbs: readonly Verb[],
  filters: readonly RuleFilter[] = [],
): AccessRule => ({
  service: 'shop',
  component: `_table/${component}/*`,
  verbMask: verbs.reduce((sum, verb) => sum + VERB_BIT[verb], 0),
  requestorMask: 1,
  filters,
  filterOp: 'AND',
})

let roles = 0
function as(...rules: readonly AccessRule[]): Caller {
  return callerWith(compilePolicy({ roleId: 1, version: ++roles, rules, lookups: new Map() }))
}

/** The role that most tests try to leave. */
const agent = as(
  rule('customers', ALL, north),
  rule('notes', ALL, mine),
  rule('orders', ALL, ofAnn),
  rule('tags', ALL, [{ name: 'label', operator: '!=', value: 'canary tag' }]),
  rule('order_tags', ALL),
)

let shop: Shop
beforeEach(async () => {
  const adapter = openMemory(TABLES)
  shop = serviceOn(adapter)
  await fill(adapter)
})

async function fill(adapter: DatabaseAdapter): Promise<void> {
  const create = (table_name: string, records: readonly object[]) =>
    serviceOn(adapter).run(createRecords, { table_name, records })
  await create('customers', [{ name: 'Ann' }, { name: 'Canary-Bob', region: 'south' }])
  await create('notes', [
    { customer_id: 1, owner: 1, body: 'mine' },
    { customer_id: 1, owner: 2, body: 'canary note' },
    { customer_id: 2, owner: 2, body: 'canary note' },
  ])
  await create('orders', [{ customer_id: 1 }, { customer_id: 2, status: 'canary' }])
  await create('tags', [{ label: 'open' }, { label: 'canary tag' }])
  await create('order_tags', [{ order_id: 1, tag_id: 2 }])
  await create('salaries', [{ customer_id: 1, canary_amount: 777_001 }])
}

const everything = () =>
  Promise.all(TABLES.map(async ({ name }) => (await shop.run(listRecords, { table_name: name })).rows))
const patch = (table_name: string, id: string, record: object, caller: Caller, options: object = {}) =>
  shop.run(updateRecords, { table_name, id, records: [record], ...options }, caller)
const post = (table_name: string, record: object, caller: Caller, options: object = {}) =>
  shop.run(createRecords, { table_name, records: [record], ...options }, caller)

/** Everything a caller is told of a failure. */
async function told(work: Promise<unknown>): Promise<string> {
  const thrown: unknown = await work.then(
    (value) => ({ worked: value }),
    (error: unknown) => error,
  )
  if (!(thrown instanceof Error)) throw new Error(`it worked: ${JSON.stringify(thrown)}`)
  return JSON.stringify({ text: thrown.message, ...thrown })
}

describe('rows outside the caller’s filter', () => {
  test.each([
    ['attached', 'customers', '1', { notes_by_customer_id: [{ id: 2 }] }],
    ['attached from elsewhere', 'customers', '1', { notes_by_customer_id: [{ id: 3 }] }],
    ['changed', 'customers', '1', { notes_by_customer_id: [{ id: 2, body: 'x' }] }],
    ['let go', 'customers', '1', { notes_by_customer_id: [{ id: 2, customer_id: null }] }],
    ['linked', 'orders', '1', { tags_by_order_tags: [{ id: 2 }] }],
    ['changed through a link', 'orders', '1', { tags_by_order_tags: [{ id: 2, label: 'x' }] }],
    ['unlinked', 'orders', '1', { tags_by_order_tags: [{ id: 2, 'order_tags.order_id': null }] }],
    ['referred to', 'orders', '1', { customers_by_customer_id: { id: 2 } }],
    ['changed by reference', 'notes', '1', { customers_by_customer_id: { id: 2, name: 'x' } }],
    [
      'reached through one that is seen',
      'orders',
      '1',
      { customers_by_customer_id: { id: 1, notes_by_customer_id: [{ id: 2, body: 'x' }] } },
    ],
  ])('cannot be %s, and read as if they were not there', async (_what, name, id, record) => {
    const before = await everything()
    const caller = as(
      rule('customers', ['GET', 'PATCH'], north),
      rule('notes', ['GET', 'PATCH', 'DELETE'], mine),
      rule('orders', ['GET', 'PATCH'], ofAnn),
      rule('tags', ['GET', 'PATCH'], [{ name: 'label', operator: '!=', value: 'canary tag' }]),
      rule('order_tags', ALL),
    )
    const options = { allow_related_delete: true }
    const hidden = await told(patch(name, id, record, caller, options))
    const absentId = JSON.stringify(record).replaceAll(/"id":[23]/g, '"id":99')
    const absent = await told(patch(name, id, JSON.parse(absentId), caller, options))
    expect(hidden.replaceAll(/'[23]'/g, "'99'")).toBe(absent)
    expect(hidden).not.toMatch(/canary/i)
    expect(await everything()).toEqual(before)
  })

  test.each([
    ['created', 'customers', '1', { notes_by_customer_id: [{ owner: 2, body: 'x' }] }],
    ['pushed out', 'customers', '1', { notes_by_customer_id: [{ id: 1, owner: 2 }] }],
    [
      'let go and pushed out',
      'customers',
      '1',
      { notes_by_customer_id: [{ id: 1, customer_id: null, owner: 2 }] },
    ],
    ['created by reference', 'orders', '1', { customers_by_customer_id: { name: 'x', region: 'south' } }],
    ['pushed out by a reference', 'orders', '1', { customers_by_customer_id: { name: 'new owner' } }],
    ['created through a link', 'orders', '1', { tags_by_order_tags: [{ label: 'canary tag' }] }],
  ])('cannot be %s', async (_what, name, id, record) => {
    const before = await everything()
    await expect(patch(name, id, record, agent)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await everything()).toEqual(before)
  })

  test('a child that would leave the filter by its parent stays where it is', async () => {
    const caller = as(rule('customers', ALL), rule('orders', ALL, ofAnn))
    const before = await everything()
    await expect(
      patch('customers', '2', { orders_by_customer_id: [{ id: 1 }] }, caller),
    ).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(
      patch('customers', '2', { orders_by_customer_id: [{ status: 'x' }] }, caller),
    ).rejects.toMatchObject({ code: 'forbidden' })
    expect(await everything()).toEqual(before)
  })

  test('a parent outside it takes no children', async () => {
    const before = await everything()
    const record = { notes_by_customer_id: [{ body: 'x' }] }
    await expect(patch('customers', '2', record, agent)).rejects.toMatchObject({ code: 'not_found' })
    expect(await everything()).toEqual(before)
  })

  test('a new parent does not stay when its child is refused', async () => {
    const before = await everything()
    const record = { name: 'x', notes_by_customer_id: [{ owner: 2 }] }
    await expect(post('customers', record, agent)).rejects.toMatchObject({
      context: { resource: [{ status_code: 403 }] },
    })
    await expect(post('customers', record, agent, { continue: true })).rejects.toMatchObject({
      wireCode: 1000,
    })
    expect(await everything()).toEqual(before)
  })
})

describe('verbs of the related table', () => {
  const only = (notes: readonly Verb[]) => as(rule('customers', ALL), rule('notes', notes))
  test.each([
    ['POST', { notes_by_customer_id: [{ body: 'x' }] }],
    ['PATCH', { notes_by_customer_id: [{ id: 1, body: 'x' }] }],
    ['PATCH', { notes_by_customer_id: [{ id: 3 }] }],
    ['PATCH', { notes_by_customer_id: [{ id: 1, customer_id: null }] }],
  ] as const)('%s is needed for %j, and is enough', async (verb, record) => {
    const before = await everything()
    const others = only(ALL.filter((one) => one !== verb))
    await expect(patch('customers', '1', record, others)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await everything()).toEqual(before)
    expect(await patch('customers', '1', record, only([verb]))).toMatchObject({ affected: 1 })
  })

  test('DELETE is needed to delete what cannot be alone', async () => {
    const caller = (orders: readonly Verb[]) => as(rule('customers', ALL), rule('orders', orders))
    const record = { orders_by_customer_id: [{ id: 2, customer_id: null }] }
    const options = { allow_related_delete: true }
    const before = await everything()
    await expect(
      patch('customers', '2', record, caller(['GET', 'POST', 'PUT', 'PATCH']), options),
    ).rejects.toMatchObject({ code: 'forbidden' })
    expect(await everything()).toEqual(before)
    expect(await patch('customers', '2', record, caller(['DELETE']), options)).toMatchObject({ affected: 1 })
  })

  test('a link needs POST on the junction, and DELETE to be taken away', async () => {
    const caller = (links: readonly Verb[]) =>
      as(rule('orders', ALL), rule('tags', ['GET']), rule('order_tags', links))
    const [add, remove] = [
      { tags_by_order_tags: [{ id: 1 }] },
      { tags_by_order_tags: [{ id: 2, 'order_tags.tag_id': null }] },
    ]
    const before = await everything()
    const noPost = caller(['GET', 'PUT', 'PATCH', 'DELETE'])
    await expect(patch('orders', '1', add, noPost)).rejects.toMatchObject({ code: 'forbidden' })
    const noDelete = caller(['GET', 'POST', 'PUT', 'PATCH'])
    await expect(patch('orders', '1', remove, noDelete)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await everything()).toEqual(before)
    expect(await patch('orders', '1', add, caller(['POST']))).toMatchObject({ affected: 1 })
    expect(await patch('orders', '1', remove, caller(['DELETE']))).toMatchObject({ affected: 1 })
  })

  test('hold for records in records too', async () => {
    const caller = as(rule('orders', ALL), rule('customers', ['GET', 'PATCH']), rule('notes', ['GET']))
    const before = await everything()
    const record = { customers_by_customer_id: { id: 1, notes_by_customer_id: [{ body: 'x' }] } }
    await expect(patch('orders', '1', record, caller)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await everything()).toEqual(before)
  })
})

describe('what a caller does not know of', () => {
  test('a relation to a table that is not seen is a name like any other', async () => {
    const record = { name: 'x', salaries_by_customer_id: [{ canary_amount: 1 }] }
    const invented = { name: 'x', nothing_by_customer_id: [{ canary_amount: 1 }] }
    const before = await everything()
    const one = await told(post('customers', record, agent))
    expect(one.replaceAll('salaries_by', 'nothing_by')).toBe(await told(post('customers', invented, agent)))
    expect(await everything()).toEqual(before)
    expect(await patch('customers', '1', record, agent, { lenient: true })).toMatchObject({ affected: 1 })
    expect((await everything())[5]).toEqual(before[5])
  })

  test('advice names no fields of a table whose schema is closed', async () => {
    const closed: AccessRule = { ...rule('x', []), component: '_schema/notes' }
    const caller = as(rule('customers', ALL), rule('notes', ['POST', 'PATCH']), closed)
    const text = await told(post('customers', { name: 'x', notes_by_customer_id: [{ bodi: 'x' }] }, caller))
    expect(text).toContain("Unknown field 'bodi'.")
    expect(text).not.toContain('owner')
    expect(text).not.toContain("'body'")
  })
})

describe('bounds', () => {
  const anyone = as(...TABLES.map(({ name }) => rule(name, ALL)))

  test('records in records end somewhere', async () => {
    const deep = (levels: number): object =>
      levels === 0
        ? { name: 'x' }
        : { name: 'x', orders_by_customer_id: [{ customers_by_customer_id: deep(levels - 1) }] }
    await expect(post('customers', deep(6), anyone)).rejects.toMatchObject({
      context: { resource: [{ message: expect.stringContaining('at most 5 levels') }] },
    })
    const many = Array.from({ length: 10_001 }, () => ({}))
    await expect(post('customers', { name: 'x', notes_by_customer_id: many }, anyone)).rejects.toMatchObject({
      context: { resource: [{ message: 'At most 10000 related records in one request.' }] },
    })
  })

  test.each([
    [{ notes_by_customer_id: { body: 'x' } }, "'notes_by_customer_id' takes a list of records."],
    [{ notes_by_customer_id: ['x'] }, "'notes_by_customer_id' takes a list of records."],
    [{ notes_by_customer_id: 7 }, "'notes_by_customer_id' takes a list of records."],
    [
      { notes_by_customer_id: [], NOTES_by_customer_id: [] },
      "Relationship 'notes_by_customer_id' is given twice.",
    ],
  ])('%j is refused', async (record, message) => {
    await expect(patch('customers', '1', record, agent)).rejects.toMatchObject({
      code: 'bad_request',
      message,
    })
  })

  test('one record is not a list, and a filter has no place for related ones', async () => {
    await expect(patch('orders', '1', { customers_by_customer_id: [1] }, agent)).rejects.toMatchObject({
      code: 'bad_request',
    })
    const request = {
      table_name: 'customers',
      filter: 'id = 1',
      records: [{ notes_by_customer_id: [{ body: 'x' }] }],
    }
    await expect(shop.run(updateRecords, request, agent)).rejects.toMatchObject({ code: 'bad_request' })
  })
})
