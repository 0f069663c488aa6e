import { beforeEach, describe, expect, test } from 'vitest'
import { compilePolicy } from '../../src/access/policy.ts'
import type { RuleFilter } from '../../src/access/rule.ts'
import { listRecords } from '../../src/operations/database/list-records.ts'
import { runSteps } from '../../src/operations/database/steps/run-steps.ts'
import { callerWith, openShop, type Shop } from '../helpers/shop.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
const run = async (...steps: readonly object[]) => (await shop.run(runSteps, { steps })).steps
const rowsOf = async (table_name: string) => (await shop.run(listRecords, { table_name })).rows
const refused = (steps: readonly object[]) => expect(run(...steps)).rejects

const ann = { name: 'ann', operation: 'create', table: 'customers', record: { name: 'Ann II', region: 'x' } }

describe('references', () => {
  test('bring what earlier steps answered into records, ids and params', async () => {
    const answers = await run(
      ann,
      {
        name: 'orders',
        operation: 'create',
        table: 'orders',
        records: [{ customer_id: { $ref: 'ann.id' } }, { customer_id: 1 }],
      },
      { operation: 'update', table: 'orders', id: { $ref: 'orders.id' }, record: { status: 'first' } },
      { operation: 'update', table: 'orders', ids: [{ $ref: 'ORDERS.1.id' }], record: { status: 'second' } },
      {
        name: 'found',
        operation: 'list',
        table: 'orders',
        filter: 'customer_id = :c',
        params: { c: { $ref: 'ann.id' } },
      },
      { operation: 'get', table: 'customers', id: { $ref: 'found.customer_id' }, fields: ['name'] },
    )
    expect(answers.map(({ rows }) => rows)).toEqual([
      [{ id: 4 }],
      [{ id: 7 }, { id: 8 }],
      [{ id: 7 }],
      [{ id: 8 }],
      [expect.objectContaining({ id: 7, customer_id: 4, status: 'first' })],
      [{ name: 'Ann II' }],
    ])
    expect(answers[1]).toMatchObject({ name: 'orders', operation: 'create', affected: 2 })
  })

  test('a literal stays what it is', async () => {
    const record = { name: { $literal: 'x' }, region: 'x' }
    const [made] = await run({ operation: 'create', table: 'customers', record, fields: ['name'] })
    expect(made?.rows).toEqual([{ name: 'x' }])
  })

  test.each([
    ['nobody.id', "'$ref': there is no step named 'nobody' before this one."],
    ['later.id', "'$ref': there is no step named 'later' before this one."],
    ['ann.region', "'$ref': 'ann.region' is not in what that step answered."],
    ['ann.7.id', "'$ref': 'ann.7.id' is not in what that step answered."],
    ['ann', "'$ref': 'ann' is not in what that step answered."],
    ['ann.__proto__', "'$ref': 'ann.__proto__' is not in what that step answered."],
    [7, `'$ref' takes text such as "order.id".`],
  ])('%j is told when it leads nowhere', async ($ref, message) => {
    const before = await rowsOf('customers')
    await refused([
      ann,
      { operation: 'create', table: 'orders', record: { customer_id: { $ref } } },
      { ...ann, name: 'later' },
    ]).toMatchObject({
      code: 'bad_request',
      message: `Step (2 of 3): ${message} All changes rolled back.`,
      context: { step: 1, name: null },
    })
    expect(await rowsOf('customers')).toEqual(before)
  })
})

describe('all or nothing', () => {
  test('a step that fails undoes those before it, and says which it was and why', async () => {
    const before = [await rowsOf('customers'), await rowsOf('orders')]
    await refused([
      ann,
      { operation: 'delete', table: 'order_items', filter: 'order_id > 0' },
      {
        name: 'dup',
        operation: 'create',
        table: 'customers',
        record: { name: 'x', region: 'x', email: 'ann@example.com' },
      },
    ]).toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/^Step 'dup' \(3 of 3\): .*email.* All changes rolled back\.$/),
      context: { step: 2, name: 'dup', error: { fields: ['email'] } },
    })
    expect([await rowsOf('customers'), await rowsOf('orders')]).toEqual(before)
  })

  test('related records are written in steps, too', async () => {
    const [made] = await run({
      ...ann,
      record: { ...ann.record, orders_by_customer_id: [{ status: 'nested' }] },
      related: ['orders_by_customer_id'],
    })
    expect(made?.rows).toMatchObject([{ id: 4, orders_by_customer_id: [{ status: 'nested' }] }])
  })
})

