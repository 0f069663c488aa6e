import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MIGRATION_TABLE } from '../../src/system/bookkeeping.ts'
import { migrations } from '../../src/system/migrations/all.ts'
import { rowsOf, tableNamed } from '../../src/system/records.ts'
import { hasRedis, type RedisServer, startRedis } from '../cache/redis-server.ts'
import { required } from '../contract/required.ts'
import { ownDatabase, reachServer } from '../contract/servers/test-server.ts'
import { type Running, startProgram } from '../helpers/program.ts'
import { eventsOf } from '../mcp/events.ts'
import { modern } from '../mcp/scene.ts'
import { openPlace, settingsOf } from './engines.ts'

const EMAIL = 'admin@example.com'
const PASSWORD = 'a-long-enough-password'
const KEY = 'a'.repeat(64)
const OTHER_KEY = 'b'.repeat(64)
const CAREFUL_KEY = 'c'.repeat(64)
const APP_KEY = `base64:${randomBytes(32).toString('base64')}`
const FILE = {
  roles: [
    { name: 'reader', access: [{ service: 'demo', component: '_table/*', verbs: ['GET'] }] },
    { name: 'other', access: [{ service: 'demo', component: '_table/*', verbs: ['GET'] }] },
    {
      name: 'careful',
      access: [{ service: 'demo', component: '_table/*', verbs: ['GET', 'DELETE'], confirm: 'always' }],
    },
  ],
  apps: [
    { name: 'agent', role: 'reader', api_key: KEY },
    { name: 'other', role: 'other', api_key: OTHER_KEY },
    { name: 'careful', role: 'careful', api_key: CAREFUL_KEY },
  ],
}

const servers = (['pgsql', 'mysql'] as const).map(async (name) => ({
  name,
  isThere: required.includes(name) || (await reachServer(name)) === 'reachable',
}))

