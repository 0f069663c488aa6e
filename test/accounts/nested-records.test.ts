import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'
import { ADMIN, askOf, signIn } from './people.ts'

const reader = [{ component: '_table/orders/*', verbs: ['GET'] }]
const ROLES = 'role_by_user_to_app_to_role'
const MAPPINGS = 'user_to_app_to_role_by_user_id'
const RULES = 'role_service_access_by_role_id'

let house: House
let token: string
let ids: Record<'reader' | 'other' | 'app' | 'una' | 'shop', number>

const ask = (method: string, path: string, body?: unknown) =>
  askOf(house)(method, `system/${path}`, { token, body })
const good = async (...given: Parameters<typeof ask>) => {
  const answer = await ask(...given)
  expect(answer.status, answer.text).toBeLessThan(300)
  return Object(answer.body)
}
const create = async (resource: string, record: object): Promise<number> =>
  (await good('POST', resource, { resource: [record] })).resource[0].id
const refusal = async (...given: Parameters<typeof ask>) => {
  const { status, body } = await ask(...given)
  return [status, Object.keys(Object(Object(body).error.context))]
}
const mapped = async () =>
  (await good('GET', `user/${ids.una}?related=${MAPPINGS}`))[MAPPINGS].map(
    ({ app_id, role_id }: Record<string, number>) => [app_id, role_id],
  )

beforeAll(async () => {
  house = await openHouse({ reader, other: reader })
  token = await signIn(house, 'admin', ADMIN)
  const { roleById, apps, serviceByName } = house.app.store.snapshot()
  const role = (name: string) => [...roleById.values()].find((one) => one.name === name)?.id ?? 0
  const una = await create('user', { email: 'una@example.com' })
  const shop = serviceByName.get('shop')?.id ?? 0
  ids = { reader: role('reader'), other: role('other'), app: apps[0]?.id ?? 0, una, shop }
})
afterAll(() => house.close())

describe('records on the other side of a junction', () => {
  test('are linked, with what the junction needs, and only once', async () => {
    const link = { id: ids.reader, 'user_to_app_to_role.app_id': ids.app }
    await good('PATCH', `user/${ids.una}`, { [ROLES]: [link] })
    expect(await mapped()).toEqual([[ids.app, ids.reader]])
    await good('PATCH', `user/${ids.una}`, { [ROLES]: [link, { id: ids.reader }] })
    expect(await mapped()).toEqual([[ids.app, ids.reader]])
    const read = await good('GET', `user/${ids.una}?fields=id&related=${ROLES}`)
    expect(read[ROLES]).toMatchObject([{ id: ids.reader, name: 'reader' }])
  })

  test('are made and changed along', async () => {
    const other = await create('app', { name: 'linked' })
    const made = { name: 'made', 'user_to_app_to_role.app_id': other }
    await good('PATCH', `user/${ids.una}`, { [ROLES]: [made, { id: ids.reader, description: 'reads' }] })
    const { id } = await good('GET', 'role/made')
    expect(await mapped()).toContainEqual([other, id])
    expect((await good('GET', 'role/reader')).description).toBe('reads')
  })

  test('are let go by a null', async () => {
    const gone = { id: ids.reader, 'user_to_app_to_role.user_id': null }
    await good('PATCH', `user/${ids.una}`, { [ROLES]: [gone] })
    expect((await mapped()).map(([, role]: number[]) => role)).not.toContain(ids.reader)
    expect((await ask('PATCH', `user/${ids.una}`, { [ROLES]: [gone] })).status).toBe(404)
    expect((await ask('GET', 'role/reader')).status).toBe(200)
  })

  test('with the rules of a role', async () => {
    const rule = {
      id: ids.shop,
      'role_service_access.component': '_table/*',
      'role_service_access.verb_mask': 1,
    }
    const role = await create('role', { name: 'linked', service_by_role_service_access: [rule] })
    const { [RULES]: rules } = await good('GET', `role/${role}?related=${RULES}`)
    expect(rules).toMatchObject([{ service_id: ids.shop, component: '_table/*', verb_mask: 1 }])
  })

  test.each([
    ['without what the junction needs', () => ({ id: ids.other }), 400, ['user_to_app_to_role.app_id']],
    [
      'with a mark that is no null',
      () => ({ id: ids.other, 'user_to_app_to_role.role_id': 5, 'user_to_app_to_role.app_id': ids.app }),
      400,
      ['user_to_app_to_role.role_id'],
    ],
    ['that are not there', () => ({ id: 999, 'user_to_app_to_role.app_id': ids.app }), 404, []],
    ['without an id to let go', () => ({ 'user_to_app_to_role.role_id': null }), 400, ['id']],
    ['with an unknown field', () => ({ id: ids.other, nmae: 'x' }), 400, ['nmae']],
    ['with one of the junction', () => ({ id: ids.other, 'user_to_app_to_role.x': 1 }), 400, ['x']],
    [
      'with a reference to nothing',
      () => ({ id: ids.other, 'user_to_app_to_role.app_id': 999 }),
      400,
      ['app_id'],
    ],
  ] as const)('%s are refused, and nothing is written', async (_what, item, status, fields) => {
    const before = await mapped()
    const change = { first_name: 'Changed', [ROLES]: [item()] }
    expect(await refusal('PATCH', `user/${ids.una}`, change)).toEqual([status, fields])
    expect(await mapped()).toEqual(before)
    expect((await good('GET', `user/${ids.una}`)).first_name).toBeNull()
  })

  test('are written under their own rights and those of the junction', async () => {
    const service_id = house.app.store.snapshot().serviceByName.get('system')?.id
    const rule = (component: string, verb_mask = 31) => ({
      service_id,
      component,
      verb_mask,
      requestor_mask: 1,
    })
    const link = { id: ids.other, 'user_to_app_to_role.app_id': ids.app }
    const tryWith = async (...rules: object[]) => {
      await good('PATCH', 'role/other', { is_active: true, [RULES]: rules })
      const answer = await askOf(house)('PATCH', `system/user/${ids.una}`, {
        key: keyOf('other'),
        body: { [ROLES]: [link] },
      })
      const { [RULES]: all } = await good('GET', `role/other?related=${RULES}`)
      const gone = all.map(({ id }: { id: number }) => ({ id, role_id: null }))
      await good('PATCH', 'role/other', { [RULES]: gone })
      return answer.status
    }
    expect(await tryWith(rule('user/*'))).toBe(403)
    expect(await tryWith(rule('user/*'), rule('role/*', 1))).toBe(403)
    expect(await mapped()).not.toContainEqual([ids.app, ids.other])
    expect(await tryWith(rule('user/*'), rule('role/*', 9))).toBe(200)
    expect(await mapped()).toContainEqual([ids.app, ids.other])
  })
})

