import { describe, expect, test, vi } from 'vitest'
import { keyOf } from '../helpers/house.ts'
import { held, house, orders, toLate, tool, useWriters } from './writers.ts'

useWriters()

describe('an agent that writes by a filter', () => {
  test.each([
    ['update_records', toLate],
    ['delete_records', { filter: 'id in (4,6)' }],
  ])('%s: is refused with a sample and a code, and goes through with the code, once', async (name, args) => {
    const before = await orders()
    const first = await tool('writer', name, args)
    expect(first).toMatchObject({ isError: true, text: expect.stringContaining('2 rows') })
    expect(first.text).toContain('canary-held')
    expect(await orders()).toEqual(before)
    const done = await tool('writer', name, { ...args, confirmation: first.code })
    expect(done).toMatchObject({ isError: false, data: { affected: 2 } })
    expect(await orders()).not.toEqual(before)
  })

  test('a dry run shows what would become of it, and its code is as good', async () => {
    const before = await orders()
    const dry = await tool('writer', 'update_records', { ...toLate, dry_run: true })
    expect(dry).toMatchObject({
      isError: false,
      data: {
        dry_run: true,
        affected: 2,
        rows: [],
        sample_before: [
          { id: 4, status: 'canary-held' },
          { id: 5, status: 'canary-held' },
        ],
        sample_after: [
          { id: 4, status: 'late' },
          { id: 5, status: 'late' },
        ],
      },
    })
    expect(await orders()).toEqual(before)
    const done = await tool('writer', 'update_records', { ...toLate, confirmation: dry.code })
    expect(done.data.affected).toBe(2)
  })

  test('names one record for ids or a filter: several are refused, at no cost', async () => {
    const before = await orders()
    const records = [{ status: 'x' }, { status: 'y' }]
    const step = { operation: 'update', table: 'orders', ids: [2, 3], records }
    for (const [name, args] of [
      ['update_records', { ids: [2, 3], records }],
      ['update_records', { ids: [2], records, dry_run: true }],
      ['update_records', { ...held, records }],
      ['run_batch', { table_name: undefined, steps: [step] }],
    ] as const) {
      const told = await tool('writer', name, args)
      expect(told).toMatchObject({ isError: true, text: expect.stringContaining('there is one record') })
    }
    expect(await orders()).toEqual(before)
  })

  test('among other steps gets the code of its step, and goes through with it there', async () => {
    const before = await orders()
    const steps = (confirmation?: string) => ({
      table_name: undefined,
      steps: [
        { operation: 'update', table: 'orders', id: 1, record: { status: 'first' } },
        { operation: 'update', table: 'orders', ...held, record: { status: 'late' }, confirmation },
      ],
    })
    const first = await tool('writer', 'run_batch', steps())
    expect(first).toMatchObject({
      isError: true,
      text: expect.stringMatching(/2 rows.*with the confirmation in step 2/),
    })
    expect(first.text).toContain('canary-held')
    expect(await orders()).toEqual(before)
    const done = await tool('writer', 'run_batch', steps(first.code))
    expect(done).toMatchObject({ isError: false, data: { steps: [{ affected: 1 }, { affected: 2 }] } })
    const again = await tool('writer', 'run_batch', steps(first.code))
    expect(again).toMatchObject({ isError: true })
  })

  test('nothing to write needs no confirmation', async () => {
    const none = await tool('writer', 'delete_records', { filter: "status = 'nowhere'" })
    expect(none).toMatchObject({ isError: false, data: { affected: 0 } })
  })

  test('force alone clears nothing, not for a role that has it granted, and a dry run neither', async () => {
    for (const args of [{ force: true }, { force: true, dry_run: true }, { dry_run: true }, {}])
      expect((await tool('clearer', 'delete_records', args)).isError).toBe(true)
    expect(await orders()).toHaveLength(6)
    const rest = await house.rest('DELETE', '/api/v2/shop/_table/order_items?force=true', {
      key: keyOf('clearer'),
    })
    expect(rest.status).toBe(200)
  })
})

