import { afterAll, beforeAll, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

/** Pages that an engine wrote as text: their cursors are signed where they say what the page says anyway. */
let house: House
let other: House
const all = [{ component: '_table/*', verbs: ['GET'] }]
const ROLES = {
  reader: all,
  second: all,
  keyless: [{ component: '_table/orders/*', verbs: ['GET'], fields: ['status', 'total'] }],
}
beforeAll(async () => {
  house = await openHouse(ROLES)
  other = await openHouse(ROLES)
})
afterAll(() => Promise.all([house.close(), other.close()]))

interface Page {
  readonly rows: readonly { readonly id: number }[]
  readonly next_cursor?: string
}

const ASKED = { table_name: 'orders', filter: 'id > 0', order: 'total desc', limit: 2 }

async function ask(args: object, key = keyOf('reader'), at = house) {
  const { body } = await at.tool('get_table_data', { ...ASKED, ...args }, key)
  const { result } = body as { result: { isError?: true; structuredContent: Page } } // as the test asks
  return result
}

async function cursorOf(args: object, key?: string): Promise<string> {
  const { structuredContent } = await ask(args, key)
  return structuredContent.next_cursor ?? ''
}

test('a cursor says in the open what stands in the last row of its page, and leads on', async () => {
  const { structuredContent } = await ask({})
  const [text = ''] = (structuredContent.next_cursor ?? '').split('.')
  const last: unknown = structuredContent.rows.at(-1)
  expect(last).toMatchObject({ id: expect.any(Number), total: expect.anything() })
  const { id, total } = Object(last)
  expect(JSON.parse(Buffer.from(text, 'base64url').toString())).toEqual([total, id])
  const next = await ask({ cursor: structuredContent.next_cursor })
  const whole = await ask({ limit: 4 })
  expect([...structuredContent.rows, ...next.structuredContent.rows]).toEqual(whole.structuredContent.rows)
})

test('with any character changed, cut or added it is refused', async () => {
  const cursor = await cursorOf({})
  const changed = [...cursor].map(
    (letter, at) => `${cursor.slice(0, at)}${letter === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`,
  )
  const [text = '', mark = ''] = cursor.split('.')
  const others = [
    `${Buffer.from('[0,0]').toString('base64url')}.${mark}`,
    `${text}.`,
    `.${mark}`,
    text,
    mark,
    '.',
    `${cursor}=`,
    ` ${cursor}`,
    cursor.slice(0, -1),
    `${text}.${mark}${mark}`,
  ]
  for (const wrong of [...changed, ...others])
    expect([wrong, await ask({ cursor: wrong })]).toEqual([wrong, expect.objectContaining({ isError: true })])
})

test('it holds for this caller, request and installation alone', async () => {
  const cursor = await cursorOf({})
  expect(await ask({ cursor })).not.toHaveProperty('isError')
  for (const args of [
    { filter: 'id > 1' },
    { filter: undefined },
    { order: 'total' },
    { fields: ['id', 'total'] },
    { table_name: 'order_items', order: 'id' },
  ])
    expect([args, await ask({ cursor, ...args })]).toEqual([args, expect.objectContaining({ isError: true })])
  expect(await ask({ cursor }, keyOf('second'))).toMatchObject({ isError: true })
  expect(await ask({ cursor }, keyOf('reader'), other)).toMatchObject({ isError: true })
})

test('what the page does not show is in no cursor that can be read', async () => {
  const cursor = await cursorOf({ fields: ['status'] })
  expect(cursor).toMatch(/^[\w-]{40,}$/)
  const { id, total } = Object((await ask({})).structuredContent.rows.at(-1))
  expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toContain(JSON.stringify([total, id]))
  expect(await ask({ fields: ['status'], cursor })).not.toHaveProperty('isError')
  const hidden = await cursorOf({ order: undefined, filter: undefined }, keyOf('keyless'))
  // Where the key is hidden a cursor is no more than a count of rows.
  expect(Buffer.from(hidden.slice(0, hidden.indexOf('.')), 'base64url').toString()).toBe('2')
})
