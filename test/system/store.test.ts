import { describe, expect, test } from 'vitest'
import { createKeyring } from '../../src/access/keyring.ts'
import type { TableDefinition } from '../../src/core/database/schema.ts'
import { valueClassOf } from '../../src/core/database/schema.ts'
import { systemResources } from '../../src/system/all.ts'
import { migrations } from '../../src/system/migrations/all.ts'
import { migrate } from '../../src/system/migrations/migrate.ts'
import { tableNamed } from '../../src/system/records.ts'
import { role } from '../../src/system/resources/role.ts'
import { openSystemStore } from '../../src/system/store.ts'
import { engines } from './engines.ts'
import { everything, keyring, openStore, readAll, types } from './world.ts'

const signal = () => new AbortController().signal
const box = { name: 'shop', type: 'box', config: { database: '/shop.db', password: 'hunter2-secret' } }

/** Name, kind of value and whether it may be missing; columns that came later stand at the end. */
function columnsOf(table: TableDefinition | undefined) {
  const columns = table?.fields.map(
    ({ name, type, allowNull }) => `${name} ${valueClassOf(type)} ${allowNull}`,
  )
  return columns?.toSorted()
}

describe.each(engines)('on $name', ({ open }) => {
  describe('migrations', () => {
    test('make the tables that the resources declare', async () => {
      const adapter = await open()
      await migrate(adapter, migrations, signal())
      const made = await adapter.readSchema({ signal: signal() })
      for (const { table } of systemResources) {
        const found = made.find(({ name }) => name === table.name)
        expect(columnsOf(found)).toEqual(columnsOf(table))
        expect(found?.uniqueKeys.toSorted()).toEqual(table.uniqueKeys.toSorted())
      }
    })

    test('run once: a later start changes nothing', async () => {
      const adapter = await open()
      await openStore(adapter)
      const before = await everything(adapter)
      await openStore(adapter)
      expect(await everything(adapter)).toBe(before)
    })

    test('that were interrupted are finished by the next start', async () => {
      const adapter = await open()
      const [first] = migrations
      const half = first?.changes.slice(0, 3) ?? []
      for (const change of half) await adapter.alter(change, { signal: signal() })
      const store = await openStore(adapter)
      expect(store.snapshot().services).toEqual([])
    })

    test('of two starts at once both end well', async () => {
      const adapter = await open()
      const stores = await Promise.all([openStore(adapter), openStore(adapter), openStore(adapter)])
      expect(stores.map((store) => store.snapshot().apps)).toEqual([[], [], []])
    })

    test('refuse a database that is newer than this program', async () => {
      const adapter = await open()
      await migrate(adapter, [...migrations, { version: 99, name: 'future', changes: [] }], signal())
      await expect(openStore(adapter)).rejects.toMatchObject({
        code: 'unavailable',
        message: `The system database was made by a newer version of this program (schema 99, known up to ${migrations.length}).`,
      })
    })
  })

  describe('the store', () => {
    test('refuses another app key than the database was made with', async () => {
      const adapter = await open()
      await openStore(adapter)
      const secrets = createKeyring(new Uint8Array(32).fill(4))
      await expect(openSystemStore(adapter, { secrets, types, keepApiKeys: true })).rejects.toMatchObject({
        code: 'bad_request',
        message: 'APP_KEY is not the key this system database was made with.',
      })
    })

    test('has what was written, by name and by key', async () => {
      const store = await openStore(await open())
      const apiKey = 'k'.repeat(64)
      await store.change(async (writer) => {
        await writer.upsertService(box)
        await writer.upsertRole({
          name: 'reader',
          rules: [readAll, { ...readAll, service: null, verbMask: 0 }],
        })
        await writer.upsertApp({ name: 'agent', role: 'Reader', apiKey })
        await writer.upsertUser({
          email: ' Ada@Example.com',
          name: 'Ada',
          isAdmin: true,
          passwordHash: 'hash',
        })
      })
      const snapshot = store.snapshot()
      expect(snapshot.serviceByName.get('shop')).toMatchObject({
        label: 'shop',
        isActive: true,
        config: box.config,
      })
      const app = snapshot.appByKeyHash.get(keyring.apiKeyHash(apiKey))
      expect(app).toMatchObject({ name: 'agent', isActive: true })
      expect(snapshot.roleById.get(app?.roleId ?? 0)).toMatchObject({
        name: 'reader',
        rules: [readAll, { ...readAll, service: null, verbMask: 0 }],
      })
      expect(snapshot.userByEmail.get('ada@example.com')).toMatchObject({
        isAdmin: true,
        username: 'ada@example.com',
      })
    })

    test('keeps no secret in the clear', async () => {
      const adapter = await open()
      const store = await openStore(adapter)
      const apiKey = 'k'.repeat(64)
      const config = { ...box.config, options: { token: 'inner-token', color: 'red' } }
      await store.change(async (writer) => {
        await writer.upsertService({ ...box, config })
        await writer.upsertApp({ name: 'agent', apiKey })
      })
      const stored = await everything(adapter)
      expect(stored).toContain('red')
      for (const secret of ['hunter2', 'inner-token', apiKey]) expect(stored).not.toContain(secret)
      expect(store.snapshot().services[0]?.config).toEqual(config)
      const sealed = store.snapshot().apps[0]?.encryptedKey ?? ''
      expect(keyring.decrypt(sealed, 'app.api_key')).toBe(apiKey)
    })

    test('keeps the HMAC of a key alone when told so, also of keys it had', async () => {
      const adapter = await open()
      const keeping = await openStore(adapter)
      await keeping.change((writer) => writer.upsertApp({ name: 'old', apiKey: 'o'.repeat(64) }))
      const store = await openStore(adapter, { keepApiKeys: false })
      await store.change((writer) => writer.upsertApp({ name: 'new', apiKey: 'n'.repeat(64) }))
      expect(store.snapshot().apps.map(({ encryptedKey }) => encryptedKey)).toEqual([undefined, undefined])
      expect(store.snapshot().appByKeyHash.has(keyring.apiKeyHash('o'.repeat(64)))).toBe(true)
    })

    test('rolls everything back when one write fails', async () => {
      const adapter = await open()
      const store = await openStore(adapter)
      const before = store.snapshot()
      const failing = store.change(async (writer) => {
        await writer.upsertService(box)
        await writer.upsertApp({ name: 'agent', role: 'nobody', apiKey: 'k'.repeat(64) })
      })
      await expect(failing).rejects.toMatchObject({
        code: 'bad_request',
        message: "There is no role 'nobody'.",
      })
      expect(store.snapshot()).toBe(before)
      expect((await openStore(adapter)).snapshot().services).toEqual([])
    })

    test('does not take an unchanged record for a change', async () => {
      const store = await openStore(await open())
      const write = () =>
        store.change(async (writer) => {
          await writer.upsertService(box)
          await writer.upsertRole({
            name: 'reader',
            rules: [{ ...readAll, filters: [{ name: 'a', operator: '=', value: 1 }] }],
          })
          await writer.upsertApp({ name: 'agent', role: 'reader', apiKey: 'k'.repeat(64) })
        })
      await write()
      const before = store.snapshot()
      await write()
      expect(store.snapshot()).toBe(before)
    })

    test('changes only what is given', async () => {
      const store = await openStore(await open())
      await store.change((writer) => writer.upsertService({ ...box, label: 'Shop', isActive: false }))
      await store.change((writer) => writer.upsertService({ ...box, name: 'SHOP', description: 'd' }))
      expect(store.snapshot().services).toMatchObject([
        { name: 'shop', label: 'Shop', isActive: false, description: 'd' },
      ])
    })

    test('replaces the rules of a role', async () => {
      const store = await openStore(await open())
      await store.change(async (writer) => {
        await writer.upsertService(box)
        await writer.upsertRole({ name: 'reader', rules: [readAll, readAll] })
        await writer.upsertRole({ name: 'other', rules: [readAll] })
      })
      await store.change((writer) =>
        writer.upsertRole({ name: 'reader', rules: [{ ...readAll, verbMask: 31 }] }),
      )
      const rules = [...store.snapshot().roleById.values()].map((role) =>
        role.rules.map(({ verbMask }) => verbMask),
      )
      expect(rules).toEqual([[31], [1]])
    })

    test('refuses what cannot be', async () => {
      const store = await openStore(await open())
      await store.change(async (writer) => {
        await writer.upsertService(box)
        await writer.upsertApp({ name: 'agent', apiKey: 'k'.repeat(64) })
      })
      await expect(
        store.change((writer) => writer.upsertService({ ...box, type: 'crate' })),
      ).rejects.toMatchObject({
        message: "Service 'shop' is there already, with the type 'box'.",
      })
      await expect(
        store.change((writer) => writer.upsertRole({ name: 'r', rules: [{ ...readAll, service: 'shpo' }] })),
      ).rejects.toMatchObject({ code: 'bad_request', didYouMean: ['shop'] })
      await expect(
        store.change((writer) => writer.upsertApp({ name: 'other', apiKey: 'k'.repeat(64) })),
      ).rejects.toMatchObject({ code: 'conflict', message: "App 'agent' has this API key already." })
      await expect(store.change((writer) => writer.upsertApp({ name: 'third' }))).rejects.toMatchObject({
        code: 'bad_request',
      })
    })

    test('tells listeners of each change until they leave', async () => {
      const store = await openStore(await open())
      const seen: number[] = []
      const leave = store.onChange(({ services }) => seen.push(services.length))
      await store.change((writer) => writer.upsertService(box))
      await store.change((writer) => writer.upsertService({ ...box, name: 'second' }))
      leave()
      await store.change((writer) => writer.upsertService({ ...box, name: 'third' }))
      expect(seen).toEqual([1, 2])
    })

    test('keeps the moment of a sign-in without a new snapshot', async () => {
      const adapter = await open()
      const store = await openStore(adapter)
      const id = await store.change((writer) => writer.upsertUser({ email: 'a@b.c', name: 'A' }))
      const before = store.snapshot()
      await store.recordSignIn(id, '2026-11-22 02:01:22')
      expect(store.snapshot()).toBe(before)
      expect((await openStore(adapter)).snapshot().userById.get(id)?.lastLoginDate).toBe(
        '2026-11-22 02:01:22',
      )
    })

    test('reads more records than one statement gives', async () => {
      const adapter = await open()
      const store = await openStore(adapter)
      const table = tableNamed(role.table)
      const rows = Array.from({ length: 5_001 }, (_, n) => ({
        name: `r${n}`,
        is_active: true,
        created_date: '2026-01-01 00:00:00',
        last_modified_date: '2026-01-01 00:00:00',
      }))
      await store.database.insert({ table, rows, returning: [] }, { signal: signal() })
      await store.refresh()
      expect(store.snapshot().roleById.size).toBe(5_001)
      expect((await openStore(adapter)).snapshot().roleById.size).toBe(5_001)
    })
  })
})
