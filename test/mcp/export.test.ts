import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { eventsOf } from './events.ts'
import { ACCEPT, call, modern, openScene, post, type Scene } from './scene.ts'

let scene: Scene
let role: string
beforeEach(async () => {
  role = 'reader'
  scene = await openScene({ sessions: { most: 2, idleMs: 60_000 } })
})
afterEach(async () => {
  vi.useRealTimers()
  await scene.app.close()
})

/** The link that comes with some rows. */
async function linkTo(args: object, from = scene): Promise<Record<string, string>> {
  const { message } = await post(from, call('get_table_data', { table_name: 'orders', limit: 1, ...args }), {
    role,
  })
  const [, link] = message.result.content
  expect(link).toMatchObject({
    type: 'resource_link',
    uri: expect.stringMatching(/^sluice:\/\/shop\/export\//),
  })
  return link
}

const reading = (uri: string) => ({ jsonrpc: '2.0', id: 9, method: 'resources/read', params: { uri } })

async function read(uri: string, as = role, from = scene) {
  return (await post(from, reading(uri), { role: as })).message
}

const textOf = async (uri: string) => (await read(uri)).result.contents[0].text

describe('a link to all rows', () => {
  test('comes when asked for, and leads to all of them', async () => {
    const link = await linkTo({
      format: 'csv_link',
      filter: "status = 'paid'",
      fields: ['id', 'total'],
      order: 'id DESC',
    })
    expect(link).toMatchObject({ name: 'orders.csv', mimeType: 'text/csv' })
    expect(await read(String(link.uri))).toEqual({
      jsonrpc: '2.0',
      id: 9,
      result: {
        contents: [{ uri: link.uri, mimeType: 'text/csv', text: 'id,total\n6,\n3,30.25\n1,10.5\n' }],
      },
    })
    const { message } = await post(scene, call('get_table_data', { table_name: 'orders' }))
    expect(message.result.content).toHaveLength(1)
  })

  test('is to the rows of a filter as data, too', async () => {
    const where = {
      and: [
        { column: 'status', op: '=', value: 'paid' },
        { column: 'id', op: '<', value: 6 },
      ],
    }
    const { uri = '' } = await linkTo({ format: 'json_link', where, fields: ['id'], order: 'id' })
    expect(JSON.parse(await textOf(uri))).toEqual([{ id: 1 }, { id: 3 }])
    const both = { filter: "status = 'paid'", where: [{ column: 'id', op: '>', value: 2 }], fields: ['id'] }
    const narrowed = await linkTo({ format: 'csv_link', order: 'id', ...both })
    expect(await textOf(String(narrowed.uri))).toBe('id\n3\n6\n')
  })

  test('gives JSON as well', async () => {
    const { uri = '' } = await linkTo({ format: 'json_link', fields: ['id'], order: 'id' })
    expect(JSON.parse(await textOf(uri))).toEqual([1, 2, 3, 4, 5, 6].map((id) => ({ id })))
    const none = await linkTo({ format: 'json_link', filter: 'id > 99' })
    expect(JSON.parse(await textOf(String(none.uri)))).toEqual([])
  })

  test('is read page by page, each row once', async () => {
    const service = await scene.services.open('shop', new AbortController().signal)
    const signal = new AbortController().signal
    const { tableByName } = await service.schema({ signal })
    const table = tableByName.get('customers')
    if (!table) throw new Error('no customers')
    const rows = Array.from({ length: 2_500 }, (_, index) => ({
      id: 100 + index,
      name: `N "${index}",\n\u2028`,
      region: 'x',
    }))
    await service.adapter.insert({ table, rows, returning: [] }, { signal })
    const { uri = '' } = await linkTo({
      table_name: 'customers',
      format: 'json_link',
      filter: 'id >= 100',
    })
    const read: { id: number; name: string }[] = JSON.parse(await textOf(uri))
    expect(read.map(({ id }) => id)).toEqual(rows.map(({ id }) => id))
    expect(read[7]?.name).toBe(rows[7]?.name)
  })

  test.each([{ ids: [1] }, { related: 'customers_by_customer_id' }, { count_only: true }])(
    'does not go with %j',
    async (args) => {
      const { message } = await post(
        scene,
        call('get_table_data', { table_name: 'orders', format: 'csv_link', ...args }),
      )
      expect(message.result).toMatchObject({
        isError: true,
        content: [{ text: expect.stringContaining('bad_request: A link to all rows goes with filter') }],
      })
    },
  )

  test('is not told to whoever may not read', async () => {
    role = 'clerk'
    const { message } = await post(
      scene,
      call('get_table_data', { table_name: 'secret_salaries', format: 'csv_link' }),
      { role },
    )
    expect(message.result.isError).toBe(true)
    expect(JSON.stringify(message)).not.toContain('resource_link')
  })
})

describe('a link', () => {
  const refused = { error: { code: -32_602, message: expect.stringContaining('There is no such resource') } }

  test('is nothing to others, be they administrators', async () => {
    const { uri = '' } = await linkTo({ format: 'csv_link' })
    expect(await read(uri, 'admin')).toMatchObject(refused)
  })

  test('that was changed is none', async () => {
    const { uri = '' } = await linkTo({ format: 'csv_link' })
    const middle = uri.length - 20
    const other = `${uri.slice(0, middle)}${uri[middle] === 'A' ? 'B' : 'A'}${uri.slice(middle + 1)}`
    for (const changed of [
      other,
      uri.slice(0, -1),
      `${uri}A`,
      `${uri}/`,
      'sluice://shop/export/',
      'sluice://shop/export/x',
    ])
      expect(await read(changed), changed).toMatchObject(refused)
  })

  test('ends after a quarter of an hour', async () => {
    const { uri = '' } = await linkTo({ format: 'csv_link' })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 15 * 60_000 + 1 })
    expect(await read(uri)).toMatchObject(refused)
  })

  test('is read under the rules of the moment', async () => {
    const { uri = '' } = await linkTo({ table_name: 'customers', format: 'csv_link' })
    await scene.app.close()
    // The same caller, whose role has become another one.
    const { callerFor } = await import('./scene.ts')
    const reader = callerFor('reader')
    const authenticate = async () => ({ ...reader, policy: callerFor('clerk').policy })
    scene = await openScene({ authenticate })
    const { error } = await read(uri)
    expect(error).toMatchObject({ code: -32_603, message: expect.stringMatching(/^(?:forbidden|not_found)/) })
    expect(JSON.stringify(error)).not.toContain('Ann')
  })
})

