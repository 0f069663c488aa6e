import { expect, test } from 'vitest'
import type { AggregateFunction, Filter } from '../../../src/core/database/query.ts'
import { calm, type Engine, equals, present, rowsOf, useScene } from '../scene.ts'

const everything: Filter = { op: 'and', all: [] }
const nothing: Filter = { op: 'or', all: [] }

export function aggregates(engine: Engine): void {
  const scene = useScene(engine)
  const compute = async (name: AggregateFunction, table: string, field: string, where = everything) => {
    const rows = await scene.read(table, { aggregates: [{ function: name, field, alias: 'result' }], where })
    expect(rows).toHaveLength(1)
    return present(rows[0]).result
  }

  test('COUNT of * counts rows', async () => {
    expect(await compute('COUNT', 'customers', '*')).toBe(6)
  })

  test('COUNT of a field leaves nulls out', async () => {
    expect(await compute('COUNT', 'customers', 'score')).toBe(4)
  })

  test('COUNT_DISTINCT counts each value once and leaves nulls out', async () => {
    expect(await compute('COUNT_DISTINCT', 'customers', 'score')).toBe(3)
    expect(await compute('COUNT_DISTINCT', 'customers', 'city')).toBe(4)
  })

  test('COUNT of nothing is 0', async () => {
    expect(await compute('COUNT', 'customers', '*', nothing)).toBe(0)
    expect(await compute('COUNT', 'customers', 'score', nothing)).toBe(0)
    expect(await compute('COUNT_DISTINCT', 'types', 'words')).toBe(0)
  })

  test('SUM adds integers', async () => {
    expect(await compute('SUM', 'customers', 'score')).toBe(80)
  })

  test('SUM adds decimals as decimals', async () => {
    expect(await compute('SUM', 'orders', 'total')).toBe(180.54)
    expect(await compute('SUM', 'orders', 'total', { op: '<', field: 'total', value: 1 })).toBe(0.3)
  })

  test('SUM adds big integers without losing digits', async () => {
    await scene.insert('types', [{ big: 9007199254740993n }, { big: 2n }, { big: null }])
    expect(await compute('SUM', 'types', 'big')).toBe('9007199254740995')
  })

  test('AVG divides by the values that are there', async () => {
    expect(Number(await compute('AVG', 'customers', 'score'))).toBe(20)
    expect(Number(await compute('AVG', 'orders', 'number'))).toBe(1.5)
  })

  test.each(['SUM', 'AVG', 'MIN', 'MAX'] as const)('%s of nothing is null', async (name) => {
    expect(await compute(name, 'customers', 'score', nothing)).toBeNull()
    expect(await compute(name, 'customers', 'score', equals('id', 4))).toBeNull()
  })

  test('MIN and MAX of numbers', async () => {
    expect(await compute('MIN', 'customers', 'score')).toBe(10)
    expect(await compute('MAX', 'customers', 'score')).toBe(30)
    expect(await compute('MIN', 'customers', 'credit')).toBe(-5.25)
    expect(await compute('MAX', 'customers', 'credit')).toBe(1000)
  })

  test('MIN and MAX of text go by code point', async () => {
    expect(await compute('MIN', 'customers', 'name')).toBe('Ada Lovelace')
    expect(await compute('MAX', 'customers', 'name')).toBe('李小龍')
  })

  test('MIN and MAX of dates and timestamps', async () => {
    expect(await compute('MIN', 'orders', 'ordered_on')).toBe('2023-11-05')
    expect(await compute('MAX', 'orders', 'ordered_on')).toBe('2024-12-31')
    expect(await compute('MAX', 'customers', 'created_at')).toBe('2024-01-06 08:00:00')
  })

  test('MAX of big integers keeps every digit', async () => {
    expect(await compute('MAX', 'types', 'big')).toBe('9007199254740993')
  })

  test('looks only at the rows that match', async () => {
    expect(await compute('COUNT', 'orders', '*', equals('status', 'paid'))).toBe(4)
    expect(await compute('SUM', 'customers', 'score', equals('is_active', false))).toBe(40)
  })

  test('computes several at once, in the asked order', async () => {
    const rows = await scene.read('customers', {
      aggregates: [
        { function: 'MAX', field: 'score', alias: 'best' },
        { function: 'COUNT', field: '*', alias: 'n' },
        { function: 'COUNT', field: 'email', alias: 'with_email' },
        { function: 'MIN', field: 'city', alias: 'first city' },
      ],
    })
    expect(rows).toEqual([{ best: 30, n: 6, with_email: 4, 'first city': 'London' }])
    expect(Object.keys(present(rows[0]))).toEqual(['best', 'n', 'with_email', 'first city'])
  })

  test('gives the same as JSON text', async () => {
    const query = scene.query('types', {
      aggregates: [
        { function: 'SUM', field: 'big', alias: 'sum' },
        { function: 'COUNT', field: '*', alias: 'n' },
      ],
    })
    const rows = rowsOf(await scene.adapter.select({ ...query, as: 'json' }, calm))
    expect(rows).toEqual([{ sum: '9007199254740995', n: 3 }])
  })

  test('an alias may hold quotes', async () => {
    const alias = `it's "n"; --`
    const rows = await scene.read('tags', { aggregates: [{ function: 'COUNT', field: '*', alias }] })
    expect(rows).toEqual([{ [alias]: 3 }])
  })
}
