import * as z from 'zod'
import { ApiError, wordsOf } from '../api/api-error.ts'
import { errorOf, sendRequest } from '../api/send-request.ts'

export type AccountKind = 'admin' | 'user'

export interface Account {
  readonly id: number
  readonly name: string
  readonly email: string
  readonly kind: AccountKind
}

export type SessionState =
  | { readonly phase: 'starting' }
  | { readonly phase: 'signed-out'; readonly reason?: string }
  | { readonly phase: 'signed-in'; readonly account: Account }
  /** The page stays as it is until the person has signed in again. */
  | { readonly phase: 'expired'; readonly account: Account }

/**
 * Who is signed in. The token is known to this object alone and gone with the page; what outlives the page is a cookie that no
 * script can read.
 */
export interface SessionStore {
  state(): SessionState
  subscribe(listener: () => void): () => void
  /** Signs in by the cookie, when there is one. */
  resume(): Promise<void>
  /** Throws ApiError. Requests that waited for it go on. */
  signIn(email: string, password: string): Promise<void>
  signOut(): Promise<void>
  token(): string | undefined
  /** A token in place of one that was refused; waits for the person when the cookie does not help. Throws when they sign out. */
  renewed(refused: string): Promise<string>
}

const session = z.object({
  session_token: z.string(),
  id: z.number(),
  name: z.string(),
  email: z.string(),
  is_sys_admin: z.boolean(),
})
type Session = z.infer<typeof session>

export function createSessionStore(): SessionStore {
  let state: SessionState = { phase: 'starting' }
  let token: string | undefined
  let renewing: Promise<string> | undefined
  let waiting: { resolve(token: string): void; reject(error: Error): void }[] = []
  const listeners = new Set<() => void>()

  function become(next: SessionState): void {
    state = next
    for (const listener of listeners) listener()
  }

  function take({ session_token, id, name, email, is_sys_admin }: Session): string {
    token = session_token
    rememberCookie(true)
    become({ phase: 'signed-in', account: { id, name, email, kind: is_sys_admin ? 'admin' : 'user' } })
    for (const { resolve } of waiting) resolve(session_token)
    waiting = []
    return session_token
  }

  function leave(reason?: string): void {
    token = undefined
    rememberCookie(false)
    for (const { reject } of waiting) reject(new ApiError('You have signed out.', { status: 401 }))
    waiting = []
    become({ phase: 'signed-out', ...(reason !== undefined && { reason }) })
  }

  async function renew(): Promise<string> {
    const known = await byCookie()
    if (known) return take(known)
    if (state.phase === 'signed-in') become({ phase: 'expired', account: state.account })
    return await new Promise((resolve, reject) => waiting.push({ resolve, reject }))
  }

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async resume() {
      // Asked without one, the server would have to refuse, and say so in its log.
      if (!mayHaveCookie()) return leave()
      try {
        const known = await byCookie()
        if (known) take(known)
        else leave()
      } catch (error) {
        // The session may well be there when the server answers again.
        become({ phase: 'signed-out', reason: wordsOf(error).message })
      }
    },
    async signIn(email, password) {
      const response = await sendRequest({ verb: 'POST', path: SESSION, body: { email, password } })
      if (!response.ok) throw await errorOf(response)
      take(session.parse(await response.json()))
    },
    async signOut() {
      leave()
      await sendRequest({ verb: 'DELETE', path: SESSION })
    },
    token: () => token,
    renewed(refused) {
      if (token !== undefined && token !== refused) return Promise.resolve(token)
      renewing ??= renew().finally(() => {
        renewing = undefined
      })
      return renewing
    },
  }
}

const MARK = 'sluice-signed-in'

/** Scripts cannot see the cookie: this says that there was one, and nothing more. */
function rememberCookie(isThere: boolean): void {
  if (isThere) localStorage.setItem(MARK, 'yes')
  else localStorage.removeItem(MARK)
}

function mayHaveCookie(): boolean {
  return localStorage.getItem(MARK) !== null
}

/** Of users and administrators; its cookie is sent there alone. */
const SESSION = 'user/browser_session'

/** The session that the cookie stands for; undefined without one. Of several tabs one asks at a time. */
async function byCookie(): Promise<Session | undefined> {
  const ask = async () => {
    const response = await sendRequest({ verb: 'PUT', path: SESSION })
    if (response.ok) return session.parse(await response.json())
    if (response.status >= 500) throw await errorOf(response)
    return undefined
  }
  return 'locks' in navigator ? await navigator.locks.request('sluice-session', ask) : await ask()
}
