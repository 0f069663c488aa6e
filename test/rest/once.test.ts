import { beforeEach, describe, expect, test } from 'vitest'
import { type Door, openDoor, READER_KEY } from './door.ts'

let door: Door
beforeEach(async () => {
  door = await openDoor()
})

const post = (address: string, payload: unknown, key: string, apiKey = 'admin-key') =>
  door.ask(`shop/${address}`, {
    method: 'POST',
    payload: JSON.stringify(payload),
    headers: { 'x-dreamfactory-api-key': apiKey, 'content-type': 'application/json', 'idempotency-key': key },
  })
const count = async () => (await door.ask('shop/_table/customers?count_only=true')).body
const dan = { resource: [{ name: 'Dan', region: 'x' }] }

describe('Idempotency-Key', () => {
  test('the same request again gets the same answer, and is not carried out again', async () => {
    const first = await post('_table/customers', dan, 'k1')
    expect(first).toMatchObject({ status: 200, body: { resource: [{ id: 4 }] } })
    expect(first.headers['idempotency-replayed']).toBeUndefined()
    const again = await post('_table/customers', dan, 'k1')
    expect(again).toMatchObject({
      status: 200,
      body: first.body,
      headers: { 'idempotency-replayed': 'true' },
    })
    expect(await count()).toBe(4)
    await post('_table/customers', dan, 'k2')
    expect(await count()).toBe(5)
  })

  test('many at once are carried out once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => post('_table/customers', dan, 'k1')))
    expect(await count()).toBe(4)
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true)
    expect(answers.some(({ status }) => status === 200)).toBe(true)
  })

  test('another request under the key is refused', async () => {
    await post('_table/customers', dan, 'k1')
    for (const [address, body] of [
      ['_table/customers', { resource: [{ name: 'Eve', region: 'x' }] }],
      ['_table/customers?fields=*', dan],
      ['_table/orders', dan],
    ] as const) {
      expect(await post(address, body, 'k1')).toMatchObject({
        status: 409,
        body: { error: { context: { reason: 'other_request' } } },
      })
    }
    expect(await count()).toBe(4)
  })

  test.each([
    ['in the address', '_table/customers?dry_run=true', dan],
    ['beside the records', '_table/customers', { ...dan, dry_run: true }],
  ])('a dry run, asked for %s, does not use the key up, nor is it told again', async (_, address, body) => {
    expect((await post(address, body, 'k1')).body).toMatchObject({ dry_run: true, affected: 1 })
    expect((await post('_table/customers', dan, 'k1')).status).toBe(200)
    expect((await post(address, body, 'k1')).body).toMatchObject({ dry_run: true, affected: 1 })
    expect(await count()).toBe(4)
  })

  test('what failed before anything was kept may be tried again', async () => {
    const bad = { resource: [{ region: 'x' }] }
    expect((await post('_table/customers', bad, 'k1')).status).toBe(400)
    expect((await post('_table/customers', dan, 'k1')).status).toBe(200)
    expect(await count()).toBe(4)
  })

  test('a batch of which a part was kept is not carried out again', async () => {
    const mixed = { resource: [{ name: 'Dan', region: 'x' }, { region: 'x' }] }
    const first = await post('_table/customers?continue=true', mixed, 'k1')
    expect(first.status).toBe(400)
    expect(await post('_table/customers?continue=true', mixed, 'k1')).toMatchObject({
      status: 400,
      body: first.body,
      headers: { 'idempotency-replayed': 'true' },
    })
    expect(await count()).toBe(4)
  })

  test('a key is one caller’s own', async () => {
    await post('_table/customers', dan, 'k1')
    const other = await post('_table/customers', dan, 'k1', READER_KEY)
    expect(other.status).toBeGreaterThanOrEqual(400)
    expect(other.headers['idempotency-replayed']).toBeUndefined()
  })

  test('holds for several steps too, and for what is read by POST it means nothing', async () => {
    const steps = [{ operation: 'create', table: 'customers', record: { name: 'Dan', region: 'x' } }]
    const first = await post('_batch', { steps }, 'k1')
    expect((await post('_batch', { steps }, 'k1')).body).toEqual(first.body)
    expect(await count()).toBe(4)
    const read = () => post('_table/customers?method=GET', { limit: 1 }, 'k3')
    expect([(await read()).status, (await read()).headers['idempotency-replayed']]).toEqual([200, undefined])
  })

  test.each(['', ' ', 'a b', 'ü', 'x'.repeat(256)])('%j is no key', async (key) => {
    const answer = await post('_table/customers', dan, key)
    expect(answer.status).toBe(400)
    expect(await count()).toBe(3)
  })
})
