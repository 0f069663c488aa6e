import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADMIN, askOf, signIn } from '../accounts/people.ts'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

const ALL = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const paidOnly = [{ name: 'status', operator: '=', value: 'paid' }]
const ROLES = {
  reader: [{ component: '_table/orders/*', verbs: ['GET'], filters: paidOnly }],
  writer: [
    { component: '_table/orders/*', verbs: ALL },
    { component: '_table/customers/*', verbs: ALL },
  ],
  stranger: [{ component: '_table/customers/*', verbs: ['GET'] }],
}

/** A parameter of each type. */
const byEverything = {
  name: 'orders_by_everything',
  description: 'Orders by whatever is given.',
  operation: 'get_table_data',
  parameters: [
    { name: 'status', type: 'string', description: 'Status', required: false },
    { name: 'customer', type: 'integer', description: 'Customer', required: false, minimum: 1 },
    { name: 'least', type: 'number', description: 'Least total', required: false },
    { name: 'day', type: 'date', description: 'Placed from', required: false },
    { name: 'kind', type: 'enum', values: ['paid', 'new'], description: 'Kind', required: false },
    { name: 'most', type: 'integer', description: 'Rows', default: 50, maximum: 100 },
  ],
  arguments: {
    table_name: 'orders',
    fields: ['id'],
    where: [
      { column: 'status', op: '=', value: '{status}' },
      { customer_id: '{customer}' },
      { column: 'total', op: '>=', value: '{least}' },
      { column: 'placed_on', op: '>=', value: '{day}' },
      { status: '{kind}' },
    ],
    order: 'id ASC',
    limit: '{most}',
  },
}
const byFilter = {
  name: 'orders_by_filter',
  description: 'Orders of a status or with a total.',
  operation: 'get_table_data',
  parameters: [
    { name: 'status', type: 'string', description: 'Status' },
    { name: 'least', type: 'number', description: 'Least total', default: 0 },
  ],
  arguments: {
    table_name: 'orders',
    fields: ['id'],
    filter: "status = {status} and total >= {least} and status != '{status}'",
  },
}
const addCustomer = {
  name: 'add_customer',
  description: 'Adds a customer.',
  operation: 'create_records',
  parameters: [{ name: 'name', type: 'string', description: 'Name' }],
  arguments: { table_name: 'customers', records: [{ name: '{name}', region: 'north' }], fields: ['name'] },
}
const closeOrders = {
  name: 'close_orders',
  description: 'Closes orders of a status.',
  operation: 'update_records',
  parameters: [{ name: 'status', type: 'string', description: 'Status' }],
  arguments: { table_name: 'orders', records: [{ status: 'closed' }], filter: 'status = {status}' },
}
const salaries = {
  name: 'all_pay',
  description: 'What is paid.',
  operation: 'aggregate_data',
  arguments: { table_name: 'secret_salaries', aggregates: [{ function: 'SUM', field: 'hidden_amount' }] },
}

let house: House
let token: string
let service_id: number

const declare = (record: object) =>
  askOf(house)('POST', 'system/tool', { token, body: { resource: [{ service_id, ...record }] } })
const namesFor = async (role: string): Promise<string[]> => {
  const { body } = await house.rpc('tools/list', {}, keyOf(role))
  return Object(body).result.tools.map(({ name }: { name: string }) => name)
}
const callAs = async (role: string, name: string, args: object) =>
  Object((await house.tool(name, args, keyOf(role))).body)
const idsOf = async (name: string, args: object, role = 'writer'): Promise<unknown> => {
  const { result } = await callAs(role, name, args)
  return result.isError
    ? result.content[0].text
    : result.structuredContent.rows.map(({ id }: { id: number }) => id)
}

beforeAll(async () => {
  house = await openHouse(ROLES)
  token = await signIn(house, 'admin', ADMIN)
  service_id = house.app.store.snapshot().serviceByName.get('shop')?.id ?? 0
  for (const record of [byEverything, byFilter, addCustomer, closeOrders, salaries])
    expect(await declare(record)).toMatchObject({ status: 201 })
})
afterAll(() => house.close())

