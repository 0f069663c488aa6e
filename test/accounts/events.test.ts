import { afterAll, beforeAll, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'
import { ADMIN, askOf, signIn } from './people.ts'

let house: House
let token: string
const ask = (...given: Parameters<ReturnType<typeof askOf>>) => askOf(house)(...given)
const admin = async (path: string) => (await ask('GET', `system/event${path}`, { token })).body

beforeAll(async () => {
  house = await openHouse({
    clerk: [
      { service: 'system', component: 'event', verbs: ['GET'] },
      { component: '_table/orders', verbs: ['GET'] },
    ],
  })
  token = await signIn(house, 'admin', ADMIN)
})
afterAll(() => house.close())

test('as a list: a name for each verb of each address', async () => {
  const names: string[] = Object(await admin('?as_list=true')).resource
  expect(names).toEqual(
    expect.arrayContaining([
      'shop.get',
      'shop._table.{table_name}.get',
      'shop._table.{table_name}.{id}.delete',
      'system.role.post',
      'system.limit_cache.{id}.delete',
      'system.limit.{id}.exceeded',
      'system.admin.session.post',
      'user.session.post',
      'user.custom.{id}.delete',
      'shop._batch.post',
      'api_docs.{service_name}.get',
    ]),
  )
  expect(new Set(names).size).toBe(names.length)
})

test('tells what the engine of a service can do, and no more', async () => {
  const names: string[] = Object(await admin('?as_list=true&service=SHOP')).resource
  expect(names.every((name) => name.startsWith('shop.'))).toBe(true)
  expect(names.filter((name) => name.includes('_proc'))).toEqual([])
})

test('by service and address, with the tables there are', async () => {
  const events = Object(await admin('?service=shop')).shop
  expect(events['shop._table.{table_name}']).toEqual({
    type: 'api',
    endpoints: ['get', 'post', 'put', 'patch', 'delete'].map((verb) => `shop._table.{table_name}.${verb}`),
    parameter: { table_name: expect.arrayContaining(['orders', 'secret_salaries']) },
  })
  expect(events.shop).toEqual({ type: 'api', endpoints: ['shop.get'], parameter: {} })
  expect(Object.keys(Object(await admin('')))).toEqual(['api_docs', 'shop', 'system', 'user'])
})

test('services alone, and the names of scripts', async () => {
  expect(await admin('?services_only=true')).toEqual({ resource: ['api_docs', 'shop', 'system', 'user'] })
  const names: string[] = Object(await admin('?service=user&scriptable=true&as_list=true')).resource
  expect(names.slice(0, 3)).toEqual(['user.get.pre_process', 'user.get.post_process', 'user.get.queued'])
})

test('others are told of what they reach', async () => {
  const key = keyOf('clerk')
  const { body } = await ask('GET', 'system/event', { key })
  expect(Object.keys(Object(body))).toEqual(['shop', 'system'])
  expect(Object(body).shop['shop._schema.{table_name}'].parameter).toEqual({ table_name: ['orders'] })
  const unknown = await ask('GET', 'system/event?service=nosuch', { key })
  const unreached = await ask('GET', 'system/event?service=user', { key })
  expect([unknown.status, unreached.status]).toEqual([404, 404])
  expect(unreached.text).toBe(unknown.text.replace('nosuch', 'user'))
})

test('a service that does not open is listed without tables', async () => {
  const record = { name: 'gone', type: 'sqlite', is_active: true, config: { database: './gone.sqlite' } }
  await ask('POST', 'system/service', { token, body: { resource: [record] } })
  const { gone } = Object(await admin('?service=gone'))
  expect(gone['gone._table.{table_name}'].parameter).toEqual({ table_name: [] })
})
