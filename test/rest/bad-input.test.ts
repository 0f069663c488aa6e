import { beforeAll, describe, expect, test } from 'vitest'
import { type Door, openDoor } from './door.ts'

let door: Door
beforeAll(async () => {
  door = await openDoor()
})

const ask = (method: 'GET' | 'POST' | 'PATCH', address: string, payload?: unknown) =>
  door.ask(`shop/${address}`, {
    method,
    headers: { 'x-dreamfactory-api-key': 'admin-key', 'content-type': 'application/json' },
    ...(payload === undefined ? {} : { payload: JSON.stringify(payload) }),
  })
const told = async (answer: ReturnType<typeof ask>) => {
  const { status, body } = await answer
  return [status, JSON.stringify(body)]
}
const refused = (name: string) => [400, expect.stringContaining(name)]

describe('a wrong value of a parameter is refused by its name', () => {
  test.each([
    ['wrap', 'x'],
    ['rollback', 'x'],
    ['continue', 'x'],
    ['distinct', 'x'],
    ['as_list', 'x'],
    ['group', ','],
    ['order', ','],
    ['related', ','],
    ['id_field', ','],
    ['id_field', 'nosuch'],
    ['offset', '-1'],
    ['params', 'x'],
    ['ids', ','],
  ])('%s=%s', async (name, value) => {
    expect(await told(ask('GET', `_table/orders?${name}=${value}`))).toEqual(refused(name))
  })

  test.each([
    ['formulas', 'x'],
    ['bom', 'x'],
  ])('%s=%s with CSV', async (name, value) => {
    expect(await told(ask('GET', `_table/orders?accept=csv&${name}=${value}`))).toEqual(refused(name))
  })

  test.each<[string, unknown]>([
    ['limit', {}],
    ['limit', true],
    ['offset', 1.5],
    ['params', 5],
    ['params', [1]],
    ['continue', 5],
    ['rollback', []],
    ['count_only', 5],
    ['count_only', {}],
    ['fields', {}],
    ['ids', []],
    ['resource', 5],
    ['resource', 'x'],
  ])('%s in a body as %j', async (name, value) => {
    expect(await told(ask('POST', '_table/orders?method=GET', { [name]: value }))).toEqual(refused(name))
  })

  test.each([
    ['_schema?fields=nosuch', 'nosuch'],
    ['_table?fields=nosuch', 'nosuch'],
    ['?as_access_list=x', 'as_access_list'],
    ['?as_list=x', 'as_list'],
  ])('%s', async (address, name) => {
    expect(await told(ask('GET', address))).toEqual(refused(name))
  })

  test('continue and rollback together, in reads as in writes', async () => {
    const both = await told(ask('GET', '_table/orders?ids=1&continue=true&rollback=true'))
    expect(both).toEqual(refused('Rollback and continue'))
  })
})

describe('a schema that is wrong makes nothing', () => {
  const field = (given: object) => ({
    field: [
      { name: 'id', type: 'id' },
      { name: 'a', type: 'string', ...given },
    ],
  })

  test.each<[string, object]>([
    ['length', field({ length: 0 })],
    ['length', field({ length: 1e12 })],
    ['precision', field({ type: 'decimal', precision: 0 })],
    ['scale', field({ type: 'decimal', precision: 5, scale: 9 })],
    ['default', field({ type: 'integer', default: 'x' })],
    ['default', field({ type: 'boolean', default: 'x' })],
    ['default', field({ type: 'decimal', default: '1.2.3' })],
    ['auto_increment', field({ auto_increment: 'x' })],
    ['match', field({ validation: { match: { regexp: '(' } } })],
    ['name_field', { ...field({}), name_field: 'nosuch' }],
    ['version_field', { ...field({}), version_field: 'nosuch' }],
    ['primary_key', { ...field({}), primary_key: ['a'] }],
    ['primary_key', { ...field({}), primary_key: 5 }],
  ])('%s of %j', async (name, given) => {
    expect(await told(ask('POST', '_schema', { resource: [{ name: 'wrong', ...given }] }))).toEqual(
      refused(name),
    )
    expect((await ask('GET', '_schema/wrong')).status).toBe(404)
  })

  test('check_exist', async () => {
    const body = { resource: [{ name: 'wrong', ...field({}) }] }
    expect(await told(ask('POST', '_schema?check_exist=maybe', body))).toEqual(refused('check_exist'))
  })

  test.each([
    ['_schema/orders', { name: 'other' }],
    ['_schema/orders', { name: 'other', primary_key: ['id'] }],
    ['_schema/orders/_field/status', { name: 'other' }],
  ])('another name than in the address: %s', async (address, body) => {
    expect(await told(ask('PATCH', address, body))).toEqual(refused("'name'"))
  })
})

test('a description is taken as it was given, and no other key', async () => {
  const { body } = await ask('GET', '_schema/orders')
  expect((await ask('PATCH', '_schema/orders', { name: 'orders', ...Object(body) })).status).toBe(200)
  expect(await told(ask('PATCH', '_schema/orders', { primary_key: ['total'] }))).toEqual(
    refused('primary_key'),
  )
  const answer = await told(ask('PATCH', '_schema/orders/_field/total', { is_primary_key: true }))
  expect(answer).toEqual(refused('key'))
})

test('ids choose fields of a table, and name only those that are there', async () => {
  const chosen = await ask('GET', '_schema/orders/_field?ids=total,ID&as_list=true')
  expect(chosen.body).toEqual({ resource: ['total', 'id'] })
  expect((await ask('GET', '_schema/orders/_field?ids=nosuch')).status).toBe(404)
})
