/** 1 000 services, 10 000 roles, 100 000 keys, 10 000 users: start, memory, a change until it holds, the cost of a request. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { withMysql, withPgsql } from '../databases.mjs'
import { pause, ROOT } from '../processes.mjs'
import { median } from '../rounds.mjs'
import { fillWorld, keyOf, SIZES } from '../scale/fill-world.mjs'

const START_MS = 5_000
const CHANGE_MS = 50
const OTHER_NODE_MS = 1_000
const TARGET_US = 60
const EMAIL = 'admin@example.com'
const PASSWORD = 'a-long-enough-password'
const CHANGES = 20
const CALLS = 20_000

const load = (path) => import(join(ROOT, 'dist', 'src', path))

export async function run() {
  console.log(
    `${SIZES.services} services, ${SIZES.roles} roles, ${SIZES.roles * 3} rules, ${SIZES.keys} keys, ${SIZES.users} users`,
  )
  const file = join(await mkdtemp(join(tmpdir(), 'sluice-bench-world-')), 'system.sqlite')
  await measure('SQLite', { DB_CONNECTION: 'sqlite', DB_DATABASE: file })
  await withPgsql(({ url }) => measure('PostgreSQL', settingsOf('pgsql', url)))
  await withMysql(({ url }) => measure('MySQL or MariaDB', settingsOf('mysql', url)))
}

function settingsOf(server, of) {
  const url = new URL(of)
  return {
    DB_CONNECTION: server,
    DB_HOST: url.hostname,
    DB_PORT: url.port,
    DB_DATABASE: url.pathname.slice(1),
    DB_USERNAME: decodeURIComponent(url.username),
    DB_PASSWORD: decodeURIComponent(url.password),
  }
}

async function measure(name, settings) {
  console.log(`-- ${name}`)
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-bench-world-'))
  const env = { ...settings, SLUICE_DATA_DIR: dataDir, SLUICE_LOG_LEVEL: 'silent', APP_KEY: APP_KEY }
  await makeWorld(env)
  const before = heapMb()
  const { app: here, ms } = await open(env)
  console.log(
    `  start: ${ms.toFixed(0)} ms (target ${START_MS}), ${(heapMb() - before).toFixed(0)} MB of memory for the records`,
  )
  const { app: there } = await open(env)
  await measureChanges(here, there)
  await measureRequests(here)
  await Promise.all([here.close(), there.close()])
  await rm(dataDir, { recursive: true, force: true })
}

const APP_KEY = `base64:${Buffer.alloc(32, 7).toString('base64')}`

async function makeWorld(env) {
  const { app } = await open(env)
  const { createKeyring } = await load('access/keyring.js')
  const { apiKeyHash } = createKeyring(new Uint8Array(32).fill(7))
  await fillWorld(app, load, apiKeyHash)
  await app.close()
}

async function open(env) {
  const [{ openApp }, { declared, prepare }, { readConfig }] = await Promise.all(
    ['app.js', 'commands/start.js', 'config/config.js'].map(load),
  )
  const config = readConfig({ env: { ...env, SLUICE_ADMIN_EMAIL: EMAIL, SLUICE_ADMIN_PASSWORD: PASSWORD } })
  const start = performance.now()
  const app = await openApp(config)
  await prepare(app, { file: await declared(config, env), print() {}, accounts: true })
  return { app, ms: performance.now() - start }
}

/** A role of one of the keys loses and gains a verb: over the API on one server, until the other one knows. */
async function measureChanges(here, there) {
  const http = await here.createHttp(() => true)
  const ask = async (method, url, payload, headers = {}) => {
    const answer = await http.inject({
      method,
      url: `/api/v2/${url}`,
      headers: { host: 'localhost', ...headers },
      payload,
    })
    if (answer.statusCode >= 300) throw new Error(answer.body)
    return answer.json()
  }
  const { session_token } = await ask('POST', 'system/admin/session', { email: EMAIL, password: PASSWORD })
  const admin = { 'x-dreamfactory-session-token': session_token }
  const role = await ask(
    'GET',
    'system/role/role-77?related=role_service_access_by_role_id',
    undefined,
    admin,
  )
  const [{ id }] = role.role_service_access_by_role_id
  const stopWatching = there.store.watch()
  const maskAt = ({ store }) => store.snapshot().roleById.get(role.id).rules[0].verbMask
  const [own, other] = [[], []]
  for (let change = 0; change < CHANGES; change++) {
    const verb_mask = 2 + (change % 2)
    const start = performance.now()
    await ask(
      'PATCH',
      `system/role/${role.id}`,
      { role_service_access_by_role_id: [{ id, verb_mask }] },
      admin,
    )
    if (maskAt(here) !== verb_mask) throw new Error('the change must hold where it was made')
    own.push(performance.now() - start)
    while (maskAt(there) !== verb_mask) await pause(2)
    other.push(performance.now() - start)
  }
  stopWatching()
  await http.close()
  console.log(
    `  a change of a role: holds here in ${median(own).toFixed(1)} ms (target ${CHANGE_MS}), on another server in ${Math.max(...other).toFixed(0)} ms at most (target ${OTHER_NODE_MS})`,
  )
}

async function measureRequests({ authenticator, store }) {
  const { services } = store.snapshot()
  const name = services.find((service) => service.name.startsWith('service-')).name
  const many = Array.from({ length: 1_000 }, (_, at) => keyOf(at * 97))
  for (const [what, keys] of [
    ['one key', many.slice(5, 6)],
    [`${many.length} keys in turn`, many],
  ]) {
    for (const round of ['cold', 'warm']) {
      const calls = round === 'cold' ? keys.length : CALLS
      const before = process.cpuUsage()
      for (let call = 0; call < calls; call++) {
        const { policy } = await authenticator.authenticate({
          apiKey: keys[call % keys.length],
          address: '127.0.0.1',
        })
        policy.decide(name, '_table/orders', 'GET')
      }
      const { user, system } = process.cpuUsage(before)
      if (round === 'warm')
        console.log(
          `  a request with ${what}: ${((user + system) / calls).toFixed(1)} µs of CPU to find out who may do what (target ${TARGET_US})`,
        )
    }
  }
}

/** After a collection. */
function heapMb() {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed / 1e6
}
