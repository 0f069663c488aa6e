import { expect, test } from 'vitest'
import type { Filter } from '../../../src/core/database/query.ts'
import { type Engine, equals, useScene } from '../scene.ts'

const not = (filter: Filter): Filter => ({ op: 'not', filter })
const and = (...all: Filter[]): Filter => ({ op: 'and', all })
const or = (...all: Filter[]): Filter => ({ op: 'or', all })
const isNull = (field: string): Filter => ({ op: 'is_null', field })
const everyone = [1, 2, 3, 4, 5, 6]

export function filtering(engine: Engine): void {
  const scene = useScene(engine)

  test.each([
    ['=', [3, 5]],
    ['!=', [1, 2]],
    ['<', [1]],
    ['<=', [1, 3, 5]],
    ['>', [2]],
    ['>=', [2, 3, 5]],
  ] as const)('compares integers with %s and leaves nulls out', async (op, expected) => {
    expect(await scene.ids('customers', { op, field: 'score', value: 20 })).toEqual(expected)
  })

  test('compares text exactly, case included', async () => {
    expect(await scene.ids('customers', equals('city', 'London'))).toEqual([1, 6])
    expect(await scene.ids('customers', equals('city', 'london'))).toEqual([])
  })

  test('compares text by code point', async () => {
    expect(await scene.ids('customers', { op: '<', field: 'name', value: 'a' })).toEqual([1, 2, 6])
  })

  test('compares unicode text', async () => {
    expect(await scene.ids('customers', equals('name', '李小龍'))).toEqual([4])
    expect(await scene.ids('customers', equals('name', 'Émile 🦊 Fox'))).toEqual([5])
  })

  test('compares decimals as numbers, however they are written', async () => {
    expect(await scene.ids('customers', equals('credit', '9'))).toEqual([2])
    expect(await scene.ids('customers', equals('credit', 100.5))).toEqual([1])
    expect(await scene.ids('customers', { op: '>', field: 'credit', value: '20.00' })).toEqual([1, 6])
    expect(await scene.ids('customers', { op: '<', field: 'credit', value: 0 })).toEqual([5])
  })

  test('compares booleans', async () => {
    expect(await scene.ids('customers', equals('is_active', true))).toEqual([1, 2, 4, 6])
    expect(await scene.ids('customers', equals('is_active', false))).toEqual([3, 5])
  })

  test('compares dates and timestamps', async () => {
    expect(await scene.ids('orders', equals('ordered_on', '2024-02-29'))).toEqual([2])
    expect(await scene.ids('orders', { op: '<', field: 'ordered_on', value: '2024-01-15' })).toEqual([6])
    const since = { op: '>=', field: 'created_at', value: '2024-01-05 08:00:00' } as const
    expect(await scene.ids('customers', since)).toEqual([5, 6])
  })

  test('finds the values of a list', async () => {
    expect(await scene.ids('customers', { op: 'in', field: 'id', values: [5, 1, 404] })).toEqual([1, 5])
    expect(await scene.ids('customers', { op: 'in', field: 'city', values: ['Paris', 'Praha'] })).toEqual([
      3, 5,
    ])
    expect(await scene.ids('customers', { op: 'in', field: 'credit', values: ['9.00', 19.99] })).toEqual([
      2, 4,
    ])
  })

  test('finds nothing in an empty list, and everything outside it', async () => {
    const empty: Filter = { op: 'in', field: 'score', values: [] }
    expect(await scene.ids('customers', empty)).toEqual([])
    expect(await scene.ids('customers', not(empty))).toEqual(everyone)
  })

  test('finds the values of a list of 2 000', async () => {
    const values = Array.from({ length: 2000 }, (_, n) => n + 3)
    expect(await scene.ids('customers', { op: 'in', field: 'id', values })).toEqual([3, 4, 5, 6])
  })

  test('tells nulls from the rest', async () => {
    expect(await scene.ids('customers', isNull('email'))).toEqual([4, 6])
    expect(await scene.ids('customers', not(isNull('email')))).toEqual([1, 2, 3, 5])
  })

  test('leaves a comparison with null unknown under NOT', async () => {
    expect(await scene.ids('customers', not(equals('score', 20)))).toEqual([1, 2])
    expect(await scene.ids('customers', not({ op: 'in', field: 'score', values: [20, 30] }))).toEqual([1])
    expect(await scene.ids('customers', not(not(equals('score', 20))))).toEqual([3, 5])
  })

  test('leaves a text match with null unknown under NOT', async () => {
    const example: Filter = { op: 'contains', field: 'email', value: 'a' }
    expect(await scene.ids('customers', example)).toEqual([1, 2, 3, 5])
    expect(await scene.ids('customers', not(example))).toEqual([])
  })

  test('joins unknown and known by three-valued logic', async () => {
    const unknownAndFalse = and(equals('score', 1), equals('id', 404))
    expect(await scene.ids('customers', not(unknownAndFalse))).toEqual(everyone)
    const unknownOrTrue = or(equals('score', 1), equals('id', 4))
    expect(await scene.ids('customers', unknownOrTrue)).toEqual([4])
    const unknownOrFalse = or(equals('score', 1), equals('id', 404))
    expect(await scene.ids('customers', not(unknownOrFalse))).toEqual([1, 2, 3, 5])
  })

  test('matches everything with an empty AND, nothing with an empty OR', async () => {
    expect(await scene.ids('customers', and())).toEqual(everyone)
    expect(await scene.ids('customers', or())).toEqual([])
    expect(await scene.ids('customers', not(and()))).toEqual([])
    expect(await scene.ids('customers', not(or()))).toEqual(everyone)
  })

  test('keeps AND and OR apart as they are nested', async () => {
    const london = equals('city', 'London')
    const [first, second] = [equals('id', 1), equals('id', 2)]
    expect(await scene.ids('customers', and(london, or(first, second)))).toEqual([1])
    expect(await scene.ids('customers', or(and(london, first), second))).toEqual([1, 2])
    expect(await scene.ids('customers', and(not(or(first, second)), london))).toEqual([6])
  })

  test('takes a filter nested 30 deep', async () => {
    expect(await scene.ids('customers', nested(30))).toEqual([3])
  })

  test('a filter nested deeper than the engine can is refused', async () => {
    const found = await scene.ids('customers', nested(600)).catch((error) => error.code)
    expect([[3], 'bad_request']).toContainEqual(found)
  })

  test('takes a filter of 500 comparisons', async () => {
    const many = Array.from({ length: 500 }, (_, n) => equals('id', n + 5))
    expect(await scene.ids('customers', or(...many))).toEqual([5, 6])
  })
}

/** Matches the row 3, in a third as many ANDs and twice as many NOTs. */
function nested(depth: number): Filter {
  const layers = Array.from({ length: depth / 3 })
  return layers.reduce<Filter>((inner) => and(not(not(inner))), equals('id', 3))
}
