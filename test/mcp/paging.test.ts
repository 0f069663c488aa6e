import { beforeAll, expect, test } from 'vitest'
import { openMemory } from '../../adapters/database/memory/open.ts'
import { call, openScene, post, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene({ adapter: openMemory() })
})

interface Structured {
  readonly rows: readonly { readonly id: number }[]
  readonly has_more: boolean
  readonly next_offset?: number
  readonly next_cursor?: string
  readonly truncated_by?: string
}

async function read(args: object, from: Scene = scene): Promise<Structured> {
  const { message } = await post(from, call('get_table_data', { table_name: 'orders', ...args }))
  return (message as { result: { structuredContent: Structured } }).result.structuredContent
}

test('every page that has more behind it tells a cursor, and an offset unless it began at a cursor', async () => {
  for (const args of [
    { limit: 4 },
    { limit: 4, cursor: '' },
    { limit: 1, offset: 1 },
    { limit: 1, fields: ['status'] },
  ])
    expect([args, await read(args)]).toEqual([
      args,
      expect.objectContaining({ has_more: true, next_cursor: expect.any(String) }),
    ])
  expect(await read({ limit: 4 })).toMatchObject({ next_offset: 4 })
  expect(await read({ limit: 1, offset: 1 })).toMatchObject({ next_offset: 2 })
  for (const args of [{ limit: 6 }, { limit: 6, cursor: '' }, {}])
    expect(await read(args)).not.toHaveProperty('next_cursor')
})

test.each([
  [{ limit: 2 }],
  [{ limit: 1, fields: ['status'] }],
  [{ limit: 4, order: 'total desc', fields: ['id'] }],
  [{ limit: 2, order: 'status', filter: 'id > 1', include_count: true }],
])('cursors of %j lead through all rows, each once', async (args) => {
  const whole = await read({ ...args, limit: 100 })
  const seen: object[] = []
  let cursor: string | undefined
  do {
    const page = await read({ ...args, ...(cursor !== undefined && { cursor }) })
    seen.push(...page.rows)
    cursor = page.next_cursor
    expect(page.has_more).toBe(cursor !== undefined)
  } while (cursor !== undefined)
  expect(seen).toEqual(whole.rows)
  expect(Object.keys(seen[0] ?? {})).toEqual(Object.keys(whole.rows[0] ?? {}))
})

test('a cursor leads to the rest, and from there only cursors go on', async () => {
  const first = await read({ limit: 2, order: 'total', cursor: '' })
  const second = await read({ limit: 2, order: 'total', cursor: first.next_cursor })
  expect(second.rows.map(({ id }) => id)).toEqual([2, 3])
  expect(second).not.toHaveProperty('next_offset')
  const third = await read({ limit: 2, order: 'total', cursor: second.next_cursor })
  expect(third.rows.map(({ id }) => id)).toEqual([4, 5])
  expect(third).toMatchObject({ has_more: false })
})

test('what is cut at the byte budget goes on behind the last row shown', async () => {
  const narrow = await openScene({ resultBytes: 3_000 })
  const records = Array.from({ length: 50 }, () => ({ customer_id: 1, status: 'x'.repeat(60) }))
  await post(narrow, call('create_records', { table_name: 'orders', records }))
  const first = await read({ limit: 50, cursor: '' }, narrow)
  expect(first).toMatchObject({ truncated_by: 'bytes', has_more: true })
  const rest = await read({ limit: 50, cursor: first.next_cursor }, narrow)
  expect(rest.rows[0]?.id).toBe((first.rows.at(-1)?.id ?? 0) + 1)
})

test('the text of a page that goes on by a cursor names no other way', async () => {
  const { next_cursor: cursor } = await read({ limit: 2, cursor: '' })
  const { message } = await post(scene, call('get_table_data', { table_name: 'orders', limit: 2, cursor }))
  const [{ text }] = (message as { result: { content: [{ text: string }] } }).result.content
  const [head = ''] = text.split('\n')
  expect(head).toMatch(/^shop\.orders: returned 2, has_more true, next_cursor \S+$/)
})

test('more ids than a page has come whole, unless a limit says otherwise', async () => {
  const ids = Array.from({ length: 60 }, (_, index) => (index % 6) + 1)
  const page = await read({ ids, fields: ['id'] })
  expect(page.rows.map(({ id }) => id)).toEqual(ids)
  expect(page.has_more).toBe(false)
  const { message } = await post(
    scene,
    call('get_table_data', { table_name: 'orders', ids: [1, 2, 3], limit: 2 }),
  )
  expect(JSON.stringify(message)).toContain("'limit' does not go with ids")
})

test('more ids than a limit are refused, be it the default', async () => {
  const ids = Array.from({ length: 60 }, (_, index) => (index % 6) + 1)
  const asked = (limit: number) => post(scene, call('get_table_data', { table_name: 'orders', ids, limit }))
  expect(JSON.stringify((await asked(50)).message)).toContain("'limit' does not go with ids")
  expect((await asked(60)).message).toMatchObject({ result: { structuredContent: { returned: 60 } } })
})
