import { beforeEach, describe, expect, test } from 'vitest'
import { tableNamed } from '../../src/system/records.ts'
import { role } from '../../src/system/resources/role.ts'
import type { SystemStore } from '../../src/system/store.ts'
import type { SystemApi } from '../../src/system/system-api.ts'
import { ADMIN } from '../helpers/shop.ts'
import { engines } from './engines.ts'
import { openStore, systemApiOf } from './world.ts'

const now = () => ({ caller: ADMIN, signal: new AbortController().signal })
let asked = now()

describe.each(engines)('records of the system on $name', ({ open }) => {
  let store: SystemStore
  let api: SystemApi

  beforeEach(async () => {
    asked = now()
    store = await openStore(await open())
    api = systemApiOf(store)
  })

  const create = (resource: string, ...records: object[]) => api.write('create', resource, { records }, asked)
  const read = (resource: string, id: string) => api.get(resource, id, {}, asked)

  test('a role is made, read by id and by name, changed and removed', async () => {
    expect(await create('role', { name: 'clerk', is_active: true })).toEqual([{ id: 1 }])
    const made = await read('role', 'clerk')
    expect(made).toEqual(await read('role', '1'))
    expect(made).toMatchObject({ id: 1, name: 'clerk', description: null, is_active: true })
    expect(made.created_date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000000Z$/)
    expect(store.snapshot().roleById.get(1)?.name).toBe('clerk')
    await api.write('update', 'role', { id: 1, records: [{ ...made, description: 'sells' }] }, asked)
    expect(await read('role', '1')).toMatchObject({ description: 'sells', is_active: true })
    expect(await api.write('remove', 'role', { id: 1, fields: ['name'] }, asked)).toEqual([{ name: 'clerk' }])
    await expect(read('role', 'clerk')).rejects.toMatchObject({ code: 'not_found' })
    expect(store.snapshot().roleById.size).toBe(0)
  })

  test.each([
    [{ name: 'a', nmae: 'b' }, { nmae: ["Unknown field 'nmae'. Did you mean 'name'?"] }],
    [{ description: 'x' }, { name: ['The name field is required.'] }],
    [{ name: ' ' }, { name: ['The name field is required.'] }],
    [{ name: 'x'.repeat(65) }, { name: ['The name field must not be greater than 64 characters.'] }],
    [{ name: 'a', is_active: 'perhaps' }, { is_active: ['The is_active field must be true or false.'] }],
    [{ name: 'a', id: 5 }, { id: ['The id field is written by the server only.'] }],
    [
      { name: 'a', created_by_id: 5 },
      { created_by_id: ['The created_by_id field is written by the server only.'] },
    ],
  ])('refuses the record %j, by field', async (record, context) => {
    await expect(create('role', record)).rejects.toMatchObject({
      wireCode: 1000,
      context: { error: [0], resource: [{ status_code: 400, context }] },
    })
    expect(store.snapshot().roleById.size).toBe(0)
  })

  test('a name in an address is read in any case, and a number is an id first', async () => {
    await create('role', { name: '2' }, { name: 'night_shift' }, { name: 'nightXshift' })
    const idOf = (identifier: string) => api.idOf('role', identifier, asked)
    expect(await Promise.all(['2', '1', 'NIGHT_SHIFT', 'nightxshift'].map(idOf))).toEqual([2, 1, 2, 3])
    await api.write('remove', 'role', { id: 2 }, asked)
    expect(await idOf('2')).toBe(1)
    for (const missing of ['night%', 'night_shift', '99', ''])
      await expect(idOf(missing)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('a limit has what its type counts by, and nothing else', async () => {
    const limit = { name: 'a', type: 'instance.role', rate: 5, period: 2 }
    const refused = {
      resource: [{ context: { role_id: ['role_id must be specified with this limit type. Limit: a'] } }],
    }
    await expect(create('limit', limit)).rejects.toMatchObject({ context: refused })
    await create('role', { name: 'r' })
    await create('limit', { ...limit, role_id: 1, endpoint: 'x', verb: 'get' })
    const made = {
      role_id: 1,
      endpoint: null,
      verb: 'GET',
      period: 'day',
      key_text: 'instance.role:1.verb:GET.day',
    }
    expect(await read('limit', '1')).toMatchObject(made)
    await expect(create('limit', { ...limit, verb: 'BREW' })).rejects.toMatchObject({
      context: { resource: [{ context: { verb: ['Verb is invalid or not allowed.'] } }] },
    })
  })

  test('a name is taken in any case among thousands that begin alike', async () => {
    const stamps = { created_date: '2026-01-01 00:00:00', last_modified_date: '2026-01-01 00:00:00' }
    const names = [...Array.from({ length: 1_200 }, (_, at) => `shift_%${at}`), 'shift_%']
    const rows = names.map((name) => ({ name, is_active: true, ...stamps }))
    await store.database.insert(
      { table: tableNamed(role.table), rows, returning: [] },
      { signal: asked.signal },
    )
    await expect(create('role', { name: 'SHIFT_%' })).rejects.toMatchObject({ wireCode: 1000 })
    expect(await create('role', { name: 'shift__' })).toHaveLength(1)
  })

  test('names are taken in any case', async () => {
    await create('role', { name: 'Clerk' })
    const taken = {
      error: [0],
      resource: [{ status_code: 409, context: { name: ['The name has already been taken.'] } }],
    }
    await expect(create('role', { name: 'clerk' })).rejects.toMatchObject({ context: taken })
    await expect(create('role', { name: 'clerks' })).resolves.toHaveLength(1)
  })

  test('of a batch nothing stays, or with continue what went well', async () => {
    const records = [{ name: 'a' }, { name: 'a' }, { name: 'b' }]
    await expect(api.write('create', 'role', { records }, asked)).rejects.toMatchObject({
      context: { error: [1] },
    })
    expect(store.snapshot().roleById.size).toBe(0)
    const goOn = api.write('create', 'role', { records, continue: true }, asked)
    await expect(goOn).rejects.toMatchObject({ context: { error: [1] } })
    expect([...store.snapshot().roleById.values()].map(({ name }) => name)).toEqual(['a', 'b'])
  })

  test('children are made, changed, moved and removed; those not named stay', async () => {
    await create('service', { name: 'shop', type: 'box', is_active: true, config: { database: '/a' } })
    const rule = { service_id: 1, verb_mask: 1, requestor_mask: 1 }
    const access = (...role_service_access_by_role_id: object[]) => ({ role_service_access_by_role_id })
    await create(
      'role',
      { name: 'a', ...access({ ...rule, component: 'x' }, { ...rule, component: 'y' }) },
      { name: 'b' },
    )
    const rules = (id: number) =>
      store
        .snapshot()
        .roleById.get(id)
        ?.rules.map(({ component }) => component)
    expect(rules(1)).toEqual(['x', 'y'])
    const change = (...items: object[]) =>
      api.write(
        'update',
        'role',
        { id: 1, records: [access(...items)], fields: ['id'], related: ['role_service_access_by_role_id'] },
        asked,
      )
    await change({ id: 1, component: 'z' })
    expect(rules(1)).toEqual(['z', 'y'])
    await change({ id: 2, role_id: 2 })
    expect([rules(1), rules(2)]).toEqual([['z'], ['y']])
    const [answer] = await change({ id: 1, role_id: null }, { ...rule, component: 'new' })
    expect(rules(1)).toEqual(['new'])
    expect(answer).toMatchObject({
      id: 1,
      role_service_access_by_role_id: [{ role_id: 1, component: 'new' }],
    })
    await expect(change({ id: 99, component: 'q' })).rejects.toMatchObject({ code: 'not_found' })
    await expect(change({ service_id: 99 })).rejects.toMatchObject({
      code: 'bad_request',
      context: { service_id: [expect.any(String)] },
    })
  })

  test.each(['_table/cust*/*', '*/employees/*', '**', 'a*b'])(
    'a rule about %s is refused: its star would stand for itself',
    async (component) => {
      const rule = { component, verb_mask: 0, requestor_mask: 1 }
      await expect(
        create('role', { name: 'starred', role_service_access_by_role_id: [rule] }),
      ).rejects.toThrow()
      expect(store.snapshot().roleById.size).toBe(0)
    },
  )

  test('a role in use names its users, unless it is to go anyway', async () => {
    await create('role', { name: 'a' })
    await create('app', { name: 'till', role_id: 1 })
    const remove = (options: object) => api.write('remove', 'role', { id: 1, ...options }, asked)
    await expect(remove({})).rejects.toMatchObject({
      code: 'conflict',
      message: "'a' is used by the apps 'till'.",
    })
    await remove({ force: true })
    expect(store.snapshot().apps).toMatchObject([{ name: 'till', roleId: undefined }])
  })

  test('force empties no table', async () => {
    await create('role', { name: 'a' })
    await expect(api.write('remove', 'role', { force: true }, asked)).rejects.toMatchObject({
      code: 'bad_request',
    })
    expect(store.snapshot().roleById.size).toBe(1)
  })

  test('an app has a key that is told, replaced on request and found at once', async () => {
    const [made] = await api.write(
      'create',
      'app',
      { records: [{ name: 'till', is_active: true }], fields: ['*'] },
      asked,
    )
    expect(made?.api_key).toMatch(/^[0-9a-f]{64}$/)
    expect(made).not.toHaveProperty('api_key_hash')
    const change = (record: object, options = {}) =>
      api.write('update', 'app', { id: 1, records: [record], fields: ['api_key'], ...options }, asked)
    expect((await change({ api_key: '**********' }))[0]?.api_key).toBe(made?.api_key)
    expect((await change({}, { regenerate: true }))[0]?.api_key).not.toBe(made?.api_key)
    await expect(change({ api_key: 'short' })).rejects.toMatchObject({
      context: { api_key: [expect.any(String)] },
    })
    const own = 'k'.repeat(64)
    expect((await change({ api_key: own }))[0]).toEqual({ api_key: own, launch_url: '' })
    expect(store.snapshot().appByKeyHash.size).toBe(1)
  })

  test('what is stored encrypted can be neither filtered nor ordered by', async () => {
    for (const input of [
      { filter: "api_key like 'v1%'" },
      { order: 'api_key' },
      { group: ['api_key'], fields: ['api_key'] },
    ])
      await expect(api.list('app', input, asked)).rejects.toMatchObject({ code: 'bad_request' })
    for (const input of [{ filter: "api_key_hash = 'x'" }, { fields: ['api_key_hash'] }])
      await expect(api.list('app', input, asked)).rejects.toMatchObject({ code: 'bad_request' })
  })
})
