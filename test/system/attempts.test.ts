import { describe, expect, test } from 'vitest'
import { createAttemptLimit } from '../../src/access/attempt-limit.ts'
import { createAttemptStore } from '../../src/system/accounts/attempt-store.ts'
import { engines } from './engines.ts'
import { everything, keyring, openStore } from './world.ts'

const WINDOW_MS = 60_000
const LIMITS = [
  { key: 'una@example.com from 10.0.0.1', most: 4 },
  { key: 'from 10.0.0.1', most: 6 },
]
const [{ key } = { key: '' }] = LIMITS

describe.each(engines)('attempts on $name', ({ open }) => {
  test('count on every node, until one succeeds or the time is over', async () => {
    const adapter = await open()
    const { database } = await openStore(adapter)
    let moment = Date.parse('2026-11-22T10:00:00Z')
    const now = () => moment
    const node = () =>
      createAttemptLimit(WINDOW_MS, { store: createAttemptStore(database, { ...keyring, now }), now })
    const [here, there] = [node(), node()]
    const fail = async (at: typeof here) => (await at.begin(LIMITS)).keep()

    for (const at of [here, there, here, there]) await fail(at)
    for (const at of [here, there, node()])
      await expect(at.begin(LIMITS)).rejects.toMatchObject({
        code: 'too_many_requests',
        context: { retry_after: 60 },
      })
    expect(await everything(adapter)).not.toContain('una@example.com')

    moment += WINDOW_MS + 1_000
    await fail(here)
    await fail(there)
    await (await there.begin(LIMITS)).succeed(key)
    for (const at of [here, there, here, there]) await fail(at)
    await expect(there.begin(LIMITS)).rejects.toMatchObject({ code: 'too_many_requests' })
  })

  test('of another key are others', async () => {
    const { database } = await openStore(await open())
    const limit = createAttemptLimit(WINDOW_MS, { store: createAttemptStore(database, keyring) })
    const one = [{ key: 'one', most: 1 }]
    await (await limit.begin(one)).keep()
    await expect(limit.begin(one)).rejects.toMatchObject({ code: 'too_many_requests' })
    await (await limit.begin([{ key: 'other', most: 1 }])).keep()
  })
})
