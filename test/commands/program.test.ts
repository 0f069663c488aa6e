import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSqlite } from '../../adapters/database/sqlite/open.ts'
import { freePort, runProgram, startProgram } from '../helpers/program.ts'
import { fillShop } from '../helpers/shop.ts'

const KEY = /\b[0-9a-f]{64}\b/g

let folder: string
let env: Record<string, string>
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-program-'))
  env = { SLUICE_DATA_DIR: join(folder, 'data'), SLUICE_LOG_LEVEL: 'warn' }
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const get = (url: string, key: string) => fetch(url, { headers: { 'X-DreamFactory-API-Key': key } })

/** The statuses of sign-ins sent one after the other from before the start; the last one is 200. */
async function signInsUntilOne(port: number, body: object): Promise<readonly number[]> {
  const statuses: number[] = []
  const request = {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  }
  while (statuses.at(-1) !== 200 && statuses.length < 20_000) {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v2/system/admin/session`, request).catch(
      () => undefined,
    )
    statuses.push(answer?.status ?? 0)
    if (!answer) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  expect(statuses.at(-1)).toBe(200)
  return statuses
}

async function shopFile(): Promise<string> {
  const file = join(folder, 'shop.sqlite')
  const shop = await openSqlite({ file, create: true, inline: true, statementTimeoutMs: 10_000 })
  await fillShop(shop)
  await shop.close()
  return file
}

describe('start', () => {
  test('prints its secrets once, and what they are good for', async () => {
    const first = await startProgram([], env)
    const [reader = '', writer = ''] = [...new Set(first.output().match(KEY))]
    expect(first.output()).toMatch(
      /\/mcp\/demo[\s\S]*e-mail[\s\S]*password[\s\S]*read-only[\s\S]*read-write[\s\S]*Claude Desktop[\s\S]*Claude Code[\s\S]*Cursor[\s\S]*curl/,
    )
    expect((await get(`${first.url}/api/v2/demo/_table/orders?limit=1`, reader)).status).toBe(200)
    const post = (key: string) =>
      fetch(`${first.url}/api/v2/demo/_table/tags`, {
        method: 'POST',
        headers: { 'X-DreamFactory-API-Key': key, 'content-type': 'application/json' },
        body: '{"resource":[{"name":"brand new"}]}',
      })
    expect([(await post(reader)).status, (await post(writer)).status]).toEqual([403, 200])
    expect(await first.stop()).toMatchObject({ code: 0, stderr: '' })

    const second = await startProgram([], env)
    expect(second.output()).toContain(`${second.url}/mcp/demo`)
    expect(second.output()).not.toMatch(/[0-9a-f]{64}|password/)
    expect((await get(`${second.url}/api/v2/demo/_table/orders?limit=1`, reader)).status).toBe(200)
    await second.stop()
  })

  test('a right password is never wrong, however early it comes', async () => {
    const port = await freePort()
    const password = 'a long first password'
    const starting = startProgram([], {
      ...env,
      SLUICE_PORT: String(port),
      SLUICE_ADMIN_EMAIL: 'first@example.com',
      SLUICE_ADMIN_PASSWORD: password,
    })
    const statuses = await signInsUntilOne(port, { email: 'first@example.com', password })
    expect(statuses).not.toContain(401)
    await (await starting).stop()
  })

  test('says in a sentence that its port is taken, and tells no secret', async () => {
    const other = createServer().listen(await freePort(), '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const address = other.address()
    const port = typeof address === 'object' && address ? String(address.port) : ''
    const { code, stdout, stderr } = await runProgram(['start', '--port', port], env)
    other.close()
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toBe(
      `The server cannot listen on 127.0.0.1:${port}: another program uses this port.\nStop the other program, or choose another port with --port or SLUICE_PORT.\n`,
    )
  })

  test('does not open itself to the network without an administrator of our choice', async () => {
    const { code, stderr } = await runProgram(['start', '--host', '0.0.0.0', '--port', '0'], env)
    expect(code).toBe(1)
    expect(stderr).toContain('Set SLUICE_ADMIN_EMAIL and SLUICE_ADMIN_PASSWORD')
  })

  test('serves a database named on the command line, and gives a key that reads it', async () => {
    const server = await startProgram(['--service', `shop=sqlite:${await shopFile()}`, '--no-demo'], env)
    const [key = ''] = server.output().match(KEY) ?? []
    expect(await (await get(`${server.url}/api/v2/shop/_table/orders?count_only=true`, key)).json()).toBe(6)
    const refused = await fetch(`${server.url}/api/v2/shop/_table/orders/1`, {
      method: 'DELETE',
      headers: { 'X-DreamFactory-API-Key': key },
    })
    expect(refused.status).toBe(403)
    await server.stop()
  })

  test('applies a config file, again and again, and refuses one with a mistake', async () => {
    const file = join(folder, 'sluice.json')
    const config = {
      services: [{ name: 'shop', type: 'sqlite', config: { database: await shopFile() } }],
      roles: [
        {
          name: 'reader',
          access: [
            {
              service: 'shop',
              component: '_table/orders/*',
              verbs: ['GET'],
              filters: [{ name: 'status', operator: '=', value: 'paid' }],
            },
          ],
        },
      ],
      apps: [{ name: 'agent', role: 'reader', api_key: `\${AGENT_KEY}` }],
    }
    await writeFile(file, JSON.stringify(config))
    const key = 'a'.repeat(64)
    for (let round = 0; round < 2; round++) {
      const server = await startProgram(['--config', file, '--no-demo'], { ...env, AGENT_KEY: key })
      expect(await (await get(`${server.url}/api/v2/shop/_table/orders?count_only=true`, key)).json()).toBe(3)
      await server.stop()
    }
    const missing = await runProgram(['start', '--port', '0', '--config', file], env)
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('AGENT_KEY') })
    await writeFile(file, JSON.stringify({ ...config, role: [] }))
    const wrong = await runProgram(['start', '--port', '0', '--config', file], { ...env, AGENT_KEY: key })
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining("Did you mean 'roles'?") })
  })
})

describe('the administrator', () => {
  const address = ['--email', 'boss@example.com']

  test('is made by setup, once, and gets another password when theirs is lost', async () => {
    const made = await runProgram(['setup', ...address, '--password', 'sixteen-letters!'], env)
    expect([made.code, made.stdout]).toEqual([0, ''])
    const again = await runProgram(['setup', ...address], env)
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('administrator already')])
    const reset = await runProgram(['reset-password', ...address], env)
    const password = reset.stdout.trim()
    expect(password).toMatch(/^\S{24}$/)
    const server = await startProgram([], env)
    const signIn = async (secret: string) => {
      const body = JSON.stringify({ email: 'boss@example.com', password: secret })
      const headers = { 'content-type': 'application/json' }
      const url = `${server.url}/api/v2/system/admin/session`
      return (await fetch(url, { method: 'POST', headers, body })).status
    }
    expect([await signIn(password), await signIn('sixteen-letters!')]).toEqual([200, 401])
    await server.stop()
  })

  test('has a password that is long enough, and an account', async () => {
    const short = await runProgram(['setup', ...address, '--password', 'fifteen-letters'], env)
    expect([short.code, short.stderr]).toEqual([1, expect.stringContaining('at least 16 characters')])
    const unknown = await runProgram(['reset-password', ...address], env)
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('There is no account')])
    expect((await runProgram(['reset-password'], env)).stderr).toContain('needs --email')
  })
})

describe('key create', () => {
  test('makes a key that a running server takes', async () => {
    const server = await startProgram([], env)
    const { stdout } = await runProgram(['key', 'create', '--role', 'demo-reader'], env)
    expect(stdout).toMatch(/^[0-9a-f]{64}\n$/)
    const read = () => get(`${server.url}/api/v2/demo/_table/orders?limit=1`, stdout.trim())
    await expect.poll(async () => (await read()).status).toBe(200)
    await server.stop()
  })

  test('names the nearest role', async () => {
    await (await startProgram([], env)).stop()
    const { code, stderr } = await runProgram(['key', 'create', '--role', 'demo-raeder'], env)
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Did you mean 'demo-reader'"),
    })
  })
})

describe('doctor', () => {
  test('says what is well, what is not, and what to do', async () => {
    await writeFile(join(folder, 'broken.db'), 'this is no database')
    const { code, stdout } = await runProgram(
      ['doctor', '--port', '0', '--service', `shop=sqlite:${join(folder, 'broken.db')}`],
      env,
    )
    expect(code).toBe(1)
    expect(stdout).toMatch(/ok {4}configuration/)
    expect(stdout).toMatch(
      /FAIL {2}service shop: The database file is not a SQLite database\.\n +Correct `database`/,
    )
    expect((await runProgram(['doctor', '--port', '0'], env)).code).toBe(0)
  })
})

test.each([
  [['strat'], "Unknown command 'strat'.\nDid you mean 'start'?\n"],
  [['start', '--prot', '1'], "Unknown option --prot.\nDid you mean '--port'?\n"],
  [['start', '--port'], '--port needs a value.\n'],
  [['start', '--port', 'x'], "--port must be a whole number from 0 to 65535, such as 8080 (it is 'x').\n"],
])('%j is refused with what was meant', async (args, stderr) => {
  expect(await runProgram(args, env)).toEqual({ code: 1, stdout: '', stderr })
})

test('help and version are printed', async () => {
  expect((await runProgram(['--help'])).stdout).toContain('sluice key create --role NAME')
  expect((await runProgram(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
})
