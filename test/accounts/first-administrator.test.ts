import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createFirstAdministrator } from '../../src/system/accounts/first-administrator.ts'
import { type House, openHouse } from '../helpers/house.ts'
import { engines, openPlace } from '../system/engines.ts'
import { maker, openStore } from '../system/world.ts'
import { signIn } from './people.ts'

const FIRST = { email: 'ada@example.com', password: 'a-long-enough-password' }
const PATH = '/api/v2/system/setup'
const WITHOUT = { SLUICE_FIRST_ADMIN: 'console', SLUICE_ADMIN_PASSWORD: '' }

describe('a server without an administrator', () => {
  let house: House
  beforeEach(async () => {
    house = await openHouse({}, {}, WITHOUT)
  })
  afterEach(() => house.close())

  const post = (body: unknown, headers: Record<string, string> = {}) =>
    house.rest('POST', PATH, { body, headers })
  const withCode = (more: object = {}) => ({ ...FIRST, setup_code: house.app.setupCode() ?? '', ...more })

  test('says so, and is given one by whoever has the code', async () => {
    const before = await house.rest('GET', PATH)
    expect(before.body).toEqual({ is_required: true, needs_code: true, least_password: 16 })
    const made = await post(withCode({ name: 'Ada' }))
    expect([made.status, made.body]).toEqual([201, { success: true }])
    expect(await signIn(house, 'admin', FIRST)).toMatch(/^eyJ/)
    expect((await house.rest('GET', PATH)).body).toEqual({ is_required: false })
    expect(house.app.setupCode()).toBeUndefined()
  })

  test('is given one once, whoever is first', async () => {
    const code = house.app.setupCode()
    const answers = await Promise.all([1, 2, 3, 4].map((n) => post(withCode({ email: `a${n}@example.com` }))))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409])
    const admins = [...house.app.store.snapshot().userById.values()].filter(({ isAdmin }) => isAdmin)
    expect(admins).toHaveLength(1)
    expect((await post({ ...FIRST, setup_code: code })).status).toBe(409)
  })

  test.each([
    [{ email: 'ada' }, 'email'],
    [{ password: 'fifteen-letters' }, 'password'],
    [{ password: undefined }, 'password'],
    [{ email: undefined }, 'email'],
    [{ name: '' }, 'name'],
    [{ is_sys_admin: true }, 'is_sys_admin'],
  ])('not of %j', async (more, field) => {
    const answer = await post(withCode(more))
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ error: { context: { [field]: [expect.any(String)] } } })
    expect((await house.rest('GET', PATH)).body).toMatchObject({ is_required: true })
  })

  test.each([{}, { 'x-forwarded-for': '127.0.0.1' }, { 'x-real-ip': '127.0.0.1' }, { via: '1.1 proxy' }])(
    'with the code alone, also on its machine (%j)',
    async (headers) => {
      expect((await house.rest('GET', PATH, { headers })).body).toMatchObject({ needs_code: true })
      for (const code of [undefined, '', 'aaaaa-aaaaa-aaaaa-aaaaa', 7, house.app.setupCode()?.slice(1)]) {
        const refused = await post(withCode({ setup_code: code }), headers)
        expect([code, refused.status]).toEqual([code, 403])
        expect(refused.text).not.toContain(house.app.setupCode())
      }
      const code = house.app.setupCode()?.toUpperCase().replaceAll('-', ' ')
      expect((await post(withCode({ setup_code: code }), headers)).status).toBe(201)
    },
  )

  test('and wrong codes are counted, which keeps out nobody who has the right one', async () => {
    const statuses = []
    for (let n = 0; n < 12; n++) statuses.push((await post(withCode({ setup_code: `wrong ${n}` }))).status)
    expect(statuses).toEqual([...Array<number>(10).fill(403), 429, 429])
    expect((await post(withCode())).status).toBe(201)
  })

  test.each(['http://localhost:5000', 'http://127.0.0.1', 'null'])('not by a page of %s', async (origin) => {
    const refused = await post(withCode(), { origin })
    expect(refused.status).toBe(403)
    expect(refused.text).not.toContain('wrong_setup_code')
    expect((await house.rest('GET', PATH)).body).toMatchObject({ is_required: true })
  })

  test('and nothing else of the system is open', async () => {
    for (const path of ['system/admin', 'system/role', 'system/service', 'system/user'])
      expect((await house.rest('GET', `/api/v2/${path}`)).status).toBe(401)
    expect((await house.rest('PUT', PATH, { body: FIRST })).status).toBe(400)
  })
})

test.each([[{ SLUICE_PUBLIC_URL: 'https://db.example.com' }], [{ SLUICE_HOST: '0.0.0.0' }]])(
  'a server that others reach (%j) asks for the code',
  async (settings) => {
    const house = await openHouse({}, {}, { ...WITHOUT, ...settings })
    expect((await house.rest('GET', PATH)).body).toMatchObject({ is_required: true, needs_code: true })
    expect((await house.rest('POST', PATH, { body: FIRST })).status).toBe(403)
    const body = { ...FIRST, setup_code: house.app.setupCode() }
    expect((await house.rest('POST', PATH, { body })).status).toBe(201)
    await house.close()
  },
)

test('a server that has one says no more', async () => {
  const house = await openHouse({})
  expect((await house.rest('GET', PATH)).body).toEqual({ is_required: false })
  expect((await house.rest('POST', PATH, { body: FIRST })).status).toBe(409)
  await house.close()
})

test.each(engines.flatMap(({ name, place }) => (place ? [{ name, place }] : [])))(
  'of two nodes with a system database of $name one makes it',
  async ({ place }) => {
    const settings = await place()
    const nodes = [await openStore(await openPlace(settings)), await openStore(await openPlace(settings))]
    const made = nodes.map((store, n) =>
      createFirstAdministrator({
        store,
        maker,
        leastPassword: 16,
        code: 'c0de',
        beginAttempt: async () => ({ keep: async () => {} }),
      }).create({ ...FIRST, email: `a${n}@example.com`, setup_code: 'c0de' }, '127.0.0.1'),
    )
    const outcomes = (await Promise.allSettled(made)).map(({ status }) => status)
    expect(outcomes.toSorted()).toEqual(['fulfilled', 'rejected'])
  },
)
