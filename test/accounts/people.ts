import type { House } from '../helpers/house.ts'

export const ADMIN = { email: 'admin@example.com', password: 'a-long-enough-password' }

type Ask = (
  method: string,
  path: string,
  options?: { readonly token?: string; readonly key?: string; readonly body?: unknown },
) => ReturnType<House['rest']>

/** Asks below `/api/v2/` with a session token, an API key, or neither. */
export function askOf(house: House): Ask {
  return (method, path, { token, key, body } = {}) =>
    house.rest(method, `/api/v2/${path}`, {
      ...(key && { key }),
      ...(body !== undefined && { body }),
      headers: token ? { 'x-dreamfactory-session-token': token } : {},
    })
}

/** The token of a fresh session. */
export async function signIn(house: House, kind: 'user' | 'admin', login: object): Promise<string> {
  const path = kind === 'admin' ? 'system/admin/session' : 'user/session'
  const { body, status } = await askOf(house)('POST', path, { body: login })
  const token = textIn(body, 'session_token')
  if (status !== 200) throw new Error(`sign-in answered ${status}`)
  return token
}

/** A value of an answer that must be text. */
function textIn(body: unknown, field: string): string {
  const value = typeof body === 'object' && body !== null ? Reflect.get(body, field) : undefined
  return typeof value === 'string' ? value : ''
}