describe('children', () => {
  const rulesOf = async (role: string) =>
    (await good('GET', `role/${role}?related=${RULES}`))[RULES].map(
      ({ component }: { component: string }) => component,
    )

  test('that are new and name another parent are refused', async () => {
    const rule = { service_id: ids.shop, component: 'strange', verb_mask: 1, requestor_mask: 1 }
    const before = await rulesOf('reader')
    for (const role_id of [ids.other, 999])
      expect(await refusal('PATCH', 'role/reader', { [RULES]: [{ ...rule, role_id }] })).toEqual([
        400,
        ['role_id'],
      ])
    const answer = await ask('POST', 'role', {
      resource: [{ name: 'new', [RULES]: [{ ...rule, role_id: ids.other }] }],
    })
    expect(answer.status).toBe(400)
    expect((await ask('GET', 'role/new')).status).toBe(404)
    expect(await rulesOf('reader')).toEqual(before)
    await good('PATCH', 'role/reader', { [RULES]: [{ ...rule, role_id: ids.reader }] })
    expect(await rulesOf('reader')).toContain('strange')
  })

  test('of another parent move only where their new parent is named', async () => {
    const rule = { service_id: ids.shop, component: 'moving', verb_mask: 1, requestor_mask: 1 }
    const read = await good('PATCH', `role/other?fields=id&related=${RULES}`, { [RULES]: [rule] })
    const { id } = read[RULES].find(({ component }: { component: string }) => component === 'moving')
    for (const child of [{ id }, { id, verb_mask: 3 }, { id, role_id: null }, { id, role_id: ids.other }])
      expect(await refusal('PATCH', 'role/reader', { [RULES]: [child] })).toEqual([400, ['role_id']])
    expect(await rulesOf('other')).toContain('moving')
    await good('PATCH', 'role/reader', { [RULES]: [{ id, role_id: ids.reader }] })
    expect([await rulesOf('other'), await rulesOf('reader')]).toEqual([
      [],
      expect.arrayContaining(['moving']),
    ])
  })

  test('a lookup that is found by its name does not leave its owner', async () => {
    const lookup = { name: 'region', value: 'north' }
    await good('PATCH', `user/${ids.una}`, { lookup_by_user_id: [lookup] })
    await good('PATCH', `user/${ids.una}`, {
      lookup_by_user_id: [{ ...lookup, value: 'south', user_id: null }],
    })
    const { lookups } = house.app.store.snapshot()
    expect([lookups.byUser.get(ids.una), lookups.ofSystem.has('region')]).toEqual([
      new Map([['region', 'south']]),
      false,
    ])
  })
})

test('stars are no value of a private lookup that is new', async () => {
  const stars = { name: 'secret', value: '**********', private: true }
  const pack = { format: 'dreamfactory.config/v1', lookups: [stars] }
  expect((await ask('POST', 'lookup', { resource: [stars] })).status).toBe(400)
  expect((await ask('POST', 'config_package', pack)).status).toBe(400)
  expect(await refusal('PATCH', `user/${ids.una}`, { lookup_by_user_id: [stars] })).toEqual([400, ['value']])
  const id = await create('lookup', { name: 'secret', value: 'open' })
  expect(await refusal('PATCH', `lookup/${id}`, { private: true, value: stars.value })).toEqual([
    400,
    ['value'],
  ])
  await good('PATCH', `lookup/${id}`, { private: true })
  await good('PATCH', `lookup/${id}`, { value: stars.value })
  expect(house.app.store.snapshot().configLookups.get('secret')).toBe('open')
})

test.each(['api_docs', 'MCP', 'docs', 'System', 'user'])('no service is called %s', async (name) => {
  const record = { name, type: 'sqlite', config: { database: './x.sqlite' } }
  const answer = await ask('POST', 'service', { resource: [record] })
  expect(Object(answer.body).error.context.resource[0]).toMatchObject({
    status_code: 400,
    context: { name: [expect.any(String)] },
  })
  expect(await refusal('PATCH', 'service/shop', { name })).toEqual([400, ['name']])
  expect(await refusal('PUT', 'service/shop', { name, label: 'x' })).toEqual([400, ['name']])
})
