import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessProblems, describeInBrowser } from './browser.ts'
import { ADMIN, type ConsoleHouse, openConsoleHouse, signIn } from './console-house.ts'

describeInBrowser('the first run', () => {
  let house: ConsoleHouse
  beforeAll(async () => {
    house = await openConsoleHouse({ SLUICE_FIRST_ADMIN: 'console' })
  })
  afterAll(() => house?.close())

  test('makes the first administrator, who is then signed in; nobody is asked again', async () => {
    const { page, problems } = await house.open()
    await page.getByRole('heading', { name: 'Welcome to Sluice' }).waitFor()
    expect(await page.getByRole('textbox', { name: 'Setup code' }).inputValue()).toBe('')
    await page.goto(await house.setupPath())
    await page.reload()
    await page.getByRole('heading', { name: 'Welcome to Sluice' }).waitFor()
    await expect.poll(() => accessProblems(page)).toEqual([])
    await page.getByRole('textbox', { name: 'E-mail address' }).fill(ADMIN.email)
    await page.getByRole('textbox', { name: 'Password', exact: true }).fill('short')
    await page.getByRole('textbox', { name: 'Password again' }).fill('other')
    await page.getByRole('button', { name: 'Make the administrator' }).click()
    await page.getByText('This is not the same password as above.').waitFor()
    await page.getByRole('textbox', { name: 'Password again' }).fill('short')
    await page.getByRole('button', { name: 'Make the administrator' }).click()
    await page.getByText('at least 16 characters').first().waitFor()
    await page.getByRole('textbox', { name: 'Password', exact: true }).fill(ADMIN.password)
    await page.getByRole('textbox', { name: 'Password again' }).fill(ADMIN.password)
    await page.getByRole('button', { name: 'Make the administrator' }).click()
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
    expect(problems).toEqual([])

    const second = await house.open()
    await signIn(second.page)
    await second.page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
  })
})
