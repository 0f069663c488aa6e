import { describe, expect, test } from 'vitest'
import { connectError } from '../../../adapters/database/mongodb/connect-errors.ts'
import { toAppError } from '../../../adapters/database/mongodb/errors.ts'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import { present } from '../../contract/scene.ts'
import { field, table } from '../../contract/world.ts'

const orders = present(
  buildSchema([
    table('orders', {
      fields: [
        field('_id', 'string'),
        field('number', 'integer'),
        field('year', 'integer'),
        field('total', 'decimal'),
      ],
      primaryKey: ['_id'],
      uniqueKeys: [['number', 'year']],
    }),
  ]).tables[0],
)

/** As the driver throws it: members of the server's answer beside its own. */
function thrown(name: string, members: object): Error {
  return Object.assign(new Error('secret text of mongodb://user:pw@db.internal:27017'), { name, ...members })
}

describe('errors of the server', () => {
  // https://www.mongodb.com/docs/manual/core/index-unique/
  test.each([
    [{ code: 11000, errorResponse: { keyPattern: { number: 1, year: 1 } } }, ['number', 'year']],
    [{ code: 11000, writeErrors: [{ err: { keyPattern: { number: 1 } } }] }, ['number']],
    [{ code: 11000, errorResponse: { keyPattern: { hidden: 1 } } }, []],
  ])('a duplicate key %j names %j', (members, fields) => {
    expect(toAppError(thrown('MongoServerError', members), orders)).toMatchObject({
      code: 'conflict',
      context: { table: 'orders', fields },
    })
  })

  test('an old server names the index only', () => {
    const message =
      'E11000 duplicate key error collection: shop.orders index: number_1_year_1 dup key: { number: 5 }'
    const error = toAppError(
      Object.assign(new Error(message), { name: 'MongoServerError', code: 11000 }),
      orders,
    )
    expect(error).toMatchObject({ code: 'conflict', context: { fields: ['number', 'year'] } })
    expect(String(Reflect.get(Object(error.cause), 'message'))).not.toContain('number: 5')
  })

  // https://www.mongodb.com/docs/manual/core/schema-validation/specify-json-schema/
  test('a validator names the fields that are missing or wrong', () => {
    const refused = (rule: object) =>
      toAppError(
        thrown('MongoServerError', {
          code: 121,
          errInfo: { details: { operatorName: '$jsonSchema', schemaRulesNotSatisfied: [rule] } },
        }),
        orders,
      )
    expect(refused({ operatorName: 'required', missingProperties: ['total'] })).toMatchObject({
      code: 'bad_request',
      context: { table: 'orders', field: 'total' },
    })
    const wrong = refused({
      operatorName: 'properties',
      propertiesNotSatisfied: [{ propertyName: 'number', details: [{ consideredValue: 'secret' }] }],
    })
    expect(wrong).toMatchObject({ code: 'bad_request', context: { fields: ['number'] } })
    expect(JSON.stringify(wrong)).not.toContain('secret')
    expect(refused({ operatorName: 'additionalProperties', additionalProperties: ['x'] }).code).toBe(
      'bad_request',
    )
  })

  // https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
  test.each([
    [50, 'timeout', false],
    [13, 'forbidden', false],
    [18, 'unavailable', false],
    [26, 'not_found', true],
    [112, 'conflict', true],
    [189, 'unavailable', true],
    [11601, 'timeout', false],
    [16_777_216, 'internal', false],
  ])('%d is %s', (code, wanted, retryable) => {
    const error = toAppError(thrown('MongoServerError', { code }))
    expect(error).toMatchObject({ code: wanted, retryable })
    expect(`${error.message} ${error.hint} ${JSON.stringify(error.context)}`).not.toMatch(
      /secret|mongodb:\/\/|internal:/,
    )
    expect(String(Reflect.get(Object(error.cause), 'message'))).not.toContain('user:pw')
  })

  test.each([
    ['MongoServerSelectionError', 'unavailable'],
    ['MongoNetworkError', 'unavailable'],
    ['MongoPoolClearedError', 'unavailable'],
    ['MongoNetworkTimeoutError', 'timeout'],
  ])('%s is %s', (name, code) => {
    expect(toAppError(thrown(name, {})).code).toBe(code)
  })
})

describe('a connection that cannot be opened', () => {
  test.each([
    [{ code: 18 }, /username or the password/],
    [{ code: 13 }, /rights on the database/],
    [
      { cause: { servers: new Map([['h', { error: { cause: { code: 'ENOTFOUND' } } }]]) } },
      /host of the database/,
    ],
    [
      { cause: { servers: new Map([['h', { error: { cause: { code: 'CERT_HAS_EXPIRED' } } }]]) } },
      /certificate/,
    ],
    [
      { cause: { servers: new Map([['h', { error: { cause: { code: 'ECONNREFUSED' } } }]]) } },
      /cannot be reached/,
    ],
  ])('%j says what is wrong', (members, message) => {
    const error = connectError(thrown('MongoServerSelectionError', members))
    expect(error.code).toBe('unavailable')
    expect(error.message).toMatch(message)
    expect(`${error.message} ${error.hint}`).not.toMatch(/secret|user:pw/)
  })
})
