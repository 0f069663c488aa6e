import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openMemory } from '../../adapters/database/memory/open.ts'
import { openSqlite } from '../../adapters/database/sqlite/open.ts'
import type { DatabaseAdapter } from '../../src/core/database/adapter.ts'
import type { Row, Value } from '../../src/core/database/value.ts'
import { type ListRecordsInput, listRecords } from '../../src/operations/database/list-records.ts'
import { openShop, type Shop } from '../helpers/shop.ts'

const folder = await mkdtemp(join(tmpdir(), 'sluice-paging-'))
afterAll(() => rm(folder, { recursive: true }))
const calm = { signal: new AbortController().signal }

const ENGINES: readonly (readonly [string, () => Promise<DatabaseAdapter>])[] = [
  ['memory', async () => openMemory()],
  [
    'sqlite',
    () =>
      openSqlite({
        file: join(folder, 'shop.sqlite'),
        create: true,
        inline: true,
        statementTimeoutMs: 20_000,
      }),
  ],
]

/** Orders with few different values and many nulls, so that every order has ties. */
const TOTALS = [null, '-5', '0', '10.25', '10.5', '777001']
const DAYS = [null, '2024-12-31', '2025-01-01', '2025-02-05']
const STATUSES = ['new', 'paid', 'Paid', '', 'é']
const MANY: readonly { readonly [field: string]: Value }[] = Array.from({ length: 80 }, (_, index) => ({
  customer_id: (index % 3) + 1,
  status: STATUSES[(index * 7) % STATUSES.length] ?? '',
  total: TOTALS[(index * 5) % TOTALS.length] ?? null,
  placed_on: DAYS[(index * 3) % DAYS.length] ?? null,
}))

const direction = fc.constantFrom('', ' asc', ' desc')
const nulls = fc.constantFrom('', ' nulls first', ' nulls last')
const field = fc.constantFrom('status', 'total', 'placed_on', 'customer_id', 'id')
const orders = fc
  .uniqueArray(fc.tuple(field, direction, nulls), { maxLength: 4, selector: ([name]) => name })
  .map((terms) => terms.map(([name, way, place]) => `${name}${way || ' asc'}${place}`).join(','))
const filters = fc.constantFrom(undefined, 'customer_id > 1', 'total is null', "status like 'p%'")
const fieldLists = fc.constantFrom<string[] | undefined>(undefined, ['id'], ['status'], ['total', 'id'])

describe.each(ENGINES)('paging by cursor on %s', (_name, open) => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop(await open())
    await insert(shop, MANY)
  })
  afterAll(() => shop.adapter.close())

  test('the pages are the whole list, cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        orders,
        filters,
        fieldLists,
        fc.integer({ min: 1, max: 90 }),
        async (order, filter, fields, limit) => {
          const asked = { table_name: 'orders', order, filter, fields }
          const whole = await shop.run(listRecords, asked)
          const pages = await pagesOf(shop, { ...asked, limit })
          expect(pages.flat()).toEqual(whole.rows)
          expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true)
        },
      ),
      { numRuns: 150 },
    )
  })

  test('rows that appear before the cursor shift nothing, rows behind it are seen', async () => {
    const asked = { table_name: 'orders', order: 'status desc, total', next_cursor: 'required' as const }
    const before = await shop.run(listRecords, asked)
    const first = await shop.run(listRecords, { ...asked, limit: 10 })
    await insert(shop, [
      { customer_id: 1, status: '\u{1F642} first of all', total: null },
      { customer_id: 1, status: '', total: '999999' },
    ])
    const rest = await shop.run(listRecords, { ...asked, cursor: first.cursor_after?.(9) })
    expect(rest.rows?.slice(0, -1)).toEqual(before.rows?.slice(10))
    expect(rest.rows?.at(-1)).toMatchObject({ status: '', total: 999999 })
  })

  test('a row that is gone is no hole', async () => {
    const asked = { table_name: 'orders', limit: 9, next_cursor: 'required' as const }
    const first = await shop.run(listRecords, asked)
    const last = first.rows?.at(-1)
    const table = await tableOf(shop, 'orders')
    const where = { op: '=', field: 'id', value: Number(last?.id) } as const
    await shop.adapter.delete({ table, where, returning: [] }, calm)
    const next = await shop.run(listRecords, { ...asked, cursor: first.cursor_after?.(8) })
    expect(Number(next.rows?.[0]?.id)).toBeGreaterThan(Number(last?.id))
  })

  test('the count is that of the whole filter', async () => {
    const asked = {
      table_name: 'orders',
      filter: 'customer_id = 1',
      include_count: true,
      next_cursor: 'required',
    } as const
    const first = await shop.run(listRecords, { ...asked, limit: 3 })
    const second = await shop.run(listRecords, { ...asked, limit: 3, cursor: first.cursor_after?.(2) })
    expect(second.total).toBe(first.total)
  })
})

