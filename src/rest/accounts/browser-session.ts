import type { BrowserSession } from '../../access/browser-sessions.ts'
import { AppError } from '../../core/errors.ts'
import { unsupportedVerb } from '../unsupported.ts'
import { accountBody } from './account-body.ts'
import type { AccountHandler } from './account-routes.ts'
import { refreshCookie, requireOwnPage } from './refresh-cookie.ts'

const FIELDS = ['email', 'password', 'remember_me']

/**
 * `user/browser_session`: sign-in for web pages of this server. The token is in the answer, what renews it in a cookie that
 * only this address is sent; nothing else takes that cookie.
 */
export const browserSession: AccountHandler = async (request, { browserSessions, browserPlace }) => {
  const { verb, address, headers, credentials } = request
  if (verb === 'GET' || verb === 'PATCH') throw unsupportedVerb(request)
  requireOwnPage(headers, browserPlace)
  const cookie = refreshCookie(browserPlace)
  const keep = ({ session, refreshToken, keptForSeconds }: BrowserSession): string => {
    request.setHeader?.('set-cookie', cookie.write(headers, refreshToken, keptForSeconds))
    return JSON.stringify(session)
  }
  const forget = () => request.setHeader?.('set-cookie', cookie.write(headers, ''))
  if (verb === 'POST') {
    const { email, password, remember_me } = accountBody(request.body, FIELDS)
    return keep(await browserSessions.signIn({ email, password, remember_me, address }))
  }
  if (credentials !== undefined && verb === 'PUT') throw needsCookieOnly()
  try {
    if (verb === 'PUT') return keep(await browserSessions.refresh(cookie.read(headers)))
  } catch (error) {
    if (error instanceof AppError && error.code === 'unauthenticated') forget()
    throw error
  }
  await browserSessions.end(cookie.read(headers))
  forget()
  return JSON.stringify({ success: true })
}

function needsCookieOnly(): AppError {
  return new AppError('bad_request', 'A session of a browser is renewed by its cookie alone.', {
    hint: 'Leave out the API key and the token.',
  })
}
