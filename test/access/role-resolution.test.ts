import { describe, expect, test } from 'vitest'
import { accountsWith, admin, KEYS, una, world } from './world.ts'

/** The role of a user with an app: 1 is active, 2 is not. */
const mapped = (userId: number, appId: number, roleId: number) =>
  new Map([[userId, new Map([[appId, roleId]])]])

async function callerOf(user: typeof una, key: string | undefined, rolesByUser = new Map()) {
  const { state, tokens, authenticate } = world()
  state.accounts = accountsWith([admin, una], rolesByUser)
  const { token } = await tokens.issue(user)
  return await authenticate({ apiKey: key, sessionToken: token })
}

describe('the role of a user', () => {
  test('is the one they have with the app, before the role of the app', async () => {
    const caller = await callerOf(una, KEYS.noRole, mapped(una.id, 2, 1))
    expect(caller).toMatchObject({ kind: 'user', roleName: 'Reader' })
    expect(caller.policy.decide('shop', '_table/orders', 'GET').allowed).toBe(true)
  })

  test('with another app is none of theirs here', async () => {
    const caller = await callerOf(una, KEYS.noRole, mapped(una.id, 1, 1))
    expect(caller.withheld).toMatchObject({ code: 'forbidden', reason: 'no_role' })
    expect(caller.policy.reaches('shop')).toBe(false)
  })

  test('falls back to the role of the app', async () => {
    expect(await callerOf(una, KEYS.agent, mapped(una.id, 2, 2))).toMatchObject({ roleName: 'Reader' })
  })

  test('that is not active denies, although the app has one that is', async () => {
    await expect(callerOf(una, KEYS.agent, mapped(una.id, 1, 2))).rejects.toMatchObject({
      code: 'forbidden',
      context: { reason: 'role_inactive' },
    })
  })

  test('needs an app: without a key nobody knows which one', async () => {
    const caller = await callerOf(una, undefined, mapped(una.id, 1, 1))
    expect(caller.withheld).toMatchObject({ code: 'unauthenticated', reason: 'no_api_key' })
  })
})

describe('an administrator', () => {
  test('without roles of their own may do everything, whatever the app', async () => {
    for (const key of [undefined, KEYS.agent, KEYS.noRole])
      expect(await callerOf(admin, key)).toMatchObject({ kind: 'admin', policy: { key: 'unrestricted' } })
  })

  test('with a role of their own is bound by it', async () => {
    const caller = await callerOf(admin, KEYS.noRole, mapped(admin.id, 2, 1))
    expect(caller).toMatchObject({ kind: 'user', roleName: 'Reader' })
    expect(caller.policy.decide('shop', '_table/orders', 'GET').allowed).toBe(true)
    expect(caller.policy.decide('system', 'role', 'GET').allowed).toBe(false)
  })

  test('with a role for another app may do nothing without it', async () => {
    const roles = mapped(admin.id, 2, 1)
    expect((await callerOf(admin, undefined, roles)).withheld?.reason).toBe('no_api_key')
  })
})
