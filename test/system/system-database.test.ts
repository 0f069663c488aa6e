import { inspect } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ownDatabase, reachServer } from '../contract/servers/test-server.ts'
import { engines, openPlace, settingsOf } from './engines.ts'
import { openStore } from './world.ts'

const onServers = engines.flatMap(({ name, place }) => (place && name !== 'sqlite' ? [{ name, place }] : []))
const PASSWORD = 'hunter2-secret'

describe.each(onServers)('a system database on $name that cannot be opened', ({ place }) => {
  test.each([
    { what: 'another user', change: { DB_USERNAME: 'nobody_of_ours', DB_PASSWORD: PASSWORD } },
    { what: 'no such database', change: { DB_DATABASE: 'nothing_of_ours', DB_PASSWORD: PASSWORD } },
    { what: 'no server', change: { DB_PORT: '1', DB_PASSWORD: PASSWORD } },
    { what: 'no such encryption', change: { DB_SSLMODE: 'perhaps', DB_PASSWORD: PASSWORD } },
  ])('says what to look at, and no secret: $what', async ({ change }) => {
    const error: unknown = await openPlace({ ...(await place()), ...change }).catch((thrown) => thrown)
    expect(error).toMatchObject({
      code: expect.stringMatching(/^(unavailable|bad_request)$/),
      message: expect.stringMatching(/^The system database cannot be opened: /),
      hint: expect.stringContaining('DB_HOST'),
    })
    expect(inspect(error, { depth: 10 })).not.toContain(PASSWORD)
  })
})

test.runIf((await reachServer('mysql')) === 'reachable')(
  'DB_CONNECTION=mariadb opens a server that speaks the same language',
  async () => {
    const database = await ownDatabase('mysql')
    onTestFinished(database.drop)
    const settings = { ...settingsOf('mysql', database.url), DB_CONNECTION: 'mariadb' }
    const store = await openStore(await openPlace(settings))
    await store.change((writer) => writer.upsertUser({ email: 'una@example.com', name: 'Una' }))
    const again = await openStore(await openPlace(settings))
    expect(again.snapshot().userByEmail.get('una@example.com')).toMatchObject({ name: 'Una' })
  },
)
