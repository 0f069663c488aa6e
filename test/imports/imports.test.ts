import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSqlite } from '../../adapters/database/sqlite/open.ts'
import { buildSchema } from '../../src/core/database/build-schema.ts'
import type { Table } from '../../src/core/database/schema.ts'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

const RULE = { service: 'shop', component: '*', verb_mask: 31 }
const NORTH = [{ name: 'region', operator: '=', value: 'north' }]

let house: House
beforeEach(async () => {
  house = await openHouse({
    all: [RULE],
    other: [RULE],
    reader: [{ ...RULE, verb_mask: 1 }],
    north: [RULE, { ...RULE, component: '_table/customers', filters: NORTH }],
    nothing: [{ ...RULE, component: '_table/orders' }],
  })
})
afterEach(() => house.close())

const IMPORT = '/api/v2/shop/_import'
const TYPES = { csv: 'text/csv', ndjson: 'application/x-ndjson', json: 'application/json' } as const

const send = (body: string, { type = 'csv', role = 'all', table = 'customers' } = {}) =>
  house.rest('POST', `${IMPORT}/${table}`, {
    key: keyOf(role),
    body,
    headers: { 'content-type': TYPES[type as keyof typeof TYPES] },
  })

const member = (body: unknown, name: string): unknown => Reflect.get(Object(body), name)

async function ended(id: unknown, role = 'all'): Promise<unknown> {
  const status = async () => (await house.rest('GET', `${IMPORT}/${id}`, { key: keyOf(role) })).body
  await expect.poll(async () => member(await status(), 'status'), { timeout: 60_000 }).not.toBe('running')
  return status()
}

const count = async (filter = '') =>
  (
    await house.rest('GET', `/api/v2/shop/_table/customers?count_only=true&filter=${filter}`, {
      key: keyOf('all'),
    })
  ).body

const csv = (rows: number) =>
  `name,email,region\n${Array.from({ length: rows }, (_, at) => `name ${at},mail${at}@example.com,north`).join('\n')}\n`

