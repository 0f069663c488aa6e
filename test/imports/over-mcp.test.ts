import type { AddressInfo } from 'node:net'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

const RULE = { service: 'shop', component: '*', verb_mask: 31 }
const NORTH = [{ name: 'region', operator: '=', value: 'north' }]

let house: House
beforeEach(async () => {
  house = await openHouse({
    all: [RULE],
    other: [RULE],
    reader: [{ ...RULE, verb_mask: 1 }],
    orders: [{ ...RULE, component: '_table/orders/*' }],
    north: [RULE, { ...RULE, component: '_table/customers', filters: NORTH }],
  })
})
afterEach(() => house.close())

const csv = (rows: number) =>
  `name,email,region\n${Array.from({ length: rows }, (_, at) => `name ${at},mail${at}@example.com,north`).join('\n')}\n`

/** What a call answered: the structured content, or its error text. */
async function call(name: string, args: object, role = 'all'): Promise<unknown> {
  const { body } = await house.tool(name, args, keyOf(role))
  const { result, error } = Object(body)
  return error ?? (result.isError ? result.content[0].text : result.structuredContent)
}

const rows = async (table: string, filter = '') =>
  (
    await house.rest(
      'GET',
      `/api/v2/shop/_table/${table}?count_only=true&filter=${encodeURIComponent(filter)}`,
      {
        key: keyOf('all'),
      },
    )
  ).body

describe('import_records', () => {
  test('imports CSV and NDJSON, and waits for the end', async () => {
    const counts = { rows_total: 1200, rows_done: 1200 }
    const done = { service: 'shop', status: 'done', ...counts, import_id: expect.any(Number) }
    expect(await call('import_records', { table_name: 'customers', data: csv(1200) })).toEqual(done)
    const lines = '{"name":"n1","region":"x"}\n{"name":"n2","region":"x"}\n'
    expect(await call('import_records', { table_name: 'customers', data: lines })).toMatchObject({
      rows_done: 2,
    })
    expect(await rows('customers')).toBe(1205)
  })

  test('tells progress to who asks for it', async () => {
    const http = await house.app.createHttp(() => 'ready')
    await http.listen({ host: '127.0.0.1', port: 0 })
    // Of a server that listens on a port it is an object.
    const { port } = http.server.address() as AddressInfo
    const client = new Client({ name: 'test', version: '1' })
    const headers = { 'x-dreamfactory-api-key': keyOf('all') }
    const url = new URL(`http://127.0.0.1:${port}/mcp/shop`)
    // Its optional members say `| undefined`, those of the interface do not.
    await client.connect(
      new StreamableHTTPClientTransport(url, { requestInit: { headers } }) as Parameters<
        Client['connect']
      >[0],
    )
    const told: { progress: number; total?: number | undefined }[] = []
    const result = await client.callTool(
      { name: 'import_records', arguments: { table_name: 'customers', data: csv(5000) } },
      undefined,
      { onprogress: (progress) => told.push(progress), timeout: 120_000, resetTimeoutOnProgress: true },
    )
    await client.close()
    await http.close()
    expect(result.structuredContent).toMatchObject({ status: 'done', rows_done: 5000 })
    expect(told.length).toBeGreaterThan(0)
    expect(told.at(-1)).toEqual({ progress: 5000, total: 5000 })
    expect(told.map(({ progress }) => progress)).toEqual(
      [...new Set(told.map(({ progress }) => progress))].sort((a, b) => a - b),
    )
  })

  test('is looked at and stopped by its number, by who began it, under its table', async () => {
    const begun = Object(await call('import_records', { table_name: 'customers', data: csv(3) }))
    const known = { table_name: 'customers', import_id: begun.import_id }
    expect(await call('import_records', known)).toEqual(begun)
    expect(await call('import_records', { ...known, cancel: true })).toEqual(begun)
    expect(await call('import_records', known, 'other')).toContain('There is no import')
    expect(await call('import_records', { ...known, table_name: 'orders' })).toContain('There is no import')
  })

  test('refuses what it cannot do, and writes nothing then', async () => {
    const refused = (args: object, role = 'all') =>
      call('import_records', { table_name: 'customers', ...args }, role)
    expect(await refused({ data: 'name,region\na,north\n,north\n' })).toContain(
      "Row 2: Field 'name' can not be NULL.",
    )
    expect(await refused({ data: 'name,nosuch\na,b\n' })).toContain("Unknown field 'nosuch'")
    expect(await refused({})).toContain('Give either data')
    expect(await refused({ data: csv(1), cancel: true })).toContain("'cancel' needs the import_id")
    expect(await refused({ data: `${csv(2)}x,x@example.com,south\n` }, 'north')).toMatchObject({
      status: 'failed',
      rows_done: 0,
    })
    expect(await refused({ data: csv(1) }, 'reader')).toMatchObject({ code: -32602 })
    expect(await refused({ data: csv(1) }, 'orders')).not.toHaveProperty('import_id')
    expect(await rows('customers')).toBe(3)
  })

  test('comes once under one key', async () => {
    const args = { table_name: 'customers', data: csv(4), idempotency_key: 'k1' }
    const first = await call('import_records', args)
    expect(await call('import_records', args)).toEqual(first)
    expect(await rows('customers')).toBe(7)
  })
})

