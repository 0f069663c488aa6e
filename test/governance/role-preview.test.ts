import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { VERB_BIT, VERBS } from '../../src/core/policy.ts'
import { ADMIN, askOf, signIn } from '../accounts/people.ts'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

let house: House
let token: string
let shop: number
beforeAll(async () => {
  house = await openHouse({
    reader: [
      { component: '_table/orders/*', verbs: ['GET'], filters: [{ name: 'id', operator: '<=', value: 3 }] },
      { component: '_table/customers/*', verbs: ['GET'] },
    ],
    nothing: [],
    editor: [
      { service: 'system', component: 'role/*', verbs: ['GET', 'POST'] },
      { component: '_table/orders/*', verbs: ['GET'] },
    ],
  })
  token = await signIn(house, 'admin', ADMIN)
  shop = house.app.store.snapshot().serviceByName.get('shop')?.id ?? 0
})
afterAll(() => house.close())

const rule = (component: string, verb_mask: number, more: object = {}) => ({
  service_id: shop,
  component,
  verb_mask,
  requestor_mask: 1,
  ...more,
})

async function preview(body: object, as: { token?: string; key?: string } = { token }) {
  const answer = await askOf(house)('POST', 'system/role/preview', { ...as, body })
  return { status: answer.status, text: answer.text, body: Object(answer.body) }
}

const draft = (rules: object[], more: object = {}) => preview({ of: { rules }, service: 'shop', ...more })

const tableIn = (body: ReturnType<typeof Object>, name: string) =>
  body.services[0].tables.find((table: { name: string }) => table.name === name)

describe('a preview', () => {
  test('tells the tools that an MCP client gets, and their tokens', async () => {
    const { body } = await preview({ of: { role: 'reader' }, service: 'shop' })
    const listed = await house.rpc('tools/list', {}, keyOf('reader'))
    const tools = Object(listed.body).result.tools
    const [seen] = body.services
    expect(seen.tools.map(({ name }: { name: string }) => name)).toEqual(
      tools.map(({ name }: { name: string }) => name),
    )
    expect(seen.tokens).toBe(Math.ceil(JSON.stringify(tools).length / 4))
  })

  test('shows the columns that a rule names, and which of them are new', async () => {
    const { body } = await draft([rule('_table/orders/*', 1, { fields: ['id', 'total'] })], {
      compare_with: { rules: [rule('_table/orders/*', 1, { fields: ['id', 'status'] })] },
    })
    expect(tableIn(body, 'orders').columns).toEqual(['id', 'total'])
    expect(body.changes[0].tables).toMatchObject([
      { table: 'orders', columns: { added: ['total'], removed: ['status'] } },
    ])
  })

  test('says the same of every table and verb as the door does', async () => {
    const { body } = await preview({ of: { role: 'reader' } })
    const send = { GET: '?limit=1', POST: '', PUT: '', PATCH: '', DELETE: '?ids=-1' }
    for (const table of body.services.find(({ service }: { service: string }) => service === 'shop').tables) {
      for (const verb of VERBS) {
        const records = verb === 'GET' || verb === 'DELETE' ? undefined : { resource: [{ id: -1 }] }
        const answer = await house.rest(verb, `/api/v2/shop/_table/${table.name}${send[verb]}`, {
          key: keyOf('reader'),
          ...(records && { body: records }),
        })
        expect([table.name, verb, answer.status !== 403]).toEqual([
          table.name,
          verb,
          table.verbs[verb].allowed,
        ])
      }
    }
  })

  test('counts the rows that a filter leaves', async () => {
    const { body } = await preview({ of: { role: 'reader' }, service: 'shop' })
    const all = await askOf(house)('GET', 'shop/_table/orders?count_only=true', { token })
    expect(tableIn(body, 'orders').rows).toEqual({ visible: 3, total: Number(all.body) })
    const { visible, total } = tableIn(body, 'customers').rows
    expect(visible).toBe(total)
    expect(tableIn(body, 'orders').has_row_filter).toBe(true)
  })

  test('says why, by the rule', async () => {
    const { body } = await draft([
      rule('_table/orders/*', VERB_BIT.GET),
      rule('_table/*', VERB_BIT.GET | VERB_BIT.POST),
    ])
    const { GET, POST } = tableIn(body, 'orders').verbs
    expect(GET).toEqual({
      allowed: true,
      why: expect.stringContaining("'_table/orders/*' (GET) of shop"),
      rules: [0],
    })
    expect(POST).toMatchObject({
      allowed: false,
      rules: [0],
      why: expect.stringContaining('does not grant POST'),
    })
    expect(tableIn(body, 'customers').verbs.POST).toMatchObject({ allowed: true, rules: [1] })
  })

  test('of rules that nobody stored stores nothing', async () => {
    const before = house.app.store.snapshot().version
    const { status } = await draft([rule('*', 31)])
    expect([status, house.app.store.snapshot().version]).toEqual([200, before])
  })

  test('of a role that is off allows nothing', async () => {
    const { body } = await preview({ of: { rules: [rule('*', 31)], is_active: false }, service: 'shop' })
    expect(body.services[0]).toMatchObject({ reached: false, tools: [] })
    expect(tableIn(body, 'orders').verbs.GET).toMatchObject({
      allowed: false,
      why: expect.stringContaining('not active'),
    })
  })

  test('of a filter that needs what nobody has denies, and says so', async () => {
    const filters = [{ name: 'id', operator: '=', value: '{user.id}' }]
    const { body } = await draft([rule('_table/orders/*', 1, { filters })])
    const { allowed, why } = tableIn(body, 'orders').verbs.GET
    expect([allowed, why]).toEqual([false, expect.stringContaining('{user.id}')])
  })
})

