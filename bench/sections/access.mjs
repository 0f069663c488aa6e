/** What it costs to find out who asks and what they may do: with a key, a session token, Basic credentials; processor time, all caches warm. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../processes.mjs'

const CALLS = 50_000
const ROUNDS = 5
const TARGET_US = 60
const EMAIL = 'admin@example.com'
const PASSWORD = 'a-long-enough-password'
const ROLES = 200
const SIGN_INS = 200
const API_KEY = 'b'.repeat(64)

export async function run() {
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-bench-access-'))
  const file = join(dataDir, 'sluice.json')
  await writeFile(file, JSON.stringify(world()))
  const load = (path) => import(join(ROOT, 'dist', 'src', path))
  const [{ openApp }, { declared, prepare }, { readConfig }] = await Promise.all(
    ['app.js', 'commands/start.js', 'config/config.js'].map(load),
  )
  const env = { SLUICE_DATA_DIR: dataDir, SLUICE_CONFIG: file, SLUICE_LOG_LEVEL: 'silent' }
  const config = readConfig({ env: { ...env, SLUICE_ADMIN_EMAIL: EMAIL, SLUICE_ADMIN_PASSWORD: PASSWORD } })
  const app = await openApp(config)
  await prepare(app, { file: await declared(config, env), print() {}, accounts: true })
  const token = await signIn(app)
  await compareSignIns(app)
  const basic = { user: EMAIL, password: PASSWORD }
  const start = process.cpuUsage()
  await app.authenticator.authenticate({ basic, address: '127.0.0.1' })
  const first = process.cpuUsage(start)
  // Whatever the hot path would ask of the system database now fails.
  await app.store.database.close()
  const paths = {
    'API key': { apiKey: API_KEY },
    'session token': { sessionToken: token },
    Basic: { basic },
  }
  for (const [name, credentials] of Object.entries(paths)) {
    const costs = []
    for (let round = 0; round < ROUNDS; round++) costs.push(await cost(app.authenticator, credentials))
    const { us, wallUs } = costs.toSorted((a, b) => a.us - b.us)[Math.floor(ROUNDS / 2)]
    console.log(
      `${name.padEnd(14)} ${us.toFixed(1)} µs of CPU a request (target ${TARGET_US}), ${wallUs.toFixed(1)} µs on the clock; ${ROLES} roles; no query`,
    )
  }
  const firstMs = (first.user + first.system) / 1000
  console.log(
    `Basic          ${firstMs.toFixed(1)} ms of CPU the first time: the password is checked (argon2id), then known for five minutes`,
  )
  await app.close().catch(() => {})
  await rm(dataDir, { recursive: true, force: true })
}

/** The median of the rounds is told; the first one warms up. */
async function cost({ authenticate }, credentials) {
  const before = process.cpuUsage()
  const start = performance.now()
  for (let call = 0; call < CALLS; call++) {
    const { policy } = await authenticate({ ...credentials, address: '127.0.0.1' })
    if (!policy.decide('demo', '_table/orders', 'GET').allowed) throw new Error('the bench must be allowed')
  }
  const { user, system } = process.cpuUsage(before)
  return { us: (user + system) / CALLS, wallUs: ((performance.now() - start) * 1000) / CALLS }
}

async function signIn(app) {
  const http = await app.createHttp(() => 'ready')
  const answer = await http.inject({
    method: 'POST',
    url: '/api/v2/system/admin/session',
    headers: { host: 'localhost' },
    payload: { email: EMAIL, password: PASSWORD },
  })
  await http.close()
  return answer.json().session_token
}

/** Whether the time of a refusal tells if there is an account: by turns, a client address each, so that no limit is met. */
async function compareSignIns(app) {
  const http = await app.createHttp(() => 'ready')
  const times = { known: [], unknown: [] }
  for (let attempt = 0; attempt < SIGN_INS; attempt++)
    for (const [kind, email] of [
      ['known', EMAIL],
      ['unknown', `nobody${attempt}@example.com`],
    ]) {
      const start = performance.now()
      const answer = await http.inject({
        method: 'POST',
        url: '/api/v2/system/admin/session',
        headers: { host: 'localhost' },
        remoteAddress: `10.${kind === 'known' ? 0 : 1}.${attempt >> 8}.${attempt & 255}`,
        payload: { email, password: 'not-the-password-of-anybody' },
      })
      times[kind].push(performance.now() - start)
      if (answer.statusCode !== 401) throw new Error(`a wrong password answered ${answer.statusCode}`)
    }
  await http.close()
  const [known, unknown] = [times.known, times.unknown].map(median)
  const spread = median(times.known.map((time) => Math.abs(time - known)))
  console.log(
    `wrong password ${known.toFixed(2)} ms of an account, ${unknown.toFixed(2)} ms of nobody's address: ${(known - unknown).toFixed(2)} ms apart (usual deviation ${spread.toFixed(2)} ms); ${SIGN_INS} of each`,
  )
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}

/** Roles with a few rules and a row filter each. */
function world() {
  const filters = [{ name: 'status', operator: '=', value: 'paid' }]
  const access = [
    { service: 'demo', component: '_table/*', verbs: ['GET'] },
    { service: 'demo', component: '_table/orders/*', verbs: ['GET', 'POST'], filters },
    { service: 'demo', component: '_schema/*', verbs: ['GET'] },
  ]
  const names = Array.from({ length: ROLES }, (_, at) => `role-${at}`)
  return {
    services: [{ name: 'demo', type: 'sqlite', config: { database: ':memory:' } }],
    roles: names.map((name) => ({ name, access })),
    apps: [{ name: 'bench', role: 'role-100', api_key: API_KEY }],
  }
}
