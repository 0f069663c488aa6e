import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessProblems, describeInBrowser } from './browser.ts'
import { type ConsoleHouse, openConsoleHouse } from './console-house.ts'

describeInBrowser('the schema of a service', () => {
  let house: ConsoleHouse
  beforeAll(async () => {
    house = await openConsoleHouse()
  })
  afterAll(() => house?.close())

  test('the diagram shows the tables, or what is around one', async () => {
    const { page, problems } = await house.openSignedIn('/schema/demo')
    await page.getByText('15 tables, 14 references').waitFor()
    await page.getByRole('group', { name: 'orders: show the table' }).waitFor()
    await expect.poll(() => accessProblems(page)).toEqual([])
    await page.getByRole('combobox', { name: 'Only what is around a table' }).fill('payments')
    await page.getByRole('option', { name: 'payments' }).click()
    await page.getByText('2 tables, 1 references').waitFor()
    await page.getByRole('group', { name: 'orders: show the table' }).click()
    await page.getByRole('heading', { name: 'orders' }).waitFor()
    expect(problems).toEqual([])
  })

  test('a table is made, changed and dropped; what would be lost is asked twice', async () => {
    const { page, problems } = await house.openSignedIn('/schema/demo')
    await page.getByRole('button', { name: 'New table' }).click()
    const table = page.getByRole('dialog', { name: 'New table in demo' })
    await table.getByLabel('Name').first().fill('todo')
    await table.getByRole('group', { name: 'Field 2' }).getByLabel('Name').fill('title')
    await table.getByRole('button', { name: 'Make the table' }).click()
    await page.getByRole('heading', { name: 'todo' }).waitFor()
    await expect.poll(() => accessProblems(page)).toEqual([])
    await page.getByRole('button', { name: 'New field' }).click()
    const field = page.getByRole('dialog', { name: 'New field in todo' })
    await field.getByLabel('Name').fill('no:good"name')
    await field.getByRole('button', { name: 'Add the field' }).click()
    await field.getByRole('alert').waitFor()
    await field.getByLabel('Name').fill('owner')
    await field.getByLabel('Description').fill('Who does it')
    await field.getByRole('button', { name: 'Add the field' }).click()
    await page.getByRole('row', { name: /owner/ }).getByText('Who does it').waitFor()
    await house.call('POST', 'demo/_table/todo', { resource: [{ title: 'x', owner: 'y' }] })
    await page.getByRole('button', { name: 'Change owner' }).click()
    await page.getByRole('menuitem', { name: 'Drop the field' }).click()
    const drop = page.getByRole('dialog', { name: 'Drop the field owner?' })
    await drop.getByRole('button', { name: 'Drop owner' }).click()
    await drop.getByLabel('Drop it with the values that are in it').check()
    await expect.poll(() => accessProblems(page)).toEqual([])
    await drop.getByRole('button', { name: 'Drop owner' }).click()
    await page.getByRole('row', { name: /owner/ }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Drop the table' }).click()
    const whole = page.getByRole('dialog', { name: 'Drop the table todo?' })
    await whole.getByRole('button', { name: 'Drop todo' }).click()
    await whole.getByLabel('Drop it with the values that are in it').check()
    await whole.getByRole('button', { name: 'Drop todo' }).click()
    await page.getByText('15 tables').waitFor()
    expect(problems).toEqual([])
  })

  test('a field gets an alias, and a relation is declared and taken away', async () => {
    const { page } = await house.openSignedIn('/schema/demo/tags')
    await page.getByRole('button', { name: 'Change name' }).click()
    await page.getByRole('menuitem', { name: 'Change' }).click()
    const field = page.getByRole('dialog', { name: 'Field name of tags' })
    await field.getByLabel('Alias').fill('title')
    await field.getByRole('button', { name: 'Change the field' }).click()
    await page.getByText('name in the database').waitFor()
    await page.getByRole('button', { name: 'Declare a relation' }).click()
    const relation = page.getByRole('dialog', { name: 'Relation of tags' })
    await relation.getByRole('combobox', { name: 'By its field' }).click()
    await page.getByRole('option', { name: 'name', exact: true }).click()
    await relation.getByRole('combobox', { name: 'Table', exact: true }).click()
    await page.getByRole('option', { name: 'categories', exact: true }).click()
    await relation.getByRole('textbox', { name: 'Field there' }).fill('name')
    await relation.getByRole('textbox', { name: 'Alias' }).fill('same_name')
    await expect.poll(() => accessProblems(page)).toEqual([])
    await relation.getByRole('button', { name: 'Declare the relation' }).click()
    await page.getByRole('button', { name: 'Take away the relation same_name' }).click()
    await page.getByRole('button', { name: /^Take away categories/ }).click()
    await page
      .getByRole('button', { name: 'Take away the relation same_name' })
      .waitFor({ state: 'detached' })
  })

  test('two hundred tables stay readable', async () => {
    const tables = Array.from({ length: 185 }, (_, place) => ({
      name: `part_${String(place).padStart(3, '0')}`,
      field: [
        { name: 'id', type: 'id' },
        ...(place > 0
          ? [
              {
                name: 'parent_id',
                type: 'reference',
                ref_table: `part_${String(Math.floor(place / 4)).padStart(3, '0')}`,
                ref_field: 'id',
                allow_null: true,
              },
            ]
          : []),
      ],
    }))
    await house.call('POST', 'demo/_schema', { resource: tables })
    const { page, problems } = await house.openSignedIn('/schema/demo')
    await page.getByText(/^200 tables/).waitFor({ timeout: 60_000 })
    await page.getByRole('combobox', { name: 'Only what is around a table' }).fill('part_040')
    await page.getByRole('option', { name: 'part_040' }).click()
    await page.getByText(/^6 tables/).waitFor()
    expect(problems).toEqual([])
  })
})