describe('run_batch', () => {
  const steps = [
    { name: 'new', operation: 'create', table: 'customers', record: { name: 'Dan', region: 'x' } },
    {
      name: 'order',
      operation: 'create',
      table: 'orders',
      records: [{ customer_id: { $ref: 'new.id' }, total: 5 }],
      fields: ['id', 'customer_id'],
    },
    {
      operation: 'list',
      table: 'orders',
      filter: 'customer_id = :id',
      params: { id: { $ref: 'new.id' } },
      fields: ['total'],
    },
  ]

  test('carries steps out that refer to each other', async () => {
    expect(await call('run_batch', { steps })).toEqual({
      service: 'shop',
      steps: [
        { name: 'new', operation: 'create', rows: [{ id: 4 }], affected: 1 },
        { name: 'order', operation: 'create', rows: [{ id: 7, customer_id: 4 }], affected: 1 },
        { operation: 'list', rows: [{ total: 5 }] },
      ],
    })
  })

  test('keeps nothing when one fails, and says which', async () => {
    const failing = [...steps, { operation: 'delete', table: 'customers', id: 999 }]
    expect(await call('run_batch', { steps: failing })).toContain('Step (4 of 4)')
    expect(await rows('customers')).toBe(3)
  })

  test('comes once under one key', async () => {
    const first = await call('run_batch', { steps, idempotency_key: 'b1' })
    expect(await call('run_batch', { steps, idempotency_key: 'b1' })).toEqual(first)
    expect(await rows('customers')).toBe(4)
    expect(await call('run_batch', { steps: steps.slice(0, 1), idempotency_key: 'b1' })).toContain(
      'another request',
    )
  })

  test('lets no one do what they may not do by itself', async () => {
    expect(await call('run_batch', { steps }, 'reader')).toMatchObject({ code: -32602 })
    expect(await call('run_batch', { steps }, 'orders')).toContain('customers')
    expect(await call('run_batch', { steps }, 'north')).toContain('Step')
    expect(await rows('customers')).toBe(3)
  })

  test('what a model selects by a filter is confirmed first', async () => {
    const remove = (table: string, filter: string) => [{ operation: 'delete', table, filter }]
    const before = await rows('order_items')
    expect(await call('run_batch', { steps: remove('order_items', 'quantity > 0') })).toContain('confirm')
    expect(await rows('order_items')).toBe(before)
    // What cannot be done is not asked about.
    expect(await call('run_batch', { steps: remove('orders', 'id > 0') })).toContain('Other records refer')
    expect(await rows('orders')).toBe(6)
  })

  test.each([
    [[{ operation: 'drop', table: 'orders' }], 'operation'],
    [[{ operation: 'create' }], 'table'],
    [[{ operation: 'create', table: 'orders', nosuch: 1 }], 'nosuch'],
    [[], 'at least one step'],
  ])('refuses %j and names what is wrong', async (wrong, named) => {
    expect(await call('run_batch', { steps: wrong })).toContain(named)
  })
})