describe('a cursor', () => {
  let shop: Shop
  let cursor: string | undefined
  const asked = { table_name: 'orders', limit: 2, filter: 'id > 0', order: 'total', fields: ['id'] }
  beforeAll(async () => {
    shop = await openShop()
    const page = await shop.run(listRecords, { ...asked, next_cursor: 'required' })
    cursor = page.cursor_after?.(1)
  })

  test.each([
    ['another table', { table_name: 'customers', order: undefined }],
    ['another filter', { filter: 'id > 1' }],
    ['another order', { order: 'total desc' }],
    ['other fields', { fields: ['id', 'total'] }],
  ])('is refused with %s', async (_what, other) => {
    await expect(shop.run(listRecords, { ...asked, ...other, cursor })).rejects.toMatchObject({
      code: 'bad_request',
      message: 'The cursor does not belong to this request.',
    })
  })

  test('is refused when a character was changed, or it was made up', async () => {
    const text = cursor ?? ''
    const changed = [...text].map(
      (letter, at) => `${text.slice(0, at)}${letter === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`,
    )
    const made = [
      'x',
      'WzEsMl0',
      `${text}=`,
      ` ${text}`,
      `${text}A`,
      text.slice(0, -1),
      Buffer.alloc(40).toString('base64url'),
    ]
    for (const wrong of [...changed, ...made]) {
      await expect(shop.run(listRecords, { ...asked, cursor: wrong })).rejects.toMatchObject({
        code: 'bad_request',
      })
    }
  })

  test('shows nothing of the values in it', () => {
    expect(Buffer.from(cursor ?? '', 'base64url').toString('latin1')).not.toMatch(/10\.5|\[/)
  })

  test.each([
    ['groups', { group: ['status'], fields: ['status'], order: undefined }],
    ['distinct rows', { distinct: true, fields: ['status'], order: 'status' }],
  ])('is not given for %s', async (_what, other) => {
    const page = await shop.run(listRecords, { ...asked, ...other, next_cursor: 'where_possible' })
    expect(page.cursor_after).toBeUndefined()
    await expect(
      shop.run(listRecords, { ...asked, ...other, next_cursor: 'required' }),
    ).rejects.toMatchObject({
      code: 'bad_request',
    })
  })

  test.each([
    ['an offset', { offset: 1 }, 'Give either cursor or offset, not both.'],
    ['ids', { ids: [1], filter: undefined }, 'Give either ids or a cursor, not both.'],
  ])('does not go with %s', async (_what, other, message) => {
    await expect(shop.run(listRecords, { ...asked, ...other, cursor })).rejects.toMatchObject({ message })
  })
})

/** Every page, by the cursor of the one before. */
async function pagesOf(shop: Shop, asked: ListRecordsInput): Promise<(readonly Row[])[]> {
  const pages: (readonly Row[])[] = []
  let cursor: string | undefined
  do {
    const page = await shop.run(listRecords, { ...asked, cursor, next_cursor: 'required' })
    pages.push(page.rows ?? [])
    cursor = page.has_more ? page.cursor_after?.(page.returned - 1) : undefined
  } while (cursor !== undefined)
  return pages
}

async function insert(shop: Shop, rows: readonly { readonly [field: string]: Value }[]): Promise<void> {
  await shop.adapter.insert({ table: await tableOf(shop, 'orders'), rows, returning: [] }, calm)
}

async function tableOf(shop: Shop, name: string) {
  const schema = await (await shop.services.open('shop', calm.signal)).schema(calm)
  const table = schema.tableByName.get(name)
  if (!table) throw new Error(`no table ${name}`)
  return table
}
