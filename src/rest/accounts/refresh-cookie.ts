import type { IncomingHttpHeaders } from 'node:http'
import { AppError } from '../../core/errors.ts'

/** Of this server's addresses, the one that the cookie is sent to. */
const PATH = '/api/v2/user/browser_session'

/** How the refresh token travels. */
export interface RefreshCookie {
  /** Undefined when none came. */
  read(headers: IncomingHttpHeaders): string | undefined
  /** The header that keeps it, or that takes it away. `keptForSeconds` absent: until the browser ends. */
  write(headers: IncomingHttpHeaders, value: string, keptForSeconds?: number): string
}

export interface Place {
  /** Tells installations on one machine apart: cookies do not know ports. */
  readonly name: string
  /** As clients see this server. */
  readonly publicUrl?: string | undefined
}

export function refreshCookie({ name, publicUrl }: Pick<Place, 'name' | 'publicUrl'>): RefreshCookie {
  const base = publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/+$/, '')
  const isHttps = (origin: string | undefined) =>
    publicUrl?.startsWith('https:') === true || origin?.startsWith('https:') === true
  return {
    read({ cookie = '' }) {
      const found = cookie.split(/; */).find((pair) => pair.startsWith(`${name}=`))
      return found?.slice(name.length + 1) || undefined
    },
    write({ origin }, value, keptForSeconds) {
      const age = value === '' ? 0 : keptForSeconds
      return [
        `${name}=${value}`,
        `Path=${base}${PATH}`,
        ...(age === undefined ? [] : [`Max-Age=${age}`]),
        'HttpOnly',
        'SameSite=Strict',
        ...(isHttps(origin) ? ['Secure'] : []),
      ].join('; ')
    },
  }
}

/**
 * Throws `forbidden` for a request of a page that is not this server's, and for one that does not say: browsers name the
 * origin with every request that is more than reading.
 */
export function requireOwnPage(
  { origin, host, 'sec-fetch-site': site }: IncomingHttpHeaders,
  { publicUrl }: Pick<Place, 'publicUrl'>,
): void {
  const isOwn =
    origin !== undefined &&
    URL.canParse(origin) &&
    (publicUrl !== undefined && new URL(publicUrl).origin === origin
      ? true
      : /^https?:$/.test(new URL(origin).protocol) && new URL(origin).host === host?.toLowerCase())
  if (isOwn && (site === undefined || site === 'same-origin')) return
  throw new AppError('forbidden', 'This address is for web pages of this server.', {
    context: { reason: 'other_origin' },
    hint: 'Programs sign in at user/session or system/admin/session. A script that acts as a page sends the Origin of this server.',
  })
}
