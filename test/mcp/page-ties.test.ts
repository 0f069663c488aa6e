import { afterAll, beforeAll, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

/** Rows that tie in an order, for roles that do not know the table's key: each comes on one page, and once. */
let house: House
const LABELS = ['e', 'd', 'c', 'b', 'a']
beforeAll(async () => {
  const shown = (table: string, fields: readonly string[]) => ({
    component: `_table/${table}/*`,
    verbs: ['GET'],
    fields,
  })
  house = await openHouse({
    everything: [{ component: '*', verbs: ['GET', 'POST'] }],
    reader: [shown('stock', ['sku', 'kind']), shown('parts', ['label', 'kind'])],
  })
  const text = (name: string) => ({ name, type: 'string', length: 20, allow_null: false })
  const tables = [
    { name: 'stock', field: [{ name: 'id', type: 'id' }, { ...text('sku'), is_unique: true }, text('kind')] },
    { name: 'parts', field: [{ ...text('code'), is_primary_key: true }, text('label'), text('kind')] },
  ]
  const post = (path: string, resource: readonly object[]) =>
    house.rest('POST', `/api/v2/shop/${path}`, { key: keyOf('everything'), body: { resource } })
  const made = [
    await post('_schema', tables),
    await post(
      '_table/stock',
      LABELS.map((sku) => ({ sku, kind: 'same' })),
    ),
    await post(
      '_table/parts',
      LABELS.map((label) => ({ code: label, label, kind: 'same' })),
    ),
  ]
  expect(made.map(({ status, text: told }) => [status, told])).toEqual(
    made.map(() => [200, expect.any(String)]),
  )
})
afterAll(() => house.close())

interface Page {
  readonly rows: readonly Readonly<Record<string, string>>[]
  readonly next_cursor?: string
}

async function pages(table_name: string, field: string, args: object): Promise<readonly unknown[]> {
  const found: unknown[] = []
  let cursor: string | undefined
  for (let left = 10; left > 0; left--) {
    const asked = { table_name, limit: 2, ...args, ...(cursor !== undefined && { cursor }) }
    const { body } = await house.tool('get_table_data', asked, keyOf('reader'))
    const { result } = body as { result: { structuredContent: Page } } // as the test asks
    found.push(...result.structuredContent.rows.map((row) => row[field]))
    cursor = result.structuredContent.next_cursor
    if (cursor === undefined) return found
  }
  return found
}

test.each([{}, { order: 'kind' }, { order: 'kind', format: 'json' }])(
  'by another key of the table: %j',
  async (args) => {
    expect(await pages('stock', 'sku', args)).toEqual([...LABELS].sort())
  },
)

test.each([{}, { order: 'kind' }])('by the key that is hidden, where there is no other: %j', async (args) => {
  expect(await pages('parts', 'label', args)).toEqual([...LABELS].sort())
})
