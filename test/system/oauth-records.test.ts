import { describe, expect, test } from 'vitest'
import { createOauthRecords } from '../../src/system/oauth-records.ts'
import { engines } from './engines.ts'
import { everything, keyring, openStore } from './world.ts'

describe.each(engines)('what the authorization server keeps on $name', ({ open }) => {
  const HOUR = 3_600_000

  async function openRecords() {
    const adapter = await open()
    const { database } = await openStore(adapter)
    let moment = Date.parse('2026-11-22T10:00:00Z')
    const node = () => createOauthRecords(database, { ...keyring, now: () => moment })
    return {
      adapter,
      node,
      later: () => new Date(moment + HOUR),
      pass(ms: number) {
        moment += ms
      },
    }
  }

  test('is found on every node, until its time is over, and tells nothing to who reads the database', async () => {
    const { adapter, node, later, pass } = await openRecords()
    const content = { accountId: 'hidden-account', scope: 'shop:read', list: [1, { deep: true }] }
    await node().save('RefreshToken', 'hidden-id', { content, grantId: 'hidden-grant', expiresAt: later() })
    expect(await node().find('RefreshToken', 'hidden-id')).toEqual({ content })
    expect(await node().find('AuthorizationCode', 'hidden-id')).toBeUndefined()
    expect(await everything(adapter)).not.toContain('hidden-')
    await node().save('RefreshToken', 'hidden-id', { content: { changed: 1 }, expiresAt: later() })
    expect(await node().find('RefreshToken', 'hidden-id')).toEqual({ content: { changed: 1 } })
    pass(HOUR)
    expect(await node().find('RefreshToken', 'hidden-id')).toBeUndefined()
  })

  test('is used up once, by whichever node is first', async () => {
    const { node, later } = await openRecords()
    await node().save('AuthorizationCode', 'code', { content: {}, expiresAt: later() })
    const tries = await Promise.all([1, 2, 3, 4].map(() => node().consume('AuthorizationCode', 'code')))
    expect(tries.filter(Boolean)).toHaveLength(1)
    expect(await node().find('AuthorizationCode', 'code')).toMatchObject({ consumedAt: expect.any(Number) })
    expect(await node().consume('AuthorizationCode', 'nothing')).toBe(false)
  })

  test('goes with its grant, and by its other name', async () => {
    const { node, later } = await openRecords()
    const save = (id: string, grantId: string) =>
      node().save('RefreshToken', id, { content: { id }, grantId, expiresAt: later() })
    await save('one', 'grant')
    await save('two', 'grant')
    await save('three', 'other')
    await node().removeOfGrant('RefreshToken', 'grant')
    const found = await Promise.all(['one', 'two', 'three'].map((id) => node().find('RefreshToken', id)))
    expect(found).toEqual([undefined, undefined, { content: { id: 'three' } }])
    await node().save('Session', 'id', { content: { a: 1 }, alias: 'uid', expiresAt: later() })
    expect(await node().findByAlias('Session', 'uid')).toEqual({ content: { a: 1 } })
    await node().remove('Session', 'id')
    expect(await node().findByAlias('Session', 'uid')).toBeUndefined()
  })
})
