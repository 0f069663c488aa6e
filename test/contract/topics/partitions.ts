import { expect, test } from 'vitest'
import { asc, calm, desc, type Engine, rowsOf, useScene } from '../scene.ts'

/** The first rows of each group of equal values (`each`). */
export function partitions(engine: Engine): void {
  const scene = useScene(engine)
  /** By customer: what the order keeps is the order of the rows of one customer. */
  const byCustomer = (rows: readonly { readonly [field: string]: unknown }[]) => {
    const customers = [...new Set(rows.map((row) => String(row.customer_id)))]
    const of = (customer: string) => rows.filter((row) => String(row.customer_id) === customer)
    return Object.fromEntries(customers.map((customer) => [customer, of(customer).map(({ id }) => id)]))
  }

  test('gives so many rows for each value, the first in the order', async () => {
    const rows = await scene.read('orders', {
      fields: ['id', 'customer_id'],
      orderBy: [desc('id')],
      each: { by: ['customer_id'], limit: 2 },
    })
    expect(byCustomer(rows)).toEqual({ 1: [7, 2], 2: [8, 3], 3: [4], 4: [5], 5: [6] })
  })

  test('passes over the first ones', async () => {
    const rows = await scene.read('orders', {
      fields: ['id', 'customer_id'],
      orderBy: [asc('id')],
      each: { by: ['customer_id'], limit: 1, offset: 1 },
    })
    expect(byCustomer(rows)).toEqual({ 1: [2], 2: [8] })
  })

  test('chooses among the rows that match, and keeps to the limit of all', async () => {
    const query = {
      fields: ['customer_id', 'id'],
      where: { op: '=', field: 'status', value: 'paid' },
      orderBy: [asc('id')],
      each: { by: ['customer_id'], limit: 1 },
    } as const
    expect(byCustomer(await scene.read('orders', query))).toEqual({ 1: [1], 2: [3], 4: [5] })
    expect(await scene.read('orders', { ...query, limit: 2 })).toHaveLength(2)
  })

  test('puts nulls where the order says, and takes null for a value', async () => {
    const orderBy = [{ by: 'total', direction: 'desc', nulls: 'first' }, asc('id')] as const
    const rows = await scene.read('orders', {
      fields: ['id', 'status'],
      orderBy,
      each: { by: ['status'], limit: 1 },
    })
    expect(rows.map(({ id }) => id).toSorted()).toEqual([3, 4, 6])
    const parents = await scene.read('categories', {
      fields: ['id', 'parent_id'],
      orderBy: [asc('id')],
      each: { by: ['parent_id'], limit: 1 },
    })
    expect(parents.map(({ id }) => id).toSorted()).toEqual([1, 2, 3])
  })

  test('works by several fields, and by fields that are not asked for', async () => {
    const rows = await scene.read('orders', {
      fields: ['id'],
      orderBy: [asc('id')],
      each: { by: ['customer_id', 'status'], limit: 1 },
    })
    expect(rows.map(({ id }) => id).toSorted()).toEqual([1, 2, 3, 4, 5, 6, 8])
  })

  test('gives the same as JSON text', async () => {
    const query = scene.query('orders', { orderBy: [asc('id')], each: { by: ['status'], limit: 1 } })
    const rows = rowsOf(await scene.adapter.select(query, calm))
    expect(rowsOf(await scene.adapter.select({ ...query, as: 'json' }, calm))).toEqual(rows)
    expect(rows).toHaveLength(3)
  })
}
