import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessProblems, describeInBrowser } from './browser.ts'
import { type ConsoleHouse, openConsoleHouse } from './console-house.ts'

describeInBrowser('every screen of the navigation', () => {
  let house: ConsoleHouse
  beforeAll(async () => {
    house = await openConsoleHouse()
  })
  afterAll(() => house?.close())

  test.each(['light', 'dark'] as const)(
    'can be used by everybody, in %s',
    async (colorScheme) => {
      const { page, problems } = await house.openSignedIn('/', { colorScheme })
      const found: Record<string, readonly string[]> = {}
      for (const path of await addressesIn(page)) {
        await show(page, path)
        found[path] = await accessProblems(page)
      }
      expect(Object.keys(found).length).toBeGreaterThan(10)
      expect(Object.entries(found).filter(([, wrong]) => wrong.length > 0)).toEqual([])
      expect(problems).toEqual([])
    },
    120_000,
  )

  test('fits a window of 1280 by 720: nothing but lists of columns scrolls sideways', async () => {
    const { page } = await house.openSignedIn('/')
    const wide: string[] = []
    for (const path of await addressesIn(page)) {
      await show(page, path)
      const isWide = await page.evaluate<boolean>(
        'document.documentElement.scrollWidth > window.innerWidth || document.querySelector("main").scrollWidth > document.querySelector("main").clientWidth',
      )
      if (isWide) wide.push(path)
    }
    expect(wide).toEqual([])
  })
})

async function addressesIn(page: Page): Promise<readonly string[]> {
  const links = page.getByRole('navigation', { name: 'Screens' }).getByRole('link')
  await links.first().waitFor()
  return await links.evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''))
}

/** Without loading the page anew, and with what it reads. */
async function show(page: Page, path: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Screens' }).locator(`a[href="${path}"]`).click()
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await page.locator('.mantine-Skeleton-root, .mantine-Loader-root').first().waitFor({ state: 'detached' })
}
