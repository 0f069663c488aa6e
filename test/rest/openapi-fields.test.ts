import { expect, test } from 'vitest'
import type { Field } from '../../src/core/database/schema.ts'
import { createDocumentNames } from '../../src/rest/openapi/document-names.ts'
import { fieldSchema } from '../../src/rest/openapi/field-schema.ts'
import { createTextCache } from '../../src/rest/openapi/text-cache.ts'
import { field } from '../contract/world.ts'

test.each<[Partial<Field>, object]>([
  [{ type: 'integer' }, { type: 'integer' }],
  [{ type: 'integer', allowNull: true }, { type: ['integer', 'null'] }],
  [{ type: 'bigint' }, { type: ['integer', 'string'] }],
  [{ type: 'decimal', allowNull: true }, { type: ['number', 'string', 'null'] }],
  [{ type: 'boolean' }, { type: 'boolean' }],
  [{ length: 40 }, { type: 'string', maxLength: 40 }],
  [{ type: 'uuid' }, { type: 'string', format: 'uuid' }],
  [{ type: 'binary' }, { type: 'string', contentEncoding: 'base64' }],
  [{ type: 'json', allowNull: true }, {}],
  [
    { type: 'date', description: 'When' },
    { type: 'string', format: 'date', description: 'When' },
  ],
  [{ isGenerated: true }, { type: 'string', readOnly: true }],
  [
    { values: ['a', 'b'], allowNull: true },
    { type: ['string', 'null'], enum: ['a', 'b', null] },
  ],
  [{ values: ['a', 'b'], dbType: "set('a','b')" }, { type: 'string' }],
])('a field with %j is %j', (facts, schema) => {
  expect(fieldSchema(field('f', 'string', facts))).toEqual(schema)
})

test('names of schemas and operations are unique, whatever the tables are called', () => {
  const names = createDocumentNames(['Error'])
  expect(['a b', 'a/b', 'a_b', 'Error'].map((name) => names.schema(name))).toEqual([
    'a_b',
    'a_b_2',
    'a_b_3',
    'Error_2',
  ])
  expect(names.operation('get', 'shop', 'order_items')).toBe('getShopOrderItems')
  expect(names.operation('get', 'shop', 'order items')).toBe('getShopOrderItems_2')
})

test('the cache keeps what was asked for last, within its bound', () => {
  const cache = createTextCache(10)
  const made: string[] = []
  const ask = (key: string, text: string) =>
    cache.get(key, () => {
      made.push(key)
      return text
    })
  ask('a', '12345')
  ask('b', '12345')
  ask('a', '12345')
  ask('c', '12345')
  ask('a', '12345')
  ask('b', '12345')
  ask('large', '12345678901')
  ask('large', '12345678901')
  expect(made).toEqual(['a', 'b', 'c', 'b', 'large', 'large'])
})
