import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { engines, openPlace } from './engines.ts'

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