describe('bad steps are refused before anything is done', () => {
  test.each([
    [{ steps: [] }, 'There is nothing to do'],
    [{ steps: 'x' }, 'Must be a list.'],
    [{ steps: Array.from({ length: 101 }, () => ann) }, 'At most 100 steps'],
    [{ steps: [ann, ann] }, "Another step is named 'ann' already."],
    [{ steps: [ann, { ...ann, name: 'ANN' }] }, "Another step is named 'ANN' already."],
    [{ steps: [{ ...ann, name: 'a.b' }] }, 'A letter or _'],
    [{ steps: [{ ...ann, filter: 'id = 1' }] }, "'filter' has no meaning for create."],
    [{ steps: [{ ...ann, records: [] }] }, 'Give either record or records'],
    [{ steps: [{ ...ann, force: true }] }, 'force'],
    [{ steps: [{ ...ann, operation: 'drop' }] }, 'operation'],
    [{ steps: [{ operation: 'delete', table: 'orders' }] }, 'No filter or records given'],
    [{ steps: [{ operation: 'delete', table: 'orders', id: 1, filter: 'id = 2' }] }, 'filter'],
    [
      { steps: [{ operation: 'update', table: 'orders', id: 1, filter: 'id = 2', record: { status: 'x' } }] },
      'Give either an id or a filter, not both.',
    ],
    [{ steps: [{ operation: 'get', table: 'orders' }] }, 'id'],
    [
      { steps: [{ ...ann, records: Array.from({ length: 10_001 }, () => ({})), record: undefined }] },
      'At most 10000 records',
    ],
  ])('%#', async (input, message) => {
    const before = await rowsOf('customers')
    await expect(shop.run(runSteps, input)).rejects.toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining(message),
    })
    expect(await rowsOf('customers')).toEqual(before)
  })
})

describe('each step is under the caller’s own rules', () => {
  const north: readonly RuleFilter[] = [{ name: 'region', operator: '=', value: 'north' }]
  const rule = (component: string, verbMask: number, filters: readonly RuleFilter[] = []) =>
    ({ service: 'shop', component, verbMask, requestorMask: 1, filters, filterOp: 'AND' }) as const
  const caller = callerWith(
    compilePolicy({
      roleId: 1,
      version: 1,
      rules: [rule('_table/customers/*', 31, north), rule('_table/orders/*', 3)],
      lookups: new Map(),
    }),
  )

  test.each([
    [
      'a verb it has not',
      { operation: 'update', table: 'orders', id: 1, record: { status: 'x' } },
      'forbidden',
    ],
    [
      'a row outside its filter',
      { operation: 'update', table: 'customers', id: 2, record: { name: 'x' } },
      'not_found',
    ],
    ['to read such a row', { operation: 'get', table: 'customers', id: 2 }, 'not_found'],
    [
      'to make such a row',
      { operation: 'create', table: 'customers', record: { name: 'x', region: 'south' } },
      'forbidden',
    ],
  ])('it may not use %s', async (_what, step, code) => {
    const before = await rowsOf('customers')
    const first = { operation: 'create', table: 'customers', record: { name: 'x', region: 'north' } }
    await expect(shop.run(runSteps, { steps: [first, step] }, caller)).rejects.toMatchObject({ code })
    expect(await rowsOf('customers')).toEqual(before)
  })

  test('a table it may not see is one that is not there, and lists are cut to its rows', async () => {
    const told = async (table: string) => {
      const steps = [{ operation: 'list', table }]
      const error: unknown = await shop.run(runSteps, { steps }, caller).catch((thrown: unknown) => thrown)
      if (!(error instanceof Error)) throw new Error('it worked')
      return JSON.stringify({ text: error.message, ...error }).replaceAll(table, 'T')
    }
    expect(await told('secret_salaries')).toBe(await told('secret_sandwich'))
    const only = [{ operation: 'list', table: 'customers' }]
    const {
      steps: [list],
    } = await shop.run(runSteps, { steps: only }, caller)
    expect(list?.rows.map(({ name }) => name)).toEqual(['Ann'])
  })
})
