import { describe, expect, test } from 'vitest'
import { compilePolicy } from '../../../src/access/policy.ts'
import type { Operation } from '../../../src/core/operation.ts'
import { aggregateRecords } from '../../../src/operations/database/aggregate-records.ts'
import { createRecords } from '../../../src/operations/database/create-records.ts'
import { deleteRecords } from '../../../src/operations/database/delete-records.ts'
import { getRecord } from '../../../src/operations/database/get-record.ts'
import { checkImport } from '../../../src/operations/database/import/check-import.ts'
import { importRows } from '../../../src/operations/database/import/import-rows.ts'
import { listRecords } from '../../../src/operations/database/list-records.ts'
import { runSteps } from '../../../src/operations/database/steps/run-steps.ts'
import { updateRecords } from '../../../src/operations/database/update-records.ts'
import { callerWith, serviceOn } from '../../helpers/shop.ts'
import { type Engine, equals, useScene } from '../scene.ts'

const ALL = 31
const READS = 1
const rule = (table: string, fields: readonly string[], verbMask = ALL) => ({
  service: 'shop',
  component: `_table/${table}/*`,
  verbMask,
  requestorMask: 1,
  filters: [],
  filterOp: 'AND' as const,
  fields,
})

/** Of customers nothing of money is shown, of orders neither number nor total; tags may be read and not written. */
const RULES = [
  rule('customers', ['id', 'name', 'city']),
  {
    ...rule('orders', ['id', 'customer_id', 'status']),
    filters: [{ name: 'total', operator: '<', value: 60 }],
  },
  rule('order_items', ['order_id', 'line', 'quantity'], READS),
  rule('order_items', ['order_id', 'line', 'quantity', 'product'], ALL - READS),
  rule('tags', ['id', 'label'], READS),
  rule('order_tags', ['order_id']),
]
const HIDDEN = /credit|score|email|is_active|created_at|"?number"?|total|ordered_on|tag_id|Ada@|canary/i

