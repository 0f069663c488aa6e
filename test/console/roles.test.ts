import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessProblems, describeInBrowser } from './browser.ts'
import { type ConsoleHouse, openConsoleHouse } from './console-house.ts'

describeInBrowser('roles', () => {
  let house: ConsoleHouse
  beforeAll(async () => {
    house = await openConsoleHouse()
  })
  afterAll(() => house?.close())

  test('a role shows what a change opens, against what is saved, and warns', async () => {
    const { page, problems } = await house.openSignedIn('/roles/demo-reader')
    const preview = page.getByRole('region', { name: 'What it opens' })
    await preview.getByText('15 of 15 tables').waitFor()
    await page.getByRole('checkbox', { name: 'Delete: rule 1' }).check()
    const changes = preview.getByRole('list', { name: 'Changes' })
    await changes.getByText('the tool delete_records is added').waitFor()
    await preview.getByText(/Rule 1 opens more than it may look/).waitFor()
    await expect.poll(() => accessProblems(page)).toEqual([])
    await page.getByRole('checkbox', { name: 'Delete: rule 1' }).uncheck()
    await preview.getByText('Both let their callers see and do the same.').waitFor()
    await expect.poll(() => page.getByRole('button', { name: 'Save the role' }).isDisabled()).toBe(true)
    expect(problems).toEqual([])
  })

  test('a role that makes no sense says what the API says', async () => {
    const { page } = await house.openSignedIn('/roles/demo-writer')
    await page.getByRole('textbox', { name: 'Name' }).fill('demo-reader')
    await page.getByRole('button', { name: 'Save the role' }).click()
    await page.getByRole('alert').first().waitFor()
    await page.goto('/roles/nobody')
    await page.getByRole('heading', { name: 'There is no role nobody' }).waitFor()
  })

  test('a role that is used is deleted only when that is wanted', async () => {
    const { page } = await house.openSignedIn('/roles')
    await page.getByRole('button', { name: 'Delete demo-writer' }).click()
    const step = page.getByRole('dialog', { name: 'Delete the role demo-writer?' })
    await step.getByRole('button', { name: 'Delete demo-writer' }).click()
    await step.getByRole('alert').waitFor()
    await expect.poll(() => accessProblems(page)).toEqual([])
    await step.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('link', { name: 'demo-writer' }).waitFor()
  })
})
