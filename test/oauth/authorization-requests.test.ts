import { auth } from '@modelcontextprotocol/client'
import { describe, expect, test } from 'vitest'
import { openBrowser, type Page } from './browser.ts'
import {
  ANN,
  accessToken,
  appIds,
  base,
  connect,
  person,
  post,
  program,
  rest,
  toConsent,
  until,
  useConnecting,
} from './connecting.ts'
import { memoryOf, REDIRECT } from './program.ts'

useConnecting()

type Change = Readonly<Record<string, string | readonly string[] | undefined>>

describe('a request that is not as it must be', () => {
  const request = (change: Change, browser = openBrowser(base)) => {
    const parameters = {
      client_id: program.url,
      redirect_uri: REDIRECT,
      response_type: 'code',
      scope: 'shop:read',
      resource: `${base}/mcp/shop`,
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
      state: 's',
      ...change,
    }
    const given = Object.entries(parameters).flatMap(([name, value]) =>
      [value ?? []].flat().map((one): [string, string] => [name, one]),
    )
    return browser.open(`${base}/oauth/authorize?${new URLSearchParams(given)}`)
  }

  test.each<[string, Change, string]>([
    ['without PKCE', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    ['with plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['for another server', { resource: 'https://other.example.com/mcp/shop' }, 'invalid_target'],
    ['for another address here', { resource: `${'http://127.0.0.1'}/api/v2/system` }, 'invalid_target'],
    ['for scopes of another service', { scope: 'crm:read crm:write' }, 'invalid_scope'],
    ['for the implicit flow', { response_type: 'token' }, 'invalid_request'],
  ])('%s goes back with an error', async (_what, change, error) => {
    const { left } = await request(change)
    const told = new URLSearchParams(left?.search || left?.hash.slice(1))
    expect(told.get('error')).toBe(error)
    expect([...told.keys()]).not.toContain('code')
  })

  test('for two addresses goes back with an error', async () => {
    const { left } = await request({ resource: [`${base}/mcp/shop`, `${base}/mcp/crm`] })
    expect(left?.searchParams.get('error')).toBe('invalid_target')
  })

  test.each<[string, Change, readonly string[]]>([
    ['without scopes', { scope: undefined }, ['shop:read', 'shop:write']],
    ['with an empty scope', { scope: '' }, ['shop:read', 'shop:write']],
    ['with scopes of others', { scope: 'mcp:tools offline_access' }, ['shop:read', 'shop:write']],
    ['with scopes of everything', { scope: '*:read *:write' }, ['shop:read', 'shop:write']],
    ['with some of other services', { scope: 'crm:write SHOP:read' }, ['shop:read']],
    ['without scopes and address', { scope: undefined, resource: undefined }, ['*:read', '*:write']],
    ['without address', { resource: undefined }, ['shop:read']],
  ])('%s asks for what it may mean, and its token has that', async (_what, change, scopes) => {
    const browser = openBrowser(base)
    const page = await browser.submit(await request(change, browser), '/sign-in', ANN)
    const shown = [...page.text.matchAll(/name="scope" value="([^"]+)"/g)].map(([, scope]) => scope)
    expect(shown).toEqual(scopes)
    const { left } = await browser.submit(page, '/allow', { app: String(appIds.writer), scope: [...scopes] })
    const answer = await post('/oauth/token', {
      grant_type: 'authorization_code',
      code: String(left?.searchParams.get('code')),
      code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
      redirect_uri: REDIRECT,
      client_id: program.url,
    })
    expect(await answer.json()).toMatchObject({ scope: scopes.join(' ') })
  })

  test('a program of a machine comes back to whichever port it has', async () => {
    const { text, left } = await request({ redirect_uri: 'http://127.0.0.1:50123/callback' })
    expect(left).toBeUndefined()
    expect(text).toContain('type="password"')
  })

  test('an answer in another form than an address is refused', async () => {
    const { text, left, headers } = await request({ response_mode: 'form_post' })
    expect(left).toBeUndefined()
    expect(text).not.toContain('type="password"')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  test.each<[string, Record<string, string>]>([
    ['that comes back elsewhere', { redirect_uri: 'https://evil.example.com/callback' }],
    ['of a program nobody knows', { client_id: 'nobody' }],
    ['of a document over http', { client_id: 'http://localhost/program.json' }],
  ])('%s goes nowhere', async (_what, change) => {
    const { left, status, text, headers } = await request(change)
    expect(left).toBeUndefined()
    expect(status).toBe(400)
    expect(text).toContain('This does not work')
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  })

  test.each([
    'https://127.0.0.1/p.json',
    'https://169.254.169.254/latest',
    'https://[::1]/p.json',
    'https://10.0.0.1/p',
    'https://[::ffff:127.0.0.1]/p',
    'https://0x7f.1/p',
  ])('of a document at %s, which is not public, goes nowhere', async (client_id) => {
    const { left, status, text } = await request({ client_id })
    expect([left, status]).toEqual([undefined, 400])
    expect(text).not.toMatch(/ECONN|certificate|refused/)
  })

  test('a code is good once, for its verifier, and takes everything back when it is used again', async () => {
    const { memory, code } = await connect()
    const exchange = (code_verifier: string) =>
      post('/oauth/token', {
        grant_type: 'authorization_code',
        code,
        code_verifier,
        redirect_uri: REDIRECT,
        client_id: program.url,
      })
    expect((await exchange('x'.repeat(43))).status).toBe(400)
    expect((await exchange(await memory.codeVerifier())).status).toBe(400)
    await until(async () => (await rest(accessToken(memory), 'shop/_table/customers')).status === 401)
  })
})

describe('the pages', () => {
  const policyOf = ({ headers }: Page) => headers.get('content-security-policy') ?? ''

  test('have no script, cannot be framed, and show names as text', async () => {
    const { first, page } = await toConsent()
    for (const shown of [first, page]) {
      expect(shown.text).not.toMatch(/<script|style=|onload|<b>Program/)
      expect(shown.text).toContain('Test &lt;b&gt;Program&lt;/b&gt;')
      expect(policyOf(shown)).toBe(
        "default-src 'none'; style-src 'self'; form-action 'self' http://127.0.0.1:33418; base-uri 'none'; frame-ancestors 'none'",
      )
      expect(shown.headers.get('x-frame-options')).toBe('DENY')
      expect(shown.headers.get('cache-control')).toBe('no-store')
      expect(shown.headers.get('referrer-policy')).toBe('same-origin')
    }
    expect(page.text).toContain('<strong>writer</strong>')
    expect(page.text).toContain('read, create, replace, change, delete rows of all')
    expect(page.text).toContain('ann@example.com')
    const ticked = [...page.text.matchAll(/value="(shop:\w+)" checked/g)].map(([, scope]) => scope)
    expect(ticked).toEqual(['shop:read'])
  })

  test('a person with several roles chooses one; one who has none cannot allow', async () => {
    const both = { email: 'both@example.com', password: 'the password of both' }
    await person(both, ['reader', 'writer'])
    const { page } = await toConsent({ login: both })
    expect(page.text).toContain('<strong>reader</strong>')
    expect(page.text).toContain('read rows of <code>orders</code>')
    const { memory } = await connect({ login: both, role: 'reader' })
    expect((await rest(accessToken(memory), 'shop/_table/orders')).status).toBe(200)
    expect((await rest(accessToken(memory), 'shop/_table/customers')).status).not.toBe(200)
    const none = { email: 'none@example.com', password: 'the password of none' }
    await person(none, [])
    const refused = await toConsent({ login: none })
    expect(refused.page.text).toContain('has no role for this')
    expect(refused.page.text).not.toContain('/allow"')
  })

  test('a role that the person does not have cannot be chosen', async () => {
    const { browser, page } = await toConsent()
    for (const app of [String(appIds.reader), '', '99999']) {
      const again = await browser.submit(page, '/allow', { app, scope: ['shop:read'] })
      expect([again.status, again.left]).toEqual([400, undefined])
    }
    const more = await browser.submit(page, '/allow', {
      app: String(appIds.writer),
      scope: ['*:write', 'crm:read'],
    })
    expect([more.status, more.left]).toEqual([400, undefined])
  })

  test('a no goes back to the program', async () => {
    const { browser, page } = await toConsent()
    const { left } = await browser.submit(page, '/refuse', {})
    expect(left?.searchParams.get('error')).toBe('access_denied')
  })

  test('a wrong password stays, and too many are refused', async () => {
    const memory = memoryOf(program.url)
    await auth(memory, { serverUrl: `${base}/mcp/shop` })
    const browser = openBrowser(base)
    let page = await browser.open(String(memory.asked))
    const wrong = { email: 'nobody@example.com', password: 'not the password' }
    for (let tries = 0; tries < 10; tries++) page = await browser.submit(page, '/sign-in', wrong)
    expect(page.status).toBe(403)
    expect(page.text).toContain('is not right')
    expect((await browser.submit(page, '/sign-in', wrong)).status).toBe(429)
  })

  test('a form without its token, or in another browser, does nothing', async () => {
    const { browser, page } = await toConsent()
    const forged = {
      ...page,
      text: page.text.replaceAll(/name="token" value="\w+"/g, 'name="token" value="x"'),
    }
    const fields = { app: String(appIds.writer), scope: ['shop:read'] }
    expect((await browser.submit(forged, '/allow', fields)).status).toBe(400)
    expect((await openBrowser(base).submit(page, '/allow', fields)).status).toBe(400)
    const foreign = await fetch(page.url, { method: 'POST', headers: { origin: 'https://evil.example.com' } })
    expect(foreign.status).toBe(403)
  })

  test('everybody signs in for each connection', async () => {
    const { browser, page } = await toConsent()
    await browser.submit(page, '/allow', { app: String(appIds.writer), scope: ['shop:read'] })
    const memory = memoryOf(program.url)
    await auth(memory, { serverUrl: `${base}/mcp/shop` })
    expect((await browser.open(String(memory.asked))).text).toContain('type="password"')
  })
})

describe('programs', () => {
  test('may register themselves where that is on, with addresses that are safe', async () => {
    const register = (redirect_uris: readonly unknown[]) =>
      fetch(`${base}/oauth/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ redirect_uris, client_name: 'x' }),
      })
    const made = await register(['cursor://anysphere.cursor-mcp/oauth/callback'])
    expect(made.status).toBe(201)
    expect(await made.json()).toMatchObject({
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    })
    for (const uri of [
      'http://example.com/cb',
      'javascript:alert(1)',
      'data:text/html,x',
      'https://u:p@example.com/',
    ])
      expect((await register([uri])).status).toBe(400)
    expect((await register([JSON.parse('{"toString":1}')])).status).toBe(400)
  })

  test('have names that show what they are', async () => {
    const made = await fetch(`${base}/oauth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: [REDIRECT], client_name: 'Good\u202Etxe\u0000\n\u200B Program' }),
    })
    const { client_id } = (await made.json()) as { client_id: string }
    const memory = memoryOf(undefined)
    await memory.saveClientInformation?.({ client_id }, { issuer: base })
    await auth(memory, { serverUrl: `${base}/mcp/shop` })
    expect((await openBrowser(base).open(String(memory.asked))).text).toContain(
      '<strong>Good txe Program</strong>',
    )
  })

  test('that registered connect as others do', async () => {
    const memory = memoryOf(undefined)
    expect(await auth(memory, { serverUrl: `${base}/mcp/shop` })).toBe('REDIRECT')
    const browser = openBrowser(base)
    const page = await browser.submit(await browser.open(String(memory.asked)), '/sign-in', ANN)
    expect(page.text).toContain('Connect Registered?')
  })

  test('that an administrator named come back to their own scheme', async () => {
    const parameters = new URLSearchParams({
      client_id: 'named',
      redirect_uri: 'cursor://anysphere.cursor-mcp/oauth/callback',
      response_type: 'code',
      resource: `${base}/mcp/shop`,
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    })
    const browser = openBrowser(base)
    const first = await browser.open(`${base}/oauth/authorize?${parameters}`)
    const page = await browser.submit(first, '/sign-in', ANN)
    expect(policy(page)).toContain("form-action 'self' cursor:;")
    const { left } = await browser.submit(page, '/allow', {
      app: String(appIds.writer),
      scope: ['shop:read'],
    })
    expect(left?.protocol).toBe('cursor:')
    expect(left?.searchParams.get('code')).toBeTruthy()
  })

  test('documents are fetched once for a while', () => {
    expect(program.fetches()).toBeLessThanOrEqual(2)
  })
})

function policy({ headers }: Page): string {
  return headers.get('content-security-policy') ?? ''
}
