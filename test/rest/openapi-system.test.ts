import { afterAll, beforeAll, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'
import { type Call, callsIn, type Described, problemsOf } from './document.ts'

const VERBS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const ACCOUNT = { email: 'admin@example.com', password: 'a-long-enough-password' }

let house: House
let headers: Record<string, string>
let document: Described
beforeAll(async () => {
  house = await openHouse({
    everything: [{ component: '*', verbs: VERBS }],
    roles: [{ service: 'system', component: 'role/*', verbs: ['GET'] }],
  })
  const { body } = await house.rest('POST', '/api/v2/system/admin/session', { body: ACCOUNT })
  headers = { 'x-dreamfactory-session-token': String(Object(body).session_token) }
  document = Object(await ask('GET', '/_spec')).body as Described // looked at below
})
afterAll(() => house.close())

function ask(verb: string, path: string, body?: unknown) {
  return house.rest(verb, `/api/v2/system${path}`, {
    headers,
    ...(body !== undefined && { body: Object(body) }),
  })
}

function callOf(verb: string, path: string): Call {
  const call = callsIn(document).find((one) => one.path === path && one.verb === verb)
  if (!call) throw new Error(`${verb} ${path} is not documented`)
  return call
}

/** The answer, which must be as the document says. */
async function drive(verb: string, template: string, path = template, body?: unknown) {
  const answer = await ask(verb, path, body)
  const told = `${verb} ${path} answered ${answer.status} ${answer.text.slice(0, 300)}`
  expect([200, 201], told).toContain(answer.status)
  const call = callOf(verb, template.split('?')[0] ?? '')
  expect(problemsOf(document, call, answer.status, answer.body), told).toEqual([])
  driven.add(`${verb} ${call.path}`)
  return Object(answer.body)
}

const driven = new Set<string>()

/** New records by number. */
const RECORDS: Readonly<Record<string, (n: number) => object>> = {
  admin: (n) => ({ email: `a${n}@example.com`, password: 'a-long-enough-password' }),
  app: (n) => ({ name: `app ${n}` }),
  cors: (n) => ({ path: `api/v2/${n}`, origin: 'https://example.com', method: 1, max_age: 5 }),
  email_template: (n) => ({ name: `template ${n}` }),
  limit: (n) => ({
    name: `limit ${n}`,
    type: n % 2 ? 'instance' : 'instance.each_user',
    rate: 5_000,
    period: ['minute', 'hour', 'day', '7-day', '30-day'][n % 5],
  }),
  lookup: (n) => ({ name: `lookup${n}`, value: 'x' }),
  role: (n) => ({ name: `role ${n}`, is_active: true }),
  service: (n) => ({ name: `service${n}`, label: 'x', type: 'sqlite', config: { database: `${n}.sqlite` } }),
  tool: (n) => ({
    name: `tool_${n}`,
    service_id: 1,
    description: 'Orders.',
    operation: 'get_table_data',
    parameters: [{ name: 'status', type: 'string', description: 'Status' }],
    arguments: { table_name: 'orders', filter: 'status = {status}' },
  }),
  user: (n) => ({ email: `u${n}@example.com` }),
}

test('every address of the system is documented', async () => {
  const { body } = await ask('GET', '?as_list=true')
  const names: string[] = Object(body).resource
  expect(names.length).toBeGreaterThan(15)
  const documented = new Set(Object.keys(document.paths).map((path) => path.slice(1)))
  expect(names.filter((name) => !documented.has(name))).toEqual([])
})

test('every documented call of records answers as its document says', async () => {
  let count = 0
  for (const [name, recordOf] of Object.entries(RECORDS)) {
    const path = `/${name}`
    const add = async () => {
      const { resource } = await drive('POST', path, path, { resource: [recordOf(count++)] })
      return Number(resource[0].id)
    }
    const change =
      name === 'limit' || name === 'lookup'
        ? { description: 'd' }
        : name === 'cors'
          ? { max_age: 9 }
          : { is_active: false }
    const set = name === 'email_template' ? { description: 'd' } : change
    const [one, other] = [await add(), await add()]
    await drive('GET', path)
    await drive('GET', path, `${path}?ids=${one},${other}&fields=*&include_count=true`)
    await drive('GET', `${path}/{id}`, `${path}/${one}`)
    for (const verb of ['PATCH', 'PUT']) {
      await drive(verb, path, `${path}?fields=*`, { resource: [{ id: one, ...set }] })
      await drive(verb, `${path}/{id}`, `${path}/${one}?fields=*`, set)
    }
    await drive('DELETE', path, `${path}?ids=${other}`)
    await drive('DELETE', `${path}/{id}`, `${path}/${one}`)
  }
})

test('every other documented call answers as its document says', async () => {
  for (const path of [
    '/',
    '/environment',
    '/setup',
    '/service_type',
    '/cache',
    '/constant',
    '/event',
    '/limit_cache',
    '/oauth_connection',
    '/call_log',
    '/config_package',
    '/package',
    '/custom',
    '/_spec',
  ])
    await drive('GET', path)
  await drive('GET', '/service_type/{name}', '/service_type/sqlite')
  const { resource: roles } = await drive('GET', '/role', '/role?fields=id')
  await drive('POST', '/try', '/try', {
    as: { role: roles[0].id },
    rest: { verb: 'GET', path: 'shop/_table' },
  })
  await drive('POST', '/role/preview', '/role/preview', { of: { role: 'everything' } })
  await drive('GET', '/role/{role}/effective', '/role/everything/effective?service=shop')
  await drive('GET', '/service/{service}/health', '/service/shop/health')
  await expect.poll(async () => (await ask('GET', '/call_log/1')).status, { timeout: 30_000 }).toBe(200)
  await drive('GET', '/call_log/{id}', '/call_log/1')
  await drive('DELETE', '/cache')
  await drive('DELETE', '/cache/{service}', '/cache/shop')
  const { resource } = await drive('POST', '/limit', '/limit', {
    resource: [{ name: 'l', type: 'instance', rate: 9_000, period: 'minute' }],
  })
  await drive('GET', '/limit_cache/{id}', `/limit_cache/${resource[0].id}`)
  await drive('DELETE', '/limit_cache/{id}', `/limit_cache/${resource[0].id}`)
  await drive('DELETE', '/limit_cache', '/limit_cache?force=true')
  await drive('DELETE', '/oauth_connection', '/oauth_connection?force=true')
  await drive('POST', '/custom', '/custom', { resource: [{ name: 'c', value: { a: 1 } }] })
  await drive('PUT', '/custom', '/custom', { resource: [{ name: 'd', value: 1 }] })
  await drive('PATCH', '/custom', '/custom', { resource: [{ name: 'e', value: 1 }] })
  await drive('DELETE', '/custom', '/custom?ids=d,e')
  await drive('POST', '/custom/{name}', '/custom/c', { b: 1 })
  await drive('PUT', '/custom/{name}', '/custom/c', { b: 2 })
  await drive('PATCH', '/custom/{name}', '/custom/c', { b: 3 })
  await drive('GET', '/custom/{name}', '/custom/c')
  await drive('DELETE', '/custom/{name}', '/custom/c')
  for (const path of ['service_type', 'cache', 'limit_cache', 'custom'])
    await drive('GET', `/${path}`, `/${path}?limit=1&include_count=true`)
  await drivePackage()
  await drive('POST', '/config_package', '/config_package', (await ask('GET', '/config_package')).body)
  await drive('POST', '/import', '/import?service=shop&resource=taken_in', { resource: [{ a: '1' }] })
  const missed = callsIn(document).map(({ verb, path }) => `${verb} ${path}`)
  // The first administrator is there: test/accounts/first-administrator.test.ts
  // Nobody is connected here: test/oauth/connections.test.ts
  const elsewhere = (call: string) =>
    call.includes('/admin/') || call === 'POST /setup' || call.endsWith('/oauth_connection/{id}')
  expect(missed.filter((call) => !driven.has(call) && !elsewhere(call))).toEqual([])
})

/** A zip file from a manifest, and the same file taken in again. */
async function drivePackage() {
  const manifest = (await ask('GET', '/package')).body
  const made = await ask('POST', '/package', manifest)
  const { content } = callOf('POST', '/package').described.responses['200'] ?? {}
  expect(made.status).toBe(200)
  expect(Object.keys(content ?? {})).toContain(made.headers['content-type'])
  const form = new FormData()
  form.append('files', new Blob([new Uint8Array(made.bytes)]), 'package.zip')
  const whole = new Response(form)
  const answer = await house.rest('POST', '/api/v2/system/package', {
    headers: { ...headers, 'content-type': String(whole.headers.get('content-type')) },
    bytes: Buffer.from(await whole.arrayBuffer()),
  })
  expect(problemsOf(document, callOf('POST', '/package'), answer.status, answer.body)).toEqual([])
  driven.add('POST /package')
}

test('relations are told by name: those that may be read along, and no other', async () => {
  const relationsIn = (told: Described, name: string) =>
    Object(told.components.schemas[name]).anyOf?.[0]?.enum
  expect(relationsIn(document, 'system_role_relation')).toContain('role_service_access_by_role_id')
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    if (!name.endsWith('_relation')) continue
    const resource = name.replace(/^system_(.*)_relation$/, '$1')
    for (const relation of Object(schema).anyOf[0].enum)
      expect((await ask('GET', `/${resource}?related=${relation}`)).status, relation).toBe(200)
  }
  expect((await ask('GET', '/limit?related=limit_cache_by_limit_id')).status).toBe(200)
  const key = keyOf('roles')
  const { body } = await house.rest('GET', '/api/v2/api_docs/system', { key })
  const told = relationsIn(body as Described, 'system_role_relation') // looked at here
  expect(told).toEqual(['role_service_access_by_role_id'])
  for (const relation of relationsIn(document, 'system_role_relation')) {
    const { status } = await house.rest('GET', `/api/v2/system/role?related=${relation}`, { key })
    expect(status === 200, relation).toBe(told.includes(relation))
  }
})

test('a role is told of what it may read, and of no administration', async () => {
  const { status, body } = await house.rest('GET', '/api/v2/api_docs/system', { key: keyOf('roles') })
  expect(status).toBe(200)
  const told = body as Described // looked at below
  const paths = Object.keys(told.paths).filter(
    (path) => !path.startsWith('/admin/') && path !== '/environment' && path !== '/setup',
  )
  expect(paths.toSorted()).toEqual(['/', '/role', '/role/{id}', '/role/{role}/effective'])
  for (const hidden of ['config_package', 'email_template', 'limit_cache', 'service_type', 'cors'])
    expect(JSON.stringify(told)).not.toContain(hidden)
})
