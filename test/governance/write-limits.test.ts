import { describe, expect, test } from 'vitest'
import { keyOf } from '../helpers/house.ts'
import { house, orders, tool, useWriters } from './writers.ts'

useWriters()

describe('the most rows a role may write in one request', () => {
  test.each([
    ['delete_records', { filter: 'id > 2' }],
    ['delete_records', { filter: 'id > 2', dry_run: true }],
    ['delete_records', { ids: [1, 2, 3] }],
    ['delete_records', { ids: [1, 2, 3], continue: true }],
    ['update_records', { filter: 'id > 2', records: [{ status: 'x' }] }],
    ['update_records', { ids: [1, 2, 3], records: [{ status: 'x' }] }],
    ['create_records', { records: [{ customer_id: 1 }, { customer_id: 1 }, { customer_id: 1 }] }],
  ])('%s %o is refused', async (name, args) => {
    const before = await orders()
    expect(await tool('limited', name, args)).toMatchObject({
      isError: true,
      text: expect.stringContaining('at most 2 rows'),
    })
    expect(await orders()).toEqual(before)
  })

  test('holds over REST, for everything at once, and for all steps of a transaction together', async () => {
    const before = await orders()
    const key = keyOf('limited')
    const paths = ['?filter=id>2', '?ids=1,2,3']
    for (const path of paths)
      expect((await house.rest('DELETE', `/api/v2/shop/_table/orders${path}`, { key })).status).toBe(403)
    const step = (id: number) => ({ operation: 'delete', table: 'orders', ids: [id] })
    const steps = await house.rest('POST', '/api/v2/shop/_batch', {
      key,
      body: { steps: [4, 6, 3].map(step) },
    })
    expect(steps.text).toContain('at most 2 rows')
    expect(await orders()).toEqual(before)
  })

  test('counts rows that one step changes and another deletes together', async () => {
    const before = await orders()
    const update = (ids: number[]) => ({ operation: 'update', table: 'orders', ids, record: { status: 'x' } })
    const remove = (ids: number[]) => ({ operation: 'delete', table: 'orders', ids })
    for (const steps of [
      [update([2, 3]), remove([4])],
      [remove([4]), update([2, 3])],
      [update([2]), { operation: 'create', table: 'orders', record: { customer_id: 1 } }, remove([6])],
    ]) {
      const told = await tool('limited', 'run_batch', { table_name: undefined, steps })
      expect(told).toMatchObject({ isError: true, text: expect.stringContaining('at most 2 rows') })
      expect(await orders()).toEqual(before)
    }
    const few = await tool('limited', 'run_batch', {
      table_name: undefined,
      steps: [update([2]), remove([4])],
    })
    expect(few.isError).toBe(false)
  })

  test('a verb that may do more is not held to what another one may', async () => {
    const create = { operation: 'create', table: 'orders', records: Array(3).fill({ customer_id: 1 }) }
    const remove = (ids: number[]) => ({ operation: 'delete', table: 'orders', ids })
    const run = (steps: object[]) => tool('adder', 'run_batch', { table_name: undefined, steps })
    expect((await run([create, remove([4])])).isError).toBe(false)
    expect((await run([create, remove([3, 6])])).text).toContain('at most 1 rows')
    expect((await run([create, create])).text).toContain('at most 4 rows')
  })

  test('counts what is written along with others', async () => {
    const items = [1, 2].map((line_no) => ({ line_no, quantity: 7 }))
    const nested = await tool('items-limited', 'update_records', {
      records: [{ id: 1, order_items_by_order_id: items }],
    })
    expect(nested).toMatchObject({ isError: true, text: expect.stringContaining('at most 1 rows') })
    const answer = await house.rest(
      'GET',
      '/api/v2/shop/_table/order_items?filter=quantity=7&count_only=true',
      {
        key: keyOf('writer'),
      },
    )
    expect(answer.text).toBe('0')
  })

  test('lets as many through', async () => {
    expect((await tool('limited', 'delete_records', { ids: [4, 6] })).data.affected).toBe(2)
    expect(
      (await tool('limited', 'update_records', { ids: [2, 3], records: [{ status: 'x' }] })).data.affected,
    ).toBe(2)
  })
})

describe('idempotency_key', () => {
  const one = { records: [{ customer_id: 1, status: 'x' }], idempotency_key: 'k1' }

  test('creates once, and tells the same again', async () => {
    const first = await tool('writer', 'create_records', one)
    const again = await tool('writer', 'create_records', one)
    expect(first.data).toMatchObject({ affected: 1 })
    expect(again.data).toEqual(first.data)
    expect(again.text).toBe(first.text)
    expect(await orders()).toHaveLength(7)
  })

  test('is refused for other records, and is each caller’s own', async () => {
    await tool('writer', 'create_records', one)
    const changed = { ...one, records: [{ customer_id: 2 }] }
    expect((await tool('writer', 'create_records', changed)).text).toContain('used for another request')
    expect((await tool('other', 'create_records', one)).data.affected).toBe(1)
    expect(await orders()).toHaveLength(8)
  })

  test('is free again after a call that wrote nothing', async () => {
    expect((await tool('writer', 'create_records', { ...one, records: [{ nope: 1 }] })).isError).toBe(true)
    expect((await tool('writer', 'create_records', one)).data.affected).toBe(1)
  })
})
