import { auth } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../oauth/browser.ts'
import { memoryOf } from '../oauth/program.ts'
import { accessProblems, describeInBrowser } from './browser.ts'
import { ADMIN, type ConsoleHouse, openConsoleHouse, signIn } from './console-house.ts'

describeInBrowser('connected programs', () => {
  let house: ConsoleHouse
  beforeAll(async () => {
    house = await openConsoleHouse({ SLUICE_OAUTH_REGISTRATION: 'true' })
  })
  afterAll(() => house?.close())

  /** A program that registers itself, connected by a person in the role that they have in an app. */
  async function connectProgram(account = ADMIN, app = '') {
    const memory = memoryOf(undefined)
    const serverUrl = `${house.url}/mcp/demo`
    await auth(memory, { serverUrl })
    const browser = openBrowser(house.url)
    const page = await browser.submit(await browser.open(String(memory.asked)), '/sign-in', account)
    const { left } = await browser.submit(page, '/allow', { app, scope: ['demo:read'] })
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

  test('of a person are shown to them alone, and ended by them', async () => {
    const ANN = { email: 'ann@example.com', password: 'the password of ann' }
    const idOf = async (path: string) => {
      const { resource } = (await house.call('GET', `${path}?fields=id`)) as { resource: [{ id: number }] }
      return resource[0].id
    }
    const [role_id, app_id] = [await idOf('system/role'), await idOf('system/app')]
    const held = [{ app_id, role_id }]
    await house.call('POST', 'system/user', {
      resource: [{ ...ANN, name: 'Ann', user_to_app_to_role_by_user_id: held }],
    })
    const others = await connectProgram()
    const own = await connectProgram(ANN, String(app_id))
    const { page, problems } = await house.open('/connections')
    await signIn(page, ANN)
    await page.getByText('Programs that you let in by signing in').waitFor()
    await page.getByRole('cell', { name: 'demo:read as' }).waitFor()
    await expect.poll(() => page.getByRole('button', { name: /^End / }).count()).toBe(1)
    await expect.poll(() => page.getByText(ADMIN.email).count()).toBe(0)
    await expect.poll(() => accessProblems(page)).toEqual([])
    await page.getByRole('button', { name: 'End Registered', exact: true }).click()
    const step = page.getByRole('dialog', { name: 'End the connection of Registered?' })
    await step.getByRole('button', { name: 'End Registered' }).click()
    await page.getByText('No program is connected').waitFor()
    await expect.poll(() => read(own)).toBe(401)
    expect(await read(others)).toBe(200)
    expect(problems).toEqual([])
  })
})
