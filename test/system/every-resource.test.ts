import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { systemResources } from '../../src/system/all.ts'
import { createViews } from '../../src/system/crud/views.ts'
import type { SystemStore } from '../../src/system/store.ts'
import type { SystemApi } from '../../src/system/system-api.ts'
import type { SystemResource } from '../../src/system/system-resource.ts'
import { ADMIN } from '../helpers/shop.ts'
import { everything, openFile, openStore, systemApiOf } from './world.ts'

interface Sample {
  /** Two records that may be there together. */
  readonly records: readonly [object, object]
  readonly change: object
  /** A service that its records belong to; it is the first one. */
  readonly service?: object
  /** What the first of them has to be called not to be taken. */
  readonly taken?: object
}

/** One sample a resource with an address; a resource without one fails the test below. */
const SAMPLES: Readonly<Record<string, Sample>> = {
  service: {
    records: [
      { name: 'shop', type: 'box', config: { database: '/a' } },
      { name: 'store', type: 'box', config: { database: '/b' } },
    ],
    change: { label: 'The shop' },
    taken: { name: 'SHOP', type: 'box', config: { database: '/a' } },
  },
  role: { records: [{ name: 'a' }, { name: 'b' }], change: { description: 'x' }, taken: { name: 'A' } },
  app: { records: [{ name: 'a' }, { name: 'b' }], change: { is_active: true }, taken: { name: 'A' } },
  user: {
    records: [{ email: 'a@example.com' }, { email: 'b@example.com' }],
    change: { phone: '123' },
    taken: { email: 'A@Example.com' },
  },
  admin: {
    records: [{ email: 'a@example.com' }, { email: 'b@example.com' }],
    change: { first_name: 'Ada' },
    taken: { email: 'A@Example.com' },
  },
  lookup: {
    records: [{ name: 'a', value: '1' }, { name: 'b' }],
    change: { value: '2' },
    taken: { name: 'a' },
  },
  email_template: {
    records: [{ name: 'a' }, { name: 'b', to: ['x@example.com', 'y@example.com'] }],
    change: { subject: 'Hello' },
    taken: { name: 'a' },
  },
  cors: {
    records: [{ path: 'api/*' }, { path: '*' }],
    change: { origin: 'https://a.example', method: ['GET', 'POST'] },
    taken: { path: 'API/*' },
  },
  custom: {
    records: [{ name: 'a', value: { b: [1] } }, { name: 'b' }],
    change: { value: null },
    taken: { name: 'a' },
  },
  limit: {
    records: [
      { name: 'a', type: 'instance', rate: 5, period: 'minute' },
      { name: 'b', type: 'instance', rate: 5, period: 'hour' },
    ],
    change: { rate: 6 },
    taken: { name: 'c', type: 'instance', rate: 7, period: 0 },
  },
  tool: {
    records: [toolCalled('orders_a'), toolCalled('orders_b')],
    change: { description: 'Other words.' },
    service: { name: 'shop', type: 'box', config: { database: '/a' } },
    taken: toolCalled('ORDERS_A'),
  },
}

function toolCalled(name: string) {
  return {
    name,
    service_id: 1,
    description: 'Orders of a status.',
    operation: 'get_table_data',
    parameters: [{ name: 'status', type: 'string', description: 'Of the order' }],
    arguments: { table_name: 'orders', filter: 'status = {status}' },
  }
}

/** Members of every object. */
const INHERITED = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__']

/** Every way to ask for a field beside records themselves. */
function groupsWith(field: string): Record<string, unknown>[] {
  return [
    { fields: ['id', field], group: ['id'] },
    { fields: ['id', field.toUpperCase()], group: ['id'] },
    { fields: ['id'], group: ['id', field] },
    { fields: [field], group: [field] },
    { group: [field] },
    { fields: [field], having: `${field} is not null` },
    { fields: ['id'], group: ['id'], having: `${field} is not null` },
    { fields: ['id'], group: ['id'], order: field },
    ...['COUNT', 'MIN', 'MAX', 'SUM'].flatMap((name) => [
      { fields: [`${name}(${field})`], group: ['id'] },
      { fields: [`x:${name}(${field})`] },
    ]),
    { fields: [field], distinct: true },
    { fields: ['id'], order: field, distinct: true },
  ]
}

