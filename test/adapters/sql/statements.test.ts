import { describe, expect, test } from 'vitest'
import { splitInsert } from '../../../adapters/database/sql/split-insert.ts'
import { createStatements } from '../../../adapters/database/sql/statements.ts'
import { sqliteDialect } from '../../../adapters/database/sqlite/dialect.ts'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import type { Filter, InsertQuery, SelectQuery } from '../../../src/core/database/query.ts'
import type { Table } from '../../../src/core/database/schema.ts'

function makeTable(): Table {
  const field = (name: string, type: 'integer' | 'text') =>
    ({ name, type, dbType: type, allowNull: true, autoIncrement: false, isGenerated: false }) as const
  const fields = [field('id', 'integer'), field('name', 'text')]
  const definition = {
    name: 'item',
    isView: false,
    fields,
    primaryKey: ['id'],
    uniqueKeys: [],
    foreignKeys: [],
  }
  const [table] = buildSchema([definition]).tables
  if (!table) throw new Error('no table')
  return table
}

const table = makeTable()
const select = (where: Filter, more: Partial<SelectQuery> = {}): SelectQuery => ({
  table,
  fields: ['id', 'name'],
  where,
  limit: 10,
  as: 'rows',
  ...more,
})
const byId = (value: number): Filter => ({ op: '=', field: 'id', value })

/** As many different lists as numbers. */
const fieldsOf = (at: number) => [...at.toString(2)].map((bit) => (bit === '0' ? 'id' : 'name'))

describe('statement texts', () => {
  test('are shared by queries that differ in their values alone', () => {
    const statements = createStatements(sqliteDialect)
    const first = statements.select(select(byId(1)))
    const second = statements.select(select(byId(2)))
    expect(second.text).toBe(first.text)
    expect([first.parameters, second.parameters]).toEqual([[1], [2]])
  })

  test('hold the sizes that pages have, and no other', () => {
    const statements = createStatements(sqliteDialect)
    const ofSize = (limit: number) => statements.select(select(byId(1), { limit }))
    expect(ofSize(25).text.sql).toMatch(/limit 25$/)
    expect(ofSize(26).text.sql).toMatch(/limit 26$/)
    expect(ofSize(7777).text).toBe(ofSize(8888).text)
    expect(ofSize(7777).parameters).toEqual([1, 7777])
  })

  test('are shared by lists of values that differ little in length', () => {
    const statements = createStatements(sqliteDialect)
    const among = (...values: number[]) => statements.select(select({ op: 'in', field: 'id', values }))
    expect(among(1, 2, 3).text).toBe(among(4, 5, 6, 7).text)
    expect(among(1, 2, 3).parameters).toEqual([1, 2, 3, 3])
  })

  test('are not kept when they are long', () => {
    const statements = createStatements(sqliteDialect)
    const long = select({ op: 'in', field: 'id', values: Array.from({ length: 10_000 }, (_, at) => at) })
    expect(statements.select(long).text).not.toBe(statements.select(long).text)
  })

  test.each<[string, SelectQuery]>([
    ['another field', select({ op: '=', field: 'name', value: 'a' })],
    ['another comparison', select({ op: '<', field: 'id', value: 1 })],
    ['other fields', select(byId(1), { fields: ['id'] })],
    ['another order', select(byId(1), { orderBy: [{ by: 'id', direction: 'asc' }] })],
    ['another size of pages', select(byId(1), { limit: 20 })],
    ['another field of an order', select(byId(1), { orderBy: [{ by: 'name', direction: 'asc' }] })],
    ['a list that is frozen', select(byId(1), { fields: Object.freeze(['name', 'id']) })],
    ['distinct', select(byId(1), { distinct: true })],
    ['an offset', select(byId(1), { offset: 1 })],
    ['a negation', select({ op: 'not', filter: byId(1) })],
    ['another table', { ...select(byId(1)), table: makeTable() }],
  ])('differ with %s', (_, query) => {
    const statements = createStatements(sqliteDialect)
    expect(statements.select(query).text).not.toBe(statements.select(select(byId(1))).text)
  })

  test('that are long push each other out', () => {
    const statements = createStatements(sqliteDialect)
    const texts = (at: number) =>
      statements.select(
        select(
          { op: 'in', field: 'id', values: Array.from({ length: 3000 }, (_, value) => value) },
          { limit: 10, offset: 1, fields: fieldsOf(at) },
        ),
      ).text
    const first = texts(0)
    expect(texts(0)).toBe(first)
    for (let at = 1; at < 700; at++) texts(at)
    expect(texts(0)).not.toBe(first)
  })

  test('that were not used for long are forgotten first', () => {
    const statements = createStatements(sqliteDialect, 2)
    const text = (fields: string[]) => statements.select(select(byId(1), { fields })).text
    const kept = text(['id'])
    const dropped = text(['name'])
    expect(text(['id'])).toBe(kept)
    text(['id', 'name'])
    expect(text(['id'])).toBe(kept)
    expect(text(['name'])).not.toBe(dropped)
  })

  test('never hold a value', () => {
    const statements = createStatements(sqliteDialect)
    const all: Filter[] = [
      { op: '=', field: 'name', value: 'S3CRET' },
      { op: 'like', field: 'name', pattern: 'S3CRET%' },
      { op: 'contains', field: 'name', value: 'S3CRET' },
      { op: 'in', field: 'name', values: ['S3CRET'] },
    ]
    const where: Filter = { op: 'or', all }
    const returning = ['id']
    const texts = [
      statements.select(select(where, { limit: 7777, offset: 8888 })),
      statements.insert({ table, rows: [{ name: 'S3CRET' }], onConflict: ['id'], returning }, ['name']),
      statements.update({ table, set: { name: 'S3CRET' }, where, returning }),
      statements.delete({ table, where, returning }),
    ].map(({ text }) => text.sql)
    for (const text of texts) expect(text).not.toMatch(/S3CRET|7777|8888/)
  })

  test('take a value once that all rows have', () => {
    const statements = createStatements(sqliteDialect)
    const rows = [1, 2, 3].map((id) => ({ id, name: 'a' }))
    const insert = (same: readonly string[], from: InsertQuery['rows'] = rows) =>
      statements.insert({ table, rows: from, same, returning: [] }, ['id', 'name'])
    expect(insert(['name'])).toMatchObject({
      text: { sql: 'insert into "item" ("name", "id") values (?, ?), (?1, ?), (?1, ?)' },
      parameters: ['a', 1, 2, 3],
    })
    expect(insert([])).toMatchObject({
      text: { sql: 'insert into "item" ("id", "name") values (?, ?), (?, ?), (?, ?)' },
      parameters: [1, 'a', 2, 'a', 3, 'a'],
    })
    expect(insert(['name'], rows.slice(1, 2)).text.sql).toBe(
      'insert into "item" ("id", "name") values (?, ?)',
    )
  })

  test('take no value once that goes into an expression', () => {
    const statements = createStatements(sqliteDialect)
    const [first, ...others] = table.fields
    if (!first) throw new Error('no field')
    const value = { kind: 'value' } as const
    const doubled = { kind: 'calculation', op: '+', left: value, right: value } as const
    const computed = { ...first, expressions: { insert: doubled } }
    const [computing] = buildSchema([
      { ...table, fields: [computed, ...others], uniqueKeys: [], foreignKeys: [] },
    ]).tables
    if (!computing) throw new Error('no table')
    const rows = [1, 2].map((n) => ({ id: 7, name: `n${n}` }))
    const { parameters } = statements.insert({ table: computing, rows, same: ['id'], returning: [] }, [
      'id',
      'name',
    ])
    expect(parameters).toEqual([7, 7, 'n1', 7, 7, 'n2'])
  })

  test('with more values than the engine takes are refused', () => {
    const statements = createStatements({ ...sqliteDialect, maxParameters: 10 })
    const values = Array.from({ length: 11 }, (_, index) => index)
    expect(() => statements.select(select({ op: 'in', field: 'id', values }))).toThrow(
      expect.objectContaining({ code: 'bad_request' }),
    )
  })
})

