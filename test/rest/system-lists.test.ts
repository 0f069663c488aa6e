import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

let house: House
let token: string

const ROLES = {
  adder: [{ service: 'system', component: 'custom/*', verbs: ['GET', 'POST'] }],
  changer: [{ service: 'system', component: 'custom/*', verbs: ['GET', 'PATCH'] }],
  counter: [{ service: 'system', component: 'limit/*', verbs: ['GET'] }],
}

beforeAll(async () => {
  house = await openHouse(ROLES)
  const body = { email: 'admin@example.com', password: 'a-long-enough-password' }
  const answer = await house.rest('POST', '/api/v2/system/admin/session', { body })
  token = Object(answer.body).session_token
})

afterAll(() => house.close())

const admin = async (method: string, path: string, body?: unknown) => {
  const headers = { 'x-dreamfactory-session-token': token }
  const answer = await house.rest(method, `/api/v2/system/${path}`, { headers, body })
  return { status: answer.status, body: Object(answer.body) }
}
const as = async (role: string, method: string, path: string, body?: unknown) =>
  (await house.rest(method, `/api/v2/system/${path}`, { key: keyOf(role), body })).status
const values = (...names: string[]) => ({ resource: names.map((name) => ({ name, value: name })) })

describe('custom', () => {
  const kept = async () => (await admin('GET', 'custom?as_list=true')).body.resource

  test('has the options of lists, by name', async () => {
    await admin('POST', 'custom', values('b', 'a', '1', 'c'))
    const list = async (query: string) => (await admin('GET', `custom?${query}`)).body
    expect(await list('limit=1&offset=1&include_count=true')).toEqual({
      resource: [{ name: 'a', value: 'a' }],
      meta: { count: 4 },
    })
    expect(await list('count_only=true')).toEqual(Object(4))
    expect((await list('ids=c,a')).resource.map(Object).map(({ name }: { name: string }) => name)).toEqual([
      'c',
      'a',
    ])
    expect(await list('order=name desc&as_list=true')).toEqual({ resource: ['c', 'b', 'a', '1'] })
    expect((await list('fields=name,id&limit=1')).resource).toEqual([{ id: 3, name: '1' }])
    for (const wrong of ['fields=nmae', 'order=nmae', 'filter=nmae=1', 'related=nosuch'])
      expect((await admin('GET', `custom?${wrong}`)).status, wrong).toBe(400)
  })

  test('is found by name alone', async () => {
    expect((await admin('GET', 'custom/1')).body).toEqual(Object('1'))
    expect((await admin('GET', 'custom/2')).status).toBe(404)
    await admin('DELETE', 'custom/1')
    expect((await admin('DELETE', 'custom/2')).status).toBe(404)
  })

  test('keeps nothing of a request that fails, or with continue what went well', async () => {
    const wrong = { resource: [{ name: 'a', value: 'other' }, { name: 'new' }, { value: 1 }] }
    expect((await admin('POST', 'custom', wrong)).body.error).toMatchObject({
      context: { error: [2] },
      message: expect.stringContaining('All changes rolled back.'),
    })
    expect(await kept()).toEqual(['a', 'b', 'c'])
    expect((await admin('GET', 'custom/a')).body).toEqual(Object('a'))
    expect((await admin('PATCH', 'custom?continue=true', wrong)).body.error.context.error).toEqual([2])
    expect(await kept()).toEqual(['a', 'b', 'c', 'new'])
    expect((await admin('GET', 'custom/A')).body).toEqual(Object('other'))
  })

  test('is removed by names, in the body too, and by a filter, all or nothing', async () => {
    expect((await admin('DELETE', 'custom?ids=a,nosuch')).status).toBe(404)
    expect((await admin('DELETE', 'custom', { resource: [{ nmae: 'a' }] })).status).toBe(400)
    for (const nothing of ['custom', 'custom?force=true'])
      expect((await admin('DELETE', nothing)).body.error.message).toBe(
        'No filter or records given for delete request.',
      )
    expect(await kept()).toEqual(['a', 'b', 'c', 'new'])
    const { body } = await admin('DELETE', 'custom', { resource: [{ name: 'a' }, { name: 'b' }] })
    expect(body).toEqual({ resource: [{ name: 'a' }, { name: 'b' }] })
    await admin('DELETE', 'custom?filter=name=c')
    expect(await kept()).toEqual(['new'])
  })

  test('takes the right to change what is there, and to add what is not', async () => {
    expect(await as('adder', 'POST', 'custom', values('new'))).toBe(400)
    expect(await as('adder', 'POST', 'custom', values('more'))).toBe(201)
    expect(await as('changer', 'PATCH', 'custom', values('other'))).toBe(400)
    expect(await as('changer', 'PATCH', 'custom', values('more'))).toBe(200)
    expect(await kept()).toEqual(['more', 'new'])
  })
})

describe('lists that are no tables', () => {
  test('have the options of lists', async () => {
    const list = async (path: string) => (await admin('GET', path)).body
    const types = await list('service_type?as_list=true')
    expect(await list('service_type?count_only=true')).toEqual(Object(types.resource.length))
    expect(await list('service_type?order=group desc,name desc&limit=1&offset=1&fields=name')).toEqual({
      resource: [{ name: 'system' }],
    })
    expect(await list('service_type?ids=sqlite,pgsql&fields=name&include_count=true')).toEqual({
      resource: [{ name: 'sqlite' }, { name: 'pgsql' }],
      meta: { count: 2 },
    })
    expect(await list('cache?fields=name,type')).toEqual({ resource: [{ name: 'shop', type: 'sqlite' }] })
    expect(await list('cache?count_only=true')).toEqual(Object(1))
  })

  test.each(['service_type', 'cache', 'limit_cache'])(
    '%s refuses the options it does not have',
    async (path) => {
      for (const wrong of [
        'fields=nmae',
        'order=nmae',
        'filter=name=x',
        'related=x',
        'having=x',
        'ids=404404',
      ])
        expect((await admin('GET', `${path}?${wrong}`)).status, wrong).toBe(
          wrong.startsWith('ids') ? 404 : 400,
        )
    },
  )
})

test('limits are read with their counters, by those who may read these', async () => {
  const limit = { name: 'all', type: 'instance', rate: 10_000, period: 'day' }
  await admin('POST', 'limit', { resource: [limit] })
  await admin('GET', 'role')
  const related = 'related=limit_cache_by_limit_id'
  const { body } = await admin('GET', `limit?${related}&fields=name`)
  expect(body.resource).toEqual([
    {
      name: 'all',
      limit_cache_by_limit_id: [
        expect.objectContaining({ id: 1, key: 'instance.day', max: 10_000, attempts: 1, remaining: 9_999 }),
      ],
    },
  ])
  expect((await admin('GET', `limit/1?${related},service_by_service_id`)).body).toMatchObject({
    id: 1,
    service_by_service_id: null,
    limit_cache_by_limit_id: [{ max: 10_000 }],
  })
  expect(await as('counter', 'GET', 'limit')).toBe(200)
  expect(await as('counter', 'GET', `limit?${related}`)).toBe(403)
  expect(await as('counter', 'GET', `limit/1?${related}`)).toBe(403)
})
