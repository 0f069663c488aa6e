import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { keyOf } from '../helpers/house.ts'
import { type AnyClient, CLIENTS } from '../mcp/clients.ts'
import { house, orders, type Told, tool, useWriters } from './writers.ts'

useWriters({ SLUICE_MCP_SESSIONS: 'true' })

const update = (id: number, status: string) => ({
  operation: 'update',
  table: 'orders',
  filter: `id = ${id}`,
  record: { status },
})
const two = [update(1, 'first'), update(2, 'second')]
const three = [...two, { operation: 'delete', table: 'orders', filter: 'id = 6' }]
const batch = (args: object, role = 'writer'): Promise<Told> =>
  tool(role, 'run_batch', { table_name: undefined, ...args })

describe('several steps that have to be confirmed', () => {
  test('are confirmed by one code, which shows what each would do', async () => {
    const before = await orders()
    const first = await batch({ steps: three })
    expect(first).toMatchObject({
      isError: true,
      text: expect.stringMatching(
        /Step 1 changes 1 row, step 2 changes 1 row, step 3 deletes 1 row\. .*step 3:\nas it is:\n/s,
      ),
    })
    expect(await orders()).toEqual(before)
    const done = await batch({ steps: three, confirmation: first.code })
    expect(done).toMatchObject({ isError: false, data: { steps: [{}, {}, {}] } })
    expect((await orders()).map(({ status }) => status)).toEqual(expect.arrayContaining(['first', 'second']))
    expect(await batch({ steps: three, confirmation: first.code })).toMatchObject({ isError: true })
  })

  test('take the code in one of the steps as well', async () => {
    const { code } = await batch({ steps: two })
    const [first, second] = two
    expect((await batch({ steps: [first, { ...second, confirmation: code }] })).isError).toBe(false)
  })

  test('take a code for each, from dry runs of each alone', async () => {
    const codeOf = async (id: number, status: string) =>
      (await tool('writer', 'update_records', { filter: `id = ${id}`, records: [{ status }], dry_run: true }))
        .code
    const codes = [await codeOf(1, 'first'), await codeOf(2, 'second')]
    const steps = two.map((step, index) => ({ ...step, confirmation: codes[index] }))
    expect((await batch({ steps: [steps[0], two[1]] })).isError).toBe(true)
    expect((await batch({ steps })).isError).toBe(false)
    expect(await batch({ steps })).toMatchObject({
      isError: true,
      text: expect.stringContaining('used already'),
    })
  })

  test.each([
    ['other values', [update(1, 'first'), update(2, 'other')]],
    ['one step fewer', [update(1, 'first')]],
    ['one step more', [...two, { operation: 'get', table: 'orders', id: 1 }]],
    ['another order', two.toReversed()],
  ])('are confirmed as they are: %s', async (_, steps) => {
    const before = await orders()
    const { code } = await batch({ steps: two })
    expect(await batch({ steps, confirmation: code })).toMatchObject({
      isError: true,
      text: expect.stringContaining('not for this call'),
    })
    expect(await orders()).toEqual(before)
  })

  test('are confirmed for their caller, and for the rows there were', async () => {
    const steps = [{ ...update(1, 'x'), filter: "status = 'canary-held'" }, update(2, 'y')]
    const { code } = await batch({ steps })
    expect((await batch({ steps, confirmation: code }, 'other')).text).toContain('not for this call')
    await tool('writer', 'update_records', { records: [{ id: 4, status: 'paid' }] })
    const before = await orders()
    expect((await batch({ steps, confirmation: code })).isError).toBe(true)
    expect(await orders()).toEqual(before)
  })

  test('one code for two steps that are the same holds for one of them', async () => {
    const { code } = await tool('writer', 'update_records', {
      filter: 'id = 1',
      records: [{ status: 'first' }],
      dry_run: true,
    })
    const same = { ...update(1, 'first'), confirmation: code }
    expect((await batch({ steps: [same, same] })).text).toContain('used already')
  })

  test('a step that fails uses no code up', async () => {
    const steps = [...two, { operation: 'create', table: 'orders', record: { id: 1, customer_id: 1 } }]
    const taken = await batch({ steps })
    expect(taken).toMatchObject({ isError: true, text: expect.stringContaining('already') })
    expect(taken.code).toBe('')
  })

  test('references to what is made anew each time are confirmed as they are written', async () => {
    const steps = [
      { name: 'o', operation: 'create', table: 'orders', record: { customer_id: 1, status: 'new' } },
      { operation: 'update', table: 'orders', ids: [{ $ref: 'o.id' }], record: { status: 'x' } },
    ]
    const first = await batch({ steps }, 'always')
    expect(first.isError).toBe(true)
    const done = await batch({ steps, confirmation: first.code }, 'always')
    expect(done.isError).toBe(false)
  })
})

