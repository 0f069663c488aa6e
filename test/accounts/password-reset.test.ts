import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type House, openHouse } from '../helpers/house.ts'
import { ADMIN, askOf, signIn } from './people.ts'

const PASSWORD = 'UserPass-123456789'
const FRESH = 'a-fresh-password'
let house: House
let root: string
let email: string
let count = 0
const ask: ReturnType<typeof askOf> = (...args) => askOf(house)(...args)
const reset = (body: object, path = 'user/password') => ask('POST', path, { body })
const request = (address: string, path = 'user/password') => reset({ email: address }, `${path}?reset=true`)
const codeIn = (message: string) => /code: ([0-9A-Z]{32})/.exec(message)?.[1] ?? ''
const errorOf = (body: unknown) => Object(Object(body).error)

beforeAll(async () => {
  house = await openHouse({})
  root = await signIn(house, 'admin', ADMIN)
})
afterAll(() => house.close())
beforeEach(async () => {
  email = `una${++count}@example.com`
  const record = { email, password: PASSWORD, first_name: 'Una' }
  await ask('POST', 'system/user', { token: root, body: { resource: [record] } })
})

/** What lies in the spool folder for this address, oldest first. */
async function spooled(address: string): Promise<string[]> {
  const folder = join(house.app.config.dataDir, 'mail')
  const names = await readdir(folder).catch(() => [])
  const files = names.filter((name) => name.endsWith('.eml')).toSorted()
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  return texts.filter((text) => text.includes(`To: ${address}`))
}
const nextIn = (address: string, many = 1) =>
  vi.waitFor(async () => {
    const messages = await spooled(address)
    expect(messages).toHaveLength(many)
    return messages.at(-1) ?? ''
  }, 30_000)

describe('a lost password', () => {
  test('is replaced with the code from the message, which works once', async () => {
    const token = await signIn(house, 'user', { email, password: PASSWORD })
    expect((await request(email)).body).toEqual({ success: true })
    const message = await nextIn(email)
    expect(message).toMatch(/Hello Una,[\s\S]*within the next 24 hours/)
    const body = { email, code: codeIn(message), new_password: FRESH }
    expect((await reset(body)).body).toEqual({ success: true })
    expect((await ask('GET', 'user/session', { token })).status).toBe(403)
    await signIn(house, 'user', { email, password: FRESH })
    expect((await reset(body)).status).toBe(404)
  })

  test('of an administrator is replaced at their address only', async () => {
    expect((await request(ADMIN.email)).status).toBe(200)
    expect((await request(ADMIN.email, 'system/admin/password')).status).toBe(200)
    const code = codeIn(await nextIn(ADMIN.email))
    const body = { email: ADMIN.email, code, new_password: ADMIN.password }
    expect((await reset(body)).status).toBe(404)
    expect((await reset({ ...body, new_password: 'fifteen-letters' }, 'system/admin/password')).status).toBe(
      400,
    )
    const done = await reset(body, 'system/admin/password?login=true')
    expect([done.status, typeof Object(done.body).session_token]).toEqual([200, 'string'])
    root = String(Object(done.body).session_token)
  })

  test('answers the same for an address nobody has, and for one that is not active', async () => {
    await ask('PATCH', `system/user/${email}`, { token: root, body: { is_active: false } })
    const answers = [await request('nobody@example.com'), await request(email)]
    expect(answers.map(({ status, text }) => [status, text])).toEqual([
      [200, '{"success":true}'],
      [200, '{"success":true}'],
    ])
    const code = '0'.repeat(32)
    const wrong = [
      await reset({ email: 'nobody@example.com', code, new_password: FRESH }),
      await reset({ email, code, new_password: FRESH }),
    ]
    expect(wrong.map(({ status, text }) => [status, text])[0]).toEqual([404, wrong[1]?.text])
    expect([...(await spooled(email)), ...(await spooled('nobody@example.com'))]).toEqual([])
  })

  test('takes the last code only, of this account', async () => {
    await request(email)
    const first = codeIn(await nextIn(email))
    await request(email)
    const second = codeIn(await nextIn(email, 2))
    const codes = async (code: string, address: string) =>
      (await reset({ email: address, code, new_password: FRESH })).status
    expect(await codes(first, email)).toBe(404)
    expect(await codes(second, 'una1@example.com')).toBe(404)
    expect(await codes(second, email)).toBe(200)
  })

  test.each([
    [{}, 'Not enough information provided to change password.'],
    [{ code: 'x', new_password: FRESH }, 'Missing required email for password reset confirmation.'],
    [{ email: 'a@example.com', code: 'x' }, 'Missing new password for reset.'],
    [{ email: 'a@example.com', code: 'x', new_password: FRESH }, 'Invalid confirmation code format.'],
    [
      { email: 'a@example.com', code: '0'.repeat(32), new_password: 'short' },
      'Invalid data supplied. The password field must be at least 12 characters.',
    ],
  ])('is not replaced with %j', async (body, message) => {
    const { status, body: answer } = await reset(body)
    expect([status, errorOf(answer).message]).toEqual([400, message])
  })

  test('is not asked for without end', async () => {
    const statuses = []
    for (let n = 0; n < 6; n++) statuses.push((await request(email)).status)
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429])
  })

  test('is sent in files that nobody else may read, and stored as a hash', async () => {
    const folder = join(house.app.config.dataDir, 'mail')
    const [file = ''] = (await readdir(folder)).filter((name) => name.endsWith('.eml'))
    expect((await stat(join(folder, file))).mode & 0o077).toBe(0)
    const code = codeIn(await readFile(join(folder, file), 'utf8'))
    const { dataDir } = house.app.config
    const names = (await readdir(dataDir)).filter((name) => name.startsWith('system.sqlite'))
    const stored = Buffer.concat(await Promise.all(names.map((name) => readFile(join(dataDir, name)))))
    expect([code.length, stored.includes(code), stored.includes(email)]).toEqual([32, false, true])
  })
})

