import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessProblems, describeInBrowser } from './browser.ts'
import { type ConsoleHouse, openConsoleHouse } from './console-house.ts'

const TABLES = {
  addresses: ['id', 'city', 'country'],
  order_totals: ['order_id', 'total', 'country'],
} as const

/** Step by step as docs/console.md has it. */
describeInBrowser('the walk-through', () => {
  let house: ConsoleHouse
  beforeAll(async () => {
    house = await openConsoleHouse()
  })
  afterAll(() => house?.close())

  test('limits a key to three columns of two tables and the rows of one country', async () => {
    const { page, problems } = await house.openSignedIn('/roles')
    await page.getByRole('link', { name: 'Add a role' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('germany')
    await page.getByRole('combobox', { name: 'Service' }).click()
    await page.getByRole('option', { name: 'demo' }).click()
    await page.getByRole('combobox', { name: 'Tables' }).click()
    for (const table of Object.keys(TABLES))
      await page.getByRole('option', { name: table, exact: true }).click()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Add 2 rules' }).click()
    for (const place of [1, 2]) await narrow(page, place)
    const preview = page.getByRole('region', { name: 'Preview of demo' })
    await preview.getByText('2 of 15 tables').waitFor()
    await expect.poll(() => accessProblems(page)).toEqual([])
    await page.getByRole('button', { name: 'Add the role' }).click()
    await page.getByRole('button', { name: 'Give it a key' }).click()
    const form = page.getByRole('dialog', { name: 'New key' })
    await form.getByRole('textbox', { name: 'Name' }).fill('german agent')
    await form.getByRole('combobox', { name: 'Role' }).click()
    await page.getByRole('option', { name: 'germany' }).click()
    await form.getByRole('button', { name: 'Add the key' }).click()
    const shown = page.getByRole('dialog', { name: 'Key: german agent' })
    const key = (await shown.locator('code').first().textContent()) ?? ''

    const get = async (path: string) => {
      const headers = { 'x-dreamfactory-api-key': key }
      const response = await fetch(`${house.url}/api/v2/demo/_table${path}`, { headers })
      return { status: response.status, body: Object(await response.json()) }
    }
    const listed: { name: string }[] = (await get('')).body.resource
    expect(listed.map(({ name }) => name).toSorted()).toEqual(Object.keys(TABLES).toSorted())
    for (const [table, columns] of Object.entries(TABLES)) {
      const rows: Record<string, unknown>[] = (await get(`/${table}?limit=1000`)).body.resource
      expect(rows.length).toBeGreaterThan(10)
      expect(new Set(rows.flatMap((row) => Object.keys(row)))).toEqual(new Set(columns))
      expect(new Set(rows.map(({ country }) => country))).toEqual(new Set(['DE']))
    }
    expect((await get('/orders?limit=1')).status).toBe(403)
    expect(problems).toEqual([])
  })
})

/** The columns and rows of one rule; which table it is about stands in the title of its drawer. */
async function narrow(page: Page, place: number): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^Rows, columns and limits of rule ${place}`) }).click()
  const drawer = page.getByRole('dialog', { name: /^Rows, columns and limits/ })
  const title = (await drawer.getByRole('heading').first().textContent()) ?? ''
  const [, columns] = Object.entries(TABLES).find(([table]) => title.includes(`/${table}/`)) ?? ['', []]
  await drawer.getByRole('combobox', { name: 'Columns' }).click()
  for (const column of columns) await page.getByRole('option', { name: column, exact: true }).click()
  await page.keyboard.press('Tab')
  await drawer.getByRole('button', { name: 'Add a condition' }).click()
  await drawer.getByRole('combobox', { name: 'Field of condition 1' }).fill('country')
  await page.keyboard.press('Tab')
  await drawer.getByRole('textbox', { name: 'Value of condition 1' }).fill('DE')
  await drawer.getByRole('button', { name: 'Done' }).click()
}
