import { afterEach, describe, expect, test } from 'vitest'
import { createCallers } from '../../src/access/callers.ts'
import { compilePolicy } from '../../src/access/policy.ts'
import { VERBS } from '../../src/core/policy.ts'
import { bootstrap } from '../../src/system/bootstrap.ts'
import { createConfigPackages } from '../../src/system/package/config-packages.ts'
import type { RuleRecord, Snapshot } from '../../src/system/snapshot.ts'
import type { SystemStore } from '../../src/system/store.ts'
import { type House, keyOf, openHouse } from '../helpers/house.ts'
import { engines } from './engines.ts'
import { checkFilters, checkTool, everything, maker, openOrders, openStore, readAll, types } from './world.ts'

const SECRETS = {
  CONFIG_SHOP_PASSWORD: 'hunter2-secret',
  CONFIG_SHOP_OPTIONS_TOKEN: 'inner-token',
  CONFIG_FAR_DATABASE: '/srv/far.db',
  CONFIG_LOOKUP_DB_PASSWORD: 'private-of-system',
  CONFIG_LOOKUP_APP_REGIONAL_INNER: 'private-of-app',
  CONFIG_LOOKUP_USER_UNA_EXAMPLE_COM_TIER: 'private-of-user',
}
const packagesOf = (store: SystemStore, references: Record<string, string> = SECRETS) =>
  createConfigPackages(store, {
    types,
    maker,
    checkFilters,
    checkTool,
    dataDir: '/data',
    references,
    version: '9.9.9',
  })

const rule = (change: Partial<RuleRecord>): RuleRecord => ({ ...readAll, ...change })
const ROLES: Readonly<Record<string, readonly RuleRecord[]>> = {
  everywhere: [rule({ service: null })],
  nothing: [],
  shopper: [
    rule({ component: '_table/*', verbMask: 3 }),
    rule({ component: '_table/orders', verbMask: 0 }),
    rule({ component: '_table/orders/*', verbMask: 31, requestorMask: 3 }),
    rule({ service: 'system', component: 'role/*' }),
  ],
  filtered: [
    rule({
      component: '_table/orders',
      verbMask: 9,
      filterOp: 'OR',
      filters: [
        { name: 'owner_id', operator: '=', value: 7 },
        { name: 'state', operator: 'in', value: ['open', 'paid'] },
        { name: 'sent', operator: 'is null' },
      ],
    }),
    rule({ component: '_schema/*' }),
  ],
  scripts: [rule({ requestorMask: 2, verbMask: 31 })],
  off: [rule({ service: 'far' })],
  regional: [
    rule({
      component: '_table/*',
      filters: [
        { name: 'region', operator: '=', value: '{region}' },
        { name: 'team', operator: '=', value: '{team}' },
        { name: 'tier', operator: '=', value: '{tier}' },
      ],
    }),
  ],
}
/** Of roles, apps and users, by name; what is nearer to the caller wins. */
const LOOKUPS = {
  system: [
    { name: 'Region', value: 'everywhere', isPrivate: false, description: 'Where' },
    { name: 'team', value: 'none', isPrivate: false },
    { name: 'tier', value: null, isPrivate: false },
    { name: 'db_password', value: 'private-of-system', isPrivate: true },
  ],
  role: [{ name: 'team', value: 'of the role', isPrivate: false }],
  app: [
    { name: 'tier', value: 'of the app', isPrivate: false },
    { name: 'inner', value: 'private-of-app', isPrivate: true },
  ],
  user: [
    { name: 'region', value: 'of the user', isPrivate: false },
    { name: 'tier', value: 'private-of-user', isPrivate: true },
  ],
}

