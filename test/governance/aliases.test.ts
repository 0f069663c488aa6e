import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

const VERBS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

let house: House
beforeEach(async () => {
  house = await openHouse({
    everything: [{ component: '*', verbs: VERBS }],
    limited: [
      { component: '*', verbs: VERBS },
      { component: '_table/secret_salaries', verbs: [] },
      { component: '_schema/secret_salaries', verbs: [] },
    ],
  })
  const aliased = await house.rest('PATCH', '/api/v2/shop/_schema/secret_salaries', {
    key: keyOf('everything'),
    body: { alias: 'wages' },
  })
  expect(aliased.status).toBe(200)
})
afterEach(() => house.close())

describe('the alias of a table that a role does not see', () => {
  test.each([
    ['GET', '_table/NAME'],
    ['POST', '_table/NAME'],
    ['GET', '_schema/NAME'],
    ['PATCH', '_schema/NAME'],
    ['DELETE', '_schema/NAME'],
    ['DELETE', '_schema?ids=NAME'],
    ['POST', '_import/NAME'],
    ['OPTIONS', '_table/NAME'],
  ])('%s %s answers as for a name of nothing', async (method, path) => {
    const answer = async (name: string) => {
      const body = method === 'POST' || method === 'PATCH' ? { resource: [{ id: 1, label: 'x' }] } : undefined
      const { status, text, headers } = await house.rest(
        method,
        `/api/v2/shop/${path.replace('NAME', name)}`,
        {
          key: keyOf('limited'),
          body,
        },
      )
      return { status, text: text.replaceAll(name, 'X'), allow: headers.allow }
    }
    const told = await answer('wages')
    expect(told).toEqual(await answer('nopes'))
    expect(told.text).not.toContain('secret_salaries')
  })

  test('is no way to it in a batch or through MCP', async () => {
    const steps = [{ operation: 'list', table: 'wages' }]
    const batch = await house.rest('POST', '/api/v2/shop/_batch', { key: keyOf('limited'), body: { steps } })
    const tool = await house.tool('get_table_data', { table_name: 'wages' }, keyOf('limited'))
    for (const { text } of [batch, tool]) {
      expect(text).not.toContain('secret_salaries')
      expect(text).not.toContain('hidden_amount')
    }
    expect(batch.status).toBe(404)
  })

  test('works for those who see the table', async () => {
    const { status } = await house.rest('GET', '/api/v2/shop/_table/wages', { key: keyOf('everything') })
    expect(status).toBe(200)
  })
})

describe('a filter without a condition', () => {
  test.each(['', ' ', '\n'])('%j writes nothing, by any door', async (filter) => {
    const key = keyOf('everything')
    const rows = async () => (await house.rest('GET', '/api/v2/shop/_table/order_items', { key })).text
    const before = await rows()
    for (const step of [
      { operation: 'delete', table: 'order_items', filter },
      { operation: 'update', table: 'order_items', filter, record: { quantity: 77 } },
    ]) {
      const { status, text } = await house.rest('POST', '/api/v2/shop/_batch', {
        key,
        body: { steps: [step] },
      })
      expect([status, text]).toEqual([400, expect.stringContaining('filter')])
    }
    await house.tool('delete_records', { table_name: 'order_items', filter }, key)
    await house.tool(
      'update_records',
      { table_name: 'order_items', filter, records: [{ quantity: 77 }] },
      key,
    )
    await house.rest('DELETE', `/api/v2/shop/_table/order_items?filter=${encodeURIComponent(filter)}`, {
      key,
    })
    await house.rest('PATCH', `/api/v2/shop/_table/order_items?filter=${encodeURIComponent(filter)}`, {
      key,
      body: { resource: [{ quantity: 77 }] },
    })
    expect(await rows()).toBe(before)
  })
})
