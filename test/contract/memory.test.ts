import { describe, expect, test } from 'vitest'
import { openMemory } from '../../adapters/database/memory/open.ts'
import { buildSchema } from '../../src/core/database/build-schema.ts'
import type { Value } from '../../src/core/database/value.ts'
import { calm, present } from './scene.ts'
import { createWorld, field, id, reference, table } from './world.ts'

/** What the reference engine does beyond the contract: it takes nothing that is not exactly of its type. */
describe('the memory engine', () => {
  test('opens with tables', async () => {
    const adapter = openMemory([
      table('notes', { fields: [id(), field('body', 'text')], primaryKey: ['id'] }),
    ])
    const notes = present(buildSchema(await adapter.readSchema(calm)).tables[0])
    const result = await adapter.insert({ table: notes, rows: [{ body: 'x' }], returning: ['id'] }, calm)
    expect(result).toEqual({ affected: 1, rows: [{ id: 1 }] })
  })

  test('gives rows in order of insertion when no order is asked', async () => {
    const { adapter, types } = await openTypes()
    await adapter.insert({ table: types, rows: [{ id: 3 }, { id: 1 }, { id: 2 }], returning: [] }, calm)
    const query = { table: types, fields: ['id'], limit: 10, as: 'rows' } as const
    expect(await adapter.select(query, calm)).toEqual({ rows: [{ id: 3 }, { id: 1 }, { id: 2 }] })
  })

  const mistyped: readonly (readonly [string, NonNullable<Value>, string])[] = [
    ['big', '12', 'text'],
    ['big', 1.5, 'a fraction'],
    ['big', 2 ** 53, 'a number that lost digits'],
    ['exact', 'twelve', 'words'],
    ['exact', '', 'empty text'],
    ['exact', '1e5', 'an exponent'],
    ['exact', '1234567890.1234567', 'more digits than a double'],
    ['approximate', '0.5', 'text'],
    ['approximate', Number.NaN, 'not a number'],
    ['flag', 1, 'a number'],
    ['day', '29.02.2024', 'another format'],
    ['day', '2024-02-29 00:00:00', 'a time with it'],
    ['clock', '2024-02-29', 'a date'],
    ['moment', 'yesterday', 'words'],
    ['document', '{}', 'JSON text'],
    ['bytes', 'AAF/', 'base64'],
    ['words', 12, 'a number'],
    ['unique_id', true, 'a boolean'],
  ]
  test('stores no whole number of more than 64 bits, and finds nothing by it', async () => {
    const { adapter, types } = await openTypes()
    const written = adapter.insert({ table: types, rows: [{ big: 2n ** 63n }], returning: [] }, calm)
    await expect(written).rejects.toMatchObject({ code: 'bad_request', context: { field: 'big' } })
    const where = { op: '=', field: 'big', value: 2n ** 63n } as const
    const read = await adapter.select({ table: types, fields: ['id'], where, limit: 1, as: 'rows' }, calm)
    expect(read).toEqual({ rows: [] })
  })

  test.each(mistyped)('refuses for %s the value %s: %s', async (name, value) => {
    const { adapter, types } = await openTypes()
    const refusal = { code: 'bad_request', context: { field: name } }
    const written = adapter.insert({ table: types, rows: [{ [name]: value }], returning: [] }, calm)
    await expect(written).rejects.toMatchObject(refusal)
    const where = { op: '=', field: name, value } as const
    const read = adapter.select({ table: types, fields: ['id'], where, limit: 1, as: 'rows' }, calm)
    await expect(read).rejects.toMatchObject(refusal)
  })

  test.each([
    ['views', table('v', { isView: true, fields: [id()] })],
    ['generated fields', table('g', { fields: [field('sum', 'integer', { isGenerated: true })] })],
    [
      'defaults it cannot compute',
      table('d', { fields: [field('x', 'integer', { default: { expression: 'RANDOM()' } })] }),
    ],
    [
      'other referential actions',
      table('r', {
        fields: [id()],
        foreignKeys: [reference(['id'], 'r', ['id'], { onDelete: 'SET DEFAULT' })],
      }),
    ],
  ])('says that it has no %s', async (_what, definition) => {
    const made = openMemory().alter({ kind: 'create_table', table: definition }, calm)
    await expect(made).rejects.toMatchObject({ code: 'not_supported' })
  })

  test('keeps a table that others refer to', async () => {
    const adapter = openMemory()
    await createWorld(adapter)
    const drop = adapter.alter({ kind: 'drop_table', table: 'orders' }, calm)
    await expect(drop).rejects.toMatchObject({ code: 'conflict' })
  })

  test('carries changes along several foreign keys in a row', async () => {
    const adapter = openMemory()
    const schema = await createWorld(adapter)
    const orders = present(schema.tableByName.get('orders'))
    const where = { op: 'and', all: [] } as const
    expect(await adapter.delete({ table: orders, where, returning: [] }, calm)).toMatchObject({ affected: 8 })
    const left = (await adapter.readSchema(calm)).map(({ name, rowEstimate }) => [name, rowEstimate])
    expect(Object.fromEntries(left)).toMatchObject({
      orders: 0,
      order_items: 0,
      order_tags: 0,
      customers: 6,
      tags: 3,
    })
  })
})

async function openTypes() {
  const adapter = openMemory()
  const schema = await createWorld(adapter)
  return { adapter, types: present(schema.tableByName.get('types')) }
}
