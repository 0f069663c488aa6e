import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessProblems, describeInBrowser } from './browser.ts'
import { ADMIN, type ConsoleHouse, openConsoleHouse, signIn } from './console-house.ts'

describeInBrowser('sign-in', () => {
  let house: ConsoleHouse
  beforeAll(async () => {
    house = await openConsoleHouse()
  })
  afterAll(() => house?.close())

  test('a page that nobody signed in on asks for no session, so that the log has no refusals of its own', async () => {
    const { page } = await house.open('about:blank')
    const asked: string[] = []
    page.on('request', (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`))
    await page.goto('/')
    await page.getByRole('heading', { name: 'Sign in to Sluice' }).waitFor()
    expect(asked.filter((one) => one.includes('browser_session'))).toEqual([])
  })

  test('a wrong password is told in the words of the API', async () => {
    const { page, problems } = await house.open()
    await page.getByLabel('E-mail address').fill(ADMIN.email)
    await page.getByLabel('Password', { exact: true }).fill('no such password')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').getByText('Invalid credentials supplied.').waitFor()
    await expect.poll(() => accessProblems(page)).toEqual([])
    expect(problems).toEqual([])
  })

  test('a session goes on after a reload, and no script can read what it goes on with', async () => {
    const { page, problems } = await house.openSignedIn('/lookups')
    await page.reload()
    await page.getByRole('heading', { name: 'Lookups', level: 1 }).waitFor()
    expect(await page.evaluate('document.cookie + JSON.stringify(localStorage)')).not.toMatch(/eyJ|sluice_/)
    const [cookie] = await page.context().cookies(`${house.url}/api/v2/user/browser_session`)
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' })
    expect(problems).toEqual([])
  })

  test('signed out, a reload asks for the password', async () => {
    const { page } = await house.openSignedIn()
    await page.getByLabel('Account and appearance').click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in to Sluice' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Sign in to Sluice' }).waitFor()
  })

  test('a session that ends keeps the form, and what was sent goes on after signing in again', async () => {
    const { page, problems } = await house.openSignedIn('/lookups?edit=new')
    await page.getByRole('textbox', { name: 'Name' }).fill('kept_name')
    await page.getByLabel('Value').fill('kept value')
    await page.context().clearCookies()
    // The token is refused from here on, as one that was ended.
    await page.route('**/api/v2/system/**', async (route) => {
      const headers = { ...route.request().headers(), 'x-dreamfactory-session-token': 'over' }
      await route.continue({ headers })
    })
    await page.getByRole('button', { name: 'Add the lookup' }).click()
    const dialog = page.getByRole('dialog', { name: 'Your session is over' })
    await dialog.waitFor()
    await expect.poll(() => accessProblems(page)).toEqual([])
    await page.unroute('**/api/v2/system/**')
    await dialog.getByLabel('Password', { exact: true }).fill(ADMIN.password)
    await dialog.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'kept_name', exact: true }).waitFor()
    expect(problems).toEqual([])
  })

  test('the keyboard alone signs in, finds a screen and goes there', async () => {
    const { page } = await house.open()
    await page.getByLabel('E-mail address').waitFor()
    await page.keyboard.type(ADMIN.email)
    await page.keyboard.press('Tab')
    await page.keyboard.type(ADMIN.password)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
    await page.keyboard.press('Control+K')
    await page.getByLabel('Name of a screen').waitFor()
    await page.keyboard.type('cors')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'CORS', level: 1 }).waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('o')
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
  })

  test('a user who is no administrator signs in at the same page and sees what is theirs', async () => {
    const ann = { email: 'ann@example.com', password: 'another-long-password' }
    await house.call('POST', 'system/user', { resource: [{ ...ann, is_active: true }] })
    const { page } = await house.open('/profile')
    await signIn(page, ann)
    await page.getByRole('heading', { name: 'Profile', level: 1 }).waitFor()
    await expect
      .poll(() => page.getByRole('navigation').getByRole('link').allTextContents())
      .toEqual(['Programs', 'Profile'])
  })
})
