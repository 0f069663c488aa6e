import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessProblems, describeInBrowser } from './browser.ts'
import { type ConsoleHouse, openConsoleHouse } from './console-house.ts'

describeInBrowser('the overview', () => {
  let house: ConsoleHouse
  beforeAll(async () => {
    house = await openConsoleHouse()
  })
  afterAll(() => house?.close())

  test('tells whether services answer and who reaches them', async () => {
    const { page, problems } = await house.openSignedIn('/')
    const demo = page
      .getByRole('list', { name: 'Services' })
      .getByRole('listitem')
      .filter({ hasText: 'Demo shop' })
    await demo.getByText('Answers').waitFor()
    await demo.getByText('2 roles and 2 keys reach it').waitFor()
    await page.getByRole('link', { name: 'Keys in use 2 of 2' }).waitFor()
    await expect.poll(() => accessProblems(page)).toEqual([])
    expect(problems).toEqual([])
  })

  test('what needs a decision stands there with the place where it is made', async () => {
    const config = { host: '127.0.0.1', port: 1, database: 'none', username: 'nobody' }
    await house.call('POST', 'system/service', {
      resource: [{ name: 'silent', type: 'pgsql', is_active: true, config }],
    })
    await house.call('POST', 'system/app', { resource: [{ name: 'bare', is_active: true }] })
    const { page } = await house.openSignedIn('/')
    const actions = page.getByRole('list', { name: 'Needs action' })
    await actions.getByText('silent does not answer: calls to it fail.').waitFor()
    await actions.getByText('No role can reach silent').waitFor()
    await actions.getByText('The key bare has no role').waitFor()
    await expect.poll(() => accessProblems(page)).toEqual([])
    await actions.getByRole('link', { name: 'Check its connection' }).click()
    await page.getByRole('heading', { name: 'silent', level: 1 }).waitFor()
  })

  test('on a phone nothing is wider than the window, and the navigation is behind a button', async () => {
    const { page, problems } = await house.openSignedIn('/', { viewport: { width: 360, height: 740 } })
    await page.getByRole('list', { name: 'Figures' }).waitFor()
    const [content, window] = await page.evaluate<[number, number]>(
      '[Math.max(document.documentElement.scrollWidth, document.querySelector("main").scrollWidth), window.innerWidth]',
    )
    expect(content).toBeLessThanOrEqual(window)
    await page.getByRole('button', { name: 'Open the navigation' }).click()
    await page.getByRole('link', { name: 'Services', exact: true }).click()
    await page.getByRole('heading', { name: 'Services', level: 1 }).waitFor()
    expect(problems).toEqual([])
  })

  test('when the server is gone, it says so and asks again', async () => {
    const { page } = await house.openSignedIn('/cors')
    await page.route('**/api/v2/system/role*', (route) => route.abort())
    await page.getByRole('link', { name: 'Overview' }).click()
    const alert = page.getByRole('alert')
    await alert.getByText('The server does not answer.').waitFor()
    await page.unroute('**/api/v2/system/role*')
    await alert.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('list', { name: 'Figures' }).waitFor()
  })
})
