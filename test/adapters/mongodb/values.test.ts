import { Binary, BSON, BSONRegExp, Decimal128, Int32, Long, MinKey, ObjectId, Timestamp, UUID } from 'mongodb'
import { describe, expect, test } from 'vitest'
import { comparedValues, storedValue } from '../../../adapters/database/mongodb/bind-value.ts'
import { dbTypeOf, simpleTypeOf, typesIn } from '../../../adapters/database/mongodb/column-type.ts'
import { momentOf, momentText } from '../../../adapters/database/mongodb/moment.ts'
import { plainDecimal, readValue } from '../../../adapters/database/mongodb/read-value.ts'
import { sampledFields } from '../../../adapters/database/mongodb/sample.ts'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import { toJsonText } from '../../../src/core/exact-json.ts'
import { fromJsonText } from '../../../src/core/from-json-text.ts'
import { present } from '../../contract/scene.ts'
import { field, table } from '../../contract/world.ts'

const things = present(
  buildSchema([
    table('things', {
      fields: [
        field('whole', 'integer', { dbType: 'int' }),
        field('exact', 'decimal', { dbType: 'decimal' }),
        field('ref', 'string', { dbType: 'objectId' }),
        field('at', 'timestamp', { dbType: 'date' }),
        field('document', 'object', { dbType: 'object' }),
        field('document.at', 'timestamp', { dbType: 'date', isNested: true }),
        field('document.ref', 'string', { dbType: 'objectId', isNested: true }),
        field('document.mixed', 'json', { dbType: 'string|date', isNested: true }),
      ],
    }),
  ]).tables[0],
)