describe('a role that confirms writes of more than one row', () => {
  const split = (id: number) => ({ operation: 'update', table: 'orders', id, record: { status: 'split' } })

  test('confirms steps that together write more, be each of one row', async () => {
    const steps = [split(1), split(2)]
    const before = await orders()
    const first = await batch({ steps }, 'over')
    expect(first).toMatchObject({ isError: true, text: expect.stringContaining('Step 1 changes 1 row') })
    expect(await orders()).toEqual(before)
    expect((await batch({ steps, confirmation: first.code }, 'over')).isError).toBe(false)
  })

  test('does not confirm one row in each of two tables', async () => {
    const steps = [split(1), { operation: 'update', table: 'customers', id: 1, record: { region: 'x' } }]
    expect((await batch({ steps }, 'over')).isError).toBe(false)
  })
})

describe('steps that are only tried', () => {
  test('tell what each would do, with a code for all of them, and leave nothing', async () => {
    const before = await orders()
    const tried = await batch({
      steps: [...two, { operation: 'list', table: 'orders', filter: 'id = 1' }],
      dry_run: true,
    })
    expect(tried).toMatchObject({
      isError: false,
      data: {
        dry_run: true,
        affected: 2,
        confirmation: expect.any(String),
        steps: [
          {
            operation: 'update',
            affected: 1,
            sample_before: [{ id: 1 }],
            sample_after: [{ id: 1, status: 'first' }],
          },
          { operation: 'update', affected: 1, sample_after: [{ id: 2, status: 'second' }] },
          { operation: 'list', rows: [{ id: 1, status: 'first' }] },
        ],
      },
    })
    expect(await orders()).toEqual(before)
  })

  test('fail as the steps would', async () => {
    const before = await orders()
    const steps = [two[0], { operation: 'create', table: 'orders', record: { customer_id: 77 } }]
    expect((await batch({ steps, dry_run: true })).text).toMatch(/Step \(2 of 2\).*refers to/)
    expect((await batch({ steps: two, dry_run: true, confirmation: 'x' })).text).toContain(
      'either dry_run or',
    )
    expect((await batch({ steps: [...three, ...two], dry_run: true }, 'limited')).text).toContain(
      'at most 2 rows',
    )
    expect(await orders()).toEqual(before)
  })

  test('use no idempotency key up, at either door', async () => {
    const steps = [{ operation: 'create', table: 'orders', record: { customer_id: 1 } }]
    expect((await batch({ steps, dry_run: true, idempotency_key: 'k' })).data.dry_run).toBe(true)
    expect((await batch({ steps, idempotency_key: 'k' })).isError).toBe(false)
    const post = (body: object) =>
      house.rest('POST', '/api/v2/shop/_batch', {
        key: keyOf('writer'),
        body,
        headers: { 'idempotency-key': 'k' },
      })
    expect((await post({ steps, dry_run: true })).body).toMatchObject({ dry_run: true, affected: 1 })
    expect(await post({ steps })).toMatchObject({ status: 200, body: { resource: [{ affected: 1 }] } })
    expect(await orders()).toHaveLength(8)
  })
})

describe.each(Object.entries(CLIENTS))('a person behind client %s', (_name, connect) => {
  let client: AnyClient
  let asked: string[]
  let says: boolean
  beforeEach(async () => {
    asked = []
    const url = `${await house.listen(0)}/mcp/shop`
    client = await connect({ url, apiKey: keyOf('writer') }, (message) => {
      asked.push(message)
      return { action: 'accept', content: { confirm: says } }
    })
  })
  afterEach(() => client.close())

  test.each([true, false])('is asked about all steps in one question, and says %s', async (answer) => {
    says = answer
    const before = await orders()
    const { isError = false } = await client.callTool({ name: 'run_batch', arguments: { steps: three } })
    expect(asked).toEqual([expect.stringMatching(/Step 1 of 3.*Step 2 of 3.*Step 3 of 3/s)])
    expect(isError).toBe(!answer)
    const after = await orders()
    expect(after.length).toBe(answer ? before.length - 1 : before.length)
  })
})
