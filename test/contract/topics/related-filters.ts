import { expect, test } from 'vitest'
import type { Filter } from '../../../src/core/database/query.ts'
import { type Engine, equals, useScene } from '../scene.ts'

/** Filters by rows of other tables (`exists`). */
export function relatedFilters(engine: Engine): void {
  const scene = useScene(engine)
  const exists = (
    name: string,
    fields: readonly string[],
    refFields: readonly string[],
    where?: Filter,
  ): Filter => ({
    op: 'exists',
    table: scene.table(name),
    fields,
    refFields,
    ...(where && { where }),
  })
  const ofCustomer = (where?: Filter) => exists('customers', ['customer_id'], ['id'], where)
  const withOrder = (where?: Filter) => exists('orders', ['id'], ['customer_id'], where)
  const not = (filter: Filter): Filter => ({ op: 'not', filter })

  test('finds rows by a row they refer to', async () => {
    expect(await scene.ids('orders', ofCustomer(equals('city', 'London')))).toEqual([1, 2, 7])
    expect(await scene.ids('orders', ofCustomer(equals('city', 'Nowhere')))).toEqual([])
  })

  test('finds rows by rows that refer to them, each once', async () => {
    expect(await scene.ids('customers', withOrder())).toEqual([1, 2, 3, 4, 5])
    expect(await scene.ids('customers', withOrder(equals('status', 'paid')))).toEqual([1, 2, 4])
    expect(await scene.count('customers', withOrder(equals('status', 'paid')))).toBe(3)
  })

  test('is false, not unknown, where there is no such row', async () => {
    expect(await scene.ids('customers', not(withOrder()))).toEqual([6])
    const parent = exists('categories', ['parent_id'], ['id'])
    expect(await scene.ids('categories', parent)).toEqual([2, 3, 4])
    expect(await scene.ids('categories', not(parent))).toEqual([1, 5])
  })

  test('a condition that is unknown of the other row finds nothing', async () => {
    const scored = ofCustomer({ op: '>', field: 'score', value: 0 })
    expect(await scene.ids('orders', scored)).toEqual([1, 2, 3, 4, 6, 7, 8])
    expect(await scene.ids('orders', not(scored))).toEqual([5])
  })

  test('goes on through further tables', async () => {
    const tagged = exists(
      'orders',
      ['id'],
      ['customer_id'],
      exists('order_tags', ['id'], ['order_id'], exists('tags', ['tag_id'], ['id'], equals('label', 'gift'))),
    )
    expect(await scene.ids('customers', tagged)).toEqual([1, 2])
  })

  test('a table may be looked up in itself, at several depths', async () => {
    const under = (where: Filter) => exists('categories', ['parent_id'], ['id'], where)
    expect(await scene.ids('categories', under(equals('name', 'Root')))).toEqual([2, 4])
    expect(await scene.ids('categories', under(under(equals('name', 'Root'))))).toEqual([3])
    const above = exists('categories', ['id'], ['parent_id'], equals('name', 'Fruit'))
    expect(await scene.ids('categories', above)).toEqual([2])
  })

  test('equal fields of both tables are told apart', async () => {
    const alike: Filter = {
      op: 'and',
      all: [equals('name', 'Fruit'), exists('categories', ['parent_id'], ['id'], equals('name', 'Food'))],
    }
    expect(await scene.ids('categories', alike)).toEqual([3])
  })

  test('keys of several fields are compared whole', async () => {
    const same = exists('orders', ['customer_id', 'number'], ['id', 'number'])
    expect(await scene.ids('orders', same)).toEqual([1, 4, 5, 6, 8])
  })

  test('goes with other conditions, groups and counts', async () => {
    const where: Filter = {
      op: 'or',
      all: [ofCustomer(equals('city', 'Paris')), equals('status', 'shipped')],
    }
    expect(await scene.ids('orders', where)).toEqual([4, 6, 8])
    const groups = await scene.read('orders', {
      where: ofCustomer(equals('is_active', true)),
      groupBy: ['status'],
      aggregates: [{ function: 'COUNT', field: '*', alias: 'n' }],
      orderBy: [{ by: 'status', direction: 'asc' }],
    })
    expect(groups).toEqual([
      { status: 'open', n: 1 },
      { status: 'paid', n: 4 },
      { status: 'shipped', n: 1 },
    ])
  })

  test('values and names are quoted as anywhere', async () => {
    const nasty = exists('Order "Log"', ['id'], ['id'], equals(`it's "quoted"`, `o'clock`))
    expect(await scene.ids('tags', nasty)).toEqual([1])
    expect(
      await scene.ids('tags', exists('Order "Log"', ['id'], ['id'], equals('select', "from' or 1=1 --"))),
    ).toEqual([])
  })
}