describe('values as they are read', () => {
  const id = new ObjectId('65a000000000000000000001')
  test.each<readonly [unknown, unknown]>([
    [id, '65a000000000000000000001'],
    [9007199254740993n, '9007199254740993'],
    [Long.fromString('-9223372036854775808'), '-9223372036854775808'],
    [Decimal128.fromString('0.10'), 0.1],
    [Decimal128.fromString('1E+3'), 1000],
    [Decimal128.fromString('12345678901234567890.123'), '12345678901234567890.123'],
    [Decimal128.fromString('NaN'), 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [new Binary(Buffer.from([1, 2])), 'AQI='],
    [new UUID('0190a6b2-7c1e-7d3a-9f00-0123456789ab'), '0190a6b2-7c1e-7d3a-9f00-0123456789ab'],
    [new BSONRegExp('^a', 'i'), '/^a/i'],
    [new Timestamp({ t: 5, i: 2 }), '5.2'],
    [new MinKey(), 'MinKey'],
    [undefined, null],
    [{ a: [id, { b: new Date(0) }] }, { a: ['65a000000000000000000001', { b: '1970-01-01T00:00:00.000Z' }] }],
  ])('%s is %j', (value, read) => {
    expect(readValue(value)).toEqual(read)
  })

  test.each([
    ['1E-7', '0.0000001'],
    ['-1.5E-3', '-0.0015'],
    ['1.23E+5', '123000'],
    ['0.10', '0.10'],
    ['0E-7', '0.0000000'],
  ])('the decimal %s is %s', (text, plain) => {
    expect(plainDecimal(Decimal128.fromString(text))).toBe(plain)
  })

  test('what is called __proto__ is a key like any other', () => {
    const read = readValue(BSON.deserialize(BSON.serialize(JSON.parse('{"a":{"__proto__":{"x":1}}}'))))
    expect(JSON.stringify(read)).toBe('{"a":{"__proto__":{"x":1}}}')
  })
})

describe('values as they are stored', () => {
  test.each<readonly [string, Parameters<typeof storedValue>[2], unknown]>([
    ['whole', 7, new Int32(7)],
    ['whole', 2147483648, Long.fromNumber(2147483648)],
    ['exact', '0.10', Decimal128.fromString('0.10')],
    ['ref', '65a000000000000000000001', new ObjectId('65a000000000000000000001')],
    ['at', '2024-02-29 12:30:45', new Date('2024-02-29T12:30:45Z')],
    [
      'document',
      { json: { at: '2024-02-29T12:30:45Z', mixed: '2024-02-29' } },
      { at: new Date('2024-02-29T12:30:45Z'), mixed: '2024-02-29' },
    ],
    ['document', { json: { $set: { a: 1 } } }, { $set: { a: new Int32(1) } }],
    ['unlisted', { json: 1.5 }, 1.5],
    ['whole', null, null],
  ])('%s %j', (name, value, stored) => {
    expect(BSON.EJSON.stringify({ v: storedValue(things, name, value) })).toBe(
      BSON.EJSON.stringify({ v: stored }),
    )
  })

  test.each<readonly [string, Parameters<typeof storedValue>[2]]>([
    ['whole', 'x'],
    ['ref', 'nothing'],
    ['at', 'soon'],
    ['exact', `0.${'1'.repeat(40)}`],
  ])('%s does not take %j', (name, value) => {
    expect(() => storedValue(things, name, value)).toThrow(`Field '${name}' must be`)
  })

  test('numbers of documents keep every digit', () => {
    const text = '{"n":[12345678901234567890,-0.1234567890123456789,9007199254740993,1.5,2]}'
    const stored = storedValue(things, 'document', { json: fromJsonText(text) })
    const again = BSON.deserialize(BSON.serialize(Object(stored)), { useBigInt64: true })
    expect(toJsonText(readValue(again))).toBe(text)
  })

  test('a value is compared as each type that a field has', () => {
    expect(comparedValues({ type: 'json', dbType: 'objectId|string|int|bool' }, '5')).toEqual([
      '5',
      new Int32(5),
    ])
    expect(comparedValues({ type: 'json', dbType: 'string|bool' }, 'true')).toEqual(['true', true])
    expect(comparedValues({ type: 'integer', dbType: 'int' }, '1.5')).toEqual([Decimal128.fromString('1.5')])
  })
})

describe('moments', () => {
  test.each([
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2024-02', '2024-02-01T00:00:00.000Z'],
    ['2024-02-29 12:30', '2024-02-29T12:30:00.000Z'],
    ['2024-02-29T12:30:45.12Z', '2024-02-29T12:30:45.120Z'],
    ['2024-02-29 12:30:45+02', '2024-02-29T10:30:45.000Z'],
    ['2024-02-29 12:30:45 -0530', '2024-02-29T18:00:45.000Z'],
    ['2024-02-29 12:30:45.123000', '2024-02-29T12:30:45.123Z'],
  ])('%s is %s', (text, iso) => {
    expect(momentOf(text)?.toISOString()).toBe(iso)
  })

  test.each(['2024-02-29 12:30:45.1234', 'yesterday', '2024', ''])('%j is none', (text) => {
    expect(momentOf(text)).toBeUndefined()
  })

  test('of a date the day is told', () => {
    expect(momentText(new Date('2024-02-29T00:00:00Z'), 'date')).toBe('2024-02-29')
    expect(momentText(new Date('2024-02-29T01:02:03.004Z'), 'timestamp')).toBe('2024-02-29 01:02:03.004')
  })
})

describe('fields of a sample', () => {
  const sampled = sampledFields([
    { _id: new ObjectId(), a: new Int32(1), d: { x: 'y', z: null }, l: [{ s: 'a' }, { s: new Int32(2) }] },
    { _id: new ObjectId(), a: 'one', 'b.c': 1, $d: 1, '': 2, l: [] },
  ])
  const of = (path: string) => sampled.find((one) => one.path === path)

  test('in the order in which they came up, with types and shares', () => {
    expect(sampled.map(({ path }) => path)).toEqual(['_id', 'a', 'd', 'd.x', 'd.z', 'l', 'l.s'])
    expect(of('a')?.types).toEqual([
      { type: 'string', share: 0.5 },
      { type: 'int', share: 0.5 },
    ])
    expect(of('d.x')?.types).toEqual([{ type: 'string', share: 0.5 }])
    expect(of('d.z')?.types).toEqual([])
  })

  test('fields of documents in lists are lists', () => {
    expect(of('l.s')).toEqual({
      path: 'l.s',
      types: [{ type: 'array', share: 0.5 }],
      elements: ['string', 'int'],
    })
    expect(dbTypeOf(['array'], ['string', 'int'])).toBe('array<string|int>')
    expect(typesIn('array<string|int>')).toEqual({ own: ['array'], elements: ['string', 'int'] })
  })

  test('there is an end of them', () => {
    const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`k${n}`, n]))
    expect(sampledFields([wide]).length).toBeLessThanOrEqual(400)
  })

  test.each([
    [['int'], 'integer'],
    [['int', 'long'], 'bigint'],
    [['int', 'double'], 'double'],
    [['double', 'decimal'], 'decimal'],
    [['string', 'int'], 'json'],
    [['date'], 'timestamp'],
    [[], 'json'],
  ] as const)('%j together are %s', (types, type) => {
    expect(simpleTypeOf(types)).toBe(type)
  })
})