const OWN = ['orders_by_everything', 'orders_by_filter', 'add_customer', 'close_orders', 'all_pay']

describe('who has a declared tool', () => {
  test.each([
    ['reader', ['orders_by_everything', 'orders_by_filter']],
    ['writer', ['orders_by_everything', 'orders_by_filter', 'add_customer', 'close_orders']],
    ['stranger', []],
  ])('%s, by what the role may do on the table: %j', async (role, wanted) => {
    expect((await namesFor(role)).filter((name) => OWN.includes(name))).toEqual(wanted)
    const { result } = await callAs(role, 'list_tools', { names_only: true })
    const told = result.structuredContent.tools.map(({ name }: { name: string }) => name)
    expect(told.filter((name: string) => OWN.includes(name))).toEqual(wanted)
  })

  test('one that is not the caller’s is as unknown as one that does not exist', async () => {
    const error = async (name: string) =>
      JSON.stringify(await callAs('stranger', name, {})).replaceAll(name, 'NAME')
    const unknown = await error('no_such_tool')
    expect(unknown).toContain('-32602')
    for (const name of OWN) expect(await error(name)).toBe(unknown)
  })

  test('its hints are those of what it does', async () => {
    const { body } = await house.rpc('tools/list', {}, keyOf('writer'))
    const hints = new Map<string, object>(
      Object(body).result.tools.map((tool: { name: string; annotations: object }) => [
        tool.name,
        tool.annotations,
      ]),
    )
    expect(hints.get('orders_by_filter')).toMatchObject({ readOnlyHint: true })
    expect(hints.get('add_customer')).toMatchObject({ readOnlyHint: false, destructiveHint: false })
    expect(hints.get('close_orders')).toMatchObject({ readOnlyHint: false, destructiveHint: true })
  })

  test('row filters of the role hold', async () => {
    expect(await idsOf('orders_by_everything', {}, 'reader')).toEqual([1, 3, 6])
    expect(await idsOf('orders_by_filter', { status: 'canary-held' }, 'reader')).toEqual([])
  })
})

describe('values stay values', () => {
  test.each([
    [{}, [1, 2, 3, 4, 5, 6]],
    [{ status: 'paid' }, [1, 3, 6]],
    [{ customer: 2 }, [3, 4]],
    [{ least: 30.25 }, [3, 4, 5]],
    [{ day: '2025-02-07' }, [3, 4, 5]],
    [{ kind: 'new' }, [2]],
    [{ most: 2 }, [1, 2]],
    [{ most: 2, offset: 2 }, [3, 4]],
    [{ status: 'paid', customer: 1, least: 1, day: '2025-01-01', kind: 'paid', most: 5 }, [1]],
  ])('%j finds %j', async (args, ids) => {
    expect(await idsOf('orders_by_everything', args)).toEqual(ids)
  })

  const TRIED = [
    "paid' OR '1'='1",
    "x') OR 1=1 --",
    ') OR (id > 0',
    '{user.id}',
    '{status}',
    '{app.name}',
    ':status',
    ':least',
    '%',
    'null',
    'is not null',
    '"status"',
    "'",
    '\\',
    'status',
  ]
  test.each(TRIED)('%s is a text that no order has', async (status) => {
    expect(await idsOf('orders_by_everything', { status })).toEqual([])
    expect(await idsOf('orders_by_filter', { status })).toEqual([])
  })

  test.each(TRIED)('%s is written as it is', async (name) => {
    const { result } = await callAs('writer', 'add_customer', { name })
    expect(result.structuredContent.rows).toEqual([{ name }])
  })

  test.each([
    ['orders_by_everything', { status: ['paid'] }],
    ['orders_by_everything', { status: { op: '!=', value: 'x' } }],
    ['orders_by_everything', { customer: '1 OR 1=1' }],
    ['orders_by_everything', { customer: 0 }],
    ['orders_by_everything', { customer: 1.5 }],
    ['orders_by_everything', { least: '0' }],
    ['orders_by_everything', { day: "2025-01-01' OR '1'='1" }],
    ['orders_by_everything', { day: '2025-02-30' }],
    ['orders_by_everything', { kind: 'canary-held' }],
    ['orders_by_everything', { most: 101 }],
    ['orders_by_everything', { table_name: 'secret_salaries' }],
    ['orders_by_everything', { where: {} }],
    ['orders_by_everything', { filter: 'id > 0' }],
    ['orders_by_everything', { fields: ['total'] }],
    ['orders_by_filter', { status: 'paid', params: { least: 1 } }],
    ['orders_by_filter', {}],
  ])('%s refuses %j and names the argument', async (name, args) => {
    const told = await idsOf(name, args)
    expect(told).toMatch(/^bad_request: Invalid arguments for /)
    expect(told).toContain(Object.keys(args)[0] ?? 'status')
  })
})