async function fill(store: SystemStore): Promise<void> {
  await bootstrap(store, { maker, mayGeneratePassword: true })
  await store.change(async (writer) => {
    const options = { token: 'inner-token', color: 'red' }
    const config = { database: '/data/shop.db', password: 'hunter2-secret', options, max_records: 5 }
    await writer.upsertService({ name: 'shop', type: 'box', label: 'Shop', config })
    await writer.upsertService({
      name: 'far',
      type: 'box',
      isActive: false,
      config: { database: '/srv/far.db', password: '{db_password}' },
    })
    for (const [name, rules] of Object.entries(ROLES))
      await writer.upsertRole({ name, rules, description: `The ${name}`, isActive: name !== 'off' })
    await writer.upsertApp({ name: 'agent', role: 'filtered', apiKey: 'k'.repeat(64) })
    await writer.upsertApp({ name: 'sleeper', role: 'shopper', isActive: false, apiKey: 's'.repeat(64) })
    await writer.upsertLookups(LOOKUPS.system)
    const id = await writer.upsertApp({ name: 'regional', role: 'regional', apiKey: 'r'.repeat(64) })
    await writer.upsertLookups(LOOKUPS.app, { column: 'app_id', id })
    const role = await writer.upsertRole({ name: 'regional', rules: ROLES.regional ?? [] })
    await writer.upsertLookups(LOOKUPS.role, { column: 'role_id', id: role })
    const roles = [{ app: 'agent', role: 'regional' }]
    const una = { email: 'una@example.com', name: 'Una', firstName: 'Una', username: 'una.regional' }
    const user = await writer.upsertUser({ ...una, roles, passwordHash: 'a-hash' })
    await writer.upsertLookups(LOOKUPS.user, { column: 'user_id', id: user })
    await writer.upsertTool({ ...openOrders, service: 'SHOP' })
    await writer.upsertTool({ ...openOrders, name: 'Off', service: 'far', isActive: false })
    await writer.upsertUser({ email: 'out@example.com', name: 'Out', isActive: false })
  })
}

const SERVICES = ['shop', 'far', 'system', 'elsewhere']
const COMPONENTS = [
  '',
  '_table',
  '_table/orders',
  '_table/orders/5',
  '_table/customers',
  '_schema/orders',
  '_proc/x',
  'role',
  'role/1',
  'user',
]

/** Every decision and every row filter of every role. */
function permissions({ roleById }: Snapshot): Record<string, unknown> {
  const all = [...roleById.values()].flatMap(({ name, isActive, rules }) => {
    const policy = compilePolicy({ roleId: 1, version: 1, rules, lookups: new Map() })
    return SERVICES.flatMap((service) =>
      COMPONENTS.flatMap((component) =>
        VERBS.map(
          (verb) =>
            [
              `${name} ${isActive} ${verb} ${service}/${component}`,
              policy.decide(service, component, verb),
            ] as const,
        ),
      ),
    )
  })
  return Object.fromEntries(all)
}

