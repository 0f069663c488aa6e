// Pictures of every screen of the console, in light, dark and narrow: `npm run build`, then
//   node scripts/console-screenshots.mjs [FOLDER] [--only NAME]
// writes FOLDER/NAME-{light,dark,narrow}.png (default: docs/console). Starts a server of its own, with the demo.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { SCREENSHOTS, WORLD } from './console-screenshots/screens.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string', multiple: true } },
})
const target = positionals[0] ?? join(root, 'docs', 'console')
const ADMIN = { email: 'admin@example.com', password: 'a-long-enough-password' }
const LOOKS = [
  { name: 'light', viewport: { width: 1280, height: 720 }, colorScheme: 'light' },
  { name: 'dark', viewport: { width: 1280, height: 720 }, colorScheme: 'dark' },
  { name: 'narrow', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
]

const folder = mkdtempSync(join(tmpdir(), 'sluice-screenshots-'))
const port = await freePort()
const url = `http://127.0.0.1:${port}`
const server = spawn(process.execPath, [join(root, 'dist', 'src', 'main.js'), 'start'], {
  env: {
    PATH: process.env.PATH,
    SLUICE_DATA_DIR: folder,
    SLUICE_PORT: String(port),
    SLUICE_ADMIN_EMAIL: ADMIN.email,
    SLUICE_ADMIN_PASSWORD: ADMIN.password,
    SLUICE_LOG_LEVEL: 'fatal',
  },
  stdio: ['ignore', 'ignore', 'inherit'],
})
let token
try {
  await takeAll()
} finally {
  server.kill('SIGINT')
  await new Promise((resolve) => server.once('close', resolve))
  rmSync(folder, { recursive: true, force: true })
}

async function takeAll() {
  while (
    !(await fetch(`${url}/ready`).then(
      ({ ok }) => ok,
      () => false,
    ))
  )
    await pause(50)
  await WORLD({ call, url })
  mkdirSync(target, { recursive: true })
  const browser = await chromium.launch({
    executablePath: process.env.TEST_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
  for (const look of LOOKS) await takeLook(browser, look)
  await browser.close()
}

async function takeLook(browser, { name, viewport, colorScheme }) {
  const context = await browser.newContext({ baseURL: url, viewport, colorScheme, reducedMotion: 'reduce' })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  let isSignedIn = false
  for (const shot of SCREENSHOTS) {
    if (values.only && !values.only.includes(shot.name)) continue
    if (shot.isOnlyWide && name === 'narrow') continue
    if (!shot.isSignedOut && !isSignedIn) {
      await signIn(page)
      isSignedIn = true
    }
    await page.goto(shot.path)
    await page.getByText(shot.waitFor).filter({ visible: true }).first().waitFor()
    await shot.prepare?.(page)
    await page
      .locator('.mantine-Skeleton-root, .mantine-Loader-root, [data-loading]')
      .first()
      .waitFor({ state: 'detached' })
    await page.evaluate('document.fonts.ready')
    await page.mouse.move(0, 0)
    await page.screenshot({ path: join(target, `${shot.name}-${name}.png`) })
    console.log(`${shot.name}-${name}.png`)
  }
  await context.close()
}

async function signIn(page) {
  await page.goto('/')
  await page.getByLabel('E-mail address').fill(ADMIN.email)
  await page.getByLabel('Password', { exact: true }).fill(ADMIN.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByLabel('Account and appearance').waitFor()
}

/** Over the public API, as the administrator or with a key. */
async function call(verb, path, body, key) {
  token ??= (await request('POST', 'system/admin/session', ADMIN)).session_token
  return await request(verb, path, body, key)
}

async function request(verb, path, body, key) {
  const caller =
    key === undefined ? token && { 'x-dreamfactory-session-token': token } : { 'x-dreamfactory-api-key': key }
  const response = await fetch(`${url}/api/v2/${path}`, {
    method: verb,
    headers: { 'content-type': 'application/json', ...caller },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${verb} ${path}: ${response.status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port: found } = probe.address()
      probe.close(() => resolve(found))
    })
  })
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
