import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessProblems, describeInBrowser } from './browser.ts'
import { type ConsoleHouse, openConsoleHouse } from './console-house.ts'

describeInBrowser('the call log', () => {
  let house: ConsoleHouse
  beforeAll(async () => {
    house = await openConsoleHouse()
  })
  afterAll(() => house?.close())

  test('shows calls and refusals, narrows them, and tells why one was refused', async () => {
    const apps = JSON.stringify(await house.call('GET', 'system/app?filter=name=demo-reader&fields=api_key'))
    const [key = ''] = /[0-9a-f]{64}/.exec(apps) ?? []
    const headers = { 'x-dreamfactory-api-key': key, 'content-type': 'application/json' }
    const orders = `${house.url}/api/v2/demo/_table/orders`
    expect((await fetch(`${orders}?limit=1&fields=id`, { headers })).status).toBe(200)
    const body = JSON.stringify({ resource: [{ status: 'new' }] })
    expect((await fetch(orders, { method: 'POST', headers, body })).status).toBe(403)

    const { page, problems } = await house.openSignedIn('/call-log?caller=demo-reader')
    const table = page.getByRole('table', { name: 'Calls' })
    const refused = table.getByRole('row').filter({ hasText: 'Refused 403' })
    // Calls are written half a second later at most.
    await expect
      .poll(async () => {
        await page.getByRole('button', { name: 'Read again' }).click()
        return await refused.count()
      })
      .toBe(1)
    await expect.poll(() => table.getByRole('row').filter({ hasText: 'Answered' }).count()).toBe(1)
    await expect.poll(() => accessProblems(page)).toEqual([])

    await page.getByRole('combobox', { name: 'Outcome' }).click()
    await page.getByRole('option', { name: 'Refused' }).click()
    await table.getByRole('row').filter({ hasText: 'Answered' }).waitFor({ state: 'detached' })
    expect(new URL(page.url()).searchParams.get('outcome')).toBe('refused')
    await refused.getByRole('button').click()
    await page.getByRole('dialog', { name: 'Call' }).getByText('Rule', { exact: true }).waitFor()
    await expect.poll(() => accessProblems(page)).toEqual([])
    expect(problems).toEqual([])
  })

  test('no call like that says what to do; a list that cannot be read says why', async () => {
    const { page } = await house.openSignedIn("/call-log?caller=nobody'%20or")
    await page.getByRole('heading', { name: 'No call is like that' }).waitFor()
    const refusal = { code: 403, context: null, message: 'Not for you.', hint: 'Ask an administrator.' }
    await page.route('**/api/v2/system/call_log*', (route) =>
      route.fulfill({ status: 403, json: { error: refusal } }),
    )
    await page.getByRole('button', { name: 'All calls' }).click()
    await page.getByRole('alert').getByText(refusal.hint).waitFor()
  })
})