describe('an import', () => {
  test.each([
    ['csv', csv(1200)],
    [
      'ndjson',
      Array.from({ length: 1200 }, (_, at) => JSON.stringify({ name: `n${at}`, region: 'north' })).join('\n'),
    ],
    [
      'json',
      JSON.stringify({
        resource: Array.from({ length: 1200 }, (_, at) => ({ name: `n${at}`, region: 'x' })),
      }),
    ],
  ])('of %s goes in, and says how far it is', async (type, body) => {
    const begun = await send(body, { type })
    expect(begun.status).toBe(200)
    expect(begun.body).toMatchObject({ table: 'customers', rows_total: 1200, message: null })
    expect(await ended(member(begun.body, 'id'))).toMatchObject({ status: 'done', rows_done: 1200 })
    expect(await count()).toBe(1203)
  })

  test('is refused whole before anything is written when a row is wrong', async () => {
    const answer = await send(`${csv(700)}another,not,quite,right\n`)
    expect(answer.status).toBe(400)
    const wrong = await send('name,region,nosuch\na,north,1\n')
    expect([wrong.status, JSON.stringify(wrong.body)]).toEqual([
      400,
      expect.stringContaining("Row 1: Unknown field 'nosuch'"),
    ])
    const missing = await send('name,region\na,north\n,north\n')
    expect(JSON.stringify(missing.body)).toContain("Row 2: Field 'name' can not be NULL.")
    expect(await count()).toBe(3)
  })

  test('stops at the part with a row the database refuses, and says which', async () => {
    const rows = csv(1200).split('\n')
    rows[1000] = 'again,mail1@example.com,north'
    const { body } = await send(rows.join('\n'))
    const job = await ended(member(body, 'id'))
    expect(job).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/^Row 1000: (?!Batch).*email/),
    })
    expect(await count()).toBe(3 + Number(member(job, 'rows_done')))
    expect(Number(member(job, 'rows_done'))).toBeLessThan(1000)
  })

  test('can be stopped', async () => {
    const stopped = await whileLocked(async () => {
      const { body } = await send(csv(20_000))
      return house.rest('DELETE', `${IMPORT}/${member(body, 'id')}`, { key: keyOf('all') })
    })
    expect(stopped.body).toMatchObject({ status: 'cancelled', rows_done: 0 })
    expect(await count()).toBe(3)
  })

  test('of CSV or NDJSON may be larger than other bodies, and a row that is wrong leaves nothing of it', async () => {
    await house.close()
    house = await openHouse({ all: [RULE] }, {}, { SLUICE_BODY_LIMIT_BYTES: '2048' })
    const begun = await send(csv(1200))
    expect(await ended(member(begun.body, 'id'))).toMatchObject({ status: 'done', rows_done: 1200 })
    const lines = Array.from({ length: 1200 }, (_, at) => JSON.stringify({ name: `n${at}`, region: 'x' }))
    expect((await send(lines.join('\n'), { type: 'ndjson' })).status).toBe(200)
    expect((await send(`[${lines.join()}]`, { type: 'json' })).status).toBe(413)
    const wrong = await send(`${csv(1200)},x@example.com,north\n`)
    expect([wrong.status, JSON.stringify(wrong.body)]).toEqual([400, expect.stringContaining('Row 1201: ')])
    const { body } = await house.rest('GET', IMPORT, { key: keyOf('all') })
    expect(member(body, 'resource')).toHaveLength(2)
    const table = await tableOf(house, 'import_chunk')
    await expect.poll(async () => countIn(house, table), { timeout: 60_000 }).toBe(0)
  })

  test('under an Idempotency-Key is known by its content, however it is sent', async () => {
    const keyed = (body: string, headers: Record<string, string> = {}) =>
      house.rest('POST', `${IMPORT}/customers`, {
        key: keyOf('all'),
        body,
        headers: { 'content-type': 'text/csv', 'idempotency-key': 'k1', ...headers },
      })
    const first = await keyed(csv(700))
    expect(await ended(member(first.body, 'id'))).toMatchObject({ status: 'done' })
    const again = await keyed(csv(700))
    expect([again.text, again.headers['idempotency-replayed']]).toEqual([first.text, 'true'])
    const other = csv(700).replace('name 699', 'Name 699')
    for (const body of [other, `${csv(700)}\n`, 'name,region\n']) {
      const refused = await keyed(body)
      expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('other_request')])
    }
    expect((await keyed(csv(700), { 'content-type': 'application/x-ndjson' })).status).toBe(409)
    const failed = { 'idempotency-key': 'k2' }
    expect((await keyed(`${csv(3)}a,b\n`, failed)).status).toBe(400)
    expect((await keyed('name,region\na,north\n', failed)).status).toBe(200)
    await expect.poll(count, { timeout: 60_000 }).toBe(3 + 700 + 1)
  })

  test('has a limit of its own', async () => {
    await house.close()
    house = await openHouse({ all: [RULE] }, {}, { SLUICE_IMPORT_LIMIT_BYTES: '4096' })
    const answer = await send(csv(1200))
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([
      413,
      expect.stringContaining('SLUICE_IMPORT_LIMIT_BYTES'),
    ])
    expect(await count()).toBe(3)
  })

  test('reads JSON in the cells of JSON fields, and names a row without it', async () => {
    const table = {
      name: 'notes',
      field: [
        { name: 'id', type: 'id' },
        { name: 'data', type: 'json' },
      ],
    }
    const session = await house.rest('POST', '/api/v2/system/admin/session', {
      body: { email: 'admin@example.com', password: 'a-long-enough-password' },
    })
    const headers = { 'x-dreamfactory-session-token': String(member(session.body, 'session_token')) }
    const made = await house.rest('POST', '/api/v2/shop/_schema', { headers, body: { resource: [table] } })
    if (made.status >= 400) return
    const begun = await send('data\n"{""a"":[1,null]}"\n', { table: 'notes' })
    await ended(member(begun.body, 'id'))
    const rows = await house.rest('GET', '/api/v2/shop/_table/notes?fields=data', { key: keyOf('all') })
    expect(rows.body).toEqual({ resource: [{ data: { a: [1, null] } }] })
    expect((await send('data\nnot json\n', { table: 'notes' })).status).toBe(400)
    const write = (type: string, body: string, verb = 'POST', path = '') =>
      house.rest(verb, `/api/v2/shop/_table/notes${path}`, {
        key: keyOf('all'),
        body,
        headers: { 'content-type': type },
      })
    expect((await write('text/csv', 'data\n"{""b"":12345678901234567890}"\n')).status).toBe(200)
    expect((await write('application/xml', '<r><resource><data>[true]</data></resource></r>')).status).toBe(
      200,
    )
    expect((await write('application/x-www-form-urlencoded', 'data="x"', 'PATCH', '/3')).status).toBe(200)
    const { text } = await house.rest('GET', '/api/v2/shop/_table/notes?fields=data', { key: keyOf('all') })
    expect(text).toBe(
      '{"resource":[{"data":{"a":[1,null]}},{"data":{"b":12345678901234567890}},{"data":"x"}]}',
    )
    const wrong = await write('text/csv', 'data\nx\n')
    expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining("'data' must be valid JSON")])
  })
})

