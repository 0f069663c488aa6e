import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessProblems, describeInBrowser } from './browser.ts'
import { type ConsoleHouse, openConsoleHouse } from './console-house.ts'

describeInBrowser('keys', () => {
  let house: ConsoleHouse
  beforeAll(async () => {
    house = await openConsoleHouse()
  })
  afterAll(() => house?.close())

  /** With a key over REST, as an application calls. */
  async function statusWith(key: string): Promise<number> {
    const headers = { 'x-dreamfactory-api-key': key }
    return (await fetch(`${house.url}/api/v2/demo/_table/orders?limit=1&fields=id`, { headers })).status
  }

  test('one is made, copied, replaced with an overlap, and revoked', async () => {
    const { page, problems } = await house.openSignedIn('/keys')
    await page.getByRole('button', { name: 'Add a key' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('agent')
    await page.getByRole('combobox', { name: 'Role' }).click()
    await page.getByRole('option', { name: 'demo-reader' }).click()
    await expect.poll(() => accessProblems(page)).toEqual([])
    await page.getByRole('button', { name: 'Add the key' }).click()

    const shown = page.getByRole('dialog', { name: 'Key: agent' })
    const first = (await shown.locator('code').first().textContent()) ?? ''
    expect(await statusWith(first)).toBe(200)
    await shown.getByRole('tab', { name: 'Claude Code' }).click()
    await expect.poll(() => shown.locator('pre').textContent()).toContain(`Authorization: Bearer ${first}`)
    await expect.poll(() => accessProblems(page)).toEqual([])
    await page.keyboard.press('Escape')

    await page.getByRole('button', { name: 'Replace: agent' }).click()
    await page.getByRole('radio', { name: 'In an hour' }).check()
    await page.getByRole('button', { name: 'Replace agent' }).click()
    await shown.waitFor()
    const second = (await shown.locator('code').first().textContent()) ?? ''
    expect(second).not.toBe(first)
    expect([await statusWith(first), await statusWith(second)]).toEqual([200, 200])
    await page.keyboard.press('Escape')
    await page.getByRole('row', { name: /agent/ }).getByText('In use, and the one before').waitFor()

    await page.getByRole('button', { name: 'Revoke: agent' }).click()
    await page.getByRole('button', { name: 'Revoke agent' }).click()
    await page.getByRole('row', { name: /agent/ }).getByText('Switched off').waitFor()
    expect([await statusWith(first), await statusWith(second)]).toEqual([403, 403])
    expect(problems).toEqual([])
  })

  test('a name that is taken is told at the field', async () => {
    const { page } = await house.openSignedIn('/keys?edit=new')
    await page.getByRole('textbox', { name: 'Name' }).fill('demo-reader')
    await page.getByRole('button', { name: 'Add the key' }).click()
    await page
      .getByText(/name has already been taken|must be unique|already/i)
      .first()
      .waitFor()
  })
})
