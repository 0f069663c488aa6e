import { once } from 'node:events'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openMemory } from '../../adapters/database/memory/open.ts'
import type { DatabaseAdapter } from '../../src/core/database/adapter.ts'
import { AppError } from '../../src/core/errors.ts'
import { csvLines, csvOfJson } from '../../src/rest/csv.ts'
import { ADMIN_KEY, as, type Door, NOBODY_KEY, openDoor, READER_KEY } from './door.ts'

let door: Door
beforeEach(async () => {
  door = await openDoor()
})
afterEach(() => door.app.close())

const key = { 'x-dreamfactory-api-key': ADMIN_KEY }
const get = (address: string, accept = 'text/csv') =>
  door.app.inject({ url: `/api/v2/shop/${address}`, headers: { ...key, accept } })

describe('records as CSV', () => {
  test('have a line of names, then a line each, ended by CRLF; null is empty', async () => {
    const answer = await get('_table/orders?fields=id,total,placed_on&ids=1,6')
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'cache-control': 'no-store',
    })
    expect(answer.body).toBe('id,total,placed_on\r\n1,10.5,2025-01-05\r\n6,,\r\n')
  })

  test.each([
    ['Accept: text/csv', '_table/orders?fields=id&limit=1', 'text/csv'],
    ['accept=csv', '_table/orders?fields=id&limit=1&accept=csv', 'application/json'],
    ['accept=text/csv', '_table/orders?fields=id&limit=1&accept=text/csv', '*/*'],
    ['file=orders.csv', '_table/orders?fields=id&limit=1&file=orders.csv', 'application/json'],
  ])('come for %s', async (_how, address, accept) => {
    expect((await get(address, accept)).body).toBe('id\r\n1\r\n')
  })

  test.each([
    ['a browser', '_table/tags', 'text/html,text/csv,*/*;q=0.8'],
    ['accept=json', '_table/orders?accept=json', 'text/csv'],
    ['file=orders.json', '_table/orders?file=orders.json', 'text/csv'],
    ['JSON named last', '_table/orders', 'text/csv, application/json'],
  ])('do not come for %s', async (_how, address, accept) => {
    expect((await get(address, accept)).headers['content-type']).toBe('application/json; charset=utf-8')
  })

  test('may be kept as a file; nothing of a path or a header is in its name', async () => {
    const named = async (file: string) =>
      (await get(`_table/orders?limit=1&file=${encodeURIComponent(file)}`)).headers['content-disposition']
    expect(await named('orders.csv')).toBe(`attachment; filename="orders.csv"; filename*=UTF-8''orders.csv`)
    expect(await named('../a"b\r\n.csv')).toBe(
      `attachment; filename=".._a_b__.csv"; filename*=UTF-8''.._a%22b__.csv`,
    )
    expect(await named('účty.csv')).toBe(
      `attachment; filename="__ty.csv"; filename*=UTF-8''%C3%BA%C4%8Dty.csv`,
    )
    expect(await named('true')).toContain('orders.json')
    expect(await named('nothing')).toBeUndefined()
  })

  test('without any row are the line of names', async () => {
    expect((await get('_table/orders?fields=id,status&filter=id<0')).body).toBe('id,status\r\n')
  })

  test('take filter, order, limit, offset and related records as JSON does', async () => {
    const query =
      'filter=total>10&order=total desc&limit=2&offset=1&fields=id&related=customers_by_customer_id'
    const { body } = await get(`_table/orders?${query}&customers_by_customer_id.fields=id`)
    expect(body).toBe('id,customer_id,customers_by_customer_id\r\n4,2,"{""id"":2}"\r\n3,2,"{""id"":2}"\r\n')
  })

  test('hold groups and keys alone too', async () => {
    const groups = await get('_table/orders?group=status&fields=status,COUNT(*)&order=status')
    expect(groups.body).toBe('status,COUNT_ALL\r\ncanary-held,2\r\nnew,1\r\npaid,3\r\n')
    expect((await get('_table/orders?as_list=true&limit=2')).body).toBe('id\r\n1\r\n2\r\n')
  })

  test('tell how many there are when no limit was given and one answer does not hold them', async () => {
    const small = await openDoor({ maxRecords: 4 })
    const answer = await small.app.inject({
      url: '/api/v2/shop/_table/orders?fields=id&accept=csv',
      headers: key,
    })
    expect(answer.body).toBe('id\r\n1\r\n2\r\n3\r\n4\r\n')
    expect(answer.headers['x-total-count']).toBe('6')
    expect((await get('_table/orders')).headers).not.toHaveProperty('x-total-count')
    expect((await get('_table/orders?limit=1&include_count=1')).headers['x-total-count']).toBe('6')
  })

  test('obey the role', async () => {
    const headers = { ...as(READER_KEY).headers, accept: 'text/csv' }
    expect((await door.ask('shop/_table/customers', { headers })).status).toBe(403)
    expect((await door.ask('shop/_table/orders?limit=1&fields=id', { headers })).body).toBe('id\r\n1\r\n')
    const nobody = { ...as(NOBODY_KEY).headers, accept: 'text/csv' }
    expect((await door.ask('shop/_table/orders', { headers: nobody })).status).toBe(403)
  })

  test('answer errors as JSON', async () => {
    const answer = await get('_table/orders?fields=nothing')
    expect(answer.statusCode).toBe(400)
    expect(answer.json().error.message).toBe('Invalid field requested: nothing')
  })

  test('have no cursor', async () => {
    expect((await get('_table/orders?cursor=')).statusCode).toBe(400)
  })

  test('answer HEAD with the head alone', async () => {
    const answer = await door.app.inject({
      method: 'HEAD',
      url: '/api/v2/shop/_table/orders?accept=csv',
      headers: key,
    })
    expect([answer.statusCode, answer.body]).toEqual([200, ''])
  })
})

