import { auth } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../oauth/browser.ts'
import { memoryOf } from '../oauth/program.ts'
import { accessProblems, describeInBrowser } from './browser.ts'
import { ADMIN, type ConsoleHouse, openConsoleHouse } from './console-house.ts'

describeInBrowser('connected programs', () => {
  let house: ConsoleHouse
  beforeAll(async () => {
    house = await openConsoleHouse({ SLUICE_OAUTH_REGISTRATION: 'true' })
  })
  afterAll(() => house?.close())

  /** A program that registers itself, connected by the administrator. */
  async function connectProgram() {
    const memory = memoryOf(undefined)
    const serverUrl = `${house.url}/mcp/demo`
    await auth(memory, { serverUrl })
    const browser = openBrowser(house.url)
    const page = await browser.submit(await browser.open(String(memory.asked)), '/sign-in', ADMIN)
    const { left } = await browser.submit(page, '/allow', { app: '', scope: ['demo:read'] })
    const back = left?.searchParams
    await auth(memory, {
      serverUrl,
      authorizationCode: String(back?.get('code')),
      iss: String(back?.get('iss')),
    })
    return String(memory.kept?.access_token)
  }
  const read = async (token: string) =>
    (
      await fetch(`${house.url}/api/v2/demo/_table/orders?limit=1`, {
        headers: { authorization: `Bearer ${token}` },
      })
    ).status

  test('are listed with what they may, and end after it was confirmed; what fails is told', async () => {
    const { page, problems } = await house.openSignedIn('/connections')
    await page.getByText('No program is connected').waitFor()
    await expect.poll(() => accessProblems(page)).toEqual([])
    const token = await connectProgram()
    expect(await read(token)).toBe(200)
    await page.reload()
    await page.getByRole('cell', { name: ADMIN.email, exact: true }).waitFor()
    await page.getByRole('cell', { name: 'demo:read' }).waitFor()
    await page.getByRole('button', { name: `End Registered of ${ADMIN.email}` }).click()
    const step = page.getByRole('dialog', { name: 'End the connection of Registered?' })
    await expect.poll(() => accessProblems(page)).toEqual([])
    await page.route('**/api/v2/system/oauth_connection/*', (route) =>
      route.continue({ url: route.request().url().replace(/\d+$/, '999') }),
    )
    await step.getByRole('button', { name: 'End Registered' }).click()
    await step.getByRole('alert').waitFor()
    expect(await read(token)).toBe(200)
    await page.unroute('**/api/v2/system/oauth_connection/*')
    await step.getByRole('button', { name: 'End Registered' }).click()
    await page.getByText('No program is connected').waitFor()
    await expect.poll(() => read(token)).toBe(401)
    expect(problems).toEqual([])
  })
})
