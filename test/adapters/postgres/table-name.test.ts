import { expect, test } from 'vitest'
import { shownName, splitName } from '../../../adapters/database/postgres/table-name.ts'

test.each([
  ['public', 'orders', 'orders'],
  ['sales', 'orders', 'sales.orders'],
  ['public', 'a.b', 'public.a.b'],
  ['a', 'b', 'a.b'],
  ['a.b', 'c', '"a.b".c'],
  ['a', 'b.c', 'a.b.c'],
  ['"a"', 'b', '"""a""".b'],
  ['public', '"a".b', 'public."a".b'],
  ['public', '.', 'public..'],
  ['public', 'pg_class', 'public.pg_class'],
  ['Größe', '名 前', 'Größe.名 前'],
])('%s and %s → %s, and back', (schema, name, shown) => {
  expect(shownName(schema, name, 'public')).toBe(shown)
  const back = splitName(shown)
  expect([back.schema ?? 'public', back.name]).toEqual([schema, name])
})

test('without a default schema every name is qualified', () => {
  expect(shownName('public', 'orders', null)).toBe('public.orders')
})

test('a name that nobody wrote is one in the default schema', () => {
  expect(splitName('.orders')).toEqual({ name: '.orders' })
  expect(splitName('orders.')).toEqual({ name: 'orders.' })
})
