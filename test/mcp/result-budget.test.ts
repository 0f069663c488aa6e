import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openMemory } from '../../adapters/database/memory/open.ts'
import { buildSchema } from '../../src/core/database/build-schema.ts'
import type { TableDefinition } from '../../src/core/database/schema.ts'
import { field, id, reference, table } from '../contract/world.ts'
import { serviceOn } from '../helpers/shop.ts'
import { call, openScene, post, type Scene } from './scene.ts'

const BYTES = 6_000
const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2])

const TABLES: readonly TableDefinition[] = [
  table('notes', {
    fields: [id(), field('title', 'string', { allowNull: true }), field('body', 'text', { allowNull: true })],
    primaryKey: ['id'],
  }),
  table('files', {
    fields: [
      id(),
      field('note_id', 'reference', { allowNull: true }),
      field('data', 'binary', { allowNull: true }),
    ],
    primaryKey: ['id'],
    foreignKeys: [reference(['note_id'], 'notes', ['id'])],
  }),
]

let scene: Scene
beforeAll(async () => {
  const adapter = openMemory(TABLES)
  const { tableByName } = buildSchema(TABLES)
  const fill = async (name: string, rows: readonly Record<string, string | number | Uint8Array | null>[]) => {
    const table = tableByName.get(name)
    if (table) await adapter.insert({ table, rows, returning: [] }, { signal: AbortSignal.timeout(30_000) })
  }
  await fill(
    'notes',
    Array.from({ length: 30 }, (_, at) => ({
      title: `note ${at}`,
      body: at === 3 ? 'x'.repeat(5_000) : 'short',
    })),
  )
  await fill(
    'notes',
    Array.from({ length: 40 }, (_, at) => ({ title: `long ${at}`, body: 'y'.repeat(400) })),
  )
  await fill('files', [
    { note_id: 1, data: PNG },
    { note_id: 1, data: Uint8Array.from([7]) },
    { note_id: null, data: null },
  ])
  scene = await openScene({ services: serviceOn(adapter).services, resultBytes: BYTES })
})
afterAll(() => scene.app.close())

async function read(args: object, role = 'reader') {
  const { message } = await post(scene, call('get_table_data', args), { role })
  const { content, structuredContent: data, isError } = message.result
  return { text: String(content[0].text), data, isError }
}

const bytesOf = ({ text, data }: { text: string; data: unknown }) =>
  Math.max(Buffer.byteLength(text), Buffer.byteLength(JSON.stringify(data)))

describe('a page larger than the budget', () => {
  test('is cut between rows, and its cursor goes on exactly there', async () => {
    const seen: number[] = []
    let page = await read({ table_name: 'notes', filter: "title contains 'long'", limit: 100 })
    expect(page.data).toMatchObject({
      has_more: true,
      truncated_by: 'bytes',
      next_cursor: expect.any(String),
    })
    expect(page.text).toMatch(/next_cursor \S+/)
    for (;;) {
      expect(bytesOf(page)).toBeLessThanOrEqual(BYTES)
      seen.push(...page.data.rows.map(({ id }: { id: number }) => id))
      if (!page.data.has_more) break
      page = await read({
        table_name: 'notes',
        filter: "title contains 'long'",
        limit: 100,
        cursor: page.data.next_cursor,
      })
    }
    expect(seen).toEqual(Array.from({ length: 40 }, (_, at) => at + 31))
  })

  test('has its long texts shortened first, with their length', async () => {
    const page = await read({ table_name: 'notes', filter: 'id <= 30', limit: 30 })
    expect(page.data).toMatchObject({ returned: 30, has_more: false, truncated_by: 'cells' })
    expect(page.data.rows[3].body).toMatch(/^x{1000}… \(5000 characters\)$/)
    expect(bytesOf(page)).toBeLessThanOrEqual(BYTES)
  })

  test('of one row shows as much as fits', async () => {
    const page = await read({ table_name: 'notes', ids: [4] })
    expect(page.data.rows[0].body).toBe('x'.repeat(5_000))
  })
})

describe('the cursor of a cut page', () => {
  const asked = { table_name: 'notes', filter: "title contains 'long'", limit: 100 }
  const cursorOf = async () => String((await read(asked)).data.next_cursor)

  test.each([
    ['another filter', { filter: "title contains 'note'" }],
    ['no filter', { filter: undefined }],
    ['another order', { order: 'title' }],
    ['other fields', { fields: ['id'] }],
    ['another table', { table_name: 'files', filter: undefined }],
  ])('is refused with %s', async (_name, other) => {
    const page = await read({ ...asked, ...other, cursor: await cursorOf() })
    expect(page).toMatchObject({ isError: true, text: expect.stringContaining('cursor') })
  })

  test('is refused for another caller', async () => {
    const page = await read({ ...asked, cursor: await cursorOf() }, 'writer')
    expect(page.isError).toBe(true)
  })

  test('is refused when any character of it was changed', async () => {
    const cursor = await cursorOf()
    for (let at = 0; at < cursor.length; at += 7) {
      const changed = `${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`
      expect((await read({ ...asked, cursor: changed })).isError, changed).toBe(true)
    }
  })
})

describe('bytes', () => {
  test('are described, not sent', async () => {
    const page = await read({ table_name: 'files' })
    expect(page.data.rows.map(({ data }: { data: unknown }) => data)).toEqual([
      '<image/png, 10 bytes>',
      '<binary, 1 byte>',
      null,
    ])
    expect((await read({ table_name: 'files', ids: [1] })).data.rows[0].data).toBe('<image/png, 10 bytes>')
    expect((await read({ table_name: 'files', cursor: '', limit: 1 })).data.rows[0].data).toBe(
      '<image/png, 10 bytes>',
    )
  })

  test('of related rows, too', async () => {
    const page = await read({ table_name: 'notes', ids: [1], related: 'files_by_note_id' })
    expect(page.data.rows[0].files_by_note_id).toMatchObject([
      { data: '<image/png, 10 bytes>' },
      { data: '<binary, 1 byte>' },
    ])
    const list = await read({ table_name: 'notes', filter: 'id = 1', related: 'files_by_note_id' })
    expect(list.data.rows[0].files_by_note_id[0].data).toBe('<image/png, 10 bytes>')
  })
})

describe('format', () => {
  const asked = { table_name: 'notes', fields: ['id', 'title'], limit: 2 }

  test('table is a line of facts, then lines of values, and the default', async () => {
    const { text } = await read({ ...asked, format: 'table' })
    expect(text.split('\n')).toEqual([
      expect.stringMatching(/^shop.notes: returned 2, has_more true, next_cursor [\w.-]+, next: offset=2$/),
      'id,title',
      '1,note 0',
      '2,note 1',
    ])
    expect((await read(asked)).text).toBe(text)
  })

  test('json is the data', async () => {
    const { text, data } = await read({ ...asked, format: 'json' })
    expect(JSON.parse(text)).toEqual(data)
    const cut = await read({ table_name: 'notes', filter: "title contains 'long'", format: 'json' })
    expect(JSON.parse(cut.text)).toEqual(cut.data)
    expect(cut.data.truncated_by).toBe('bytes')
  })

  test('csv is rows, then a line that names the table and does not hide that there are more', async () => {
    expect((await read({ ...asked, format: 'csv' })).text).toBe(
      'id,title\n1,note 0\n2,note 1\n# shop.notes: has_more true, next: offset=2',
    )
    expect((await read({ ...asked, filter: 'id = 1', format: 'csv' })).text).toBe(
      'id,title\n1,note 0\n# shop.notes',
    )
  })
})