function resourceNamed(name: string): SystemResource {
  const resource = systemResources.find((one) => one.name === name)
  if (!resource) throw new Error(`There is no resource ${name}.`)
  return resource
}

/** Not one of the accounts that are made. */
const asked = { caller: { ...ADMIN, userId: 99 }, signal: new AbortController().signal }
const addressed = systemResources
  .filter(({ hasAddress, isReadOnly }) => hasAddress && !isReadOnly)
  .map(({ name }) => name)

test('every resource with an address has a sample', () => {
  expect(Object.keys(SAMPLES).toSorted()).toEqual(addressed.toSorted())
})

describe.each(addressed)('%s', (resource) => {
  const { records, change, taken, service } = SAMPLES[resource] ?? { records: [{}, {}], change: {} }
  let store: SystemStore
  let api: SystemApi
  let ids: number[]
  /** As an address names the first record. */
  const first = () =>
    resourceNamed(resource).isByNameOnly ? String(Reflect.get(records[0], 'name')) : String(ids[0])

  beforeEach(async () => {
    store = await openStore(
      await openFile(join(await mkdtemp(join(tmpdir(), 'sluice-crud-')), 'system.sqlite')),
    )
    api = systemApiOf(store)
    if (service) await api.write('create', 'service', { records: [service] }, asked)
    ids = (await api.write('create', resource, { records }, asked)).map(({ id }) => Number(id))
  })

  test('is listed, counted and read by id', async () => {
    const page = await api.list(resource, { include_count: true, order: 'id desc' }, asked)
    expect(page.total).toBe(2)
    expect(page.rows?.map(({ id }) => id)).toEqual(ids.toReversed())
    expect(page.rows?.[1]).toEqual(await api.get(resource, first(), {}, asked))
    expect((await api.list(resource, { ids, fields: ['id'] }, asked)).returned).toBe(2)
  })

  test('comes back as it was sent, and can be sent back as it came', async () => {
    const before = await api.get(resource, first(), {}, asked)
    const id = Number(ids[0])
    await api.write('replace', resource, { id, records: [before] }, asked)
    const {
      last_modified_date: _,
      last_modified_by_id: __,
      ...rest
    } = await api.get(resource, first(), {}, asked)
    expect(before).toMatchObject(rest)
  })

  test('is changed, one and several at once', async () => {
    const [row] = await api.write('update', resource, { id: ids[0], records: [change], fields: ['*'] }, asked)
    expect(row).toMatchObject(change)
    await api
      .write('update', resource, { filter: `id = ${ids[1]}`, records: [change] }, asked)
      .catch((error: unknown) => {
        // What is to be unique cannot be given to two.
        expect(error).toMatchObject({ code: 'bad_request' })
      })
  })

  test('refuses unknown fields, fields of the server and the fields of accounts', async () => {
    for (const field of [
      'nosuch',
      'created_date',
      'created_by_id',
      'is_sys_admin',
      'api_key_hash',
      'key_text',
    ]) {
      const refused = api.write('update', resource, { id: ids[0], records: [{ [field]: 98 }] }, asked)
      await expect(refused).rejects.toMatchObject({
        code: 'bad_request',
        context: { [field]: [expect.any(String)] },
      })
    }
    const numbered = api.write('create', resource, { records: [{ ...records[0], id: 77 }] }, asked)
    await expect(numbered).rejects.toMatchObject({
      context: { resource: [{ context: { id: [expect.any(String)] } }] },
    })
  })

  test('has no second of one name', async () => {
    const twice = api.write('create', resource, { records: [taken] }, asked)
    await expect(twice).rejects.toMatchObject({ context: { error: [0], resource: [{ status_code: 409 }] } })
  })

  test('is removed, and then missing', async () => {
    await api.write('remove', resource, { ids: ids.slice(0, 1) }, asked)
    expect((await api.list(resource, { count_only: true }, asked)).count_only).toBe(1)
    const id = Number(ids[0])
    const gone = { code: 'not_found', message: `Record with identifier '${id}' not found.` }
    await expect(api.get(resource, String(id), {}, asked)).rejects.toMatchObject(gone)
    await expect(api.write('update', resource, { id, records: [change] }, asked)).rejects.toMatchObject(gone)
    await expect(api.write('remove', resource, { id }, asked)).rejects.toMatchObject(gone)
    await expect(api.write('remove', resource, { ids: [id] }, asked)).rejects.toMatchObject({
      wireCode: 1000,
    })
  })

  test('presents records that are named, whatever group is asked for', async () => {
    const { opaque } = resourceNamed(resource)
    const plain = { ids, group: ['id'], fields: ['id', ...opaque], lenient: true }
    const { rows } = await api.list(resource, plain, asked)
    expect(rows).toEqual((await api.list(resource, { fields: plain.fields }, asked)).rows)
  })

  test('shows what went well of a batch that failed as an answer shows it', async () => {
    const [id] = ids
    const answer = await api.get(resource, first(), {}, asked)
    const { last_modified_date: _, last_modified_by_id: __, ...whole } = answer
    const gone = 424_242
    const ofBatch = { wireCode: 1000, context: { error: [1], resource: [whole, { status_code: 404 }] } }
    await expect(api.list(resource, { ids: [id, gone] }, asked)).rejects.toMatchObject(ofBatch)
    const options = { ids: [id, gone], fields: ['*'], continue: true }
    for (const [verb, records] of [
      ['update', [{}]],
      ['replace', [{}]],
      ['remove', undefined],
    ] as const)
      await expect(
        api.write(verb, resource, { ...options, ...(records && { records }) }, asked),
      ).rejects.toMatchObject(ofBatch)
  })

  test('gives groups no related records', async () => {
    const { rows } = await api.list(resource, { fields: ['id', 'COUNT(*)'], group: ['id'] }, asked)
    expect(rows).toEqual(ids.map((id) => ({ id, COUNT_ALL: 1 })))
    for (const { name } of createViews(systemResources).of(resource).visible.relations)
      for (const input of [
        { fields: ['id'], group: ['id'] },
        { fields: ['id', 'COUNT(*)'], group: ['id'] },
        { fields: ['id'], having: 'id > 0' },
        { fields: ['all:COUNT(*)'] },
      ])
        await expect(api.list(resource, { ...input, related: [name] }, asked)).rejects.toMatchObject({
          code: 'bad_request',
        })
  })

  test.each(INHERITED)('does not know a field %s', async (field) => {
    const [sample] = records
    const given = JSON.parse(`{"${field}":1}`)
    const refusal = { code: 'bad_request', message: expect.stringContaining(`Unknown field '${field}'.`) }
    const changed = api.write('update', resource, { id: ids[0], records: [given] }, asked)
    await expect(changed).rejects.toMatchObject(refusal)
    const created = api.check(resource, JSON.parse(`{"${field}":1,${JSON.stringify(sample).slice(1)}`))
    await expect(created).rejects.toMatchObject(refusal)
    for (const input of [
      { fields: [field] },
      { order: field },
      { filter: `${field} = 1` },
      { group: [field] },
    ])
      await expect(api.list(resource, input, asked)).rejects.toMatchObject({ code: 'bad_request' })
  })

  test('says which fields and relations there are not', async () => {
    for (const input of [
      { fields: ['nosuch'] },
      { order: 'nosuch' },
      { filter: 'nosuch = 1' },
      { related: ['nosuch'] },
      { related: ['*'] },
    ])
      await expect(api.list(resource, input, asked)).rejects.toMatchObject({ code: 'bad_request' })
  })
})

