import { Decimal128, Int32, Long, ObjectId } from 'mongodb'
import { describe, expect, test } from 'vitest'
import { filterQuery, type Place } from '../../../adapters/database/mongodb/filter-query.ts'
import type { Filter } from '../../../src/core/database/query.ts'

const PLACES: Readonly<Record<string, Place>> = {
  name: { path: 'name', type: 'string', dbType: 'string' },
  city: { path: 'address.city', type: 'string', dbType: 'string' },
  age: { path: 'age', type: 'integer', dbType: 'int|long' },
  price: { path: 'price', type: 'decimal', dbType: 'decimal' },
  _id: { path: '_id', type: 'string', dbType: 'objectId' },
  mixed: { path: 'mixed', type: 'json', dbType: 'objectId|string|int' },
  tags: { path: 'tags', type: 'array', dbType: 'array<string>' },
}

function queryOf(filter: Filter) {
  return filterQuery(filter, {
    place: (name) => PLACES[name] ?? { path: name, type: 'json', dbType: '' },
    exists: () => 'found',
  })
}
const not = (filter: Filter): Filter => ({ op: 'not', filter })
const equal = (field: string, value: string | number): Filter => ({ op: '=', field, value })
const id = '65a000000000000000000001'

describe('a filter as a query', () => {
  test.each<readonly [string, Filter, unknown]>([
    ['equality', equal('name', 'Ada'), { name: { $eq: 'Ada' } }],
    ['a dotted field', equal('city', 'Rome'), { 'address.city': { $eq: 'Rome' } }],
    ['not equal keeps null out', not(equal('name', 'Ada')), { name: { $nin: ['Ada', null] } }],
    ['not and not', not(not(equal('name', 'Ada'))), { name: { $eq: 'Ada' } }],
    ['less', { op: '<', field: 'age', value: 5 }, { age: { $lt: Long.fromNumber(5) } }],
    ['not less', not({ op: '<', field: 'age', value: 5 }), { age: { $gte: Long.fromNumber(5) } }],
    ['decimals as decimals', equal('price', '0.10'), { price: { $eq: Decimal128.fromString('0.10') } }],
    ['ids as ids', equal('_id', id), { _id: { $eq: new ObjectId(id) } }],
    ['what can be no id', equal('_id', 'x'), { _id: { $in: [] } }],
    ['not what can be no id', not(equal('_id', 'x')), { _id: { $nin: [null] } }],
    ['each type that a field has', equal('mixed', '5'), { mixed: { $in: ['5', new Int32(5)] } }],
    ['lists', equal('tags', 'red'), { tags: { $eq: 'red' } }],
    [
      'no list is null by what is in it',
      { op: 'is_null', field: 'tags' },
      { $expr: { $lte: ['$tags', null] } },
    ],
    ['null', { op: 'is_null', field: 'name' }, { name: { $eq: null } }],
    ['not null', not({ op: 'is_null', field: 'name' }), { name: { $ne: null } }],
    ['an empty list', { op: 'in', field: 'name', values: [] }, { _id: { $in: [] } }],
    ['not an empty list', not({ op: 'in', field: 'name', values: [] }), {}],
    ['a list', { op: 'in', field: 'name', values: ['a', '$b'] }, { name: { $in: ['a', '$b'] } }],
    ['no condition', { op: 'and', all: [] }, {}],
    ['no way', { op: 'or', all: [] }, { _id: { $in: [] } }],
    [
      'and',
      { op: 'and', all: [equal('name', 'a'), equal('city', 'b')] },
      { $and: [{ name: { $eq: 'a' } }, { 'address.city': { $eq: 'b' } }] },
    ],
    [
      'not and',
      not({ op: 'and', all: [equal('name', 'a'), equal('city', 'b')] }),
      { $or: [{ name: { $nin: ['a', null] } }, { 'address.city': { $nin: ['b', null] } }] },
    ],
    [
      'like',
      { op: 'like', field: 'name', pattern: 'a%_.' },
      { name: { $regex: '^[aA][\\s\\S]*[\\s\\S]\\.\\z' } },
    ],
    ['contains', { op: 'contains', field: 'name', value: '$(x' }, { name: { $regex: '\\$\\([xX]' } }],
    [
      'not contains',
      not({ op: 'starts_with', field: 'name', value: '1' }),
      { $and: [{ name: { $ne: null } }, { name: { $not: { $regex: '^1' } } }] },
    ],
  ])('%s', (_what, filter, query) => {
    expect(queryOf(filter)).toEqual(query)
  })

  test.each(['$where', '$gt', '$$ROOT', '{"$ne":null}', '$name'])(
    'the value %s stands where values stand',
    (value) => {
      for (const op of ['=', '!=', '<', '>='] as const) {
        const query = queryOf({ op, field: 'name', value })
        const [operators] = Object.values(query)
        expect(Object.keys(query)).toEqual(['name'])
        expect(Object.keys(Object(operators)).every((operator) => OPERATORS.has(operator))).toBe(true)
        expect(JSON.stringify(operators)).toContain(JSON.stringify(value))
      }
    },
  )
})

const OPERATORS = new Set(['$eq', '$nin', '$lt', '$gte'])
