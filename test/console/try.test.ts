import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessProblems, describeInBrowser } from './browser.ts'
import { type ConsoleHouse, openConsoleHouse } from './console-house.ts'

describeInBrowser('trying something as somebody else', () => {
  let house: ConsoleHouse
  beforeAll(async () => {
    house = await openConsoleHouse()
  })
  afterAll(() => house?.close())

  test('a tool is called as a role, and a refusal is told as one', async () => {
    const { page, problems } = await house.openSignedIn('/try')
    await page.getByRole('combobox', { name: 'As' }).click()
    await page.getByRole('option', { name: 'demo-reader' }).first().click()
    await page.getByRole('combobox', { name: 'Service' }).click()
    await page.getByRole('option', { name: 'demo', exact: true }).click()
    await page.getByRole('button', { name: 'Try it' }).click()
    const answer = page.getByRole('region', { name: 'Answer' })
    await answer.getByText('Answered, status 200').waitFor()
    await answer.getByText(/"name": "get_tables"/).waitFor()
    await expect.poll(() => accessProblems(page)).toEqual([])
    await page.getByText('A REST request').click()
    await page.getByRole('combobox', { name: 'Verb' }).click()
    await page.getByRole('option', { name: 'DELETE' }).click()
    await page.getByRole('textbox', { name: 'Path' }).fill('demo/_table/orders/1')
    await page.getByRole('button', { name: 'Try it' }).click()
    await answer.getByText('Refused or failed, status 403').waitFor()
    expect(problems).toEqual([])
  })

  test('what is no JSON is told before anything is sent', async () => {
    const { page } = await house.openSignedIn('/try')
    await page.getByRole('combobox', { name: 'As' }).click()
    await page.getByRole('option', { name: 'demo-reader' }).first().click()
    await page.getByText('A REST request').click()
    await page.getByRole('textbox', { name: /^Body/ }).fill('{')
    await page.getByRole('button', { name: 'Try it' }).click()
    await page.getByRole('alert').getByText('This is no JSON.').waitFor()
  })
})
