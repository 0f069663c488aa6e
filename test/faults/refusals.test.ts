import { describe, expect, test } from 'vitest'
import { freePort } from '../helpers/program.ts'
import { FAULT_ENGINES } from './engine.ts'
import { startFaultProgram } from './program.ts'
import { LIMITS, openService, outcome, useFaultScene } from './scene.ts'

const signal = new AbortController().signal
const SECRET = 'not-the-p4ssword'

/** What is wrong with an address, and the words that must say so. */
const WRONG = [
  {
    what: 'password',
    says: /password/i,
    spoil: (url: URL) => {
      url.password = SECRET
    },
  },
  {
    what: 'user',
    says: /user/i,
    spoil: (url: URL) => {
      url.username = 'nobody_at_all'
    },
  },
  {
    what: 'database',
    says: /database/i,
    spoil: (url: URL) => {
      url.pathname = '/no_such_database'
    },
  },
  {
    what: 'host',
    says: /host/i,
    spoil: (url: URL) => {
      url.hostname = 'no-such-host.invalid'
    },
  },
  {
    what: 'port',
    says: /port/i,
    spoil: (url: URL, closedPort: number) => {
      url.port = String(closedPort)
    },
  },
] as const

for (const engine of FAULT_ENGINES) {
  describe.skipIf(engine.isLeftOut)(`${engine.type}: refusals`, () => {
    const scene = useFaultScene(engine)
    const spoilt = async ({ spoil }: (typeof WRONG)[number]) => {
      const url = new URL(scene.url)
      spoil(url, await freePort())
      return url
    }

    test.each(WRONG)('a wrong $what is named, without the address or the password', async (wrong) => {
      const url = await spoilt(wrong)
      const { error } = await outcome(connect(engine.type, url.href))
      expect(error).toMatchObject({ code: 'unavailable' })
      const { message, hint } = error as { message: string; hint?: string }
      const told = `${message} ${hint}`
      expect(told).toMatch(wrong.says)
      for (const part of [url.password, url.hostname, url.href]) expect(told).not.toContain(part)
    })

    test('whatever is wrong with an address, no password is in an answer or in the log', async () => {
      const urls = await Promise.all(WRONG.map(spoilt))
      const program = await startFaultProgram(
        engine.type,
        Object.fromEntries(WRONG.map(({ what }, at) => [serviceOf(what), { url: urls[at]?.href }])),
      )
      const answers = []
      for (const { what, says } of WRONG) {
        const options = { service: serviceOf(what) }
        const { status, text } = await program.rest('GET', '_table/accounts', options)
        expect({ status, text }).toMatchObject({ status: 503, text: expect.stringMatching(says) })
        answers.push(text, (await program.tool('get_table_data', { table_name: 'accounts' }, options)).text)
      }
      const { stdout, stderr } = await program.stop()
      expect(stderr).not.toBe('')
      for (const { password, hostname } of urls) {
        for (const text of [...answers, stdout, stderr]) expect(text).not.toContain(password)
        for (const text of answers) expect(text).not.toContain(hostname)
      }
    })

    test('a read-only service: what writes on the side fails in the database', async () => {
      const { adapter, read } = await scene.open({ read_only: true })
      expect(adapter.capabilities.has('records.write')).toBe(false)
      const { error } = await outcome(read('sneaky'))
      expect(error).toBeDefined()
      expect(await scene.query('select * from entries')).toEqual([])
      expect(await read('accounts')).toHaveLength(2)
    })

    test('reads of a service that may write are read-only too', async () => {
      const { read } = await scene.open()
      const { error } = await outcome(read('sneaky'))
      expect(error).toBeDefined()
      expect(await scene.query('select * from entries')).toEqual([])
    })

    test('a read-only service over HTTP: no write, no function with side effects', async () => {
      const program = await startFaultProgram(engine.type, { crm: { url: scene.url, read_only: true } })
      try {
        const calls = [
          await program.rest('POST', '_table/entries', { body: { resource: [{ batch: 1, place: 1 }] } }),
          await program.rest('PATCH', '_table/accounts/1', { body: { amount: 0 } }),
          await program.rest('DELETE', '_table/accounts/1'),
          await program.rest('GET', '_table/sneaky'),
          await program.rest('POST', '_func/touch'),
          await program.tool('call_stored_function', { function_name: 'touch' }),
        ]
        const { text } = calls.pop() ?? { text: '' }
        expect(text).toMatch(/isError":true|"error"/)
        for (const { status } of calls) expect(status).toBeGreaterThanOrEqual(400)
      } finally {
        await program.stop()
      }
      expect(await scene.query('select * from entries')).toEqual([])
      expect(await scene.query('select amount from accounts')).toMatchObject([
        { amount: 100 },
        { amount: 100 },
      ])
    })

    test('statements in values are values', async () => {
      const { insert, read } = await scene.open()
      const notes = [
        'COMMIT; DROP TABLE accounts; --',
        `'; DROP TABLE accounts; --`,
        `\\'; DROP TABLE accounts; -- `,
        '$1 ? :name @a',
      ]
      for (const [place, note] of notes.entries()) await insert('entries', [{ batch: 1, place, note }])
      for (const [place, note] of notes.entries()) {
        expect(await read('entries', { where: { op: '=', field: 'note', value: note } })).toMatchObject([
          { place, note },
        ])
      }
      expect(await read('accounts')).toHaveLength(2)
    })
  })
}

const serviceOf = (what: string) => `wrong-${what}`

async function connect(type: string, url: string): Promise<void> {
  const adapter = await openService(type, { url, ...LIMITS })
  try {
    await adapter.ping({ signal })
  } finally {
    await adapter.close()
  }
}