describe('both ways answer alike', () => {
  test('in 2025 and in 2026', async () => {
    const slow = await openScene({ fastPath: false, services: scene.services })
    const { uri = '' } = await linkTo({ format: 'csv_link' })
    expect(await read(uri, role, slow)).toEqual(await read(uri))
    const { message, headers } = modern(reading(uri))
    const sent = { role, headers: { ...headers, 'mcp-name': uri } }
    const [ours, theirs] = [await post(scene, message, sent), await post(slow, message, sent)]
    expect(ours.message).toEqual(theirs.message)
    expect(ours.message.result).toMatchObject({ ttlMs: 0, cacheScope: 'private', resultType: 'complete' })
    expect(await linkTo({ format: 'csv_link' }, slow)).toMatchObject({ name: 'orders.csv' })
    await slow.app.close()
  })

  test('in a session', async () => {
    const { uri = '' } = await linkTo({ format: 'csv_link' })
    const send = async (message: object, more = {}) =>
      await fetch(await scene.url(), {
        method: 'POST',
        headers: {
          accept: ACCEPT,
          'content-type': 'application/json',
          'x-dreamfactory-api-key': role,
          ...more,
        },
        body: JSON.stringify(message),
      })
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'test', version: '1' },
    }
    const hello = await send({ jsonrpc: '2.0', id: 1, method: 'initialize', params })
    const session = { 'mcp-session-id': String(hello.headers.get('mcp-session-id')) }
    await hello.text()
    const { value } = await eventsOf(await send(reading(uri), session)).next()
    expect(value).toEqual(await read(uri))
  })
})
