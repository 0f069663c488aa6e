import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

const ALL = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const held = [{ name: 'status', operator: '!=', value: 'canary-held' }]

let house: House
const start = async (roles: Readonly<Record<string, readonly object[]>>) => {
  house = await openHouse({ everything: [{ component: '*', verbs: ALL }], ...roles })
}
afterEach(() => house.close())

const rest = (role: string, method: string, path: string, body?: object) =>
  house.rest(method, `/api/v2/shop/${path}`, { key: keyOf(role), ...(body && { body }) })
const status = async (...asked: Parameters<typeof rest>) => (await rest(...asked)).status
const toPay = (force = true) =>
  rest('everything', 'PATCH', `_schema/secret_salaries?force=${force}`, { new_name: 'pay' })

describe('a table with another name is not opened by it', () => {
  test('where a role is kept out by the old name and let in by a star', async () => {
    await start({
      reader: [
        { component: '_table/*', verbs: ['GET'] },
        { component: '_table/secret_salaries/*', verbs: [] },
      ],
    })
    const refused = await toPay()
    expect([refused.status, refused.text]).toEqual([409, expect.not.stringContaining('canary')])
    expect(await status('reader', 'GET', '_table/pay')).toBe(404)
    expect(await status('reader', 'GET', '_table/secret_salaries')).toBe(404)
    expect(await status('everything', 'GET', '_table/secret_salaries')).toBe(200)
  })

  test('where a role is kept out by the beginning of the old name', async () => {
    await start({
      reader: [
        { component: '_table/*', verbs: ['GET'] },
        { component: '_table/secret*', verbs: [] },
      ],
    })
    expect((await toPay()).status).toBe(409)
    expect(await status('reader', 'GET', '_table/pay')).toBe(404)
    const other = { new_name: 'secret_pay' }
    expect(await status('everything', 'PATCH', '_schema/secret_salaries?force=true', other)).toBe(200)
    expect(await status('reader', 'GET', '_table/secret_pay')).toBe(404)
  })

  test('where a rule is for one of its records', async () => {
    await start({
      reader: [
        { component: '_table/*', verbs: ['GET'] },
        { component: '_table/orders/4', verbs: [] },
      ],
    })
    expect(await status('everything', 'PATCH', '_schema/orders?force=true', { new_name: 'sales' })).toBe(409)
    expect(await status('reader', 'GET', '_table/orders/4')).not.toBe(200)
  })

  test('where a role is let in by the new name', async () => {
    await start({ payer: [{ component: '_table/pay/*', verbs: ['GET'] }] })
    expect((await toPay()).status).toBe(409)
    expect(await status('payer', 'GET', '_table/pay')).toBe(404)
  })

  test('where the filter of its rows stays behind', async () => {
    await start({
      desk: [
        { component: '_table/*', verbs: ['GET'] },
        { component: '_table/orders/*', verbs: ['GET'], filters: held },
      ],
    })
    expect(await status('everything', 'PATCH', '_schema/orders?force=true', { new_name: 'sales' })).toBe(409)
    expect((await rest('desk', 'GET', '_table/orders')).text).not.toContain('canary-held')
  })

  test('it goes where both names have the same rules', async () => {
    const both = ['orders', 'sales'].map((name) => ({
      component: `_table/${name}/*`,
      verbs: ['GET'],
      filters: held,
    }))
    await start({ desk: [{ component: '_table/*', verbs: ['GET'] }, ...both] })
    const before = (await rest('desk', 'GET', '_table/orders')).text
    expect(await status('everything', 'PATCH', '_schema/orders?force=true', { new_name: 'sales' })).toBe(200)
    expect((await rest('desk', 'GET', '_table/sales')).text).toBe(before)
    expect(before).not.toContain('canary-held')
    expect(await status('desk', 'GET', '_table/orders')).toBe(404)
  })

  test('a role that had it by its name alone has it no more, which has to be meant', async () => {
    await start({ payer: [{ component: '_table/secret_salaries/*', verbs: ['GET'] }] })
    expect((await toPay(false)).status).toBe(400)
    expect((await toPay()).status).toBe(200)
    expect(await status('payer', 'GET', '_table/pay')).not.toBe(200)
    expect(await status('payer', 'GET', '_table/secret_salaries')).not.toBe(200)
  })
})

