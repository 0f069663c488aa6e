import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Address, CLIENTS } from '../mcp/clients.ts'
import { accessProblems, describeInBrowser } from './browser.ts'
import { ADMIN, type ConsoleHouse, openConsoleHouse } from './console-house.ts'

describeInBrowser('from the first run to a key that is refused', () => {
  let house: ConsoleHouse
  beforeAll(async () => {
    house = await openConsoleHouse({ SLUICE_FIRST_ADMIN: 'console' })
  })
  afterAll(() => house?.close())

  test('an administrator connects a database, limits a role, gives a key, sees its calls, and takes it away', {
    timeout: 240_000,
  }, async () => {
    const { page, problems } = await house.open(await house.setupPath())
    page.setDefaultTimeout(30_000)
    // The first administrator.
    await page.getByRole('textbox', { name: 'E-mail address' }).fill(ADMIN.email)
    await page.getByRole('textbox', { name: 'Password', exact: true }).fill(ADMIN.password)
    await page.getByRole('textbox', { name: 'Password again' }).fill(ADMIN.password)
    await page.getByRole('button', { name: 'Make the administrator' }).click()
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
    // A database.
    await page.goto('/services')
    await page.getByRole('link', { name: 'Connect a service' }).click()
    await page.getByRole('link', { name: 'SQLite' }).click()
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('sales')
    await page.getByRole('textbox', { name: 'Database' }).fill('demo.sqlite')
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await page.getByRole('heading', { name: 'sales', level: 1 }).waitFor()
    // A role on two tables of it, of one only some rows.
    await page.goto('/roles')
    await page.getByRole('link', { name: 'Add a role' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('paid orders')
    await page.getByRole('combobox', { name: 'Service' }).click()
    await page.getByRole('option', { name: 'sales' }).click()
    await page.getByRole('combobox', { name: 'Tables' }).click()
    await page.getByRole('option', { name: 'orders', exact: true }).click()
    await page.getByRole('option', { name: 'customers', exact: true }).click()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Add 2 rules' }).click()
    await page.getByRole('button', { name: /^Rows, columns and limits of rule 1/ }).click()
    const rows = page.getByRole('dialog', { name: /^Rows, columns and limits/ })
    await rows.getByRole('button', { name: 'Add a condition' }).click()
    await rows
      .getByRole('combobox', { name: 'Field of condition 1' })
      .or(rows.getByRole('textbox', { name: 'Field of condition 1' }))
      .first()
      .fill('status')
    await page.keyboard.press('Escape')
    if (!(await rows.isVisible()))
      await page.getByRole('button', { name: /^Rows, columns and limits of rule 1/ }).click()
    await rows.getByRole('textbox', { name: 'Value of condition 1' }).fill('cancelled')
    await expect.poll(() => accessProblems(page)).toEqual([])
    await rows.getByRole('button', { name: 'Done' }).click()
    // What it opens, before it is saved.
    const preview = page.getByRole('region', { name: 'Preview of sales' })
    await preview.getByText('2 of 15 tables').waitFor()
    await preview.getByRole('button', { name: /orders.*318 of 9,148 rows/ }).click()
    await preview.getByText(/Allowed by the rule '_table\/orders\/\*' \(GET\) of sales/).waitFor()
    await expect.poll(() => accessProblems(page)).toEqual([])
    await page.getByRole('button', { name: 'Add the role' }).click()
    await page.getByRole('heading', { name: 'Role paid orders', level: 1 }).waitFor()
    // A key for it.
    await page.getByRole('button', { name: 'Give it a key' }).click()
    await page
      .getByRole('dialog', { name: 'New key' })
      .getByRole('textbox', { name: 'Name' })
      .fill('sales agent')
    await page.getByRole('combobox', { name: 'Role' }).click()
    await page.getByRole('option', { name: 'paid orders' }).click()
    await page.getByRole('button', { name: 'Add the key' }).click()
    const told = page.getByRole('dialog', { name: 'Key: sales agent' })
    const apiKey = (await told.locator('code').first().textContent()) ?? ''
    expect(apiKey).toMatch(/^[0-9a-f]{64}$/)
    await page.keyboard.press('Escape')
    // An agent calls a tool with it.
    const agent = await connected({ url: `${house.url}/mcp/sales`, apiKey })
    const answer = await agent.callTool({
      name: 'get_table_data',
      arguments: { table_name: 'orders', limit: 5 },
    })
    expect(answer.isError ?? false).toBe(false)
    expect(JSON.stringify(answer)).toContain('cancelled')
    await agent.close()
    // The call is in the log.
    await page.goto('/call-log?caller=sales%20agent')
    const log = page.getByRole('table', { name: 'Calls' })
    await expect
      .poll(async () => {
        await page.getByRole('button', { name: 'Read again' }).click()
        return await log
          .getByRole('row')
          .filter({ hasText: 'get_table_data' })
          .filter({ hasText: 'Answered' })
          .count()
      })
      .toBeGreaterThan(0)
    // Revoked, it is refused.
    await page.goto('/keys')
    await page.getByRole('button', { name: 'Revoke: sales agent' }).click()
    await page.getByRole('button', { name: 'Revoke sales agent' }).click()
    await page
      .getByRole('row', { name: /sales agent/ })
      .getByText('Switched off')
      .waitFor()
    const status = async () =>
      (
        await fetch(`${house.url}/api/v2/sales/_table/orders`, {
          headers: { 'x-dreamfactory-api-key': apiKey },
        })
      ).status
    await expect.poll(status).toBe(403)
    await expect(connected({ url: `${house.url}/mcp/sales`, apiKey })).rejects.toThrow()
    expect(problems).toEqual([])
  })
})

/** Through the client of the SDK that agents are made with. */
function connected(address: Address) {
  const [connect] = Object.values(CLIENTS)
  if (!connect) throw new Error('there is no client')
  return connect(address)
}