describe('a confirmation', () => {
  const codeFor = async (args: object, name = 'delete_records', role = 'writer') =>
    (await tool(role, name, args)).code
  const refused = async (reason: RegExp, args: object, name = 'delete_records', role = 'writer') => {
    const before = await orders()
    expect(await tool(role, name, args)).toMatchObject({ isError: true, text: expect.stringMatching(reason) })
    expect(await orders()).toEqual(before)
  }

  test('holds once', async () => {
    const change = { filter: 'id > 4', records: [{ status: 'late' }] }
    const confirmation = await codeFor(change, 'update_records')
    expect((await tool('writer', 'update_records', { ...change, confirmation })).data.affected).toBe(2)
    await refused(/used already/, { ...change, confirmation }, 'update_records')
  })

  test('of several who bring it at once one gets through', async () => {
    const change = { filter: 'id > 4', records: [{ status: 'late' }] }
    const confirmation = await codeFor(change, 'update_records')
    const all = await Promise.all(
      Array.from({ length: 5 }, () => tool('writer', 'update_records', { ...change, confirmation })),
    )
    expect(all.filter(({ isError }) => !isError)).toHaveLength(1)
  })

  test('is for one caller', async () => {
    const confirmation = await codeFor(held)
    await refused(/not for this call/, { ...held, confirmation }, 'delete_records', 'other')
    const rest = await house.rest(
      'DELETE',
      `/api/v2/shop/_table/orders?filter=${encodeURIComponent(held.filter)}&confirmation=${confirmation}`,
      { key: keyOf('other') },
    )
    expect(rest.status).toBe(409)
  })

  test.each([
    ['another filter', 'delete_records', { filter: 'id > 4' }],
    ['no filter', 'delete_records', { ids: [4, 5] }],
    ['another tool', 'update_records', toLate],
    ['other values', 'update_records', { ...held, records: [{ status: 'gone' }] }],
    ['more values', 'update_records', { ...held, records: [{ status: 'late', total: 1 }] }],
    ['another table', 'delete_records', { table_name: 'customers', filter: 'id > 1' }],
  ])('is for one statement: %s', async (_name, name, args) => {
    const given = name === 'update_records' && args !== toLate ? 'update_records' : 'delete_records'
    const confirmation = await codeFor(given === 'update_records' ? toLate : held, given)
    await refused(/not for this call/, { ...args, confirmation }, name)
  })

  test('is for the rows there were, be they as many', async () => {
    const confirmation = await codeFor(held)
    await tool('writer', 'update_records', { records: [{ id: 1, status: 'canary-held' }] })
    await refused(/Not 2 but 3/, { ...held, confirmation })
    await tool('writer', 'update_records', { records: [{ id: 4, status: 'paid' }] })
    await refused(/Other rows/, { ...held, confirmation })
  })

  test('holds for minutes', async () => {
    const confirmation = await codeFor(held)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 11 * 60_000 })
    await refused(/too old/, { ...held, confirmation })
  })

  test('cannot be made up or changed', async () => {
    const code = await codeFor(held)
    const last = code.endsWith('A') ? 'B' : 'A'
    for (const confirmation of ['yes', 'true', `${code.slice(0, -1)}${last}`, `${code}A`, code.slice(1)])
      await refused(/not for this call/, { ...held, confirmation })
  })

  test('does not come with a dry run', async () => {
    const confirmation = await codeFor(held)
    await refused(/either dry_run or confirmation/, { ...held, confirmation, dry_run: true })
  })

  test('ends with the rights of its caller', async () => {
    const confirmation = await codeFor(held)
    await house.app.store.change((writer) =>
      writer.upsertRole({
        name: 'writer',
        rules: [
          {
            service: 'shop',
            component: '_table/*',
            verbMask: 31,
            requestorMask: 1,
            filters: [{ name: 'id', operator: '<', value: 100 }],
            filterOp: 'AND',
          },
        ],
      }),
    )
    expect((await tool('writer', 'delete_records', { ...held, confirmation })).text).toContain(
      'not for this call',
    )
  })
})

