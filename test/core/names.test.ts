import { describe, expect, test } from 'vitest'
import { didYouMean, findByName, indexByName, nearest } from '../../src/core/names.ts'

const tables = ['customers', 'orders', 'order_items', 'products', 'employees']

describe('nearest', () => {
  test.each([
    ['custmers', 'customers'],
    ['customer', 'customers'],
    ['Orders', 'orders'],
    ['order-items', 'order_items'],
    ['OrderItems', 'order_items'],
    ['prodcuts', 'products'],
    ['employes', 'employees'],
  ])('puts first for %s the name %s', (wrong, right) => {
    expect(nearest(wrong, tables)[0]).toBe(right)
  })

  test('knows nothing like a stranger', () => {
    expect(nearest('zzzzzzzz', tables)).toEqual([])
  })

  test('knows nothing among no candidates', () => {
    expect(nearest('orders', [])).toEqual([])
  })

  test('takes a part of a name for the name', () => {
    expect(nearest('items', tables)).toEqual(['order_items'])
  })

  test('takes single letters and other short names for no part of a name', () => {
    expect(nearest('secretcanary', ['n', 't', 'id', 'status'])).toEqual([])
    expect(nearest('x', ['y', 'id'])).toEqual([])
    expect(nearest('lower(name)', ['id', 'name'])).toEqual(['name'])
  })

  test('gives at most three, best first', () => {
    const names = nearest('field', ['field_4', 'field_3', 'field_2', 'field_1', 'field'])
    expect(names).toEqual(['field', 'field_1', 'field_2'])
  })

  test('gives as many as asked', () => {
    expect(nearest('field', ['field_2', 'field_1', 'field'], 1)).toEqual(['field'])
  })

  test('takes any list of names', () => {
    expect(nearest('order', new Map([['orders', 1]]).keys())).toEqual(['orders'])
  })

  test('has an answer for empty text', () => {
    expect(nearest('', tables)).toEqual([])
  })
})

describe('didYouMean', () => {
  test('asks for one name or another', () => {
    expect(didYouMean(['orders'])).toBe("Did you mean 'orders'?")
    expect(didYouMean(['orders', 'order_items'])).toBe("Did you mean 'orders' or 'order_items'?")
  })

  test('is silent without names', () => {
    expect(didYouMean([])).toBe('')
  })
})

test('names that differ only in case are each found by their own spelling', () => {
  const index = indexByName([{ name: 'Orders' }, { name: 'ORDERS' }, { name: 'orders' }, { name: 'Tags' }])
  const found = ['Orders', 'ORDERS', 'orders', 'oRDERS', 'TAGS'].map((name) => findByName(index, name)?.name)
  expect(found).toEqual(['Orders', 'ORDERS', 'orders', 'orders', 'Tags'])
  expect(findByName(index, 'toString')).toBeUndefined()
})

test('of names that differ only in case the first answers for other spellings', () => {
  const index = indexByName([{ name: 'Id' }, { name: 'ID' }])
  expect(['Id', 'ID', 'id', 'iD'].map((name) => findByName(index, name)?.name)).toEqual([
    'Id',
    'ID',
    'Id',
    'Id',
  ])
})
