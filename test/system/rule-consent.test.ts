import { afterEach, beforeEach, expect, test } from 'vitest'
import { type House, openHouse } from '../helpers/house.ts'

let house: House
let headers: Record<string, string>
beforeEach(async () => {
  house = await openHouse({ plain: [{ component: '_table/*', verbs: ['GET'] }] })
  const body = { email: 'admin@example.com', password: 'a-long-enough-password' }
  const session = (await house.rest('POST', '/api/v2/system/admin/session', { body })).body as {
    session_token: string
  }
  headers = { 'x-dreamfactory-session-token': session.session_token }
})
afterEach(() => house.close())

const RULES = 'role_service_access_by_role_id'
const rule = { service_id: null, component: '_table/*', verb_mask: 31, requestor_mask: 1 }

const make = (rules: readonly object[]) =>
  house.rest('POST', '/api/v2/system/role?fields=*', {
    headers,
    body: {
      resource: [{ name: 'made', is_active: true, [RULES]: rules.map((one) => ({ ...rule, ...one })) }],
    },
  })

async function rulesOf(role: string): Promise<Record<string, unknown>[]> {
  const { body } = await house.rest('GET', `/api/v2/system/role/${role}?related=${RULES}`, { headers })
  return (body as Record<string, Record<string, unknown>[]>)[RULES] ?? []
}

test('limits and confirm are written, told, changed and counted in', async () => {
  const said = { limits: { max_affected_rows: 5, max_rows: 9, timeout_ms: 700 }, confirm: 'over:2' }
  expect((await make([said])).status).toBe(201)
  const [stored] = await rulesOf('made')
  expect(stored).toMatchObject(said)
  const effective = await house.rest('GET', '/api/v2/system/role/made/effective?service=shop', { headers })
  expect(effective.text).toContain(
    '"limits":{"max_affected_rows":5,"max_rows":9,"timeout_ms":700},"confirm":"over:2"',
  )
  const cleared = { [RULES]: [{ id: stored?.id, limits: null, confirm: null }] }
  expect((await house.rest('PATCH', '/api/v2/system/role/made', { headers, body: cleared })).status).toBe(200)
  expect((await rulesOf('made'))[0]).not.toHaveProperty('confirm')
  const exported = await house.rest('GET', '/api/v2/system/config_package', { headers })
  expect(exported.text).not.toContain('confirm')
})

test('a rule that says nothing of them looks as it always did', async () => {
  const [plain] = await rulesOf('plain')
  expect(Object.keys(plain ?? {})).not.toEqual(expect.arrayContaining(['limits']))
  expect(Object.keys(plain ?? {})).not.toEqual(expect.arrayContaining(['confirm']))
})

test('packages carry them', async () => {
  await make([{ limits: { max_rows: 7, timeout_ms: 70 }, confirm: 'always' }])
  const exported = (await house.rest('GET', '/api/v2/system/config_package', { headers })).body as {
    roles: { name: string; service_access: object[] }[]
  }
  const role = exported.roles.find(({ name }) => name === 'made')
  expect(role?.service_access).toMatchObject([{ limits: { max_rows: 7, timeout_ms: 70 }, confirm: 'always' }])
  await house.rest('DELETE', '/api/v2/system/role/made', { headers })
  const imported = await house.rest('POST', '/api/v2/system/config_package', { headers, body: exported })
  expect(imported.status).toBeLessThan(300)
  expect(await rulesOf('made')).toMatchObject([
    { limits: { max_rows: 7, timeout_ms: 70 }, confirm: 'always' },
  ])
})

test.each([
  [{ confirm: 'sometimes' }],
  [{ confirm: 'over:' }],
  [{ confirm: 'over:-1' }],
  [{ confirm: true }],
  [{ limits: { max_affected_rows: -1 } }],
  [{ limits: { max_affected_rows: 1.5 } }],
  [{ limits: { max_rows: 0 } }],
  [{ limits: { timeout_ms: 0 } }],
  [{ limits: { timeout_ms: '5' } }],
  [{ limits: { max_row: 1 } }],
  [{ limits: {} }],
  [{ limits: 5 }],
])('%j is refused', async (rules) => {
  expect((await make([rules])).status).toBeGreaterThanOrEqual(400)
})
