import { describe, expect, test } from 'vitest'
import { bootstrap } from '../../src/system/bootstrap.ts'
import { engines } from './engines.ts'
import {
  apps,
  fill,
  packagesOf,
  permissions,
  permissionsOfCallers,
  ROLES,
  services,
  toolsIn,
  users,
} from './packages.ts'
import { everything, maker, openOrders, openStore, readAll } from './world.ts'

describe.each(engines)('a config package on $name', ({ open }) => {
  test('holds no secret, and makes an empty instance behave the same', async () => {
    const adapter = await open()
    const one = await openStore(adapter)
    await fill(one)
    const text = JSON.stringify(packagesOf(one).export())
    for (const secret of [
      'hunter2-secret',
      'inner-token',
      '/srv/far.db',
      'private-of',
      'a-hash',
      'k'.repeat(64),
    ])
      expect(text).not.toContain(secret)

    const other = await openStore(await open())
    await bootstrap(other, { maker, mayGeneratePassword: true })
    const result = await packagesOf(other).import(JSON.parse(text), { overwrite: false })
    expect(result).toMatchObject({
      success: true,
      created: {
        services: ['far', 'shop'],
        roles: Object.keys(ROLES).toSorted(),
        apps: ['agent', 'regional', 'sleeper'],
        users: ['out@example.com', 'una@example.com'],
        tools: ['Off', 'open_orders'],
        lookups: ['Region', 'db_password', 'team', 'tier'],
      },
      updated: { services: [], roles: [], apps: [], users: [], tools: [], lookups: [] },
      skipped: { services: [], roles: [], apps: [], users: [], tools: [], lookups: [] },
      errors: [],
      api_keys: [{ app: 'agent' }, { app: 'regional' }, { app: 'sleeper' }],
    })
    const ofCallers = permissionsOfCallers(one.snapshot())
    expect(JSON.stringify(ofCallers)).toMatch(/of the role.*of the app/)
    expect(JSON.stringify(ofCallers)).toContain('of the user')
    expect(permissionsOfCallers(other.snapshot())).toEqual(ofCallers)
    expect(users(other.snapshot())).toEqual(users(one.snapshot()))
    expect(other.snapshot().configLookups.get('db_password')).toBe('private-of-system')
    expect(other.snapshot().userByEmail.get('una@example.com')?.passwordHash).toBeUndefined()
    const again = packagesOf(other)
    const shown = { ...again.export(), exported_at: '', services: [] }
    expect(shown).toEqual({ ...packagesOf(one).export(), exported_at: '', services: [] })
    const expected = permissions(one.snapshot())
    expect(toolsIn(other.snapshot())).toEqual(toolsIn(one.snapshot()))
    expect(toolsIn(one.snapshot())).toHaveLength(2)
    expect(Object.values(expected).filter((access) => Object(access).allowed).length).toBeGreaterThan(50)
    expect(permissions(other.snapshot())).toEqual(expected)
    const shop = { ...services(one.snapshot())[1]?.config, database: 'shop.db' }
    expect(services(other.snapshot())).toEqual(
      services(one.snapshot()).map((service) =>
        service.name === 'shop' ? { ...service, config: shop } : service,
      ),
    )
    expect(apps(other.snapshot())).toEqual(apps(one.snapshot()))
  })

  test('leaves what is there, or overwrites it and keeps its secrets', async () => {
    const store = await openStore(await open())
    await fill(store)
    const packages = packagesOf(store, {})
    const given = packages.export()
    const before = store.snapshot()
    expect((await packages.import(given, { overwrite: false })).skipped.roles).toHaveLength(
      Object.keys(ROLES).length,
    )
    expect(store.snapshot()).toBe(before)

    const roles = [
      {
        name: 'Nothing',
        description: null,
        is_active: true,
        service_access: [{ service: 'shop', component: '*', verb_mask: 1 }],
      },
    ]
    const arguments_ = { table_name: 'customers' }
    const tools = [{ ...openOrders, service: 'far', parameters: [], arguments: arguments_, is_active: false }]
    const change = { ...given, roles, tools }
    const result = await packages.import({ manifest: change }, { overwrite: true })
    expect(result.updated.tools).toEqual(['open_orders'])
    const [changed] = toolsIn(store.snapshot()).slice(-1)
    expect(changed).toMatchObject({ service: 'far', parameters: [], arguments: arguments_, isActive: false })
    expect(result).toMatchObject({ updated: { services: ['far', 'shop'], roles: ['Nothing'] }, api_keys: [] })
    expect(store.snapshot().serviceByName.get('shop')?.config.password).toBe('hunter2-secret')
    const role = [...store.snapshot().roleById.values()].find(({ name }) => name === 'nothing')
    expect(role?.rules).toEqual([readAll])
    expect(store.snapshot().appByKeyHash.size).toBe(3)
    expect(store.snapshot().configLookups.get('db_password')).toBe('private-of-system')
    const { version } = store.snapshot()
    await packages.import({ manifest: change }, { overwrite: true })
    expect(store.snapshot().version).toBe(version)
  })

  const service = (config: object) => ({ name: 'new', type: 'box', config })
  test.each([
    { what: 'no package', change: { format: undefined }, problem: 'Unsupported config package format.' },
    {
      what: 'another format',
      change: { format: 'dreamfactory.config/v2' },
      problem: 'Unsupported config package format.',
    },
    { what: 'an unknown key', change: { limits: [] }, problem: 'Unrecognized key: "limits"' },
    {
      what: 'a path out of the data folder',
      change: { services: [service({ database: '../etc/x' })] },
      problem: 'services[0].config.database: the path leaves the data folder.',
    },
    {
      what: 'a hidden way out',
      change: { services: [service({ database: 'a/../../x' })] },
      problem: 'the path leaves the data folder.',
    },
    {
      what: 'a whole path',
      change: { services: [service({ database: '/etc/passwd' })] },
      problem: 'the path leaves the data folder.',
    },
    {
      what: 'a variable that is not set',
      change: { services: [service({ database: { $env: 'CONFIG_NOPE' } })] },
      problem: 'services[0].config.database: the environment variable CONFIG_NOPE is not set.',
    },
    {
      what: 'a variable of the server',
      change: { services: [service({ database: { $env: 'APP_KEY' } })] },
      problem: 'with a name that begins with CONFIG_',
    },
    {
      what: 'a reference in a reference',
      change: { services: [service({ database: { $env: { $env: 'CONFIG_A' } } })] },
      problem: 'a reference is',
    },
    {
      what: 'a tool of no service',
      change: { tools: [{ ...openOrders, name: 'other', service: 'nope' }] },
      problem: "tools[0].service: there is no service 'nope'",
    },
    {
      what: 'a tool with the name of another',
      change: { tools: [{ ...openOrders, name: 'get_tables' }] },
      problem: 'tools[0]: The name field is wrong',
    },
    {
      what: 'a tool whose parameter is a table',
      change: { tools: [{ ...openOrders, name: 'other', arguments: { table_name: '{status}' } }] },
      problem: 'tools[0]: The arguments field is wrong',
    },
    {
      what: 'a tool with SQL',
      change: { tools: [{ ...openOrders, name: 'other', sql: 'select 1' }] },
      problem: 'Unrecognized key: "sql"',
    },
    {
      what: 'a tool twice',
      change: {
        tools: [
          { ...openOrders, name: 'Other' },
          { ...openOrders, name: 'other' },
        ],
      },
      problem: "tools[1].name: 'other' comes twice.",
    },
    {
      what: 'an unknown type',
      change: { services: [{ name: 'new', type: 'bxo', config: {} }] },
      problem: "there is no service type 'bxo'",
    },
    {
      what: 'a service of the server',
      change: { services: [{ name: 'system', type: 'box', config: { database: 'x' } }] },
      problem: "'system' is a service of the server itself.",
    },
    ...['System', 'user', 'api_docs', 'docs', 'MCP'].map((name) => ({
      what: `a service called ${name}`,
      change: { services: [{ name, type: 'box', config: { database: 'x' } }] },
      problem: `services[0].name: '${name}' is a service of the server itself.`,
    })),
    {
      what: 'a way out by a lookup',
      change: {
        services: [service({ database: '{folder}/x' })],
        lookups: [{ name: 'Folder', value: '../../etc' }],
      },
      problem: 'services[0].config.database: the path leaves the data folder.',
    },
    {
      what: 'a lookup that stands for itself',
      change: { lookups: [{ name: 'a', value: 'x{A}x' }] },
      problem: "lookups[0].value: 'a' stands for itself, in a circle.",
    },
    {
      what: 'lookups in a circle',
      change: {
        lookups: [
          { name: 'x', value: '{a}' },
          { name: 'a', value: '{b}' },
          { name: 'b', value: '{c}' },
          { name: 'c', value: '{a}', private: true },
        ],
      },
      problem: "lookups[1].value: 'a' stands for itself, in a circle.",
    },
    {
      what: 'a user name with a space',
      change: { users: [{ email: 'x@example.com', name: 'X', username: 'una una' }] },
      problem: 'users[0].username: The username field must be at least 6 characters, without spaces.',
    },
    {
      what: 'a short user name',
      change: { users: [{ email: 'x@example.com', name: 'X', username: 'una' }] },
      problem: 'users[0].username: The username field must be at least 6 characters',
    },
    {
      what: 'a user name twice',
      change: {
        users: [
          { email: 'x@example.com', name: 'X', username: 'una.una' },
          { email: 'y@example.com', name: 'Y', username: 'UNA.una' },
        ],
      },
      problem: "users[1].username: 'una.una' has already been taken.",
    },
    {
      what: 'a user name that is the address of another',
      change: {
        users: [
          { email: 'x@example.com', name: 'X' },
          { email: 'y@example.com', name: 'Y', username: 'X@example.com' },
        ],
      },
      problem: "users[1].username: 'x@example.com' has already been taken.",
    },
    {
      what: 'a rule on an unknown service',
      change: { roles: [{ name: 'r', service_access: [{ service: 'nope', component: '*', verb_mask: 1 }] }] },
      problem: "there is no service 'nope'",
    },
    {
      what: 'a row filter that makes no sense',
      change: {
        roles: [
          {
            name: 'r',
            service_access: [
              { service: null, component: '*', verb_mask: 1, filters: [{ name: 'id', operator: 'zz' }] },
            ],
          },
        ],
      },
      problem: 'roles[0].access[0].filters:',
    },
    {
      what: 'an app of an unknown role',
      change: { apps: [{ name: 'a', role: 'nobody' }] },
      problem: "there is no role 'nobody'",
    },
    {
      what: 'a private lookup without a value',
      change: { lookups: [{ name: 'pw', private: true, value: { $env: 'CONFIG_LOOKUP_PW' } }] },
      problem: 'lookups[0].value: the environment variable CONFIG_LOOKUP_PW is not set.',
    },
    {
      what: 'a lookup that would show a variable',
      change: { lookups: [{ name: 'pw', value: { $env: 'CONFIG_SHOP_PASSWORD' } }] },
      problem: 'only a private lookup takes its value from the environment.',
    },
    {
      what: 'a lookup that takes a variable of the server',
      change: {
        roles: [{ name: 'r', lookups: [{ name: 'pw', private: true, value: { $env: 'APP_KEY' } }] }],
      },
      problem: 'roles[0].lookups[0].value: a reference names a variable that begins with CONFIG_.',
    },
    {
      what: 'a lookup of a name that cannot be',
      change: { lookups: [{ name: 'a}b' }] },
      problem: 'must not contain spaces, braces or parentheses',
    },
    {
      what: 'an administrator',
      change: { users: [{ email: 'x@example.com', name: 'X', is_sys_admin: true }] },
      problem: 'Unrecognized key: "is_sys_admin"',
    },
    {
      what: 'a user with an unknown role',
      change: { users: [{ email: 'x@example.com', name: 'X', roles: [{ app: 'a', role: 'good' }] }] },
      problem: "users[0].roles[0].app: there is no app 'a'",
    },
    {
      what: 'a user who comes twice',
      change: {
        users: [
          { email: 'x@example.com', name: 'X' },
          { email: 'X@example.com', name: 'X' },
        ],
      },
      problem: "'x@example.com' comes twice.",
    },
    {
      what: 'a name that comes twice',
      change: { roles: [{ name: 'r' }, { name: 'R' }] },
      problem: "roles[1].name: 'r' comes twice.",
    },
  ])('with $what changes nothing', async ({ change, problem }) => {
    const adapter = await open()
    const store = await openStore(adapter)
    const before = await everything(adapter)
    const good = { format: 'dreamfactory.config/v1', roles: [{ name: 'good' }] }
    const failing = packagesOf(store).import({ ...good, ...change }, { overwrite: true })
    await expect(failing).rejects.toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining(problem),
    })
    expect(await everything(adapter)).toBe(before)
  })
})