test('other answers come as CSV too', async () => {
  expect((await get('_table/orders/1?fields=id,status')).body).toBe('id,status\r\n1,paid\r\n')
  expect((await get('_table?as_list=true')).body.split('\r\n')[1]).toBe('customers')
  expect((await get('_table/orders?count_only=true')).body).toBe('value\r\n6\r\n')
})

describe('formulas', () => {
  const line = (value: unknown, formulas = false) =>
    csvLines([{ value }], ['value'], { formulas, bom: false })

  test.each(['=1+1', '+cmd', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '＝1', '+420 123'])(
    '%j becomes text',
    (text) => {
      expect(line(text).replaceAll(/^"|"(?=\r\n$)/g, '')).toBe(`'${text}\r\n`)
      expect(line(text, true).replaceAll(/^"|"(?=\r\n$)/g, '')).toBe(`${text}\r\n`)
    },
  )

  test.each(['-5', '-9223372036854775808', '+1.5e3', -3, '2025-01-05', 'a=b', "'x"])(
    '%j is none',
    (value) => {
      expect(line(value)).toBe(`${value}\r\n`)
    },
  )

  test('are kept when asked for, and a mark for spreadsheets is put first', async () => {
    await door.ask('shop/_table/orders', {
      method: 'POST',
      headers: { ...key, 'content-type': 'application/json' },
      payload: '[{"customer_id":1,"status":"=1"}]',
    })
    const query = '_table/orders?fields=status&order=id desc&limit=1'
    expect((await get(query)).body).toBe(`status\r\n'=1\r\n`)
    expect((await get(`${query}&formulas=true&bom=true`)).body).toBe('\uFEFFstatus\r\n=1\r\n')
  })

  test('are looked for in names as well', () => {
    expect(csvOfJson('[{"=a":1}]', { formulas: false, bom: false })).toBe(`'=a\r\n1\r\n`)
  })
})

describe('a long answer', () => {
  const ROWS = 4_000

  test('is read as it is taken, and lets go when the client leaves', async () => {
    const engine = await endless()
    const long = await openDoor({ maxRecords: 100_000_000 }, engine.adapter)
    const response = await ask(long, '_table/orders?accept=csv&limit=100000000')
    response.on('error', () => {})
    response.pause()
    let before = -1
    const isStill = () => {
      const [earlier, now] = [before, engine.parts]
      before = now
      return earlier === now
    }
    await expect.poll(isStill, { interval: 300 }).toBe(true)
    expect(engine.parts).toBeLessThan(200)
    response.destroy()
    await expect.poll(() => engine.ended).toBe(true)
    await long.app.close()
  })

  test('that fails on the way is cut, not short', async () => {
    const engine = await endless(3)
    const broken = await openDoor({ maxRecords: 100_000_000 }, engine.adapter)
    const response = await ask(broken, '_table/orders?accept=csv&limit=100000000')
    await expect(text(response)).rejects.toMatchObject({ code: 'ECONNRESET' })
    await expect.poll(() => broken.lines.at(-1)?.error?.message).toBe('The database went away.')
    await broken.app.close()
  })

  test('that fails at once is an error like any other', async () => {
    const engine = await endless(0)
    const broken = await openDoor({}, engine.adapter)
    const answer = await broken.app.inject({ url: '/api/v2/shop/_table/orders?accept=csv', headers: key })
    expect(answer.statusCode).toBe(503)
    expect(answer.json().error.message).toBe('The database went away.')
  })

  test('holds every row once, in order', async () => {
    const records = Array.from({ length: ROWS }, (_, index) => ({ customer_id: 1, status: `s${index % 7}` }))
    const long = await openDoor({ maxRecords: 10_000 })
    await long.ask('shop/_table/orders', {
      method: 'POST',
      headers: { ...key, 'content-type': 'application/json' },
      payload: JSON.stringify(records),
    })
    for (const order of ['', '&order=status desc']) {
      const csv = await long.ask(`shop/_table/orders?accept=csv&fields=id,status${order}`)
      const json = await long.ask(`shop/_table/orders?fields=id,status${order}`)
      const { resource } = json.body as { resource: { id: number; status: string }[] }
      expect(resource).toHaveLength(ROWS + 6)
      expect(csv.body).toBe(
        ['id,status', ...resource.map(({ id, status }) => `${id},${status}`), ''].join('\r\n'),
      )
    }
  })
})

/** The memory engine with a stream that has no end, or fails when the part of this number is asked for. */
async function endless(failsAt = Number.POSITIVE_INFINITY) {
  const state = { parts: 0, ended: false }
  const part = Array.from({ length: 1000 }, (_, id) => ({
    id,
    customer_id: 1,
    status: 'x'.repeat(50),
    total: 1,
    placed_on: null,
  }))
  const adapter: DatabaseAdapter = {
    ...openMemory(),
    async *stream() {
      try {
        for (;;) {
          if (state.parts === failsAt) throw new AppError('unavailable', 'The database went away.')
          state.parts++
          yield part
        }
      } finally {
        state.ended = true
      }
    },
  }
  return Object.assign(state, { adapter })
}

async function ask({ app }: Door, address: string) {
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const outgoing = request({
    port,
    path: `/api/v2/shop/${address}`,
    headers: { ...key, host: 'localhost' },
  }).end()
  const [response] = await once(outgoing, 'response')
  return response
}

async function text(response: AsyncIterable<Buffer>): Promise<string> {
  let all = ''
  for await (const chunk of response) all += chunk.toString()
  return all
}
