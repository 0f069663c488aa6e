import { describe, expect, test } from 'vitest'
import { verifyPassword } from '../../src/access/passwords.ts'
import { compilePolicy } from '../../src/access/policy.ts'
import { bootstrap } from '../../src/system/bootstrap.ts'
import type { SystemStore } from '../../src/system/store.ts'
import { engines } from './engines.ts'
import { everything, keyring, maker, openStore } from './world.ts'

const demo = { type: 'box', config: { database: '/demo.db' } }
const options = { maker, mayGeneratePassword: true, demo }

function policyOfKey(store: SystemStore, apiKey: string) {
  const { appByKeyHash, roleById, version } = store.snapshot()
  const role = roleById.get(appByKeyHash.get(keyring.apiKeyHash(apiKey))?.roleId ?? 0)
  return compilePolicy({ rules: role?.rules ?? [], roleId: role?.id ?? 0, version, lookups: new Map() })
}

describe.each(engines)('on $name', ({ open }) => {
  describe('the first start', () => {
    test('makes an administrator with a generated password, and tells it', async () => {
      const store = await openStore(await open())
      const { administrator } = await bootstrap(store, options)
      expect(administrator).toEqual({
        email: 'admin@sluice.local',
        password: expect.stringMatching(/^\w{24}$/),
      })
      const account = store.snapshot().userByEmail.get('admin@sluice.local')
      expect(account).toMatchObject({ isAdmin: true, isActive: true })
      expect(await verifyPassword(administrator?.password ?? '', account?.passwordHash ?? '')).toBe(true)
    })

    test('takes the configured administrator, and does not tell the password', async () => {
      const store = await openStore(await open())
      const adminPassword = 'a password of my own'
      const first = await bootstrap(store, { ...options, adminEmail: 'Me@Example.com', adminPassword })
      expect(first.administrator).toEqual({ email: 'Me@Example.com' })
      const account = store.snapshot().userByEmail.get('me@example.com')
      expect(await verifyPassword(adminPassword, account?.passwordHash ?? '')).toBe(true)
    })

    test('makes two demo keys: one may read, one may write, neither goes elsewhere', async () => {
      const store = await openStore(await open())
      const { demo: keys } = await bootstrap(store, options)
      const reader = policyOfKey(store, keys?.readerKey ?? '')
      const writer = policyOfKey(store, keys?.writerKey ?? '')
      expect(reader.decide('demo', '_table/orders', 'GET').allowed).toBe(true)
      expect(reader.decide('demo', '_table/orders', 'POST').allowed).toBe(false)
      expect(writer.decide('demo', '_table/orders', 'DELETE').allowed).toBe(true)
      expect(writer.reaches('system')).toBe(false)
      expect(keys?.readerKey).toMatch(/^[0-9a-f]{64}$/)
      expect(keys?.readerKey).not.toBe(keys?.writerKey)
    })

    test('makes the services every instance has', async () => {
      const store = await openStore(await open())
      await bootstrap(store, options)
      expect(store.snapshot().services.map(({ name, type, deletable }) => [name, type, deletable])).toEqual([
        ['system', 'system', false],
        ['user', 'user', false],
        ['demo', 'box', true],
      ])
    })

    test('leaves the demo out when it is off', async () => {
      const store = await openStore(await open())
      const first = await bootstrap(store, { ...options, demo: undefined })
      expect(first.demo).toBeUndefined()
      expect(store.snapshot().apps).toEqual([])
      expect(store.snapshot().serviceByName.has('demo')).toBe(false)
    })

    test('stores no secret in the clear', async () => {
      const adapter = await open()
      const { administrator, demo: keys } = await bootstrap(await openStore(adapter), options)
      const stored = await everything(adapter)
      for (const secret of [administrator?.password, keys?.readerKey, keys?.writerKey]) {
        expect(stored).not.toContain(secret)
      }
    })

    test('refuses to generate a password for a server that others can reach', async () => {
      const store = await openStore(await open())
      await expect(bootstrap(store, { ...options, mayGeneratePassword: false })).rejects.toMatchObject({
        code: 'bad_request',
        hint: 'Set SLUICE_ADMIN_EMAIL and SLUICE_ADMIN_PASSWORD, or leave SLUICE_HOST at 127.0.0.1.',
      })
      expect(store.snapshot().userById.size).toBe(0)
    })
  })

  describe('a later start', () => {
    test('tells nothing and changes nothing', async () => {
      const adapter = await open()
      await bootstrap(await openStore(adapter), options)
      const before = await everything(adapter)
      expect(await bootstrap(await openStore(adapter), options)).toEqual({})
      const other = {
        ...options,
        adminEmail: 'x@y.z',
        adminPassword: 'another password',
        mayGeneratePassword: false,
      }
      expect(await bootstrap(await openStore(adapter), other)).toEqual({})
      expect(await everything(adapter)).toBe(before)
    })

    test('adds the demo when it was left out before', async () => {
      const adapter = await open()
      await bootstrap(await openStore(adapter), { ...options, demo: undefined })
      const later = await bootstrap(await openStore(adapter), options)
      expect(later).toEqual({ demo: { readerKey: expect.any(String), writerKey: expect.any(String) } })
    })

    test('at the same moment as the first one makes one administrator', async () => {
      const adapter = await open()
      const stores = [await openStore(adapter), await openStore(adapter)]
      const starts = await Promise.all(stores.map((store) => bootstrap(store, options)))
      expect(starts.filter(({ administrator }) => administrator)).toHaveLength(1)
      expect(starts.filter((start) => start.demo)).toHaveLength(1)
      expect((await openStore(adapter)).snapshot().userById.size).toBe(1)
    })
  })
})