test('an update by a filter is confirmed by a code for its very value', async () => {
  const first = (await callAs('writer', 'close_orders', { status: 'new' })).result
  expect(first.isError).toBe(true)
  const confirmation = /confirmation: (\S+)/.exec(first.content[0].text)?.[1]
  expect(confirmation).toBeDefined()
  const other = (await callAs('writer', 'close_orders', { status: 'paid', confirmation })).result
  expect(other.isError).toBe(true)
  const done = (await callAs('writer', 'close_orders', { status: 'new', confirmation })).result
  expect(done.structuredContent).toMatchObject({ affected: 1 })
  expect(await idsOf('orders_by_filter', { status: 'closed' })).toEqual([2])
})

describe('a declaration is refused', () => {
  const one = { type: 'string', description: 'x' }
  const declared = { ...byFilter, name: 'another' }
  test.each([
    ['the name of a tool', { name: 'get_table_data' }],
    ['one behind a prefix', { name: 'shop_get_tables' }],
    ['a name with spaces', { name: 'my tool' }],
    ['an operation there is not', { operation: 'run_sql' }],
    ['a tool about tools', { operation: 'list_tools' }],
    ['a parameter for the table', { arguments: { table_name: '{status}' } }],
    ['a parameter for a column', { arguments: { table_name: 'orders', fields: ['{status}'] } }],
    ['a parameter for an order', { arguments: { table_name: 'orders', order: '{status}' } }],
    [
      'a parameter for an operator',
      { arguments: { table_name: 'orders', where: { column: 'id', op: '{status}', value: 1 } } },
    ],
    [
      'a parameter for a column of a condition',
      { arguments: { table_name: 'orders', where: { column: '{status}', value: 1 } } },
    ],
    ['an unknown parameter', { arguments: { table_name: 'orders', where: { id: '{other}' } } }],
    ['an unknown parameter of a filter', { arguments: { table_name: 'orders', filter: 'id = :other' } }],
    ['a filter that is none', { arguments: { table_name: 'orders', filter: 'id = ' } }],
    ['an unknown argument', { arguments: { table_name: 'orders', sql: 'select 1' } }],
    ['no table', { arguments: {} }],
    [
      'an optional parameter in a filter',
      {
        parameters: [{ ...one, name: 'status', required: false }],
        arguments: { table_name: 'orders', filter: 'status = {status}' },
      },
    ],
    ['a parameter of no type', { parameters: [{ name: 'status', type: 'sql', description: 'x' }] }],
    [
      'two parameters of one name',
      {
        parameters: [
          { ...one, name: 'status' },
          { ...one, name: 'Status' },
        ],
      },
    ],
    ['a default of another type', { parameters: [{ ...one, name: 'status', default: 1 }] }],
    ['an argument of the tool itself', { parameters: [{ ...one, name: 'confirmation' }] }],
    ['a parameter without a place', { parameters: [...byFilter.parameters, { ...one, name: 'spare' }] }],
    [
      'a place in quotes, which is text',
      { arguments: { table_name: 'orders', filter: "status = '{status}'" } },
    ],
    [
      'a parameter in the name of a column',
      {
        operation: 'update_records',
        parameters: [{ ...one, name: 'status' }],
        arguments: { table_name: 'orders', ids: [1], records: [{ '{status}': 1 }] },
      },
    ],
    [
      'a minimum above the maximum',
      {
        parameters: [{ name: 'n', type: 'integer', description: 'x', minimum: 5, maximum: 1 }],
        arguments: { table_name: 'orders', filter: 'id = :n' },
      },
    ],
    [
      'a value of an enum that is there twice',
      {
        parameters: [{ name: 'e', type: 'enum', description: 'x', values: ['a', 'a'] }],
        arguments: { table_name: 'orders', filter: 'status = :e' },
      },
    ],
    [
      'a confirmation',
      {
        operation: 'delete_records',
        parameters: [],
        arguments: { table_name: 'orders', filter: 'id > 0', confirmation: 'x' },
      },
    ],
    [
      'an idempotency key of all calls',
      {
        operation: 'create_records',
        parameters: [],
        arguments: { table_name: 'orders', records: [{ customer_id: 1 }], idempotency_key: 'x' },
      },
    ],
    [
      'a deletion that says no rows',
      { operation: 'delete_records', parameters: [], arguments: { table_name: 'orders', force: true } },
    ],
    [
      'a filter without a condition',
      { operation: 'delete_records', parameters: [], arguments: { table_name: 'orders', filter: ' ' } },
    ],
    ['the argument of the address of all services', { parameters: [{ ...one, name: 'Service' }] }],
  ])('%s', async (_, wrong) => {
    expect(await declare({ ...declared, ...wrong })).toMatchObject({ status: 400 })
    expect(await namesFor('writer')).not.toContain('another')
  })
})