describe('a field with another name', () => {
  test('is shown to nobody who did not see it', async () => {
    await start({ reader: [{ component: '_table/orders/*', verbs: ['GET'], fields: ['id', 'note'] }] })
    const refused = await rest('everything', 'PATCH', '_schema/orders/_field/total?force=true', {
      new_name: 'note',
    })
    expect(refused.status).toBe(409)
    expect((await rest('reader', 'GET', '_table/orders?limit=1')).body).toEqual({ resource: [{ id: 1 }] })
  })

  test('leaves a row filter that names it denying, and not without effect', async () => {
    await start({ desk: [{ component: '_table/orders/*', verbs: ALL, filters: held }] })
    const cursor = await rest('desk', 'GET', '_table/orders?order=status&limit=1&cursor=')
    const { next_cursor: next } = Object(Object(cursor.body).meta)
    expect(typeof next).toBe('string')
    const change = { new_name: 'state' }
    expect(await status('everything', 'PATCH', '_schema/orders/_field/status', change)).toBe(400)
    expect(await status('everything', 'PATCH', '_schema/orders/_field/status?force=true', change)).toBe(200)
    for (const path of ['', '/1', '/4', '?count_only=true', '?related=*', `?order=state&cursor=${next}`]) {
      const answer = await rest('desk', 'GET', `_table/orders${path}`)
      expect([path, answer.status >= 400]).toEqual([path, true])
      expect(answer.text).not.toContain('canary-held')
    }
    expect(
      await status('desk', 'PATCH', '_table/orders/1', { placed_on: '2020-01-01' }),
    ).toBeGreaterThanOrEqual(400)
    expect(await status('desk', 'DELETE', '_table/orders/6')).toBeGreaterThanOrEqual(400)
    const through = await rest('everything', 'GET', `_table/orders?order=status&limit=1&cursor=${next}`)
    expect(through.status).toBe(400)
  })
})

describe('who may', () => {
  beforeEach(() =>
    start({
      'some-rows': [
        { component: '_table/orders/*', verbs: ALL, filters: held },
        { component: '_schema/*', verbs: ALL },
      ],
      reader: [
        { component: '_table/*', verbs: ['GET'] },
        { component: '_schema/*', verbs: ALL },
      ],
      'no-schema': [{ component: '_table/*', verbs: ALL }],
    }),
  )

  test.each(['some-rows', 'reader', 'no-schema'])('a role %s renames nothing', async (role) => {
    expect(await status(role, 'PATCH', '_schema/orders?force=true', { new_name: 'mine' })).toBe(403)
    expect(await status(role, 'PATCH', '_schema/orders/_field/total?force=true', { new_name: 'mine' })).toBe(
      403,
    )
    expect(await status('everything', 'GET', '_table/orders?fields=total')).toBe(200)
  })

  test('what a tool names is renamed by administrators alone, who are told of it', async () => {
    await house.close()
    const tool = {
      name: 'paid',
      service: 'shop',
      description: 'Orders that are paid.',
      operation: 'get_table_data',
      parameters: [],
      arguments: { table_name: 'orders', limit: 4 },
    }
    house = await openHouse({ everything: [{ component: '*', verbs: ALL }] }, {}, {}, { tools: [tool] })
    const change = { new_name: 'sales' }
    for (const force of [true, false]) {
      const refused = await rest('everything', 'PATCH', `_schema/orders?force=${force}`, change)
      expect([refused.status, refused.text]).toEqual([403, expect.not.stringContaining('paid')])
    }
    expect(await status('everything', 'GET', '_table/orders')).toBe(200)
    const body = { email: 'admin@example.com', password: 'a-long-enough-password' }
    const signedIn = await house.rest('POST', '/api/v2/system/admin/session', { body })
    const headers = { 'x-dreamfactory-session-token': String(Object(signedIn.body).session_token) }
    const path = '/api/v2/shop/_schema/orders'
    const told = await house.rest('PATCH', path, { headers, body: change })
    expect([told.status, told.text]).toEqual([400, expect.stringContaining("tool 'paid'")])
    expect((await house.rest('PATCH', `${path}?force=true`, { headers, body: change })).status).toBe(200)
  })

  test('it is a PATCH of its own', async () => {
    const both = { new_name: 'mine', label: 'Mine' }
    expect(await status('everything', 'PATCH', '_schema/order_items?force=true', both)).toBe(400)
    expect(await status('everything', 'PUT', '_schema/order_items?force=true', { new_name: 'mine' })).toBe(
      400,
    )
    expect(await status('everything', 'PATCH', '_schema/order_items', { new_name: 5 })).toBe(400)
    expect(await status('everything', 'PATCH', '_schema/order_items', { new_name: null })).toBe(400)
  })
})
