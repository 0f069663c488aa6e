import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type House, keyOf } from '../helpers/house.ts'
import { ALL, expectSilent, NAMES, type OpenCanaries, ROLES } from './canaries.ts'

/** Hostile filters: they try to leave the role's filter, or to make an error tell something. */
const FILTERS = [
  '',
  'id > 0',
  'id > 0 or 1 = 1',
  'id = 1) OR (id > 0',
  "status = 'x' or total > 0",
  "not (status = 'paid')",
  "status != 'paid'",
  'total > 700000',
  "status like '%'",
  "status contains 'held'",
  'status is not null',
  'id in (1,2,3,4,5,6)',
  'id between 1 and 99',
  "status = '' or ''=''",
  'customer_id = {user.id}',
  'total = :x',
  "id = 5 --'",
  'id = (select 1)',
  'nope = 1',
  "total = 'abc'",
]
const FIELDS = [undefined, ['*'], ['id', 'status', 'total'], ['nope'], ['COUNT(*)']]
const AGGREGATES = ['COUNT', 'COUNT_DISTINCT', 'SUM', 'MIN', 'MAX', 'AVG'].flatMap((name) =>
  ['*', 'id', 'total', 'status'].map((field) => ({ function: name, field })),
)

function query(parameters: Record<string, string | undefined>): string {
  const given = Object.entries(parameters).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}

/** Reads over REST that name nothing hidden. */
export function restReads(): string[] {
  const table = '/api/v2/shop/_table/orders'
  return [
    '/api/v2',
    '/api/v2/shop',
    '/api/v2/shop?as_access_list=true',
    '/api/v2/shop?fields=*&include_access=true',
    '/api/v2/shop/_table',
    '/api/v2/shop/_table?fields=*',
    '/api/v2/shop/_schema',
    '/api/v2/shop/_schema?fields=*',
    '/api/v2/shop/_schema/orders',
    '/api/v2/shop/_schema/orders/_field',
    '/api/v2/shop/_schema/orders/_related',
    '/api/v2/shop/_table?refresh=true',
    '/api/v2/shop/_proc',
    '/api/v2/api_docs',
    '/api/v2/api_docs?compact=true',
    '/api/v2/api_docs?resource_name=orders',
    '/api/v2/api_docs/shop',
    '/api/v2/api_docs/shop?format=yaml',
    '/api/v2/shop/_spec',
    '/api/v2/shop/_table/ordrs',
    '/api/v2/shop/_schema/ordrs',
    '/api/v2/shop/_schema/orders/_field/nope',
    '/api/v2/shop/_schema/orders/_related/nope',
    ...FILTERS.flatMap((filter) => [
      `${table}${query({ filter })}`,
      `${table}${query({ filter, count_only: 'true' })}`,
      `${table}${query({ filter, include_count: 'true', include_schema: 'true', limit: '1' })}`,
      `${table}${query({ filter, group: 'status', fields: 'status,COUNT(*),MAX(total)' })}`,
      `${table}${query({ filter, related: '*' })}`,
      `${table}${query({ filter, accept: 'csv', related: '*', include_count: 'true' })}`,
      `${table}${query({ filter, cursor: '', limit: '1', fields: 'id', order: 'total' })}`,
      `${table}${query({ filter, order: 'total desc', fields: 'total' })}`,
    ]),
    ...['1', '2', '3', '4', '5', '6', '7', '5,1'].flatMap((id) => [
      `${table}/${id}`,
      `${table}${query({ ids: `1,${id}` })}`,
      `${table}${query({ ids: id, continue: 'true' })}`,
      `${table}/${id}?related=*`,
    ]),
    `${table}?related=nope`,
    `${table}?id_field=status&ids=paid`,
    `${table}?order=nope`,
    `${table}?as_list=true&id_field=status`,
  ]
}

