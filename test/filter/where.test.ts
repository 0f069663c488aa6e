import { describe, expect, test } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import { filterFromWhere } from '../../src/filter/from-where.ts'
import { parseFilter } from '../../src/filter/parse.ts'

/** Without the places in the text. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null, (key, inner) => (key === 'position' ? undefined : inner)))
}

describe('a filter as data', () => {
  test.each([
    [{ column: 'a', op: '=', value: 'x' }, "a = 'x'"],
    [{ field: 'a', operator: '>=', value: 5 }, 'a >= 5'],
    [{ a: 'x' }, "a = 'x'"],
    [{ a: 'x', b: 2 }, "a = 'x' and b = 2"],
    [{ a: true }, 'a = true'],
    [{ a: null }, 'a is null'],
    [{ column: 'a', op: '!=', value: null }, 'a is not null'],
    [{ a: [1, 2] }, 'a in (1,2)'],
    [{ column: 'a', op: 'NOT_IN', value: ['x'] }, "a not in ('x')"],
    [{ column: 'a', op: 'between', value: [1, 2] }, 'a between 1 and 2'],
    [{ column: 'a', op: 'starts_with', value: '5%' }, "a starts with '5%'"],
    [{ column: 'a', op: 'is_not_null' }, 'a is not null'],
    [{ not: { a: 1 } }, 'not a = 1'],
    [[{ a: 1 }, { b: 2 }], 'a = 1 and b = 2'],
    [{ or: [{ a: 1 }, { and: [{ b: 2 }, { c: 3 }] }] }, 'a = 1 or (b = 2 and c = 3)'],
    [{ column: 'customer.region', op: '=', value: 'x' }, "customer.region = 'x'"],
  ])('%j means %s', (where, text) => {
    expect(plain(filterFromWhere(where))).toEqual(plain(parseFilter(text)))
  })

  test('nothing is no filter', () => {
    expect([filterFromWhere([]), filterFromWhere({}), filterFromWhere({ and: [] })]).toEqual(
      Array(3).fill(undefined),
    )
  })

  test.each(["x' or '1'='1", ':name', '{user.id}', 'null', '(1,2)', 'b = 2'])(
    'the text %s stays a text',
    (value) => {
      expect(filterFromWhere({ a: value })).toMatchObject({ op: '=', value: { kind: 'text', value } })
    },
  )

  test.each([
    ['an unknown operator', { column: 'a', op: 'similar', value: 1 }, 'Operators:'],
    ['an unknown key', { column: 'a', op: '=', valeu: 1 }, 'valeu'],
    ['no value', { column: 'a', op: '=' }, 'one value'],
    ['an object as a value', { a: { gt: 1 } }, 'one value'],
    ['a list for one value', { column: 'a', op: '=', value: [1] }, 'one value'],
    ['an empty list', { a: [] }, 'a list of values'],
    ['three bounds', { column: 'a', op: 'between', value: [1, 2, 3] }, 'two values'],
    ['an empty or, which would be nothing', { or: [] }, 'at least one'],
    ['an empty not', { not: {} }, 'a condition'],
    ['no name', { column: ' ', value: 1 }, 'the name of a column'],
    ['no object', 'a = 1', 'an object'],
    ['too many conditions', Array.from({ length: 2_000 }, () => ({ a: 1 })), '1000 conditions'],
    ['two columns', { column: 'id', field: 'name', value: 1 }, 'column or field, not both'],
    ['two operators', { column: 'id', op: '=', operator: '<', value: 1 }, 'op or operator, not both'],
    [
      'too many levels',
      Array.from({ length: 30 }).reduce((inner) => ({ not: inner }), { a: 1 }),
      '20 levels',
    ],
  ])('%s is refused', (_name, where, told) => {
    let error: unknown
    try {
      filterFromWhere(where)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(AppError)
    const { code, message, hint } = error as AppError
    expect(code).toBe('bad_request')
    expect(`${message} ${hint}`).toContain(told)
  })
})
