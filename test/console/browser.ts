import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { required } from '../contract/required.ts'

const CHROMIUM = process.env.TEST_CHROMIUM ?? '/usr/bin/chromium'
/** As Debian's chromium runs without a screen and without asking anything of the network. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Tests in a real browser; left out by name where there is none, and failed where `REQUIRE_ENGINES` names `chromium`. */
export function describeInBrowser(name: string, tests: () => void): void {
  const missing = `chromium is not at ${CHROMIUM}`
  if (existsSync(CHROMIUM)) describe(name, tests)
  else if (required.includes('chromium')) test(name, () => expect.unreachable(missing))
  else describe.skip(`${name} (${missing})`, tests)
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS, timeout: 120_000 })
}

export interface WatchedPage {
  readonly page: Page
  /** What the page's policy kept from it, and what its scripts failed with; empty when all is well. */
  readonly problems: readonly string[]
}

/** A page of a context of its own: no cookies, no storage. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => {
    if (/content security policy|hydration|each child in a list/i.test(message.text()))
      problems.push(message.text())
  })
  return { page, problems }
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** Serious and critical violations of WCAG A and AA on the page as it is, each as `rule: element`. */
export async function accessProblems(page: Page): Promise<readonly string[]> {
  await settled(page)
  const { readFile } = await import('node:fs/promises')
  await page.evaluate(await readFile(AXE, 'utf8'))
  return await page.evaluate(`axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }).then(
    ({ violations }) => violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html, any }) => id + ': ' + html.slice(0, 160) + ' ' + (any[0]?.message ?? ''))))`)
}

/** No animation is running: half faded in, texts have other colours. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(`Promise.all(document.getAnimations()
    .filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity)
    .map(({ finished }) => finished.catch(() => {})))`)
}
