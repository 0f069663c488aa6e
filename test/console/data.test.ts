import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessProblems, describeInBrowser } from './browser.ts'
import { type ConsoleHouse, openConsoleHouse } from './console-house.ts'

describeInBrowser('the records of a table', () => {
  let house: ConsoleHouse
  beforeAll(async () => {
    house = await openConsoleHouse()
  })
  afterAll(() => house?.close())

  test('a filter is built, shown as text, and kept in the address with order and page', async () => {
    const { page, problems } = await house.openSignedIn('/data/demo/orders')
    const grid = page.getByRole('grid', { name: 'Records' })
    await grid.waitFor()
    await expect.poll(() => accessProblems(page)).toEqual([])
    await page.getByRole('button', { name: 'Build' }).click()
    await page.getByRole('combobox', { name: 'Field' }).click()
    await page.getByRole('option', { name: 'status' }).click()
    await page.getByRole('textbox', { name: 'Value' }).fill("o'clock")
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Filter' }).inputValue())
      .toBe("status = 'o''clock'")
    await page.getByRole('textbox', { name: 'Value' }).fill('cancelled')
    await page.getByRole('button', { name: 'Apply' }).click()
    await page.getByText('1–100 of 318').waitFor()
    await grid.getByRole('button', { name: 'total' }).click()
    await page.waitForURL(/order=total/)
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByText('101–200 of 318').waitFor()
    await page.reload()
    await page.getByText('101–200 of 318').waitFor()
    expect(problems).toEqual([])
  })

  test('null, JSON, binary and what a filter leaves nothing of are told as they are', async () => {
    const { page } = await house.openSignedIn('/data/demo/products')
    const grid = page.getByRole('grid')
    await grid.getByRole('gridcell', { name: 'ELE-1007' }).click()
    const record = page.getByRole('dialog', { name: 'products 1' })
    await record.getByText('bytes of binary data').waitFor()
    await record.getByText('"warranty_months": 24').waitFor()
    await record.getByText('null', { exact: true }).first().waitFor()
    await expect.poll(() => accessProblems(page)).toEqual([])
    await record.getByText('categories_by_category_id').click()
    await record.getByRole('link', { name: 'Open in categories' }).click()
    await page.getByText('1–1 of 1').waitFor()
    await page.goto('/data/demo/products?filter=id%20%3C%200')
    await page.getByRole('heading', { name: 'No record fits the filter' }).waitFor()
    await page.goto('/data/demo/products?filter=nmae%20%3D%201')
    await page.getByRole('alert').getByText('nmae').waitFor()
  })

  test('a record is made, changed and deleted; what the API refuses stands at its field', async () => {
    const { page, problems } = await house.openSignedIn('/data/demo/tags?order=id%20desc')
    await page.getByRole('button', { name: 'New record' }).click()
    const form = page.getByRole('dialog', { name: 'New record in tags' })
    const [{ name: taken }] = await rowsOf(house, 'demo/_table/tags?limit=1&fields=name')
    await form.getByLabel('name').fill(String(taken))
    await form.getByRole('button', { name: 'Make the record' }).click()
    await form.getByText('A record with this name already exists.').first().waitFor()
    await expect.poll(() => accessProblems(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page
      .getByRole('dialog', { name: 'Leave without saving?' })
      .getByRole('button', { name: 'Cancel' })
      .click()
    await form.getByLabel('name').fill('from the console')
    await form.getByRole('button', { name: 'Make the record' }).click()
    await form.waitFor({ state: 'detached' })
    await page.getByRole('gridcell', { name: 'from the console' }).click()
    await page.getByRole('button', { name: 'Edit' }).click()
    const edit = page.getByRole('dialog', { name: /^Edit tags/ })
    await edit.getByLabel('name').fill('changed here')
    // Somebody else is faster.
    const [{ id }] = await rowsOf(house, "demo/_table/tags?filter=name='from the console'")
    await house.call('PATCH', `demo/_table/tags/${String(id)}`, { name: 'changed there' })
    await edit.getByRole('button', { name: 'Save the changes' }).click()
    await edit.getByRole('button', { name: /Read the record as it is now/ }).click()
    await edit.getByRole('alert').waitFor({ state: 'detached' })
    await expect.poll(() => edit.getByLabel('name').inputValue()).toBe('changed here')
    await expect
      .poll(async () => {
        if (await edit.isVisible())
          await edit.getByRole('button', { name: 'Save the changes' }).click({ timeout: 5_000 })
        return await rowsOf(house, `demo/_table/tags?ids=${String(id)}`)
      })
      .toEqual([{ id, name: 'changed here' }])
    await page.getByRole('gridcell', { name: 'changed here' }).click()
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByRole('button', { name: 'Delete the record' }).click()
    await page.getByRole('gridcell', { name: 'changed here' }).waitFor({ state: 'detached' })
    expect(await rowsOf(house, "demo/_table/tags?filter=name='changed here'")).toEqual([])
    expect(problems).toEqual([])
  })

  test('a CSV file is looked at before it is written, and an export gives it back', async () => {
    const { page, problems } = await house.openSignedIn('/data/demo/tags')
    await page.getByRole('button', { name: 'Import CSV' }).click()
    const dialog = page.getByRole('dialog', { name: 'Import CSV into tags' })
    const file = (text: string) => ({ name: 'tags.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
    const choose = async (text: string) => {
      const [chooser] = await Promise.all([
        page.waitForEvent('filechooser'),
        dialog.getByRole('button', { name: 'File' }).click(),
      ])
      await chooser.setFiles(file(text))
    }
    await choose('nmae\nwrong\n')
    await dialog.getByText('Names that are no fields of the table').waitFor()
    await expect.poll(() => dialog.getByRole('button', { name: 'Import' }).isDisabled()).toBe(true)
    await expect.poll(() => accessProblems(page)).toEqual([])
    await choose('name\nimported one\n"imported, two"\n')
    await dialog.getByRole('cell', { name: 'imported, two' }).waitFor()
    await dialog.getByRole('button', { name: 'Import' }).click()
    await dialog.getByText('2 of 2 rows are written').waitFor({ timeout: 60_000 })
    await dialog.getByRole('button', { name: 'Close' }).last().click()
    await page.getByRole('textbox', { name: 'Filter' }).fill("name starts with 'imported'")
    await page.getByRole('button', { name: 'Apply' }).click()
    await page.getByText('1–2 of 2').waitFor()
    await page.getByRole('button', { name: 'Export' }).click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: /CSV/ }).click(),
    ])
    expect(download.suggestedFilename()).toBe('tags.csv')
    const text = (await (await download.createReadStream()).toArray()).join('')
    expect(text).toContain('"imported, two"')
    expect(text.trim().split('\n')).toHaveLength(3)
    expect(problems).toEqual([])
  })

  test('the keyboard walks the grid', async () => {
    const { page } = await house.openSignedIn('/data/demo/categories')
    const grid = page.getByRole('grid')
    await grid.waitFor()
    await grid.focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'categories 2' }).waitFor()
  })

  test('a table that is not there says what the API says', async () => {
    const { page } = await house.openSignedIn('/data/demo/nothing')
    await page.getByRole('alert').getByText('"nothing" does not exist').waitFor()
  })
})

/** Records of a list. */
async function rowsOf(
  house: ConsoleHouse,
  path: string,
): Promise<readonly [Record<string, unknown>, ...Record<string, unknown>[]]> {
  const answer = await house.call('GET', path)
  if (
    typeof answer !== 'object' ||
    answer === null ||
    !('resource' in answer) ||
    !Array.isArray(answer.resource)
  ) {
    throw new Error(`no list: ${JSON.stringify(answer)}`)
  }
  const [first, ...rest] = answer.resource
  return first === undefined ? ([] as never) : [first, ...rest]
}