describe('an insert of many rows', () => {
  const insert = (rows: InsertQuery['rows']): InsertQuery => ({ table, rows, returning: [] })
  const sizes = (query: InsertQuery, most = 1000) =>
    splitInsert(query, { maxParameters: most }).map(({ rows }) => rows.length)
  const rowsOf = (count: number) => Array.from({ length: count }, (_, id) => ({ id, name: 'x' }))

  test('is cut into few sizes, in order', () => {
    const query = insert(rowsOf(347))
    expect(sizes(query)).toEqual([256, 64, 16, 4, 4, 1, 1, 1])
    expect(splitInsert(query, { maxParameters: 1000 }).flatMap(({ rows }) => rows)).toEqual(query.rows)
  })

  test('keeps within the parameters of a statement', () => {
    expect(sizes(insert(rowsOf(20)), 8)).toEqual([4, 4, 4, 4, 4])
    expect(sizes(insert(rowsOf(3)), 2)).toEqual([1, 1, 1])
  })

  test('is cut where the keys change, and at every row without keys', () => {
    const query = insert([{ id: 1 }, { id: 2 }, { name: 'a' }, {}, {}, { id: 3 }])
    expect(
      splitInsert(query, { maxParameters: 1000 }).map(({ fields, rows }) => [fields, rows.length]),
    ).toEqual([
      [['id'], 1],
      [['id'], 1],
      [['name'], 1],
      [[], 1],
      [[], 1],
      [['id'], 1],
    ])
  })
})
