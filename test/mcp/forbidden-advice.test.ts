import { afterAll, beforeAll, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

let house: House
beforeAll(async () => {
  house = await openHouse({ clerk: [{ component: '_table/orders/*', verbs: ['GET'] }] })
})
afterAll(() => house.close())

async function told(table_name: string): Promise<string> {
  const { body } = await house.tool('get_table_data', { table_name }, keyOf('clerk'))
  return Object(body).result.content[0].text
}

test('who names a table that is not theirs is told what to do next, whether it is there or not', async () => {
  expect(await told('order')).toContain("Did you mean 'orders'? List the tables first.")
  const hidden = await told('secret_salaries')
  expect(hidden).toContain('List the tables first.')
  expect(hidden.replaceAll('secret_salaries', 'T')).toBe(
    (await told('nothing_at_all')).replaceAll('nothing_at_all', 'T'),
  )
})
