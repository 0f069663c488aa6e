import { describe, expect, test } from 'vitest'
import { createBrowserSessions } from '../../src/access/browser-sessions.ts'
import { createKeyring } from '../../src/access/keyring.ts'
import { createBrowserSessionBook } from '../../src/system/sessions/browser-session-book.ts'
import { engines } from '../system/engines.ts'
import { openStore } from '../system/world.ts'
import { admin, PASSWORD, una, world } from './world.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND

describe.each(engines)('with a system database of $name', ({ open }) => {
  /** Two nodes of one installation, and the clock of both. */
  async function nodes() {
    const made = world()
    const { database, change } = await openStore(await open())
    await change(async (writer) => {
      for (const { email, name } of [admin, una]) await writer.upsertUser({ email, name })
    })
    const reused: number[] = []
    const node = () =>
      createBrowserSessions({
        ...made,
        accounts: () => made.state.accounts,
        authenticator: made,
        keyring: createKeyring(new Uint8Array(32).fill(9)),
        book: createBrowserSessionBook(database, () => made.state.now),
        recordSignIn: async () => {},
        host: 'server',
        allowForever: true,
        onReuse: (userId) => reused.push(userId),
        now: () => made.state.now,
      })
    const [one, other] = [node(), node()]
    const signedIn = await one.signIn({ email: una.email, password: PASSWORD })
    return { ...made, one, other, reused, signedIn }
  }
  const over = { code: 'unauthenticated', context: { reason: 'browser_session_over' } }

  test('a token holds for a quarter of an hour, and any node renews it', async () => {
    const { signedIn, other, state, authenticate } = await nodes()
    const sessionToken = signedIn.session.session_token
    state.now += 16 * MINUTE
    await expect(authenticate({ sessionToken })).rejects.toMatchObject({
      context: { reason: 'token_expired' },
    })
    const { session } = await other.refresh(signedIn.refreshToken)
    expect((await authenticate({ sessionToken: session.session_token })).userId).toBe(una.id)
  })

  test('a refresh token that was just used answers what it answered, also on another node', async () => {
    const { signedIn, one, other, state } = await nodes()
    const first = await one.refresh(signedIn.refreshToken)
    state.now += 20 * SECOND
    expect((await other.refresh(signedIn.refreshToken)).refreshToken).toBe(first.refreshToken)
    await expect(one.refresh(first.refreshToken)).resolves.toMatchObject({ session: { id: una.id } })
  })

  test('later it ends the session for whoever has it, and that is told', async () => {
    const { signedIn, one, other, state, reused, authenticate } = await nodes()
    const first = await one.refresh(signedIn.refreshToken)
    state.now += 31 * SECOND
    await expect(other.refresh(signedIn.refreshToken)).rejects.toMatchObject(over)
    await expect(one.refresh(first.refreshToken)).rejects.toMatchObject(over)
    await expect(authenticate({ sessionToken: first.session.session_token })).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect(reused).toEqual([una.id])
  })

  test('the session is over when the time for refreshing is', async () => {
    const { signedIn, one, state } = await nodes()
    expect(signedIn.keptForSeconds).toBeUndefined()
    state.now += 181 * MINUTE
    await expect(one.refresh(signedIn.refreshToken)).rejects.toMatchObject(over)
  })

  test('one that is remembered stays', async () => {
    const { one, state } = await nodes()
    const kept = await one.signIn({ email: una.email, password: PASSWORD, remember_me: true })
    expect(kept.keptForSeconds).toBeGreaterThan(9 * 365 * 86_400)
    state.now += 400 * 24 * 60 * MINUTE
    await expect(one.refresh(kept.refreshToken)).resolves.toMatchObject({ session: { id: una.id } })
  })

  test('another password, or an account that is off, ends it', async () => {
    for (const change of [{ passwordHash: 'other' }, { isActive: false }, { email: 'other@example.com' }]) {
      const { signedIn, one, state } = await nodes()
      const userById = new Map([[una.id, { ...una, ...change }]])
      state.accounts = { ...state.accounts, userById }
      await expect(one.refresh(signedIn.refreshToken)).rejects.toMatchObject(over)
      state.accounts = { ...state.accounts, userById: new Map([[una.id, una]]) }
      await expect(one.refresh(signedIn.refreshToken)).rejects.toMatchObject(over)
    }
  })
})