describe('who may', () => {
  test.each(['reader', 'nothing'])('a role %s imports nothing', async (role) => {
    expect((await send(csv(2), { role })).status).toBe(403)
    expect(await count()).toBe(3)
  })

  test('rows outside of what a role sees are refused, and none of their part stays', async () => {
    const { body } = await send(`${csv(5)}outside,x@example.com,south\n`, { role: 'north' })
    expect(await ended(member(body, 'id'), 'north')).toMatchObject({ status: 'failed', rows_done: 0 })
    expect(await count()).toBe(3)
  })

  test('a key that is over ends it with the next part', async () => {
    const id = await whileLocked(async () => {
      const { body } = await send(csv(20_000))
      await house.app.store.database.update(
        {
          table: await tableOf(house, 'app'),
          set: { expires_date: '2020-01-01 00:00:00' },
          where: { op: '=', field: 'name', value: 'all' },
          returning: [],
        },
        { signal: new AbortController().signal },
      )
      await house.app.store.refresh()
      return Number(member(body, 'id'))
    })
    await expect.poll(async () => await jobStatus(house, id), { timeout: 60_000 }).toBe('failed')
    const message = await jobStatus(house, id, 'message')
    expect(message).toBe('Unauthorized. The API Key has expired.')
    expect(Number(await jobStatus(house, id, 'rows_done'))).toBeLessThanOrEqual(500)
  })

  test('rights that are gone end it', async () => {
    const id = await whileLocked(async () => {
      const { body } = await send(csv(20_000))
      await house.app.store.database.update(
        {
          table: await tableOf(house, 'role'),
          set: { is_active: false },
          where: { op: 'like', field: 'name', pattern: 'all' },
          returning: [],
        },
        { signal: new AbortController().signal },
      )
      await house.app.store.refresh()
      return Number(member(body, 'id'))
    })
    await expect.poll(async () => await jobStatus(house, id), { timeout: 60_000 }).toBe('failed')
  })

  test('is stopped by nobody who may only read now', async () => {
    const { body } = await send(csv(2))
    const id = member(body, 'id')
    await ended(id)
    const stop = async () => (await house.rest('DELETE', `${IMPORT}/${id}`, { key: keyOf('all') })).status
    expect(await stop()).toBe(200)
    const signal = AbortSignal.timeout(20_000)
    await house.app.store.database.update(
      {
        table: await tableOf(house, 'role_service_access'),
        set: { verb_mask: 1 },
        where: { op: '=', field: 'verb_mask', value: 31 },
        returning: [],
      },
      { signal },
    )
    await house.app.store.refresh()
    expect(await stop()).toBe(403)
    const told = await house.rest('GET', `${IMPORT}/${id}`, { key: keyOf('all') })
    const unknown = await house.rest('GET', `${IMPORT}/999999`, { key: keyOf('all') })
    expect([told.status, told.text]).toEqual([404, unknown.text.replace('999999', String(id))])
    const { text } = await house.rest('GET', IMPORT, { key: keyOf('all') })
    expect(text).not.toContain(`"id":${id},`)
  })

  test('others see nothing of it, whoever they are', async () => {
    const { body } = await send(csv(2))
    const id = member(body, 'id')
    await ended(id)
    for (const method of ['GET', 'DELETE'])
      expect((await house.rest(method, `${IMPORT}/${id}`, { key: keyOf('other') })).status).toBe(404)
    expect((await house.rest('GET', IMPORT, { key: keyOf('other') })).body).toEqual({ resource: [] })
    expect((await house.rest('GET', IMPORT, { key: keyOf('all') })).body).toMatchObject({
      resource: [{ id }],
    })
    expect((await house.rest('GET', `${IMPORT}/0x1`, { key: keyOf('all') })).status).toBe(404)
  })

  test('the rows are not to be read in the system database', async () => {
    const file = await import('node:fs/promises')
    const { body } = await send('name,region\nCanary of the import,north\n')
    await ended(member(body, 'id'))
    for (const name of ['system.sqlite', 'system.sqlite-wal']) {
      const bytes = await file.readFile(`${house.app.config.dataDir}/${name}`).catch(() => Buffer.alloc(0))
      expect(bytes.includes('Canary of the import')).toBe(false)
    }
  })
})

/** Nothing is written to the shop before the work is done. */
async function whileLocked<T>(work: () => Promise<T>): Promise<T> {
  const file = join(house.app.config.dataDir, 'shop.sqlite')
  const other = await openSqlite({ file, inline: true, statementTimeoutMs: 60_000 })
  const signal = AbortSignal.timeout(60_000)
  const table = buildSchema(await other.readSchema({ signal })).tableByName.get('customers')
  if (!table) throw new Error('no customers')
  const where = { op: '=', field: 'id', value: 1 } as const
  const done = await other.transaction(
    async (records) => {
      await records.update({ table, set: { region: 'north' }, where, returning: [] }, { signal })
      return await work()
    },
    { signal },
  )
  await other.close()
  return done
}

async function countIn(of: House, table: Table): Promise<number> {
  const query = { table, fields: ['id'], limit: 1000, as: 'rows' } as const
  const found = await of.app.store.database.select(query, { signal: new AbortController().signal })
  return 'rows' in found ? found.rows.length : Number.NaN
}

async function jobStatus(of: House, id: number, field = 'status'): Promise<unknown> {
  const table = await tableOf(of, 'import_job')
  const where = { op: '=', field: 'id', value: id } as const
  const found = await of.app.store.database.select(
    { table, fields: [field], where, limit: 1, as: 'rows' },
    { signal: new AbortController().signal },
  )
  return 'rows' in found ? found.rows[0]?.[field] : undefined
}

async function tableOf(of: House, name: string) {
  const definitions = await of.app.store.database.readSchema({ signal: new AbortController().signal })
  const table = buildSchema(definitions).tableByName.get(name)
  if (!table) throw new Error(`no table ${name}`)
  return table
}
