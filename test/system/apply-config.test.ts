import { describe, expect, test } from 'vitest'
import { applyConfig } from '../../src/system/apply-config.ts'
import { bootstrap } from '../../src/system/bootstrap.ts'
import type { DeclaredConfig } from '../../src/system/declared-config.ts'
import { engines } from './engines.ts'
import {
  checkFilters,
  checkTool,
  everything,
  keyring,
  maker,
  openOrders,
  openStore,
  readAll,
  types,
} from './world.ts'

const declared: DeclaredConfig = {
  baseDir: '/etc/sluice',
  services: [{ name: 'shop', type: 'box', config: { database: './shop.db', password: 'hunter2-secret' } }],
  roles: [{ name: 'reader', rules: [readAll] }],
  apps: [{ name: 'agent', role: 'reader', apiKey: 'k'.repeat(64) }],
  tools: [openOrders],
}
const options = { types, maker, checkFilters, checkTool }

describe.each(engines)('on $name', ({ open }) => {
  const problemsOf = async (change: Partial<DeclaredConfig>) => {
    const store = await openStore(await open())
    const before = store.snapshot()
    const failure = await applyConfig(store, { ...declared, ...change }, options).catch((error) => error)
    expect(store.snapshot()).toBe(before)
    return failure.context?.problems
  }

  describe('applying a config', () => {
    test('makes its services, roles and apps', async () => {
      const store = await openStore(await open())
      expect(await applyConfig(store, declared, options)).toEqual({ newKeys: [] })
      const { serviceByName, appByKeyHash, roleById } = store.snapshot()
      expect(serviceByName.get('shop')?.config).toEqual({
        database: '/etc/sluice/shop.db',
        password: 'hunter2-secret',
      })
      const app = appByKeyHash.get(keyring.apiKeyHash('k'.repeat(64)))
      expect(roleById.get(app?.roleId ?? 0)?.rules).toEqual([readAll])
      expect(store.snapshot().tools).toEqual([{ ...openOrders, id: expect.any(Number), isActive: true }])
    })

    test('again changes nothing', async () => {
      const adapter = await open()
      const store = await openStore(adapter)
      await applyConfig(store, declared, options)
      const before = await everything(adapter)
      const snapshot = store.snapshot()
      await applyConfig(store, declared, options)
      expect(store.snapshot()).toBe(snapshot)
      expect(await everything(adapter)).toBe(before)
    })

    test('changes what the file has changed and leaves what it does not name', async () => {
      const store = await openStore(await open())
      await bootstrap(store, {
        maker,
        mayGeneratePassword: true,
        demo: { type: 'box', config: { database: '/d' } },
      })
      await applyConfig(store, declared, options)
      const rules = [{ ...readAll, verbMask: 3 }]
      await applyConfig(store, { ...declared, roles: [{ name: 'Reader', rules }] }, options)
      const { roleById, serviceByName } = store.snapshot()
      expect([...roleById.values()].map(({ name }) => name)).toEqual(['demo-reader', 'demo-writer', 'reader'])
      expect([...roleById.values()].at(-1)?.rules[0]?.verbMask).toBe(3)
      expect(serviceByName.has('demo')).toBe(true)
    })

    test('makes a key for an app without one, once', async () => {
      const store = await openStore(await open())
      const keyless = { ...declared, apps: [{ name: 'agent', role: 'reader' }] }
      const { newKeys } = await applyConfig(store, keyless, options)
      expect(newKeys).toEqual([{ app: 'agent', apiKey: expect.stringMatching(/^[0-9a-f]{64}$/) }])
      expect(store.snapshot().appByKeyHash.has(keyring.apiKeyHash(newKeys[0]?.apiKey ?? ''))).toBe(true)
      expect(await applyConfig(store, keyless, options)).toEqual({ newKeys: [] })
    })

    test('may use roles and services that are there already', async () => {
      const store = await openStore(await open())
      await bootstrap(store, {
        maker,
        mayGeneratePassword: true,
        demo: { type: 'box', config: { database: '/d' } },
      })
      const onDemo: DeclaredConfig = {
        baseDir: '/',
        services: [],
        roles: [{ name: 'look', rules: [{ ...readAll, service: 'Demo' }] }],
        apps: [{ name: 'two', role: 'demo-reader', apiKey: 'z'.repeat(64) }],
      }
      await applyConfig(store, onDemo, options)
      expect(store.snapshot().apps.at(-1)).toMatchObject({ name: 'two' })
    })
  })

  describe('a config that cannot be applied changes nothing and says why', () => {
    test.each<readonly [Partial<DeclaredConfig>, string]>([
      [
        { services: [{ name: 'shop', type: 'boxx', config: {} }] },
        "services[0].type: there is no service type 'boxx'. Did you mean 'box'?",
      ],
      [
        { services: [{ name: 'my shop', type: 'box', config: { database: 'x' } }], roles: [], apps: [] },
        "services[0].name: 'my shop' must be at most 40 letters, digits, underscores and dashes.",
      ],
      [
        { services: [{ name: 'shop', type: 'box', config: { databse: 'x' } }] },
        "services[0].config.databse is not a known key. Did you mean 'database'?",
      ],
      [
        { services: [{ name: 'shop', type: 'box', config: { database: 'x', max_records: 'many' } }] },
        'services[0].config.max_records: Invalid input: expected number, received string.',
      ],
      [
        { roles: [{ name: 'reader', rules: [readAll, { ...readAll, service: 'shpo' }] }] },
        "roles[0].access[1].service: there is no service 'shpo'. Did you mean 'shop'?",
      ],
      [
        { tools: [{ ...openOrders, service: 'shpo' }] },
        "tools[0].service: there is no service 'shpo'. Did you mean 'shop'?",
      ],
      [
        { tools: [{ ...openOrders, operation: 'run_sql' }] },
        'tools[0]: The operation field is wrong: must be one of: get_table_data, aggregate_data, create_records, update_records, delete_records, call_stored_procedure, call_stored_function.',
      ],
      [
        { apps: [{ name: 'agent', role: 'raeder' }] },
        "apps[0].role: there is no role 'raeder'. Did you mean 'reader'?",
      ],
    ])('%j', async (change, problem) => {
      expect(await problemsOf(change)).toContain(problem)
    })

    test('the type of a service that is there cannot change', async () => {
      const store = await openStore(await open())
      await store.change((writer) => writer.upsertService({ name: 'Shop', type: 'crate', config: {} }))
      await expect(applyConfig(store, declared, options)).rejects.toMatchObject({
        context: {
          problems: [
            "services[0].type: service 'shop' is there already with the type 'crate', which cannot change.",
          ],
        },
      })
    })

    test('the services of the server itself are not to be had', async () => {
      const services = [{ name: 'System', type: 'box', config: { database: 'x' } }]
      expect(await problemsOf({ services })).toContain(
        "services[0].name: 'System' is a service of the server itself.",
      )
    })

    test('a secret value is in no message', async () => {
      const services = [{ name: 'shop', type: 'box', config: { database: 7, password: ['hunter2-secret'] } }]
      expect(JSON.stringify(await problemsOf({ services }))).not.toContain('hunter2')
    })
  })
})