test.each(
  systemResources.flatMap(({ name, opaque, hidden }) => [...opaque, ...hidden].map((field) => [name, field])),
)('%s.%s is in no group, no aggregate and no different values', async (resource = '', field = '') => {
  const api = systemApiOf(await openStore())
  for (const input of groupsWith(field))
    await expect(api.list(resource, input, asked), JSON.stringify(input)).rejects.toMatchObject({
      code: 'bad_request',
      message: expect.stringMatching(new RegExp(field, 'i')),
    })
})

test('no order leads to records of another resource', async () => {
  const api = systemApiOf(await openStore())
  await expect(api.list('app', { order: 'role_by_role_id.name' }, asked)).rejects.toMatchObject({
    code: 'bad_request',
    message: 'Orders by related records are not supported here.',
  })
})

describe('secrets', () => {
  const SECRET = 'hunter2-hunter2-hunter2'

  test('are in no answer and in no file, for administrators too', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'sluice-secret-')), 'system.sqlite')
    const adapter = await openFile(file)
    const api = systemApiOf(await openStore(adapter))
    const answers: unknown[] = []
    const write = async (resource: string, record: object, related: string[] = []) => {
      answers.push(await api.write('create', resource, { records: [record], fields: ['*'], related }, asked))
    }
    await write('service', {
      name: 'shop',
      type: 'box',
      config: { database: '/a', password: SECRET, options: { token: SECRET, color: 'red' } },
    })
    await write('lookup', { name: 'hidden', value: SECRET, private: true })
    await write(
      'user',
      {
        email: 'a@example.com',
        password: SECRET,
        security_answer: SECRET,
        lookup_by_user_id: [{ name: 'l', value: SECRET, private: true }],
      },
      ['lookup_by_user_id'],
    )
    await write('admin', { email: 'b@example.com', password: SECRET })
    await write('role', { name: 'r', lookup_by_role_id: [{ name: 'l', value: SECRET, private: true }] }, [
      'lookup_by_role_id',
    ])
    for (const resource of addressed) {
      answers.push(await api.list(resource, {}, asked))
      answers.push(await api.list(resource, { include_schema: true }, asked))
    }
    for (const resource of ['service', 'lookup', 'app', 'user', 'admin', 'role']) {
      const failed = api.list(resource, { ids: [1, 2, 424_242], continue: true }, asked)
      answers.push(await failed.catch((error: unknown) => Object(error).context))
    }
    answers.push(
      await api.list(
        'role',
        { related: ['lookup_by_role_id'], related_options: { lookup_by_role_id: { fields: ['value'] } } },
        asked,
      ),
    )
    const text = JSON.stringify(answers)
    for (const part of [SECRET, '$argon2', 'v1:', '$encrypted', 'password":"$'])
      expect(text).not.toContain(part)
    expect(text).toContain('"password":"**********"')
    expect(await everything(adapter)).not.toContain(SECRET)
  })

  test('stay when the mask comes back, and change when something else does', async () => {
    const store = await openStore()
    const api = systemApiOf(store)
    const config = { database: '/a', password: SECRET, options: { token: 'inner', color: 'red' } }
    await api.write('create', 'service', { records: [{ name: 'shop', type: 'box', config }] }, asked)
    const shown = await api.get('service', 'shop', {}, asked)
    await api.write('replace', 'service', { id: 1, records: [shown] }, asked)
    expect(store.snapshot().serviceByName.get('shop')?.config).toEqual(config)
    const change = (change: object) =>
      api.write('update', 'service', { id: 1, records: [{ config: change }] }, asked)
    await change({ password: 'new', options: { token: '**********', color: 'blue' } })
    expect(store.snapshot().serviceByName.get('shop')?.config).toEqual({
      ...config,
      password: 'new',
      options: { token: 'inner', color: 'blue' },
    })
    await change({ password: null })
    await expect(change({ password: '**********' })).rejects.toMatchObject({
      context: { 'config.password': [expect.any(String)] },
    })
  })

  test('a private lookup does not become public by itself', async () => {
    const api = systemApiOf(await openStore())
    await api.write('create', 'lookup', { records: [{ name: 'a', value: SECRET, private: true }] }, asked)
    const change = (record: object) =>
      api.write('update', 'lookup', { id: 1, records: [record], fields: ['value'] }, asked)
    await expect(change({ private: false })).rejects.toMatchObject({
      context: { value: [expect.any(String)] },
    })
    await expect(change({ private: false, value: '**********' })).rejects.toMatchObject({
      code: 'bad_request',
    })
    expect(await change({ private: false, value: 'open' })).toEqual([{ value: 'open' }])
  })
})