describe.each((await Promise.all(servers)).filter(({ isThere }) => isThere))(
  'two server processes on one system database on $name',
  ({ name }) => {
    const ends: (() => Promise<unknown>)[] = []
    let settings: Readonly<Record<string, string>> = {}
    let here: Running
    let there: Running
    let token = ''
    let redis: RedisServer | undefined

    beforeAll(async () => {
      const database = await ownDatabase(name)
      redis = hasRedis ? await startRedis() : undefined
      const cache = redis && { CACHE_DRIVER: 'redis', CACHE_PORT: String(redis.port) }
      settings = { ...settingsOf(name, database.url), ...cache }
      const [one, two] = await Promise.all([startNode(settings), startNode(settings)])
      here = one.running
      there = two.running
      ends.push(database.drop, async () => await redis?.kill(), one.end, two.end)
      token = await signIn(here)
    })
    afterAll(async () => {
      console.info(`changes arrived at the other node after ${tookMs.join(', ')} ms`)
      for (const end of ends.reverse()) await end()
    })

    const ask = async (node: Running, method: string, path: string, headers: object, body?: unknown) => {
      const answer = await fetch(`${node.url}/api/v2/${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return { status: answer.status, body: Object(await answer.json()) }
    }
    const admin = (node: Running, method: string, path: string, body?: unknown) =>
      ask(node, method, path, { 'x-dreamfactory-session-token': token }, body)
    const orders = (node: Running, key: string) =>
      ask(node, 'GET', 'demo/_table/orders?limit=5', { 'x-dreamfactory-api-key': key })
    const signIn = async (node: Running): Promise<string> => {
      const answer = await ask(node, 'POST', 'system/admin/session', {}, { email: EMAIL, password: PASSWORD })
      return String(answer.body.session_token)
    }
    const tookMs: number[] = []
    /** Waits for what the other node has to answer, and notes how long that was, in milliseconds. */
    const arrives = async <T>(ask: () => Promise<T>, wanted: T) => {
      const started = performance.now()
      await expect.poll(ask, { interval: 20 }).toBe(wanted)
      tookMs.push(Math.round(performance.now() - started))
    }

    test('that started together on an empty one made its tables once, and one administrator', async () => {
      const done = await rowsOf(
        await openPlace(settings),
        tableNamed(MIGRATION_TABLE),
        new AbortController().signal,
      )
      expect(done.map(({ version }) => version)).toEqual(migrations.map(({ version }) => version))
      expect((await admin(there, 'GET', 'system/admin')).body.resource).toMatchObject([{ email: EMAIL }])
    })

    test('a confirmation of one holds for the other, and then for none', async () => {
      const remove = (node: Running, confirmation?: string) => {
        const query = confirmation === undefined ? '' : `?confirmation=${confirmation}`
        const headers = { 'x-dreamfactory-api-key': CAREFUL_KEY }
        return ask(node, 'DELETE', `demo/_table/reviews/5${query}`, headers)
      }
      const asked = await remove(here)
      expect(asked).toMatchObject({ status: 409, body: { error: { context: { affected: 1 } } } })
      const { confirmation } = asked.body.error.context
      expect((await remove(there, confirmation)).status).toBe(200)
      for (const node of [here, there])
        expect((await remove(node, confirmation)).status).toBeGreaterThanOrEqual(400)
      const used = await remove(here, confirmation)
      expect(used.body.error.context).toEqual({ reason: 'confirmation_used' })
    })

    test('a change of a role', async () => {
      expect((await orders(there, OTHER_KEY)).status).toBe(200)
      const { body } = await admin(here, 'GET', 'system/role/other?related=role_service_access_by_role_id')
      const rule = { ...body.role_service_access_by_role_id[0], verb_mask: 2 }
      const { id, verb_mask } = rule
      const change = { role_service_access_by_role_id: [{ id, verb_mask }] }
      expect((await admin(here, 'PATCH', 'system/role/other', change)).status).toBe(200)
      await arrives(async () => (await orders(there, OTHER_KEY)).status, 403)
    })

    test('a change of a role is told to agents that listen elsewhere', async () => {
      const params = { notifications: { toolsListChanged: true } }
      const message = modern({ jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params })
      const answer = await fetch(`${there.url}/mcp/demo`, {
        method: 'POST',
        headers: {
          ...message.headers,
          'content-type': 'application/json',
          authorization: `Bearer ${OTHER_KEY}`,
        },
        body: JSON.stringify(message.message),
      })
      const events = eventsOf(answer)
      expect((await events.next()).value.method).toBe('notifications/subscriptions/acknowledged')
      const { body } = await admin(here, 'GET', 'system/role/other?related=role_service_access_by_role_id')
      const { id } = body.role_service_access_by_role_id[0]
      const change = { role_service_access_by_role_id: [{ id, verb_mask: 10 }] }
      expect((await admin(here, 'PATCH', 'system/role/other', change)).status).toBe(200)
      expect((await events.next()).value.method).toBe('notifications/tools/list_changed')
      await events.return(undefined)
    })

    test('a change of a service', async () => {
      expect((await orders(there, KEY)).body.resource).toHaveLength(5)
      const change = { config: { max_records: 2 } }
      expect((await admin(here, 'PATCH', 'system/service/demo', change)).status).toBe(200)
      await arrives(async () => (await orders(there, KEY)).body.resource.length, 2)
    })

    test('a limit, and letting it start over', async () => {
      const { body } = await admin(here, 'GET', 'system/service/demo?fields=id')
      const limit = { name: 'small', type: 'instance.service', service_id: body.id, rate: 1, period: 'hour' }
      const made = await admin(here, 'POST', 'system/limit', { resource: [limit] })
      const { id } = made.body.resource[0]
      await arrives(async () => (await orders(there, KEY)).status, 429)
      expect((await admin(here, 'DELETE', `system/limit_cache/${id}`)).status).toBe(200)
      await arrives(async () => (await orders(there, KEY)).status, 200)
      expect((await orders(there, KEY)).status).toBe(429)
      expect((await admin(here, 'DELETE', `system/limit/${id}`)).status).toBe(200)
      await arrives(async () => (await orders(there, KEY)).status, 200)
    })

    test.runIf(hasRedis)('requests under a limit, counted together in Redis', async () => {
      const limit = { name: 'shared', type: 'instance.each_user', verb: 'GET', rate: 3, period: 'hour' }
      const made = await admin(here, 'POST', 'system/limit', { resource: [limit] })
      const { id } = made.body.resource[0]
      const known = async () => (await admin(there, 'GET', `system/limit_cache/${id}`)).status
      await expect.poll(known).toBe(200)
      const statuses = []
      for (const node of [here, there, here, there, here]) statuses.push((await orders(node, KEY)).status)
      expect(statuses).toEqual([200, 200, 200, 429, 429])
      for (const node of [here, there]) {
        const { body } = await admin(node, 'GET', `system/limit_cache/${id}`)
        expect(body).toMatchObject({ attempts: 3, remaining: 0 })
      }
      expect((await admin(here, 'DELETE', `system/limit/${id}`)).status).toBe(200)
      await arrives(async () => (await orders(there, KEY)).status, 200)
    })

    test('a key that is revoked', async () => {
      expect((await orders(there, KEY)).status).toBe(200)
      expect((await admin(here, 'DELETE', 'system/app/agent')).status).toBe(200)
      await arrives(async () => (await orders(there, KEY)).status, 401)
    })

    test('wrong passwords', async () => {
      const guess = async (node: Running) => {
        const login = { email: 'nobody@example.com', password: 'a guess' }
        return (await ask(node, 'POST', 'system/admin/session', {}, login)).status
      }
      for (let n = 0; n < 5; n++) expect([await guess(here), await guess(there)]).toEqual([401, 401])
      expect([await guess(here), await guess(there)]).toEqual([429, 429])
    })

    test('a session that ends', async () => {
      const session = { 'x-dreamfactory-session-token': await signIn(here) }
      expect((await ask(there, 'GET', 'system/role', session)).status).toBe(200)
      expect((await ask(here, 'DELETE', 'system/admin/session', session)).status).toBe(200)
      await arrives(async () => (await ask(there, 'GET', 'system/role', session)).status, 403)
    })

    test('a role that a user loses, and is given back', async () => {
      const login = { email: 'una@example.com', password: PASSWORD }
      const idOf = async (path: string) => (await admin(here, 'GET', `${path}?fields=id`)).body.id
      const [app_id, role_id] = [await idOf('system/app/other'), await idOf('system/role/reader')]
      const mapping = [{ app_id, role_id }]
      const record = { ...login, user_to_app_to_role_by_user_id: mapping }
      const related = 'fields=id&related=user_to_app_to_role_by_user_id'
      const made = await admin(here, 'POST', `system/user?${related}`, { resource: [record] })
      const [{ id, user_to_app_to_role_by_user_id: children }] = made.body.resource
      const signedIn = await ask(here, 'POST', 'user/session', {}, login)
      const session = { 'x-dreamfactory-session-token': String(signedIn.body.session_token) }
      const status = async () => (await ask(there, 'GET', 'user/session', session)).status
      await expect.poll(status).toBe(200)
      const write = (child: object) =>
        admin(here, 'PATCH', `system/user/${id}`, { user_to_app_to_role_by_user_id: [child] })
      await write({ id: children[0].id, user_id: null })
      await arrives(status, 403)
      expect((await write({ app_id, role_id })).status).toBe(200)
      const fresh = await ask(there, 'POST', 'user/session', {}, login)
      expect([fresh.status, await status()]).toEqual([200, 403])
    })
  },
)

interface Node {
  readonly running: Running
  end(): Promise<void>
}

async function startNode(settings: Readonly<Record<string, string>>): Promise<Node> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-node-'))
  const file = join(dataDir, 'sluice.json')
  await writeFile(file, JSON.stringify(FILE))
  const running = await startProgram([], {
    ...settings,
    SLUICE_DATA_DIR: dataDir,
    SLUICE_CONFIG: file,
    SLUICE_ADMIN_EMAIL: EMAIL,
    SLUICE_ADMIN_PASSWORD: PASSWORD,
    APP_KEY,
  })
  const end = async () => {
    await running.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
  return { running, end }
}
