import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type House, keyOf, type openHouse } from '../helpers/house.ts'

const READS = ['GET']
const ALL = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const paid = [{ name: 'status', operator: '=', value: 'paid' }]
const customer = (fields: readonly string[], verbs = READS) => ({
  component: '_table/customers/*',
  verbs,
  fields,
})

/** Rules with `fields`, through both doors. */
export function fieldRulesHold(open: (roles: Parameters<typeof openHouse>[0]) => Promise<House>): void {
  let house: House
  beforeAll(async () => {
    house = await open({
      // Row filters look at a field that is not shown.
      reader: [
        { component: '_table/orders/*', verbs: READS, fields: ['ID', 'total'], filters: paid },
        customer(['id', 'name']),
      ],
      keyless: [{ component: '_table/orders/*', verbs: READS, fields: ['status', 'total'] }],
      writer: [
        { component: '_table/orders/*', verbs: READS, fields: ['id', 'status', 'total'] },
        { component: '_table/orders/*', verbs: ['PATCH', 'PUT'], fields: ['status'] },
        { component: '_table/customers/*', verbs: ALL, fields: ['id', 'name', 'region'] },
      ],
      both: [
        { component: '_table/orders/*', verbs: READS, fields: ['id', 'total'] },
        { component: '_table/orders/*', verbs: READS, fields: ['id', 'status'] },
      ],
      'one-record': [
        { component: '_table/orders', verbs: READS },
        { component: '_table/orders/*', verbs: ALL, fields: ['id'] },
      ],
      'schema-named': [
        { component: '_table/orders/*', verbs: READS, fields: ['id', 'total'] },
        { component: '_schema/*', verbs: ALL },
      ],
      changer: [
        { component: '_table/*', verbs: ALL, fields: ['id', 'name', 'status'] },
        { component: '_schema/*', verbs: ALL },
        { component: '_delete_all/*', verbs: ['DELETE'] },
      ],
      none: [{ component: '_table/*', verbs: READS, fields: ['region'] }],
    })
  })
  afterAll(() => house.close())

  const rest = (role: string, path: string, method = 'GET', body?: unknown) =>
    house.rest(method, `/api/v2/shop/${path}`, { key: keyOf(role), body })
  const tool = async (role: string, name: string, args: object) =>
    Object((await house.tool(name, args, keyOf(role))).body).result

  describe('a field that no rule shows', () => {
    test('is in no answer of a read', async () => {
      const shown = { id: 1, total: 10.5 }
      expect((await rest('reader', '_table/orders?limit=1')).body).toEqual({ resource: [shown] })
      expect((await rest('reader', '_table/orders?fields=*&limit=1')).body).toEqual({ resource: [shown] })
      expect((await rest('reader', '_table/orders/1')).body).toEqual(shown)
      expect((await rest('reader', '_table/orders?ids=1')).body).toEqual({ resource: [shown] })
      for (const query of [
        'accept=csv',
        'accept=xml',
        'include_schema=true',
        'cursor=&limit=1',
        'distinct=true',
      ]) {
        const { status, text } = await rest('reader', `_table/orders?${query}`)
        expect([query, status, /status|customer_id|placed_on/.test(text)]).toEqual([query, 200, false])
      }
    })

    test('the row filter of the role looks at it all the same', async () => {
      expect((await rest('reader', '_table/orders?count_only=true')).body).toBe(3)
      expect((await rest('reader', '_table/orders/2')).status).toBe(404)
    })

    test.each([
      ['fields', 'fields=id,XX'],
      ['filter', "filter=XX='a'"],
      ['filter of a record', 'filter=id=1 and not XX is null'],
      ['order', 'order=XX'],
      ['group', 'group=XX&fields=XX,COUNT(*)'],
      ['aggregate', 'fields=MAX(XX)'],
      ['having', 'group=id&fields=id,COUNT(*)&having=MAX(XX)>1'],
      ['id_field', 'id_field=XX&ids=paid'],
      ['cursor', 'cursor=&order=XX'],
      ['related', 'related=customers_by_XX'],
      ['order through', 'order=customers_by_customer_id.XX'],
    ])('named in %s, it answers as one that there is not', async (_where, query) => {
      const hidden = await rest('reader', `_table/orders?${query.replaceAll('XX', 'status')}`)
      const unknown = await rest('reader', `_table/orders?${query.replaceAll('XX', 'sxatus')}`)
      expect([hidden.status, hidden.text.replaceAll('status', 'XX')]).toEqual([
        unknown.status,
        unknown.text
          .replaceAll('sxatus', 'XX')
          .replaceAll('"XX_code"', '"status_code"')
          .replaceAll('status_code', 'XX_code'),
      ])
    })

    test('leads nowhere: no relation by it, from either side, and no fields of others through one', async () => {
      for (const [path, name] of [
        ['_schema/orders/_related', 'customer'],
        ['_schema/customers/_related', 'order'],
        ['_table/orders?related=*', 'customer'],
        ['_table/customers?related=*', 'order'],
        ['_table/customers?related=orders_by_customer_id', 'order'],
      ] as const) {
        const { text } = await rest('reader', path)
        expect([path, text.includes(name)]).toEqual([path, false])
      }
      const filtered = await rest(
        'reader',
        `_table/orders?filter=${encodeURIComponent("customers_by_customer_id.name = 'Ann'")}`,
      )
      expect(filtered.status).toBe(400)
    })

    test('is in no schema, document, listing or model', async () => {
      for (const path of [
        '_schema/orders',
        '_schema/orders/_field',
        '_schema?fields=*',
        '_table?fields=*',
        '_spec',
        '_schema?ids=orders',
      ]) {
        const { text } = await rest('reader', path)
        expect([path, /placed_on|customer_id/.test(text)]).toEqual([path, false])
      }
      const documents = await house.rest('GET', '/api/v2/api_docs/shop', { key: keyOf('reader') })
      expect(documents.text).toContain('total')
      expect(/placed_on|customer_id/.test(documents.text)).toBe(false)
      expect((await rest('reader', '_schema/orders/_field/status')).status).toBe(404)
    })

    test('is shown by no rule on the schema either', async () => {
      const { text } = await rest('schema-named', '_schema/orders')
      expect(/"name":"(?:status|customer_id)"/.test(text)).toBe(false)
      expect(text).toContain('"name":"total"')
    })

    test('is in no tool', async () => {
      for (const [name, args] of [
        ['get_table_data', { table_name: 'orders' }],
        ['get_table_data', { table_name: 'orders', fields: ['*'], include_schema: true, related: '*' }],
        ['get_table_data', { table_name: 'orders', ids: [1] }],
        ['get_table_schema', { table_name: 'orders' }],
        ['get_table_fields', { table_name: 'orders' }],
        ['get_table_relationships', { table_name: 'orders' }],
        ['get_data_model', { detail: 'full' }],
        ['get_data_model', { search: 'placed_on' }],
        ['get_data_model', { search: 'customer_id' }],
        ['get_tables', {}],
      ] as const) {
        const { text } = await house.tool(name, args, keyOf('reader'))
        expect([
          name,
          args,
          /placed|"status"|customer_id[^"]*"[,}]/.test(text.replace(JSON.stringify(args), '')),
        ]).toEqual([name, args, false])
      }
      const refused = await tool('reader', 'aggregate_data', {
        table_name: 'orders',
        aggregates: [{ function: 'MAX', field: 'placed_on' }],
      })
      expect(refused.isError).toBe(true)
      const list = await house.rpc('tools/list', {}, keyOf('reader'))
      expect(/placed_on|customer_id/.test(list.text)).toBe(false)
    })

    test('without the key there are records, and none of them has an address', async () => {
      expect((await rest('keyless', '_table/orders?limit=1&order=total')).body).toEqual({
        resource: [{ status: 'paid', total: null }],
      })
      expect((await rest('keyless', '_table/orders/1')).status).toBe(400)
      expect((await rest('keyless', '_table/orders?ids=1')).status).toBe(400)
      expect((await rest('keyless', '_table/orders?cursor=&limit=1')).status).toBe(400)
    })

    test('rules of one rank show what all of them show', async () => {
      expect((await rest('both', '_table/orders?limit=1')).body).toEqual({ resource: [{ id: 1 }] })
    })

    test('rules for records hold for their addresses', async () => {
      expect(Object.keys(Object((await rest('one-record', '_table/orders/1')).body))).toEqual(['id'])
      expect((await rest('one-record', '_table/orders/1?fields=total')).status).toBe(400)
      expect((await rest('one-record', '_table/orders/1', 'PATCH', { total: 1 })).status).toBe(403)
    })

    test('a table without a field that is shown is not there', async () => {
      expect((await rest('none', '_table')).body).toEqual({ resource: [{ name: 'customers' }] })
      expect((await rest('none', '_table/orders')).status).toBe(404)
    })
  })

  describe('a field that may not be written', () => {
    test('is refused by name where it is seen, and passed over where it is not', async () => {
      expect((await rest('writer', '_table/orders/1', 'PATCH', { status: 'paid' })).status).toBe(200)
      const seen = await rest('writer', '_table/orders/1', 'PATCH', { status: 'paid', total: 99 })
      expect([seen.status, seen.text]).toEqual([403, expect.stringContaining("'total'")])
      const unseen = await rest('writer', '_table/orders/1', 'PATCH', { placed_on: '2020-01-01' })
      const unknown = await rest('writer', '_table/orders/1', 'PATCH', { plased_on: '2020-01-01' })
      expect([unseen.status, unseen.text]).toEqual([unknown.status, unknown.text])
      expect(
        (await rest('writer', '_table/orders?filter=id%3D1', 'PATCH', { resource: [{ total: 5 }] })).status,
      ).toBe(403)
      const called = await tool('writer', 'update_records', {
        table_name: 'orders',
        ids: [1],
        records: [{ total: 5 }],
      })
      expect(called.isError).toBe(true)
      const admin = await house.rest('GET', '/api/v2/shop/_table/orders/1?fields=total,placed_on', {
        key: keyOf('one-record'),
      })
      expect(admin.status).toBe(400)
      expect((await rest('writer', '_table/orders/1?fields=total')).body).toEqual({ total: 10.5 })
    })

    test('errors of the database do not name a hidden field', async () => {
      const first = { name: 'New', region: 'west', email: 'ann@example.com' }
      const made = await rest('writer', '_table/customers?fields=*', 'POST', { resource: [first] })
      // `email` is hidden, so it is passed over and cannot clash.
      expect([made.status, Object.keys(Object(made.body).resource[0])]).toEqual([
        200,
        ['id', 'name', 'region'],
      ])
      // It needs a customer, which the role does not show.
      const lacking = await rest('changer', '_table/orders', 'POST', { resource: [{ status: 'new' }] })
      expect(lacking.status).toBe(400)
      expect(lacking.text).not.toContain('customer_id')
    })

    test('no schema is changed by who sees a part of it, and no table emptied', async () => {
      for (const [method, path, body] of [
        [
          'PUT',
          '_schema/orders?force=true',
          {
            field: [
              { name: 'id', type: 'id' },
              { name: 'status', type: 'string' },
            ],
          },
        ],
        ['PATCH', '_schema/orders', { field: [{ name: 'extra', type: 'string' }] }],
        ['DELETE', '_schema/orders?force=true', undefined],
        ['DELETE', '_schema/orders/_field/status?force=true', undefined],
      ] as const) {
        const { status } = await rest('changer', path, method, body)
        expect([method, path, status]).toEqual([method, path, 403])
      }
    })

    test('nor may what a rule shows be changed by an import or a batch', async () => {
      const imported = await rest('writer', '_import/orders', 'POST', [{ status: 'a', total: 5 }])
      expect(imported.status).toBe(403)
      const batch = await rest('writer', '_batch', 'POST', {
        steps: [{ operation: 'update', table: 'orders', id: 1, record: { total: 7 } }],
      })
      expect(batch.status).toBe(403)
      const listed = await rest('writer', '_batch', 'POST', {
        steps: [{ operation: 'list', table: 'orders', limit: 1 }],
      })
      expect(Object.keys(Object(listed.body).resource?.[0]?.rows?.[0] ?? Object(listed.body))).toEqual([
        'id',
        'status',
        'total',
      ])
    })
  })

  test('fields are written, told and kept in a role, and an empty list is refused', async () => {
    const body = { email: 'admin@example.com', password: 'a-long-enough-password' }
    const session = Object((await house.rest('POST', '/api/v2/system/admin/session', { body })).body)
    const headers = { 'x-dreamfactory-session-token': session.session_token }
    const rule = { service_id: null, component: '_table/*', verb_mask: 1, requestor_mask: 1 }
    const make = (fields: unknown) =>
      house.rest('POST', '/api/v2/system/role', {
        headers,
        body: {
          resource: [
            { name: 'made', is_active: true, role_service_access_by_role_id: [{ ...rule, fields }] },
          ],
        },
      })
    expect((await make([])).text).toContain('at least one')
    expect((await make('id')).status).toBe(400)
    expect((await make(['id', 'name'])).status).toBe(201)
    const role = await house.rest('GET', '/api/v2/system/role/made?related=role_service_access_by_role_id', {
      headers,
    })
    expect(role.text).toContain('"fields":["id","name"]')
    const effective = await house.rest('GET', '/api/v2/system/role/made/effective?service=shop', { headers })
    expect(effective.text).toContain('"fields":["id","name"]')
    const exported = await house.rest('GET', '/api/v2/system/config_package', { headers })
    expect(exported.text.replaceAll(/\s/g, '')).toContain('"fields":["id","name"]')
  })
}
