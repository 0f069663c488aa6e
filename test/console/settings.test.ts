import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessProblems, describeInBrowser } from './browser.ts'
import { type ConsoleHouse, openConsoleHouse } from './console-house.ts'

describeInBrowser('settings', () => {
  let house: ConsoleHouse
  beforeAll(async () => {
    house = await openConsoleHouse()
  })
  afterAll(() => house?.close())

  test('a user is added, and gets a role with a key', async () => {
    const { page, problems } = await house.openSignedIn('/users?edit=new')
    await page.getByRole('textbox', { name: 'E-mail address' }).fill('ann@example.com')
    await page.getByRole('textbox', { name: 'Password' }).fill('short')
    await page.getByRole('button', { name: 'Add the user' }).click()
    await page.getByText('must be at least 12 characters').waitFor()
    await page.getByRole('textbox', { name: 'Password' }).fill('a-much-longer-password')
    await page.getByRole('button', { name: 'Add the user' }).click()
    await page.getByRole('button', { name: 'Roles of ann@example.com' }).click()
    const roles = page.getByRole('dialog', { name: 'Roles of ann@example.com' })
    await roles.getByRole('combobox', { name: 'Key' }).click()
    await page.getByRole('option', { name: 'demo-reader' }).click()
    await roles.getByRole('combobox', { name: 'Role' }).click()
    await page.getByRole('option', { name: 'demo-writer' }).click()
    await roles.getByRole('button', { name: 'Give the role' }).click()
    await roles.getByRole('cell', { name: 'demo-writer', exact: true }).waitFor()
    await expect.poll(() => accessProblems(page)).toEqual([])
    await roles.getByRole('button', { name: 'Take away the role demo-writer with demo-reader' }).click()
    await roles.getByRole('cell', { name: 'demo-writer', exact: true }).waitFor({ state: 'detached' })
    expect(problems).toEqual([])
  })

  test('the last administrator cannot be removed, and the reason is told', async () => {
    const { page } = await house.openSignedIn('/administrators')
    await page.getByRole('button', { name: 'Delete the administrator admin@example.com' }).click()
    const step = page.getByRole('dialog', { name: 'Delete the administrator admin@example.com?' })
    await expect.poll(() => accessProblems(page)).toEqual([])
    await step.getByRole('button', { name: 'Delete admin@example.com' }).click()
    await step.getByRole('alert').getByText('Cannot delete your account.').waitFor()
  })

  test('a limit asks for what its type needs, shows what is used, and starts over', async () => {
    const { page, problems } = await house.openSignedIn('/limits?edit=new')
    await page.getByRole('textbox', { name: 'Name' }).fill('per caller')
    await page.getByRole('combobox', { name: 'Counts' }).click()
    await page.getByRole('option', { name: 'Each user or key, to a service' }).click()
    await page.getByRole('combobox', { name: 'Service' }).click()
    await page.getByRole('option', { name: 'demo' }).click()
    await expect.poll(() => accessProblems(page)).toEqual([])
    await page.getByRole('button', { name: 'Add the limit' }).click()
    await page.getByRole('cell', { name: '1,000 in a minute' }).waitFor()
    await house.call('GET', 'demo/_table/orders?limit=1')
    await page.reload()
    await page.getByRole('cell', { name: '1 of 1,000' }).waitFor()
    await page.getByRole('button', { name: 'Let the limit per caller start over' }).click()
    await page.getByRole('cell', { name: '–', exact: true }).first().waitFor()
    expect(problems).toEqual([])
  })

  test('an e-mail template is changed', async () => {
    const { page, problems } = await house.openSignedIn('/email-templates')
    await page.getByRole('button', { name: 'User Invite Default', exact: true }).click()
    await page.getByRole('textbox', { name: 'Subject' }).fill('Come in')
    await expect.poll(() => accessProblems(page)).toEqual([])
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('cell', { name: 'Come in' }).waitFor()
    expect(problems).toEqual([])
  })

  test('a cache is flushed; one that is gone meanwhile is told', async () => {
    const { page, problems } = await house.openSignedIn('/cache')
    await page.getByRole('button', { name: 'Flush demo' }).click()
    await page.getByText('demo is read anew by the next request.').waitFor()
    await expect.poll(() => accessProblems(page)).toEqual([])
    await page.route('**/api/v2/system/cache/demo', (route) =>
      route.continue({ url: route.request().url().replace('demo', 'gone') }),
    )
    await page.getByRole('button', { name: 'Flush demo' }).click()
    await page.getByRole('alert').getByText('Could not find a service for gone').waitFor()
    expect(problems).toEqual([])
  })

  test('a package is exported, compared and imported only after it was confirmed', async () => {
    const { page, problems } = await house.openSignedIn('/packages')
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download the configuration as JSON' }).click()
    const exported = JSON.parse(await readFile(await (await download).path(), 'utf8'))
    const roles = [
      { ...exported.roles[0], description: 'Changed by a file' },
      { name: 'fresh', is_active: true, service_access: [] },
    ]
    const choose = (content: string) =>
      page.locator('input[type=file]').setInputFiles({
        name: 'package.json',
        mimeType: 'application/json',
        buffer: Buffer.from(content),
      })
    await choose('no json')
    await page.getByRole('alert').getByText('package.json is no configuration of Sluice.').waitFor()
    await choose(JSON.stringify({ format: exported.format, roles }))
    const differences = page.getByRole('table', { name: 'Differences' })
    await differences.getByRole('row', { name: 'Role fresh Adds' }).waitFor()
    await differences.getByRole('row', { name: 'Role demo-reader Leaves' }).waitFor()
    await page.getByRole('switch', { name: 'Overwrite what is there' }).check({ force: true })
    await differences
      .getByRole('row', { name: 'Role demo-reader Changes' })
      .getByText('Changed by a file')
      .waitFor()
    await expect.poll(() => accessProblems(page)).toEqual([])
    expect(await house.call('GET', 'system/role?filter=name=fresh&fields=name')).toEqual({ resource: [] })
    await page.getByRole('button', { name: 'Import 2 changes' }).click()
    await page.getByRole('button', { name: 'Import them' }).click()
    await page.getByText('1 added, 1 changed').waitFor()
    expect(await house.call('GET', 'system/role?filter=name=demo-reader&fields=description')).toEqual({
      resource: [{ description: 'Changed by a file' }],
    })
    expect(problems).toEqual([])
  })

  test('OpenAPI documents are files, and the page to read them is a link away', async () => {
    const { page, problems } = await house.openSignedIn('/api-docs')
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download the document of demo' }).click()
    const document = JSON.parse(await readFile(await (await download).path(), 'utf8'))
    expect(document.openapi).toBe('3.1.0')
    await expect.poll(() => accessProblems(page)).toEqual([])
    expect(await page.getByRole('link', { name: 'Read and try it' }).getAttribute('href')).toBe('/docs')
    expect(problems).toEqual([])
  })

  test('the own profile is changed; a password only with the one before', async () => {
    const { page, problems } = await house.openSignedIn('/profile')
    await page.getByRole('textbox', { name: 'First name' }).fill('Ada')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Your profile was changed.').waitFor()
    await page.getByRole('tab', { name: 'Password' }).click()
    await page.getByRole('textbox', { name: 'Current password' }).fill('wrong')
    await page.getByRole('textbox', { name: 'New password', exact: true }).fill('another-long-password')
    await page.getByRole('textbox', { name: 'New password again' }).fill('another-long-password')
    await page.getByRole('button', { name: 'Change the password' }).click()
    await page.getByRole('alert').waitFor()
    await expect.poll(() => accessProblems(page)).toEqual([])
    expect(problems).toEqual([])
  })
})
