/** Many services, roles, keys and users, written as any change of the system is. */
const STAMPS = { created_date: '2026-01-01 00:00:00', last_modified_date: '2026-01-01 00:00:00' }
const PART = 5_000

export const SIZES = { services: 1_000, roles: 10_000, keys: 100_000, users: 10_000 }

/** `load` imports a file of the build. Keys are `keyOf(number)`, from 0. */
export async function fillWorld({ store, maker }, load, hashOf) {
  const [{ SNAPSHOT_TABLES }] = await Promise.all([load('system/snapshot-state.js')])
  const tables = new Map(SNAPSHOT_TABLES.map((table) => [table.name, table]))
  const insert = async (name, count, rowOf) => {
    const firstId = await nextId(store, tables.get(name))
    for (let from = 0; from < count; from += PART) {
      const rows = Array.from({ length: Math.min(PART, count - from) }, (_, at) => rowOf(from + at))
      const signal = AbortSignal.timeout(120_000)
      await store.database.insert({ table: tables.get(name), rows, returning: [] }, { signal })
    }
    return firstId
  }
  const password = await maker.hashPassword('a-long-enough-password')
  const service = await insert('service', SIZES.services, (at) => ({
    ...STAMPS,
    name: `service-${at}`,
    label: `Service ${at}`,
    type: 'sqlite',
    is_active: true,
    config: { json: { database: `file-${at}.sqlite`, max_records: 1_000 } },
  }))
  const role = await insert('role', SIZES.roles, (at) => ({ ...STAMPS, name: `role-${at}`, is_active: true }))
  const filters = { json: [{ name: 'status', operator: '=', value: 'paid' }] }
  const components = ['_table/*', '_table/orders/*', '_schema/*']
  await insert('role_service_access', SIZES.roles * components.length, (at) => ({
    ...STAMPS,
    role_id: role + Math.floor(at / components.length),
    service_id: service + (at % SIZES.services),
    component: components[at % components.length],
    verb_mask: 1,
    requestor_mask: 1,
    ...(at % components.length === 1 && { filters }),
  }))
  await insert('app', SIZES.keys, (at) => ({
    ...STAMPS,
    name: `app-${at}`,
    api_key_hash: hashOf(keyOf(at)),
    is_active: true,
    role_id: role + (at % SIZES.roles),
  }))
  await insert('user', SIZES.users, (at) => ({
    ...STAMPS,
    name: `User ${at}`,
    username: `user-${at}@example.com`,
    email: `user-${at}@example.com`,
    is_active: true,
    password,
  }))
  await store.refresh()
}

export function keyOf(number) {
  return String(number).padStart(64, 'b')
}

/** Ids go on from the highest one. */
async function nextId({ database }, table) {
  const query = { table, fields: ['id'], orderBy: [{ by: 'id', direction: 'desc' }], limit: 1, as: 'rows' }
  const { rows } = await database.select(query, { signal: AbortSignal.timeout(30_000) })
  return (rows[0]?.id ?? 0) + 1
}