describe('what a rule wants confirmed', () => {
  const rows = {
    records: [
      { id: 1, status: 'x' },
      { id: 2, status: 'x' },
    ],
  }

  test('never: nothing', async () => {
    expect(await tool('never', 'delete_records', { filter: 'id in (4,6)' })).toMatchObject({
      isError: false,
      data: { affected: 2 },
    })
  })

  test('over:1: two rows, however they are named, but not one', async () => {
    expect((await tool('over', 'update_records', rows)).text).toContain('changes 2 rows')
    expect((await tool('over', 'delete_records', { ids: [1, 2] })).text).toContain('deletes 2 rows')
    const two = { records: [{ customer_id: 1 }, { customer_id: 2 }] }
    expect((await tool('over', 'create_records', two)).text).toContain('creates 2 rows')
    expect((await tool('over', 'delete_records', { filter: 'id = 6' })).data.affected).toBe(1)
    expect((await tool('over', 'update_records', { records: [{ id: 1, status: 'x' }] })).isError).toBe(false)
  })

  test('always: each write, at both doors, with a code that either door takes', async () => {
    const one = { records: [{ id: 1, status: 'x' }] }
    const first = await tool('always', 'update_records', one)
    expect(first).toMatchObject({ isError: true })
    expect((await tool('always', 'update_records', { ...one, confirmation: first.code })).data.affected).toBe(
      1,
    )
    const put = (query: string) =>
      house.rest('PATCH', `/api/v2/shop/_table/orders/2${query}`, {
        key: keyOf('always'),
        body: { status: 'y' },
      })
    const refused = await put('')
    expect(refused).toMatchObject({ status: 409, body: { error: { context: { affected: 1 } } } })
    const { confirmation } = (refused.body as { error: { context: { confirmation: string } } }).error.context
    expect(await put(`?confirmation=${confirmation}`)).toMatchObject({ status: 200, body: { id: 2 } })
    expect((await put(`?confirmation=${confirmation}`)).status).toBe(409)
    const steps = await house.rest('POST', '/api/v2/shop/_batch', {
      key: keyOf('always'),
      body: { steps: [{ operation: 'delete', table: 'orders', ids: [6] }] },
    })
    expect(steps.text).toContain('confirmed')
    expect(await orders()).toHaveLength(6)
  })

  test('holds for rows that are written along with others', async () => {
    const nested = {
      records: [{ id: 1, order_items_by_order_id: [{ line_no: 1, quantity: 5 }] }],
    }
    const first = await tool('items-always', 'update_records', nested)
    expect(first).toMatchObject({ isError: true, text: expect.stringContaining('confirm') })
    const done = await tool('items-always', 'update_records', { ...nested, confirmation: first.code })
    expect(done).toMatchObject({ isError: false, data: { affected: 1 } })
  })

  test('shows no rows to who may not read them', async () => {
    const first = await tool('blind', 'delete_records', { ids: [5] })
    expect(first).toMatchObject({ isError: true })
    expect(first.text).not.toMatch(/777001|canary/)
    const dry = await tool('blind', 'update_records', { records: [{ id: 5, status: 'x' }], dry_run: true })
    expect(JSON.stringify(dry)).not.toMatch(/777001|canary/)
  })
})

describe('a dry run', () => {
  test('of a row that is not there fails as the write would', async () => {
    expect((await tool('writer', 'delete_records', { ids: [99], dry_run: true })).text).toContain('not found')
    const change = { records: [{ id: 99, status: 'x' }], dry_run: true }
    expect((await tool('writer', 'update_records', change)).text).toContain('not found')
  })

  test('of records that do not fit fails as the write would', async () => {
    const bad = { records: [{ customer_id: 1, nope: 1 }], dry_run: true }
    expect((await tool('writer', 'create_records', bad)).text).toContain("Unknown field 'nope'")
  })

  test('creates nothing', async () => {
    const made = await tool('writer', 'create_records', {
      records: [{ customer_id: 1, status: 'x' }],
      dry_run: true,
    })
    expect(made.data).toMatchObject({ affected: 1, sample_after: [{ customer_id: 1, status: 'x' }] })
    expect(await orders()).toHaveLength(6)
  })

  test('is there over REST', async () => {
    const answer = await house.rest('DELETE', '/api/v2/shop/_table/orders/2?dry_run=true', {
      key: keyOf('writer'),
    })
    expect(answer).toMatchObject({
      status: 200,
      body: { dry_run: true, affected: 1, sample_before: [{ id: 2 }] },
    })
    expect(await orders()).toHaveLength(6)
  })

  test.each([
    ['delete_records', { ids: [2, 1] }, 'Other records refer'],
    ['delete_records', held, 'Other records refer'],
    ['create_records', { records: [{ customer_id: 1 }, { id: 3, customer_id: 1 }] }, 'already'],
    ['create_records', { records: [{ customer_id: 77 }], continue: true }, 'refers to'],
    ['update_records', { records: [{ id: 2, customer_id: 77 }] }, 'refers to'],
    ['update_records', { filter: 'id < 3', records: [{ customer_id: 77 }] }, 'refers to'],
  ])('%s %o tells what the database refuses, and does nothing', async (name, args, told) => {
    const before = await orders()
    for (const role of ['writer', 'always', 'never', 'items-always']) {
      const tried = await tool(role, name, { ...args, dry_run: true })
      expect([role, tried]).toEqual([
        role,
        expect.objectContaining({ isError: true, text: expect.stringContaining(told) }),
      ])
    }
    expect(await orders()).toEqual(before)
  })

  test('takes its part in no limit and no right: a role that may not write tries nothing', async () => {
    const before = await orders()
    const beyond = { filter: 'id > 0', records: [{ customer_id: 77 }], dry_run: true }
    expect((await tool('limited', 'update_records', beyond)).text).toContain('at most 2 rows')
    expect(await orders()).toEqual(before)
  })
})
