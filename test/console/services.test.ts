import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessProblems, describeInBrowser } from './browser.ts'
import { type ConsoleHouse, openConsoleHouse } from './console-house.ts'

describeInBrowser('services', () => {
  let house: ConsoleHouse
  beforeAll(async () => {
    house = await openConsoleHouse()
  })
  afterAll(() => house?.close())

  test('one is connected with the form of its type, and is there', async () => {
    const { page, problems } = await house.openSignedIn('/services')
    await page.getByRole('link', { name: 'demo', exact: true }).waitFor()
    await expect.poll(() => accessProblems(page)).toEqual([])
    await page.getByRole('link', { name: 'Connect a service' }).click()
    await page.getByRole('link', { name: 'SQLite' }).click()
    await expect.poll(() => accessProblems(page)).toEqual([])
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('books')
    await page.getByRole('textbox', { name: 'Database' }).fill('demo.sqlite')
    await page.getByText('More settings').click()
    await page.getByRole('switch', { name: 'Read only' }).check({ force: true })
    await page.getByRole('button', { name: 'Test connection' }).click()
    await page.getByText('The connection works. Nothing was stored.').waitFor()
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await page.getByRole('heading', { name: 'books', level: 1 }).waitFor()
    expect(await house.call('GET', 'system/service/books?fields=type,config')).toMatchObject({
      type: 'sqlite',
      config: { database: 'demo.sqlite', read_only: true },
    })
    expect(problems).toEqual([])
  })

  test('one that does not answer is not kept, and the reason stands there in plain words', async () => {
    const { page } = await house.openSignedIn('/connect/pgsql')
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('nowhere')
    await page.getByRole('textbox', { name: 'Host' }).fill('127.0.0.1')
    await page.getByRole('textbox', { name: 'Port' }).fill('1')
    await page.getByRole('textbox', { name: 'Database' }).fill('none')
    await page.getByRole('button', { name: 'Test connection' }).click()
    await page.getByRole('alert').getByText('It does not work yet').waitFor()
    await page.getByRole('textbox', { name: 'Port' }).fill('2')
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    const alert = page.getByRole('alert')
    await alert
      .getByText('The connection failed. No database server answers at this host and port.')
      .nth(1)
      .waitFor()
    await alert.getByText('Check `host` and `port`').first().waitFor()
    await expect.poll(() => accessProblems(page)).toEqual([])
    expect(await house.call('GET', 'system/service?filter=name=nowhere')).toEqual({ resource: [] })
  })

  test('a secret is shown as stars, stays when it is not touched, and never comes to the page', async () => {
    const config = { host: 'localhost', database: 'd', username: 'u', password: 'very-secret-word' }
    await house.call('POST', 'system/service', {
      resource: [{ name: 'sealed', type: 'pgsql', is_active: false, config }],
    })
    const { page } = await house.openSignedIn('/services/sealed')
    const password = page.getByRole('textbox', { name: 'Password' })
    await password.waitFor()
    const bodies: string[] = []
    await page.route('**/system/service/sealed*', async (route) => {
      const response = await route.fetch()
      bodies.push(await response.text())
      await route.fulfill({ response })
    })
    await page.reload()
    await password.waitFor()
    expect(bodies.join()).toContain('sealed')
    expect(bodies.join()).not.toContain('very-secret-word')
    expect(await password.inputValue()).toBe('**********')
    await page.getByRole('textbox', { name: 'User name' }).fill('other')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('sealed was changed').waitFor()
    expect(await page.content()).not.toContain('very-secret-word')
    expect(await house.call('GET', 'system/service/sealed?fields=config')).toMatchObject({
      config: { username: 'other', password: '**********' },
    })
  })

  test('the configuration of a client names the address and the chosen key', async () => {
    const { page, problems } = await house.openSignedIn('/services/demo')
    await page.getByRole('tab', { name: 'Connect agents' }).click()
    await page.getByRole('combobox', { name: 'Key to write into the texts below' }).click()
    await page.getByRole('option', { name: 'demo-reader' }).click()
    await page.getByRole('tab', { name: 'Cursor' }).click()
    const text = await page.getByRole('tabpanel', { name: 'Cursor' }).locator('pre').textContent()
    expect(JSON.parse(text ?? '')).toMatchObject({
      mcpServers: {
        demo: {
          url: `${house.url}/mcp/demo`,
          headers: { Authorization: expect.stringMatching(/^Bearer [0-9a-f]{64}$/) },
        },
      },
    })
    await expect.poll(() => accessProblems(page)).toEqual([])
    expect(problems).toEqual([])
  })

  test('one that rules name is deleted only when that is said twice', async () => {
    const { page } = await house.openSignedIn('/services/demo')
    await page.getByRole('button', { name: 'Delete' }).click()
    const step = page.getByRole('dialog', { name: 'Delete the service demo?' })
    await step.getByRole('button', { name: 'Delete demo' }).click()
    await step.getByText(/is used by the roles/).waitFor()
    await expect.poll(() => step.getByRole('button', { name: 'Delete demo' }).isDisabled()).toBe(true)
    await step.getByRole('checkbox', { name: 'Delete it all the same' }).check()
    await step.getByRole('button', { name: 'Delete demo' }).click()
    await page.getByRole('heading', { name: 'Services', level: 1 }).waitFor()
    expect(await house.call('GET', 'system/service?filter=name=demo')).toEqual({ resource: [] })
  })

  test('a service that is not there says so', async () => {
    const { page } = await house.openSignedIn('/services/none')
    await page.getByRole('alert').getByText(/none/).first().waitFor()
  })
})