describe('over SMTP', () => {
  const received: string[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part) => parts.push(part))
      stream.on('end', () => {
        received.push(Buffer.concat(parts).toString())
        done()
      })
    },
  })
  let port: number

  beforeAll(async () => {
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const bound = server.server.address()
    port = typeof bound === 'object' && bound !== null ? bound.port : 0
  })
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())))

  async function mailService(name: string, config: object): Promise<void> {
    const record = { name, type: 'smtp_email', is_active: true, config }
    const made = await ask('POST', 'system/service', { token: root, body: { resource: [record] } })
    const password_email_service_id = Object(made.body).resource[0].id
    const change = { config: { password_email_service_id, confirm_reset_url: 'https://app.example.com/new' } }
    expect((await ask('PATCH', 'system/service/user', { token: root, body: change })).status).toBe(200)
  }

  test('a message arrives, and its link and code lead on', async () => {
    await mailService('mail', { host: '127.0.0.1', port, encryption: 'none', from: 'sluice@example.com' })
    await request(email)
    const message = await vi.waitFor(() => {
      expect(received).toHaveLength(1)
      // Quoted-printable: RFC 2045 §6.7
      return (received[0] ?? '').replace(/=\r\n/g, '').replace(/=3D/g, '=')
    }, 30_000)
    expect(message).toContain(`To: ${email}`)
    expect(message).toContain('sluice@example.com')
    const code = codeIn(message)
    expect(message).toContain(`https://app.example.com/new?code=${code}&email=${encodeURIComponent(email)}`)
    expect((await reset({ email, code, new_password: FRESH })).status).toBe(200)
    await signIn(house, 'user', { email, password: FRESH })
  })

  test('a server that cannot encrypt gets nothing, unless it may', async () => {
    received.length = 0
    await mailService('strict', { host: '127.0.0.1', port })
    expect((await request(email)).status).toBe(200)
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(received).toEqual([])
    expect(await spooled(email)).toEqual([])
  })
})
