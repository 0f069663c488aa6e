import { expect, test } from 'vitest'
import { aggregateRecords } from '../../../src/operations/database/aggregate-records.ts'
import { serviceOn } from '../../helpers/shop.ts'
import { type Engine, useScene } from '../scene.ts'

const n = { function: 'COUNT', field: '*', alias: 'n' }
const revenue = { function: 'SUM', field: 'total', alias: 'revenue' }

/** Groups of moments, by parts of their dates, and what having compares them with. */
export function dateBuckets(engine: Engine): void {
  const scene = useScene(engine)
  const ask = async (table_name: string, request: object) =>
    (await serviceOn(scene.adapter).run(aggregateRecords, { table_name, ...request })).rows
  const ofOrders = (unit: string) =>
    ask('orders', { aggregates: [n], group_by: [`${unit}(ordered_on)`], order: `ordered_on_${unit}` })

  const keys = async (unit: string) => (await ofOrders(unit)).map((row) => row[`ordered_on_${unit}`])

  // 2024-12-31 is in the first week of 2025.
  test('groups by weeks of ISO 8601', async () => {
    expect(await keys('week')).toEqual([null, '2023-W44', '2024-W03', '2024-W09', '2025-W01'])
  })

  test('groups by parts of dates, in the order of time, null among them', async () => {
    const months = await ask('orders', { aggregates: [n, revenue], group_by: ['month(ordered_on)'] })
    expect(months).toEqual([
      { ordered_on_month: null, n: 1, revenue: null },
      { ordered_on_month: '2023-11', n: 1, revenue: null },
      { ordered_on_month: '2024-01', n: 1, revenue: 50 },
      { ordered_on_month: '2024-02', n: 1, revenue: 20.25 },
      { ordered_on_month: '2024-03', n: 3, revenue: 100.29 },
      { ordered_on_month: '2024-12', n: 1, revenue: 10 },
    ])
    expect(await keys('year')).toEqual([null, '2023', '2024'])
    expect(await keys('quarter')).toEqual([null, '2023-Q4', '2024-Q1', '2024-Q4'])
    expect(await keys('day')).toEqual([
      null,
      '2023-11-05',
      '2024-01-15',
      '2024-02-29',
      '2024-03-01',
      '2024-03-02',
      '2024-12-31',
    ])
  })

  test.each([
    ['year', "ordered_on_year = '2024'", ['2024']],
    ['quarter', "ordered_on_quarter != '2024-Q1'", ['2023-Q4', '2024-Q4']],
    ['month', "ordered_on_month between '2024-01' and '2024-02'", ['2024-01', '2024-02']],
    ['month', "n > 1 and ordered_on_month in ('2024-03', '2024-12')", ['2024-03']],
    ['week', "ordered_on_week > '2024-W03'", ['2024-W09', '2025-W01']],
    ['day', "not ordered_on_day >= '2024-03-01'", ['2023-11-05', '2024-01-15', '2024-02-29']],
    ['month', 'ordered_on_month is null', [null]],
  ] as const)('having compares a %s as it is shown: %s', async (unit, having, found) => {
    const rows = await ask('orders', { aggregates: [n], group_by: [`${unit}(ordered_on)`], having })
    expect(rows.map((row) => row[`ordered_on_${unit}`])).toEqual(found)
  })

  test('having on a part of a date says what that looks like', async () => {
    const asked = { aggregates: [n], group_by: ['m:month(ordered_on)'], having: "m = 'March'" }
    await expect(ask('orders', asked)).rejects.toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining("such as '2026-03'"),
    })
  })

  test('groups moments by hours, under a name of their own', async () => {
    const rows = await ask('customers', { aggregates: [n], group_by: ['at:hour(created_at)'], limit: 2 })
    expect(rows).toEqual([
      { at: '2024-01-01 08:00', n: 1 },
      { at: '2024-01-02 08:00', n: 1 },
    ])
    const group_by = ['at:hour(created_at)']
    const one = await ask('customers', { aggregates: [n], group_by, having: "AT = '2024-01-02 08:00'" })
    expect(one).toEqual([{ at: '2024-01-02 08:00', n: 1 }])
  })
}
