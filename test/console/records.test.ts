import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessProblems, describeInBrowser } from './browser.ts'
import { type ConsoleHouse, openConsoleHouse } from './console-house.ts'

describeInBrowser('lists of system resources', () => {
  let house: ConsoleHouse
  beforeAll(async () => {
    house = await openConsoleHouse()
  })
  afterAll(() => house?.close())

  test('an empty list says what to do next', async () => {
    const { page, problems } = await house.openSignedIn('/cors')
    await page.getByRole('heading', { name: 'There is no rule yet' }).waitFor()
    await expect.poll(() => accessProblems(page)).toEqual([])
    await page.getByRole('button', { name: 'Add a rule' }).click()
    await page.getByRole('dialog', { name: 'New rule' }).waitFor()
    await expect.poll(() => accessProblems(page)).toEqual([])
    expect(problems).toEqual([])
  })

  test('what the API refuses is told at the field it is about, and nothing is lost', async () => {
    const { page } = await house.openSignedIn('/cors?edit=new')
    await page.getByRole('textbox', { name: 'Path' }).fill('api/v2/shop/*')
    await page.getByRole('textbox', { name: 'Origins' }).fill('not an origin')
    await page.getByRole('button', { name: 'Add the rule' }).click()
    await page.getByText('The origin field must be *, or origins such as https://example.com').waitFor()
    await page.getByRole('textbox', { name: 'Origins' }).fill('https://app.example.com')
    await page.getByRole('button', { name: 'Add the rule' }).click()
    await page.getByRole('button', { name: 'api/v2/shop/*', exact: true }).waitFor()
    expect(await house.call('GET', 'system/cors?fields=path,origin')).toEqual({
      resource: [{ path: 'api/v2/shop/*', origin: 'https://app.example.com' }],
    })
  })

  test('a record is changed, and deleted only after it was named and confirmed', async () => {
    await house.call('POST', 'system/lookup', { resource: [{ name: 'region', value: 'north' }] })
    const { page, problems } = await house.openSignedIn('/lookups')
    await page.getByRole('button', { name: 'region', exact: true }).click()
    await page.getByRole('textbox', { name: 'Value' }).fill('south')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('cell', { name: 'south' }).waitFor()
    await page.getByRole('button', { name: 'Delete the lookup region' }).click()
    const step = page.getByRole('dialog', { name: 'Delete the lookup region?' })
    await step.waitFor()
    await expect.poll(() => accessProblems(page)).toEqual([])
    await step.getByRole('button', { name: 'Cancel' }).click()
    expect(await house.call('GET', 'system/lookup?fields=value')).toEqual({ resource: [{ value: 'south' }] })
    await page.getByRole('button', { name: 'Delete the lookup region' }).click()
    await step.getByRole('button', { name: 'Delete region' }).click()
    await page.getByRole('heading', { name: 'There is no lookup yet' }).waitFor()
    expect(problems).toEqual([])
  })

  test('a form that was changed is not closed by mistake', async () => {
    const { page } = await house.openSignedIn('/lookups?edit=new')
    await page.getByRole('textbox', { name: 'Name' }).fill('half')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'Leave without saving?' }).getByText('Cancel').click()
    await expect.poll(() => page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('half')
  })

  test('a list that cannot be read says why, and reads again', async () => {
    const { page } = await house.openSignedIn('/')
    const refusal = { message: 'The list is not for you today.', hint: 'Ask again tomorrow.' }
    await page.route('**/api/v2/system/cors*', (route) =>
      route.fulfill({ status: 403, json: { error: { code: 403, context: null, ...refusal } } }),
    )
    await page.goto('/cors')
    const alert = page.getByRole('alert')
    await alert.getByText(refusal.message).waitFor()
    await alert.getByText(refusal.hint).waitFor()
    await page.unroute('**/api/v2/system/cors*')
    await alert.getByRole('button', { name: 'Try again' }).click()
    await alert.waitFor({ state: 'detached' })
  })
})