/** Rules that show some fields: what is not shown is in no answer, cannot be named, and is not written. */
export function fieldRules(engine: Engine): void {
  const scene = useScene(engine)
  const caller = callerWith(compilePolicy({ roleId: 1, version: 1, lookups: new Map(), rules: RULES }))
  const as = <I, O>(operation: Operation<I, O>, input: object, settings = {}) =>
    serviceOn(scene.adapter, settings).run(operation, input, caller)
  const refused = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    const { message, hint, context, code } = Object(error)
    return { code, text: JSON.stringify([message, hint, context]) }
  }
  const list = (request: object) => as(listRecords, { table_name: 'orders', ...request })

  test('reads show no other field, and the row filter looks at it', async () => {
    const { rows = [] } = await list({ fields: ['*'], order: 'id' })
    expect(rows.map((row) => Object.keys(row).join())).toEqual(rows.map(() => 'id,customer_id,status'))
    expect(rows.map(({ id }) => id)).toEqual([1, 2, 5, 7, 8])
    expect(await as(getRecord, { table_name: 'customers', id: '1' })).toEqual({
      id: 1,
      name: expect.any(String),
      city: expect.any(String),
    })
  })

  describe('a hidden name is a name that there is not', () => {
    const hidden = 'total'
    const unknown = 'tutal'
    test.each<[string, (name: string) => object]>([
      ['fields', (name) => ({ fields: ['id', name] })],
      ['filter', (name) => ({ filter: `${name} > 1` })],
      ['filter beside others', (name) => ({ filter: `id = 1 or not (${name} is null)` })],
      ['order', (name) => ({ order: `${name} desc` })],
      ['group', (name) => ({ group: [name], fields: [name, 'COUNT(*)'] })],
      ['aggregate', (name) => ({ fields: [`n:MAX(${name})`] })],
      ['aggregate in group', (name) => ({ group: ['status'], fields: ['status', `SUM(${name})`] })],
      [
        'having',
        (name) => ({ group: ['status'], fields: ['status', 'COUNT(*)'], having: `MAX(${name}) > 1` }),
      ],
      ['id_field', (name) => ({ id_field: [name], ids: [1] })],
      ['distinct', (name) => ({ distinct: true, fields: [name] })],
      ['cursor', (name) => ({ cursor: '', order: name })],
      ['related filter', (name) => ({ filter: `customer.${name} > 1` })],
      ['related order', (name) => ({ order: `customer.${name}` })],
      [
        'related options',
        (name) => ({
          related: ['customers_by_customer_id'],
          related_options: { customers_by_customer_id: { fields: [name] } },
        }),
      ],
      [
        'related group',
        (name) => ({
          related: ['customers_by_customer_id'],
          related_options: { customers_by_customer_id: { fields: [`n:SUM(${name})`] } },
        }),
      ],
      [
        'related order of a list',
        (name) => ({
          related: ['order_items_by_order_id'],
          related_options: { order_items_by_order_id: { order: name, filter: `${name} = 1` } },
        }),
      ],
    ])('in %s', async (_where, request) => {
      const there = await refused(list(request(hidden)))
      const not = await refused(list(request(unknown)))
      expect(there.code).toBe('bad_request')
      expect([there.code, there.text.replaceAll(hidden, 'X')]).toEqual([
        not.code,
        not.text.replaceAll(unknown, 'X'),
      ])
    })

    test('in aggregates, of the table and of one that it leads to', async () => {
      const sum = (field: string) =>
        refused(as(aggregateRecords, { table_name: 'orders', aggregates: [{ function: 'MAX', field }] }))
      for (const [name, other] of [
        ['total', 'tutal'],
        ['customer.credit', 'customer.crudit'],
        ['month(ordered_on)', 'month(urdered_on)'],
      ] as const) {
        const [there, not] = [await sum(name), await sum(other)]
        expect(there.code).toBe('bad_request')
        const bare = (text: string) => text.replaceAll(/cr[eu]dit|t[ou]tal|[ou]rdered_on/g, 'X')
        expect(bare(there.text)).toBe(bare(not.text))
      }
    })
  })

  test('relations show the fields of their own tables, and none leads by a hidden one', async () => {
    const { rows = [] } = await list({ ids: [1], related: ['*'] })
    expect(rows).toEqual([
      {
        id: 1,
        customer_id: 1,
        status: 'paid',
        customers_by_customer_id: { id: 1, name: expect.any(String), city: expect.any(String) },
        order_items_by_order_id: [
          { order_id: 1, line: 1, quantity: 2 },
          { order_id: 1, line: 2, quantity: 1 },
        ],
        order_tags_by_order_id: [{ order_id: 1 }, { order_id: 1 }],
      },
    ])
    const through = await refused(list({ related: ['tags_by_order_tags'] }))
    expect(through.text).toContain('Unknown relationship')
  })

  test('writes take what the rules name, whichever way they come', async () => {
    const before = await scene.read('customers', { where: equals('id', 1) })
    const change = { name: 'Written', credit: 1, email: 'canary@example.com' }
    const ways: readonly (() => Promise<unknown>)[] = [
      () => as(updateRecords, { table_name: 'customers', id: '1', records: [change] }),
      () => as(updateRecords, { table_name: 'customers', ids: [1], records: [change] }),
      () => as(updateRecords, { table_name: 'customers', filter: 'id = 1', records: [change] }),
      () => as(createRecords, { table_name: 'customers', records: [change] }),
      () => as(runSteps, { steps: [{ operation: 'update', table: 'customers', id: 1, record: change }] }),
      () =>
        as(updateRecords, {
          table_name: 'orders',
          id: '1',
          records: [{ status: 'paid', customers_by_customer_id: { id: 1, ...change } }],
        }),
      () =>
        as(updateRecords, {
          table_name: 'customers',
          id: '1',
          records: [{ name: 'Written', orders_by_customer_id: [{ id: 1, total: 5 }] }],
        }),
      () =>
        as(importRows, {
          table_name: 'customers',
          records: [change],
          offset: 0,
          before_commit: async () => {},
        }),
    ]
    for (const way of ways) {
      const { code, text } = await refused(way())
      expect(code).toBe('bad_request')
      expect(text).toMatch(/Unknown field '(credit|email|total)'/)
      expect(text.replaceAll(/Unknown field '\w+'|"field":"\w+"/g, '')).not.toMatch(HIDDEN)
    }
    expect(await scene.read('customers', { where: equals('id', 1) })).toEqual(before)
    expect(await scene.count('customers', equals('name', 'Written'))).toBe(0)
  })

  test('what is read and not written is refused, and what is written and not read is unknown', async () => {
    const change = { table_name: 'order_items', id: '1,1', fields: ['*'] }
    const { rows } = await as(updateRecords, { ...change, records: [{ quantity: 2 }] })
    expect(rows).toEqual([{ order_id: 1, line: 1, quantity: 2 }])
    const product = await refused(as(updateRecords, { ...change, records: [{ product: 'Quince' }] }))
    expect(product.text).toContain("Unknown field 'product'")
    expect(await scene.count('order_items', equals('product', 'Quince'))).toBe(0)
    const label = await refused(as(updateRecords, { table_name: 'tags', id: '1', records: [{ label: 'x' }] }))
    expect(label.code).toBe('forbidden')
  })

  test('an upsert makes no record with what is hidden, and errors do not name it', async () => {
    const upsert = (record: object) =>
      refused(as(updateRecords, { table_name: 'orders', id: '99', records: [record] }, { allowUpsert: true }))
    const made = await upsert({ customer_id: 1, status: 'made' })
    expect(made.code).toBe('bad_request')
    expect(made.text).not.toMatch(HIDDEN)
    expect(await scene.count('orders', equals('status', 'made'))).toBe(0)
    const named = await upsert({ customer_id: 1, number: 70 })
    expect(named.text).toContain("Unknown field 'number'")
  })

  test('an import is looked at by the same rules', async () => {
    async function* rows() {
      yield { name: 'Imported', credit: 12 }
    }
    const { records } = await as(checkImport, { table_name: 'customers', rows: rows(), as_texts: false })
    const drained = async () => {
      for await (const _ of records);
    }
    const { code, text } = await refused(drained())
    expect([code, text]).toEqual(['bad_request', expect.stringContaining("Row 1: Unknown field 'credit'")])
  })

  test('a table whose key is hidden has no record by address, and none of it is deleted by that', async () => {
    for (const work of [
      () => as(deleteRecords, { table_name: 'order_tags', id: '1,1' }),
      () => as(deleteRecords, { table_name: 'order_tags', records: [{ order_id: 1, tag_id: 1 }] }),
      () => as(getRecord, { table_name: 'order_tags', id: '1,1' }),
    ]) {
      const { code, text } = await refused(work())
      expect(code).toBe('bad_request')
      expect(text).not.toMatch(/tag_id/)
    }
    expect(await scene.count('order_tags')).toBe(4)
  })
}