/** The same of every caller: each app alone and with each user, lookups bound. */
function permissionsOfCallers(snapshot: Snapshot): Record<string, unknown> {
  const callers = createCallers(snapshot)
  const people = [undefined, ...snapshot.userById.values()].filter((user) => !user?.isAdmin)
  const all = snapshot.apps.flatMap((app) =>
    people.map((user) => {
      const decided = () => {
        const { policy } = callers.callerFor({ app, user })
        return ['_table/orders', '_table/x'].map((component) => policy.decide('shop', component, 'GET'))
      }
      return [`${app.name} ${user?.email}`, attempt(decided)] as const
    }),
  )
  return Object.fromEntries(all.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function attempt(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return String(error)
  }
}

const users = ({ userById }: Snapshot) =>
  [...userById.values()]
    .filter(({ isAdmin }) => !isAdmin)
    .map(({ email, name, firstName, lastName, username, isActive }) => ({
      email,
      name,
      firstName,
      lastName,
      username,
      isActive,
    }))
    .toSorted((a, b) => (a.email < b.email ? -1 : 1))

const toolsIn = ({ tools }: Snapshot) =>
  tools.map(({ id: _, ...tool }) => tool).toSorted((a, b) => (a.name < b.name ? -1 : 1))
const services = ({ services: all }: Snapshot) =>
  all
    .map(({ name, type, label, description, isActive, config }) => ({
      name,
      type,
      label,
      description,
      isActive,
      config,
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
const apps = ({ apps: all, roleById }: Snapshot) =>
  all
    .map(({ name, isActive, roleId }) => ({ name, isActive, role: roleById.get(roleId ?? 0)?.name }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))

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

test('nothing of a package is left out because a service of the server is there', async () => {
  const store = await openStore()
  await fill(store)
  const { version } = store.snapshot()
  const given = {
    format: 'dreamfactory.config/v1',
    services: [{ name: 'system', type: 'system', config: {} }],
    roles: [{ name: 'good' }],
  }
  for (const overwrite of [false, true])
    await expect(packagesOf(store).import(given, { overwrite })).rejects.toMatchObject({
      code: 'bad_request',
    })
  expect(store.snapshot().version).toBe(version)
})

test('a user name that somebody has is refused, and one’s own is kept or changed', async () => {
  const store = await openStore()
  await fill(store)
  const users = (...list: object[]) => ({ format: 'dreamfactory.config/v1', users: list })
  const una = { email: 'una@example.com', name: 'Una' }
  const taken = users({ email: 'new@example.com', name: 'New', username: 'Una.Regional' })
  await expect(packagesOf(store).import(taken, { overwrite: true })).rejects.toMatchObject({
    code: 'bad_request',
    message: expect.stringContaining("users[0].username: 'una.regional' has already been taken."),
  })
  await packagesOf(store).import(users({ ...una, username: 'una.regional' }), { overwrite: true })
  await packagesOf(store).import(users({ ...una, username: 'una.second' }), { overwrite: true })
  expect(store.snapshot().userByEmail.get(una.email)?.username).toBe('una.second')
})

test('an administrator is in no package, and no package changes one', async () => {
  const store = await openStore()
  await fill(store)
  const [admin] = [...store.snapshot().userById.values()].filter(({ isAdmin }) => isAdmin)
  const given = packagesOf(store).export()
  expect(JSON.stringify(given)).not.toContain(admin?.email)
  const taken = { ...given, users: [{ email: admin?.email, name: 'Taken', is_active: false }] }
  await expect(packagesOf(store).import(taken, { overwrite: true })).rejects.toThrow('is an administrator')
})

describe('at the door', () => {
  let house: House
  afterEach(() => house.close())

  test('administrators export and import; a role does not, whatever its rules say', async () => {
    house = await openHouse({ all: [{ service: 'system', component: '*', verbs: ['GET', 'POST'] }] })
    const login = { email: 'admin@example.com', password: 'a-long-enough-password' }
    const session = await house.rest('POST', '/api/v2/system/admin/session', { body: login })
    const headers = { 'x-dreamfactory-session-token': String(Object(session.body).session_token) }
    const address = '/api/v2/system/config_package'
    const exported = await house.rest('GET', address, { headers })
    expect(exported.body).toMatchObject({
      format: 'dreamfactory.config/v1',
      services: [{ name: 'shop', config: { database: 'shop.sqlite' } }],
      apps: [{ name: 'all', role: 'all' }],
    })
    const again = await house.rest('POST', `${address}?overwrite=true`, {
      headers,
      body: { manifest: exported.body },
    })
    expect(again.body).toMatchObject({ success: true, updated: { services: ['shop'] } })
    const wrong = await house.rest('POST', address, { headers, body: { format: 'x' } })
    expect([wrong.status, Object(wrong.body).error.message]).toEqual([
      400,
      'Unsupported config package format.',
    ])
    expect((await house.rest('GET', address, { key: keyOf('all') })).status).toBe(403)
    expect((await house.rest('POST', address, { key: keyOf('all'), body: exported.body })).status).toBe(403)
  })
})