test('a change holds at once, and so does the end of a tool', async () => {
  const { body } = await declare({ ...byFilter, name: 'changing' })
  const id = Number(Object(body).resource[0].id)
  expect(await idsOf('changing', { status: 'canary-held' })).toEqual([4, 5])
  const changed = { ...byFilter.arguments, filter: 'status = {status} and total > 100 and total >= {least}' }
  await askOf(house)('PATCH', `system/tool/${id}`, { token, body: { arguments: changed } })
  expect(await idsOf('changing', { status: 'canary-held' })).toEqual([5])
  await askOf(house)('PATCH', `system/tool/${id}`, { token, body: { is_active: false } })
  expect(await namesFor('writer')).not.toContain('changing')
  await askOf(house)('DELETE', `system/tool/${id}`, { token })
  expect(await callAs('writer', 'changing', {})).toMatchObject({ error: { code: -32602 } })
})

test.each([
  { table_name: 'customers' },
  { table_name: 'orders', limit: 3 },
  { table_name: 'orders', fields: ['id', 'total'], filter: 'id > 0', order: 'id desc', limit: 5 },
])('arguments of the tool below are none of a declared one: %o', async (args) => {
  for (const name of ['orders_by_everything', 'orders_by_filter'])
    expect(await idsOf(name, args)).toMatch(/^bad_request: Invalid arguments for orders_by/)
})

test('one name is one tool, whichever service it is of', async () => {
  const service = { name: 'second', label: 'Second', type: 'sqlite', config: { database: './shop.sqlite' } }
  const made = await askOf(house)('POST', 'system/service', { token, body: { resource: [service] } })
  expect(made.status).toBe(201)
  const service_id = Number(Object(made.body).resource[0].id)
  for (const name of [byFilter.name, byFilter.name.toUpperCase()]) {
    const twice = await declare({ ...byFilter, name, service_id })
    expect(twice.status, name).toBeGreaterThanOrEqual(400)
  }
})
