import { access, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDemoDatabase } from '../../../adapters/database/sqlite/demo/create.ts'
import { AppError } from '../../../src/core/errors.ts'
import { createDemoFile, type DemoFile, hashRows } from './demo-file.ts'

/** Changes only with the demo's rows; then the figures in docs/demo.md change too. */
const ROWS = '8a9a3d9827edb4ee673b45049295c144b8189dc4d7c7e3d6641c7c723629d8d3'

let demo: DemoFile
beforeAll(async () => {
  demo = await createDemoFile()
})
afterAll(() => demo.remove())

describe('createDemoDatabase', () => {
  test('makes the same rows every time and everywhere', async () => {
    const second = await createDemoFile()
    const hash = hashRows(second)
    await second.remove()
    expect(hash).toBe(hashRows(demo))
    expect(hash).toBe(ROWS)
  })

  test('leaves one file, with nothing waiting beside it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-demo-'))
    await createDemoDatabase(join(folder, 'shop.db'))
    const files = await readdir(folder)
    await rm(folder, { recursive: true })
    expect(files).toEqual(['shop.db'])
  })

  test('sets WAL mode and passes the integrity check', () => {
    expect(demo.value('PRAGMA journal_mode')).toBe('wal')
    expect(demo.value('PRAGMA integrity_check')).toBe('ok')
    expect(demo.rows('PRAGMA foreign_key_check')).toEqual([])
  })

  test('leaves a file that is already there as it is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-demo-'))
    const file = join(folder, 'demo.sqlite')
    await writeFile(file, 'mine')
    await createDemoDatabase(file)
    const files = await readdir(folder)
    await rm(folder, { recursive: true })
    expect(files).toEqual(['demo.sqlite'])
  })

  test('two at once make one good file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-demo-'))
    const file = join(folder, 'demo.sqlite')
    await Promise.all([createDemoDatabase(file), createDemoDatabase(file)])
    const files = await readdir(folder)
    await rm(folder, { recursive: true })
    expect(files).toEqual(['demo.sqlite'])
  })

  test('is unavailable, with a way out, where it cannot write', async () => {
    const file = join(demo.folder, 'no such folder', 'demo.sqlite')
    const failure = await createDemoDatabase(file).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(AppError)
    expect(failure).toMatchObject({ code: 'unavailable', hint: expect.stringContaining('SLUICE_DEMO=false') })
    await expect(access(file)).rejects.toThrow()
  })
})

describe('the shop', () => {
  test('has more than 50 000 rows, and statistics that know them', () => {
    const estimates = demo.rows('SELECT tbl, MAX(CAST(stat AS INTEGER)) FROM sqlite_stat1 GROUP BY tbl')
    expect(estimates).toHaveLength(demo.tables().length)
    expect(estimates.reduce((sum, [, rows]) => sum + Number(rows), 0)).toBeGreaterThan(50_000)
  })

  test('has a table and a column whose names need quoting', () => {
    expect(demo.value('SELECT COUNT(*) FROM "audit log" WHERE "user name" IS NOT NULL')).toBeGreaterThan(1000)
  })

  test('has every kind of column', () => {
    const types = demo.rows(
      `SELECT DISTINCT c.type FROM sqlite_schema t JOIN pragma_table_xinfo(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'`,
    )
    const names = types.map(([type]) => String(type).replace(/\(.*/, ''))
    expect([...new Set(names)].sort()).toEqual([
      'BLOB',
      'BOOLEAN',
      'CHAR',
      'DATE',
      'DECIMAL',
      'INTEGER',
      'JSON',
      'REAL',
      'TEXT',
      'TIMESTAMP',
      'VARCHAR',
    ])
  })

  test.each([
    ['emoji of several code points', "body LIKE '%👨‍👩‍👧%'"],
    ['Japanese', "title = '素晴らしい'"],
    ['apostrophes', "body LIKE '%isn''t%'"],
    ['double quotes', `body LIKE '%"Solid"%'`],
    ['per cent signs', "body LIKE '%100!%%' ESCAPE '!'"],
    ['no text at all', 'title IS NULL AND body IS NULL'],
  ])('has reviews with %s', (_, condition) => {
    expect(demo.value(`SELECT COUNT(*) FROM reviews WHERE ${condition}`)).toBeGreaterThan(0)
  })

  test('has pictures that start as a bitmap file does', () => {
    expect(
      demo.rows(
        'SELECT DISTINCT hex(substr(thumbnail, 1, 2)), length(thumbnail) FROM products WHERE thumbnail IS NOT NULL',
      ),
    ).toEqual([['424D', 94]])
  })

  test('says a page of 25 orders with all 8 columns in 600 tokens', () => {
    const page = demo.rows('SELECT * FROM orders ORDER BY id DESC LIMIT 25')
    const text = page.map((row) => row.join(',')).join('\n')
    expect(page[0]).toHaveLength(8)
    expect(text.length / 4).toBeLessThan(500)
  })

  test.each(['order_totals', 'product_sales'])('reads a page of %s without visiting all of it', (view) => {
    const plan = demo.rows(`EXPLAIN QUERY PLAN SELECT * FROM ${view} LIMIT 25`).map((row) => String(row[3]))
    expect(plan.filter((step) => step.includes('TEMP B-TREE') || step.includes('MATERIALIZE'))).toEqual([])
    expect(plan.filter((step) => step.startsWith('SCAN'))).toHaveLength(1)
    expect(demo.rows(`SELECT * FROM ${view} LIMIT 25`)).toHaveLength(25)
  })

  test('has an index that leads with each foreign key', () => {
    const bare = demo.rows(`
      SELECT t.name, fk."from" FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) fk
      WHERE t.type = 'table' AND NOT EXISTS (
        SELECT 1 FROM pragma_index_list(t.name) i JOIN pragma_index_info(i.name) c WHERE c.seqno = 0 AND c.name = fk."from")`)
    expect(bare).toEqual([])
  })
})
