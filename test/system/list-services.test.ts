import { expect, test } from 'vitest'
import { listServices } from '../../src/system/list-services.ts'
import { openStore, types } from './world.ts'

async function snapshot() {
  const store = await openStore()
  await store.change(async (writer) => {
    await writer.upsertService({
      name: 'system',
      type: 'system',
      mutable: false,
      deletable: false,
      config: {},
    })
    const config = { database: '/shop.db', password: 'hunter2', options: { token: 'inner', color: 'red' } }
    await writer.upsertService({ name: 'shop', type: 'box', description: 'd', config })
  })
  return store.snapshot()
}

test('lists the records of the wire, secrets masked', async () => {
  const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000000Z$/)
  const rows = listServices(await snapshot(), types)
  expect(rows).toHaveLength(2)
  expect(rows[1]).toEqual({
    id: 2,
    name: 'shop',
    label: 'shop',
    description: 'd',
    is_active: true,
    type: 'box',
    mutable: true,
    deletable: true,
    created_date: date,
    last_modified_date: date,
    created_by_id: null,
    last_modified_by_id: null,
    config: {
      service_id: 2,
      database: '/shop.db',
      password: '**********',
      options: { token: '**********', color: 'red' },
    },
  })
})

test('gives the fields that are asked for, in that order', async () => {
  const services = await snapshot()
  expect(listServices(services, types, ['name', 'id'])).toEqual([
    { name: 'system', id: 1 },
    { name: 'shop', id: 2 },
  ])
  expect(listServices(services, types, ['*'])[0]).toHaveProperty('config')
})

test('refuses an unknown field with the nearest one', async () => {
  const services = await snapshot()
  expect(() => listServices(services, types, ['lable'])).toThrow(
    expect.objectContaining({ code: 'bad_request', didYouMean: ['label'] }),
  )
  expect(() => listServices(services, types, ['constructor'])).toThrow(
    expect.objectContaining({ code: 'bad_request' }),
  )
})
