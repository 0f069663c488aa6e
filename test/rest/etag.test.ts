import { beforeEach, describe, expect, test } from 'vitest'
import { type Door, openDoor } from './door.ts'

let door: Door
beforeEach(async () => {
  door = await openDoor()
})

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD'
const ask = (method: Method, address: string, headers: Record<string, string> = {}, payload?: unknown) =>
  door.ask(`shop/_table/${address}`, {
    method,
    headers: { 'x-dreamfactory-api-key': 'admin-key', 'content-type': 'application/json', ...headers },
    ...(payload === undefined ? {} : { payload: JSON.stringify(payload) }),
  })
const tagOf = async (address: string) => String((await ask('GET', address)).headers.etag)

describe('ETag', () => {
  test('is strong, the same until the record changes, and another one then', async () => {
    const tag = await tagOf('orders/1')
    expect(tag).toMatch(/^"[\w-]{27}"$/)
    expect(await tagOf('orders/1')).toBe(tag)
    expect(await tagOf('orders/1?fields=*')).toBe(tag)
    expect((await ask('HEAD', 'orders/1')).headers.etag).toBe(tag)
    expect(await tagOf('orders/2')).not.toBe(tag)
    await ask('PATCH', 'orders/1', {}, { status: 'x' })
    expect(await tagOf('orders/1')).not.toBe(tag)
  })

  test('is not there when only some fields are', async () => {
    expect((await ask('GET', 'orders/1?fields=id')).headers.etag).toBeUndefined()
    expect((await ask('GET', 'orders')).headers.etag).toBeUndefined()
  })

  test('If-None-Match answers 304 without a body', async () => {
    const tag = await tagOf('orders/1')
    for (const known of [tag, `W/${tag}`, `"x", ${tag}`, '*']) {
      const answer = await ask('GET', 'orders/1', { 'if-none-match': known })
      expect(answer).toMatchObject({ status: 304, headers: { etag: tag } })
      expect(answer.body).toBeFalsy()
    }
    expect((await ask('GET', 'orders/1', { 'if-none-match': '"x"' })).status).toBe(200)
    expect((await ask('GET', 'orders/1?related=*', { 'if-none-match': tag })).status).toBe(200)
    expect((await ask('GET', 'orders/99', { 'if-none-match': tag })).status).toBe(404)
  })
})

describe('the answer to a change', () => {
  test.each(['PATCH', 'PUT'] as const)('of %s has the ETag that the record has now', async (method) => {
    const whole = await ask(method, 'orders/1?fields=*', {}, { status: 'a' })
    expect(whole.headers.etag).toBe(await tagOf('orders/1'))
    const matched = await ask(method, 'orders/1', { 'if-match': String(whole.headers.etag) }, { status: 'b' })
    expect(matched.headers.etag).toBe(await tagOf('orders/1'))
    expect(matched.headers.etag).not.toBe(whole.headers.etag)
    const again = await ask(method, 'orders/1', { 'if-match': String(matched.headers.etag) }, { status: 'c' })
    expect(again.status).toBe(200)
  })

  test('has none where nobody knows the record', async () => {
    expect((await ask('PATCH', 'orders/1', {}, { status: 'a' })).headers.etag).toBeUndefined()
    expect((await ask('DELETE', 'orders/6?fields=*')).headers.etag).toBeUndefined()
  })
})

describe('If-Match', () => {
  test.each([
    ['PATCH', { status: 'mine' }],
    ['PUT', { status: 'mine' }],
    ['DELETE', undefined],
  ] as const)(
    '%s works on the record that was read, and fails on one that has changed',
    async (method, body) => {
      const tag = await tagOf('orders/6')
      await ask('PATCH', 'orders/6', {}, { status: 'theirs' })
      expect(await ask(method, 'orders/6', { 'if-match': tag }, body)).toMatchObject({
        status: 412,
        body: { error: { code: 412, message: 'The record is not as it was when you read it.' } },
      })
      expect((await ask('GET', 'orders/6')).body).toMatchObject({ status: 'theirs' })
      expect(
        (await ask(method, 'orders/6', { 'if-match': `"x", ${await tagOf('orders/6')}` }, body)).status,
      ).toBe(200)
    },
  )

  test('* is any record that is there', async () => {
    expect((await ask('PATCH', 'orders/1', { 'if-match': '*' }, { status: 'x' })).status).toBe(200)
    expect((await ask('PATCH', 'orders/99', { 'if-match': '*' }, { status: 'x' })).status).toBe(404)
  })

  test('makes no record, where writing one that is missing would', async () => {
    door = await openDoor({ allowUpsert: true })
    expect((await ask('PUT', 'orders/99', { 'if-match': '*' }, { customer_id: 1 })).status).toBe(412)
    expect((await ask('PUT', 'orders/99', {}, { customer_id: 1 })).status).toBe(200)
  })

  test('of two writers with one tag, one wins', async () => {
    const tag = await tagOf('orders/1')
    const writes = ['a', 'b', 'c'].map((status) => ask('PATCH', 'orders/1', { 'if-match': tag }, { status }))
    expect((await Promise.all(writes)).map(({ status }) => status).toSorted()).toEqual([200, 412, 412])
  })

  test.each([
    ['PATCH', 'orders?ids=1,2', { resource: [{ status: 'x' }] }],
    ['DELETE', 'orders?ids=1', undefined],
    ['POST', 'orders', { resource: [{ customer_id: 1 }] }],
  ] as const)('%s %s has no place for it', async (method, address, body) => {
    expect(await ask(method, address, { 'if-match': '"x"' }, body)).toMatchObject({
      status: 400,
      body: { error: { message: 'If-Match is for one record: address it by its id.' } },
    })
  })

  test.each(['x', '"x', 'W/x', '"x" y', '"x", *'])('%j is refused', async (tags) => {
    expect((await ask('PATCH', 'orders/1', { 'if-match': tags }, { status: 'x' })).status).toBe(400)
  })

  test('a weak tag is never the same', async () => {
    const tag = await tagOf('orders/1')
    expect((await ask('PATCH', 'orders/1', { 'if-match': `W/${tag}` }, { status: 'x' })).status).toBe(412)
  })
})
