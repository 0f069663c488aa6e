import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { configuredTypes } from '../../src/app.ts'
import { applyConfig } from '../../src/system/apply-config.ts'
import { type House, openHouse } from '../helpers/house.ts'
import { codeIn, type Mailbox, openMailbox } from './mailbox.ts'
import { ADMIN, askOf, signIn } from './people.ts'

const USER = 'sluice'
const SECRET = 'the-mail-password'
let house: House
let box: Mailbox
let silent: ReturnType<typeof createServer>
let root: string
let count = 0
const ask: ReturnType<typeof askOf> = (...args) => askOf(house)(...args)
const errorOf = (body: unknown) => Object(Object(body).error)

beforeAll(async () => {
  box = await openMailbox({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth({ username, password }, _session, done) {
      if (username === USER && password === SECRET) done(null, { user: USER })
      else done(new Error(`no such user ${username}`))
    },
  })
  silent = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  await new Promise<void>((resolve) => {
    silent.listen(0, '127.0.0.1', resolve)
  })
  house = await openHouse({})
  root = await signIn(house, 'admin', ADMIN)
})
afterAll(async () => {
  await house.close()
  await box.close()
  silent.close()
})

const portOf = (server: typeof silent) => Object(server.address()).port
const login = { username: USER, password: SECRET }
const here = { host: '127.0.0.1', encryption: 'none' }
const make = (config: object, validate = true) => {
  const record = { name: `mail${++count}`, type: 'smtp_email', is_active: true, config }
  const path = `system/service${validate ? '?validate=true' : ''}`
  return ask('POST', path, { token: root, body: { resource: [record] } })
}

describe('validate=true', () => {
  test('takes a server that signs in', async () => {
    expect((await make({ ...here, port: box.port, ...login })).status).toBe(201)
    expect(box.received).toEqual([])
  })

  test.each([
    [
      'a wrong password',
      () => ({ ...here, port: box.port, ...login, password: 'wrong' }),
      'The mail server did not accept the user name and password.',
    ],
    ['nobody there', () => ({ ...here, port: 1 }), 'The mail server could not be reached.'],
    [
      'a name nobody has',
      () => ({ ...here, host: 'mail.invalid', port: 25 }),
      'The name of the mail server was not found.',
    ],
    [
      'no encryption there',
      () => ({ ...here, port: box.port, encryption: 'starttls', ...login }),
      'The mail server does not encrypt as it is asked to.',
    ],
    ['no mail server', () => ({ ...here, port: portOf(silent) }), 'What answers there does not speak SMTP.'],
  ])('tells %s', async (_what, config, reason) => {
    const { status, body, text } = await make(config())
    const [{ message, context }] = errorOf(body).context.resource
    expect([status, message, context]).toEqual([
      400,
      `The connection failed. ${reason}`,
      { config: [reason] },
    ])
    expect(text).not.toMatch(/127\.0\.0\.1|wrong|no such user|ECONN|HTTP/)
  })

  test('takes the spool folder, and the services of the house', async () => {
    const record = { name: 'spool', type: 'local_email', is_active: true }
    const made = await ask('POST', 'system/service?validate=true', {
      token: root,
      body: { resource: [record] },
    })
    expect(made.status).toBe(201)
    const body = { config: { allow_open_registration: false } }
    expect((await ask('PATCH', 'system/service/user?validate=true', { token: root, body })).status).toBe(200)
  })
})

test('an e-mail service of the config file sends, and its password is encrypted', async () => {
  const { store, maker } = house.app
  const config = { ...here, port: box.port, ...login }
  const services = [{ name: 'filed', type: 'smtp_email', config }]
  const declared = { baseDir: '/', services, roles: [], apps: [] }
  await applyConfig(store, declared, {
    types: configuredTypes,
    maker,
    checkFilters: () => {},
    checkTool: () => {},
  })
  const { dataDir } = house.app.config
  const names = (await readdir(dataDir)).filter((name) => name.startsWith('system.sqlite'))
  const stored = Buffer.concat(await Promise.all(names.map((name) => readFile(join(dataDir, name)))))
  expect([stored.includes(SECRET), stored.includes('"filed"') || stored.includes('filed')]).toEqual([
    false,
    true,
  ])
  const shown = await ask('GET', 'system/service/filed', { token: root })
  expect([shown.status, Object(shown.body).config.password]).toEqual([200, '**********'])

  const change = { config: { invite_email_service_id: Object(shown.body).id } }
  expect((await ask('PATCH', 'system/service/user', { token: root, body: change })).status).toBe(200)
  const record = { email: 'ivy@example.com' }
  const path = 'system/user?send_invite=true'
  expect((await ask('POST', path, { token: root, body: { resource: [record] } })).status).toBe(201)
  expect(codeIn(await box.next(record.email))).toHaveLength(32)
})

test.each([
  [{ type: 'smtp_email', config: { hots: 'x' } }, 'services[0].config.hots is not a known key.'],
  [{ type: 'smtp_emial', config: {} }, "services[0].type: there is no service type 'smtp_emial'."],
])('%j in the config file is refused', async (service, message) => {
  const { store, maker } = house.app
  const declared = { baseDir: '/', services: [{ name: 'm', ...service }], roles: [], apps: [] }
  await expect(
    applyConfig(store, declared, {
      types: configuredTypes,
      maker,
      checkFilters: () => {},
      checkTool: () => {},
    }),
  ).rejects.toThrow(message)
})

test('a config package has e-mail services without their secrets', async () => {
  await make({ ...here, port: box.port, ...login })
  const { status, text } = await ask('GET', 'system/config_package', { token: root })
  expect([status, text.includes('smtp_email'), text.includes(SECRET)]).toEqual([200, true, false])
})
