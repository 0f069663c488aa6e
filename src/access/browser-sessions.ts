import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { BrowserSessionBook, BrowserSessionRecord } from '../core/browser-session-book.ts'
import { AppError } from '../core/errors.ts'
import type { UserAccount } from './accounts.ts'
import type { Keyring } from './keyring.ts'
import { dateTime, type Session, sessionOf } from './session.ts'
import type { SessionsOptions } from './sessions.ts'
import { readSignIn, type SignInRequest } from './sign-in-request.ts'

/** A session, and what the browser keeps to go on with it: a secret that no script of a page can read. */
export interface BrowserSession {
  readonly session: Session
  readonly refreshToken: string
  /** Seconds the browser keeps it over its own end; absent: no longer than it runs. */
  readonly keptForSeconds?: number
}

/** Sign-in for web pages: tokens of a few minutes, and a refresh token that is another one after each use. */
export interface BrowserSessions {
  /** Users and administrators. Throws as `Sessions.signIn`. */
  signIn(request: SignInRequest): Promise<BrowserSession>
  /**
   * Of what the refresh token is for. One that was used before ends the session, except just after: then it came from a
   * second tab, or its answer was lost. Throws `unauthenticated`.
   */
  refresh(refreshToken: string | undefined): Promise<BrowserSession>
  /** On every node, with all its tokens. Nothing where it is over. */
  end(refreshToken: string | undefined): Promise<void>
}

interface Options
  extends Pick<
    SessionsOptions,
    | 'accounts'
    | 'authenticator'
    | 'checkPassword'
    | 'tokens'
    | 'revocations'
    | 'recordSignIn'
    | 'host'
    | 'allowForever'
  > {
  readonly keyring: Pick<Keyring, 'digest'>
  readonly book: BrowserSessionBook
  /** A refresh token was used by two: whose it was. */
  readonly onReuse?: (userId: number) => void
  readonly now?: () => number
}

/** Of a token in the memory of a page. */
const TOKEN_MINUTES = 15
/** So long a refresh token that was just used answers what it answered. */
const GRACE_MS = 30_000
const FORM = /^([\w-]{43})\.([\w-]{43}|[0-9a-f]{64})$/

export function createBrowserSessions(options: Options): BrowserSessions {
  const { accounts, authenticator, tokens, revocations, keyring, book, now = Date.now } = options
  const keyOf = (id: string) => keyring.digest(`browser session:${id}`)
  const hashOf = (id: string, secret: string) => keyring.digest(`browser secret:${id}:${secret}`)
  // Made from the one before: who uses that one twice is given the same one twice, and nothing has to be kept.
  const nextOf = (id: string, secret: string) => keyring.digest(`browser next:${id}:${secret}`)
  const markOf = (user: UserAccount) => keyring.digest(JSON.stringify(['browser', tokens.marksOf(user)]))

  async function issue(user: UserAccount, id: string, kept: Pick<BrowserSessionRecord, 'isForever'> & At) {
    const { signedInAt, isForever } = kept
    const sessionId = keyOf(id)
    return await tokens.issue(user, { signedInAt, isForever, sessionId, minutes: TOKEN_MINUTES })
  }

  async function finish(key: string, { signedInAt, isForever }: BrowserSessionRecord): Promise<void> {
    await revocations.revoke(key, tokens.endOf({ signedInAt, isForever, expiresAt: 0 }))
    await book.end(key)
  }

  /** The account, when it is still as it was. */
  function holder({ userId, mark }: BrowserSessionRecord): UserAccount | undefined {
    const user = accounts().userById.get(userId)
    const isSame = user !== undefined && isEqual(markOf(user), mark)
    return isSame && user.isActive && user.confirmExpiresDate === undefined ? user : undefined
  }

  async function isRotated(key: string, found: BrowserSessionRecord, from: string, to: string) {
    const at = new Date(now())
    if (isEqual(from, found.secretHash) && (await book.rotate(key, { from, to, at }))) return true
    const latest = await book.find(key)
    const { previousHash, rotatedAt } = latest ?? {}
    const wasJustUsed = previousHash !== undefined && isEqual(from, previousHash)
    return wasJustUsed && rotatedAt !== undefined && now() - rotatedAt.getTime() <= GRACE_MS
  }

  return {
    async signIn(request) {
      const { attempt, isForever: wanted } = readSignIn(request)
      const user = await options.checkPassword(attempt)
      if (!user) throw new AppError('unauthenticated', 'Invalid credentials supplied.')
      // Throws where a role of theirs is switched off.
      authenticator.callerFor(user, undefined)
      const isForever = wanted && options.allowForever
      const [id, secret] = [randomText(), randomText()]
      const signedInAt = Math.floor(now() / 1000)
      const end = tokens.endOf({ signedInAt, isForever, expiresAt: 0 })
      const record = { userId: user.id, mark: markOf(user), signedInAt, isForever }
      await book.open(
        keyOf(id),
        { ...record, secretHash: hashOf(id, secret), rotatedAt: new Date(now()) },
        end,
      )
      await options.recordSignIn(user.id, dateTime(new Date(now())))
      const session = sessionOf(user, await issue(user, id, record), options.host)
      return { session, refreshToken: `${id}.${secret}`, ...keptFor(record, end) }
    },
    async refresh(refreshToken) {
      const [, id = '', secret = ''] = FORM.exec(refreshToken ?? '') ?? []
      const key = keyOf(id)
      const found = id === '' || revocations.has(key) ? undefined : await book.find(key)
      if (!found) throw isOver()
      const user = holder(found)
      const next = nextOf(id, secret)
      if (!user || !(await isRotated(key, found, hashOf(id, secret), hashOf(id, next)))) {
        await finish(key, found)
        if (user) options.onReuse?.(user.id)
        throw isOver()
      }
      const end = tokens.endOf({ ...found, expiresAt: 0 })
      const session = sessionOf(user, await issue(user, id, found), options.host)
      return { session, refreshToken: `${id}.${next}`, ...keptFor(found, end) }
    },
    async end(refreshToken) {
      const [, id = ''] = FORM.exec(refreshToken ?? '') ?? []
      const found = id === '' ? undefined : await book.find(keyOf(id))
      if (found) await finish(keyOf(id), found)
    },
  }

  function keptFor({ isForever }: Pick<BrowserSessionRecord, 'isForever'>, end: Date) {
    return isForever ? { keptForSeconds: Math.floor((end.getTime() - now()) / 1000) } : {}
  }
}

type At = Pick<BrowserSessionRecord, 'signedInAt'>

/** 256 bits. */
function randomText(): string {
  return randomBytes(32).toString('base64url')
}

function isEqual(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** One answer for whatever is not there, or not there any more. */
function isOver(): AppError {
  return new AppError('unauthenticated', 'There is no session of this browser, or it is over.', {
    context: { reason: 'browser_session_over' },
    hint: 'Sign in again.',
  })
}
