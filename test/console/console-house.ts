import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import { startProgram } from '../helpers/program.ts'
import { launchBrowser, openPage, type WatchedPage } from './browser.ts'

export const ADMIN = { email: 'admin@example.com', password: 'a-long-enough-password' }

/** The built server with its demo, and a browser. */
export interface ConsoleHouse {
  readonly url: string
  readonly browser: Browser
  /** As the administrator, over the public API; the answer, which is a success. */
  call(verb: string, path: string, body?: unknown): Promise<unknown>
  /** As the start printed it, of a server without an administrator: the address of the page that makes one. */
  setupPath(): Promise<string>
  /** Not signed in. */
  open(path?: string, options?: BrowserContextOptions): Promise<WatchedPage>
  /** Signed in as the administrator. */
  openSignedIn(path?: string, options?: BrowserContextOptions): Promise<WatchedPage>
  close(): Promise<void>
}

/** With an administrator, unless `env` leaves that to the console. */
export async function openConsoleHouse(env: Record<string, string> = {}): Promise<ConsoleHouse> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-console-'))
  const isOwn = env.SLUICE_FIRST_ADMIN === 'console'
  const server = await startProgram([], {
    SLUICE_DATA_DIR: folder,
    ...(!isOwn && { SLUICE_ADMIN_EMAIL: ADMIN.email, SLUICE_ADMIN_PASSWORD: ADMIN.password }),
    SLUICE_LOG_LEVEL: 'warn',
    ...env,
  })
  const browser = await launchBrowser()
  const { url } = server
  let token: string | undefined

  async function open(path = '/', options: BrowserContextOptions = {}): Promise<WatchedPage> {
    const watched = await openPage(browser, { baseURL: url, ...options })
    await watched.page.goto(path)
    return watched
  }

  return {
    url,
    browser,
    async call(verb, path, body) {
      token ??= await sessionToken(url)
      const response = await fetch(`${url}/api/v2/${path}`, {
        method: verb,
        headers: { 'x-dreamfactory-session-token': token, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`${verb} ${path}: ${response.status} ${text}`)
      return JSON.parse(text)
    },
    async setupPath() {
      await expect.poll(server.output, { timeout: 30_000 }).toContain('/#setup_code=')
      return /\/#setup_code=[\w-]+/.exec(server.output())?.[0] ?? ''
    },
    open,
    async openSignedIn(path, options) {
      const watched = await open(path, options)
      await signIn(watched.page)
      return watched
    },
    async close() {
      await browser.close()
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Fills in the sign-in page, and waits for what comes after it. */
export async function signIn(page: Page, account = ADMIN): Promise<void> {
  await page.getByLabel('E-mail address').fill(account.email)
  await page.getByLabel('Password', { exact: true }).fill(account.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page
    .getByRole('navigation', { name: 'Screens' })
    .or(page.getByLabel('Open the navigation'))
    .first()
    .waitFor()
}

async function sessionToken(url: string): Promise<string> {
  const response = await fetch(`${url}/api/v2/system/admin/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ADMIN),
  })
  const body: unknown = await response.json()
  if (typeof body === 'object' && body !== null && 'session_token' in body) return String(body.session_token)
  throw new Error(`no session: ${JSON.stringify(body)}`)
}