/** Calls of every tool that name nothing hidden. */
export function toolCalls(): [string, object][] {
  const orders = { table_name: 'orders' }
  return [
    ['get_tables', {}],
    ['get_database_resources', {}],
    ['get_database_resources', { as_access_list: true }],
    ['list_tools', {}],
    ...['orders', 'ordrs'].flatMap((table_name): [string, object][] => [
      ['get_table_schema', { table_name }],
      ['get_table_fields', { table_name }],
      ['get_table_relationships', { table_name }],
      ['get_table_data', { table_name }],
    ]),
    ...(['names', 'columns', 'full'] as const).flatMap((detail): [string, object][] => [
      ['get_data_model', { detail }],
      ['get_data_model', { detail, search: 'order' }],
      ['get_data_model', { detail, search: 'amount salary' }],
      ['get_data_model', { detail, tables: ['orders'] }],
    ]),
    ...FILTERS.flatMap((filter) =>
      FIELDS.map((fields): [string, object] => [
        'get_table_data',
        {
          ...orders,
          filter,
          ...(fields ? { fields } : {}),
          include_count: true,
          include_schema: true,
          related: '*',
        },
      ]),
    ),
    ...FILTERS.map((filter): [string, object] => ['get_table_data', { ...orders, filter, count_only: true }]),
    ...FILTERS.flatMap((filter) =>
      AGGREGATES.map((aggregate): [string, object] => [
        'aggregate_data',
        { ...orders, filter, aggregates: [aggregate], group_by: ['status'] },
      ]),
    ),
    ['get_table_data', { ...orders, ids: [1, 4, 5] }],
    ['get_table_data', { ...orders, ids: [5], continue: true }],
    ['get_table_data', { ...orders, relatd: '*' }],
    ['get_table_data', { ...orders, order: 'nope' }],
    ['get_stored_procedures', {}],
    ['call_stored_function', { function_name: 'x' }],
  ]
}

/** Whatever a role reads, through REST and through tools, tells nothing that is hidden from it. */
export function readsAreSilent(open: OpenCanaries): void {
  let house: House
  beforeAll(async () => {
    house = await open(Object.fromEntries(NAMES.map((name) => [name, ROLES[name].rules])))
  })
  afterAll(() => house?.close())

  describe.each(NAMES)('role %s', (role) => {
    const key = keyOf(role)
    const { canaries } = ROLES[role]

    test('is told nothing hidden by any read over REST', async () => {
      for (const path of restReads()) {
        const sent = decodeURIComponent(path)
        const { text } = await house.rest('GET', path, { key })
        expectSilent(
          text,
          canaries.filter((canary) => !sent.includes(canary)),
          path,
        )
      }
    })

    test('is told nothing hidden by any tool', async () => {
      for (const [name, args] of toolCalls()) {
        const { text } = await house.tool(name, args, key)
        expectSilent(text, canaries, [name, args])
      }
      for (const [method, params] of [
        ['tools/list', {}],
        [
          'initialize',
          { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 't', version: '1' } },
        ],
      ] as const) {
        expectSilent((await house.rpc(method, params, key)).text, canaries, method)
      }
    })

    test('hears of a hidden table exactly what it hears of one that does not exist', async () => {
      const hidden = 'secret_salaries'
      const unknown = 'sekret_salariez'
      const paths = (table: string) => [
        `_table/${table}`,
        `_table/${table}/1`,
        `_table/${table}?filter=id=1`,
        `_schema/${table}`,
        `_schema/${table}/_field`,
        `_table/${table}?related=*`,
        `_table?ids=${table}`,
        `_schema?ids=${table}`,
        `_spec?tables=${table}`,
      ]
      for (const [index, path] of paths(hidden).entries()) {
        for (const method of ALL) {
          const body = method === 'GET' || method === 'DELETE' ? undefined : { resource: [{ id: 1 }] }
          const one = await house.rest(method, `/api/v2/shop/${path}`, { key, body })
          const other = await house.rest(method, `/api/v2/shop/${paths(unknown)[index]}`, { key, body })
          expect({ status: one.status, text: one.text.replaceAll(hidden, 'T') }, `${method} ${path}`).toEqual(
            {
              status: other.status,
              text: other.text.replaceAll(unknown, 'T'),
            },
          )
        }
      }
      for (const tool of [
        'get_table_schema',
        'get_table_fields',
        'get_table_relationships',
        'get_table_data',
        'delete_records',
      ]) {
        const one = await house.tool(
          tool,
          { table_name: hidden, ...(tool === 'delete_records' ? { ids: [1] } : {}) },
          key,
        )
        const other = await house.tool(
          tool,
          { table_name: unknown, ...(tool === 'delete_records' ? { ids: [1] } : {}) },
          key,
        )
        expect(one.text.replaceAll(hidden, 'T'), tool).toBe(other.text.replaceAll(unknown, 'T'))
      }
      const model = await house.tool('get_data_model', { tables: [hidden] }, key)
      const nothing = await house.tool('get_data_model', { tables: [unknown] }, key)
      expect(model.text.replaceAll(hidden, 'T')).toBe(nothing.text.replaceAll(unknown, 'T'))
    })
  })
}