test('two states are compared: tools, verbs and rows', async () => {
  const { body } = await preview({
    of: { rules: [rule('_table/orders/*', VERB_BIT.GET | VERB_BIT.DELETE)] },
    compare_with: { role: 'reader' },
    service: 'shop',
  })
  const [changed] = body.changes
  expect(changed.tools.added).toContain('delete_records')
  const of = (name: string) => changed.tables.find(({ table }: { table: string }) => table === name)
  expect(of('orders')).toMatchObject({
    granted: ['DELETE'],
    taken: [],
    has_row_filter: { before: true, after: false },
    rows: { before: 3 },
  })
  expect(of('customers')).toMatchObject({ granted: [], taken: ['GET'], rows: { after: 0 } })
  const same = await preview({ of: { role: 'reader' }, compare_with: { role: 'reader' } })
  expect(same.body.changes).toEqual([])
})

describe('a warning', () => {
  const kinds = async (rules: object[]) =>
    (await draft(rules, { count_rows: false })).body.warnings.map(
      ({ rule: at, kind }: { rule: number; kind: string }) => [at, kind],
    )

  test('is given for a rule that changes nothing', async () => {
    expect(await kinds([rule('_table/orders/*', 1), rule('_table/orders/*', 1)])).toContainEqual([
      1,
      'no_effect',
    ])
    expect(await kinds([rule('_table/orders/*', 1, { requestor_mask: 2 })])).toEqual([[0, 'no_effect']])
  })

  test('for one that others decide instead of', async () => {
    const rules = [rule('_table/orders/*', 1), rule('_table/orders', 1), rule('_table/nowhere', 0)]
    expect(await kinds([...rules])).toContainEqual([2, 'no_effect'])
  })

  test('for one that opens more than it looks', async () => {
    expect(await kinds([rule('*', 31)])).toEqual([[0, 'opens_more']])
    expect(await kinds([rule('_table/*', 31)])).toEqual([[0, 'opens_more']])
    expect(await kinds([rule('_proc/p', 2)])).toEqual([[0, 'opens_more']])
    expect(await kinds([{ ...rule('*', 1), service_id: null }])).toEqual([[0, 'opens_more']])
  })

  test('for none of rules that do what they say', async () => {
    expect(await kinds([rule('_table/orders/*', 1), rule('_table/customers/*', 3)])).toEqual([])
  })
})

describe('who asks', () => {
  test('sees of a preview what they may see themselves', async () => {
    const as = { key: keyOf('editor') }
    const { status, body, text } = await preview({ of: { rules: [rule('*', 31)] } }, as)
    expect(status).toBe(200)
    expect(body.services.map(({ service }: { service: string }) => service)).toEqual(['shop'])
    expect(body.services[0].tables.map(({ name }: { name: string }) => name)).toEqual(['orders'])
    expect(text).not.toContain('customers')
  })

  test.each(['reader', 'nothing'])('needs a right to roles: %s has none', async (role) => {
    expect((await preview({ of: { role: 'reader' } }, { key: keyOf(role) })).status).toBe(403)
    expect((await preview({ of: { role: 'reader' } }, {})).status).toBe(401)
  })

  test.each([
    ['a filter leaves them some', { filters: [{ name: 'id', operator: '=', value: 1 }] }],
    ['they see some columns alone', { fields: ['id', 'status'] }],
  ])('does not learn rows of a table of which %s', async (_, more) => {
    const name = `half ${Object.keys(more).join()}`
    const body = {
      resource: [
        {
          name,
          is_active: true,
          role_service_access_by_role_id: [
            { ...rule('role/*', 3), service_id: house.app.store.snapshot().serviceByName.get('system')?.id },
            rule('_table/orders/*', 1, more),
          ],
        },
      ],
    }
    const made = await askOf(house)('POST', 'system/role', { token, body })
    const role_id = Object(made.body).resource[0].id
    const app = { resource: [{ name, is_active: true, role_id }] }
    const { body: created } = await askOf(house)('POST', 'system/app?fields=api_key', { token, body: app })
    const seen = await preview(
      { of: { rules: [rule('*', 1, { filters: [{ name: 'total', operator: '>', value: 10 }] })] } },
      { key: Object(created).resource[0].api_key },
    )
    expect(tableIn(seen.body, 'orders').rows).toMatchObject({ visible: null, total: null })
  })
})

test.each([
  [{}, 'of'],
  [{ of: {} }, 'of'],
  [{ of: { role: 'reader', rules: [] } }, 'of'],
  [{ of: { rules: [{ component: '*' }] } }, 'verb_mask'],
  [{ of: { rules: [{ service_id: 99_999, component: '*', verb_mask: 1 }] } }, 'service 99999'],
  [
    {
      of: {
        rules: [{ component: '*', verb_mask: 1, filters: [{ name: 'id', operator: 'about', value: 1 }] }],
      },
    },
    'Rule 1',
  ],
  [{ of: { role: 'reader' }, compare: { role: 'reader' } }, 'compare'],
])('%j is refused', async (body, word) => {
  const { status, text } = await preview(body)
  expect([status, text]).toEqual([400, expect.stringContaining(word)])
})

test('an unknown role or service is not found', async () => {
  expect((await preview({ of: { role: 'nobody' } })).status).toBe(404)
  expect((await preview({ of: { role: 'reader' }, service: 'nowhere' })).status).toBe(404)
})
