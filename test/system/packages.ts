import { createCallers } from '../../src/access/callers.ts'
import { compilePolicy } from '../../src/access/policy.ts'
import { VERBS } from '../../src/core/policy.ts'
import { bootstrap } from '../../src/system/bootstrap.ts'
import { createConfigPackages } from '../../src/system/package/config-packages.ts'
import type { RuleRecord, Snapshot } from '../../src/system/snapshot.ts'
import type { SystemStore } from '../../src/system/store.ts'
import { checkFilters, checkTool, maker, openOrders, readAll, types } from './world.ts'

const SECRETS = {
  CONFIG_SHOP_PASSWORD: 'hunter2-secret',
  CONFIG_SHOP_OPTIONS_TOKEN: 'inner-token',
  CONFIG_FAR_DATABASE: '/srv/far.db',
  CONFIG_LOOKUP_DB_PASSWORD: 'private-of-system',
  CONFIG_LOOKUP_APP_REGIONAL_INNER: 'private-of-app',
  CONFIG_LOOKUP_USER_UNA_EXAMPLE_COM_TIER: 'private-of-user',
}
export const packagesOf = (store: SystemStore, references: Record<string, string> = SECRETS) =>
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
export const ROLES: Readonly<Record<string, readonly RuleRecord[]>> = {
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

export async function fill(store: SystemStore): Promise<void> {
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
export function permissions({ roleById }: Snapshot): Record<string, unknown> {
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
export function permissionsOfCallers(snapshot: Snapshot): Record<string, unknown> {
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

export const users = ({ userById }: Snapshot) =>
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

export const toolsIn = ({ tools }: Snapshot) =>
  tools.map(({ id: _, ...tool }) => tool).toSorted((a, b) => (a.name < b.name ? -1 : 1))
export const services = ({ services: all }: Snapshot) =>
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
export const apps = ({ apps: all, roleById }: Snapshot) =>
  all
    .map(({ name, isActive, roleId }) => ({ name, isActive, role: roleById.get(roleId ?? 0)?.name }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
