import { describe, expect, test } from 'vitest'
import type { TableChange } from '../../../src/core/database/adapter.ts'
import { type Field, type TableDefinition, valueClassOf } from '../../../src/core/database/schema.ts'
import { tableNamed } from '../read-table.ts'
import { asc, calm, type Engine, present, requireRelations, rowsOf, useScene } from '../scene.ts'
import { asEngineHas, field, id, reference, table } from '../world.ts'

const NO_CHANGE: TableChange = {
  add: [],
  change: [],
  drop: [],
  addForeignKeys: [],
  dropForeignKeys: [],
  addUniqueKeys: [],
  addIndexes: [],
}

/** Tables that are there and have rows, changed in every way that the port has. */
export function schemaChanges(engine: Engine): void {
  const scene = useScene(engine)

  const tableNow = (name: string) => tableNamed(scene.adapter, name)
  async function fieldNamed(name: string, wanted: string): Promise<Field> {
    return present((await tableNow(name)).fields.find((one) => one.name === wanted))
  }
  async function change(name: string, parts: Partial<TableChange>): Promise<void> {
    const now = await tableNow(name)
    await scene.adapter.alter({ kind: 'change_table', table: now, ...NO_CHANGE, ...parts }, calm)
  }
  async function rows(name: string, fields: readonly string[]) {
    const found = await tableNow(name)
    const query = { table: found, fields, limit: 100, as: 'rows', orderBy: [asc('id')] } as const
    return rowsOf(await scene.adapter.select(query, calm))
  }
  async function insert(name: string, row: Record<string, string | number>) {
    const query = { table: await tableNow(name), rows: [row], returning: ['id'] }
    return scene.adapter.insert(query, calm)
  }
  /** A table with rows, a parent and a child, under names of its own for each test. */
  async function family(tag: string): Promise<{ parent: string; name: string; child: string }> {
    const made = (definition: TableDefinition) =>
      ({ kind: 'create_table', table: asEngineHas(definition, scene.adapter) }) as const
    const [parent, name, child] = [`${tag}_parents`, `${tag}_things`, `${tag}_parts`]
    await scene.adapter.alter(
      [
        made(
          table(parent, {
            fields: [id(), field('word', 'string', { length: 20 })],
            primaryKey: ['id'],
          }),
        ),
        made(
          table(name, {
            fields: [
              id(),
              field('title', 'string', { length: 40 }),
              field('note', 'text', { allowNull: true }),
              field('amount', 'integer', { allowNull: true, default: 3 }),
              field('parent_id', 'integer', { allowNull: true }),
            ],
            primaryKey: ['id'],
            uniqueKeys: [['title']],
            foreignKeys: [reference(['parent_id'], parent, ['id'], { onDelete: 'SET NULL' })],
          }),
        ),
        made(
          table(child, {
            fields: [id(), field('thing_id', 'integer')],
            primaryKey: ['id'],
            foreignKeys: [reference(['thing_id'], name, ['id'], { onDelete: 'CASCADE' })],
          }),
        ),
      ],
      calm,
    )
    await insert(parent, { word: 'old' })
    await insert(name, { title: 'one', note: 'first', amount: 7, parent_id: 1 })
    await insert(name, { title: 'two' })
    await insert(name, { title: 'three' })
    await insert(child, { thing_id: 1 })
    return { parent, name, child }
  }

  test('fields come, change and go in one step, and the rows stay', async () => {
    const { name, child } = await family('whole')
    await change(name, {
      add: [field('color', 'string', { length: 10, default: 'blue' })],
      change: [field('title', 'string', { length: 60 })],
      drop: ['note'],
      addIndexes: ['amount'],
    })
    const now = await tableNow(name)
    expect(now.fields.map((one) => one.name)).toEqual(['id', 'title', 'amount', 'parent_id', 'color'])
    expect(now.fields.find((one) => one.name === 'title')).toMatchObject({ length: 60, allowNull: false })
    expect(now.indexedFields).toContain('amount')
    expect(now.uniqueKeys).toEqual([['title']])
    if (scene.adapter.capabilities.has('relations'))
      expect(now.foreignKeys).toMatchObject([{ fields: ['parent_id'], onDelete: 'SET NULL' }])
    expect(await rows(name, ['id', 'title', 'amount', 'parent_id', 'color'])).toEqual([
      { id: 1, title: 'one', amount: 7, parent_id: 1, color: 'blue' },
      { id: 2, title: 'two', amount: 3, parent_id: null, color: 'blue' },
      { id: 3, title: 'three', amount: 3, parent_id: null, color: 'blue' },
    ])
    expect(await rows(child, ['id', 'thing_id'])).toEqual([{ id: 1, thing_id: 1 }])
  })

  test('unique keys and indexes go by their fields, and the others stay', async () => {
    const { name } = await family('unkeyed')
    await change(name, { addUniqueKeys: [['amount', 'title']], addIndexes: ['amount', 'parent_id'] })
    await change(name, { dropUniqueKeys: [['title']], dropIndexes: ['amount'] })
    const now = await tableNow(name)
    expect(now.uniqueKeys).toEqual([['amount', 'title']])
    expect(now.indexedFields).not.toContain('amount')
    await insert(name, { title: 'one', amount: 8 })
    await expect(insert(name, { title: 'one', amount: 8 })).rejects.toMatchObject({ code: 'conflict' })
    await change(name, { dropUniqueKeys: [['amount', 'title']] })
    await insert(name, { title: 'one', amount: 8 })
    expect((await tableNow(name)).uniqueKeys).toEqual([])
    expect(await rows(name, ['title'])).toHaveLength(5)
  })

  test('keys hold as before, in both directions', async ({ skip }) => {
    requireRelations(scene, skip)
    const { parent, name, child } = await family('keys')
    await change(name, { change: [field('note', 'string', { length: 100, allowNull: true })] })
    await expect(insert(name, { title: 'one' })).rejects.toMatchObject({ code: 'conflict' })
    await expect(insert(name, { title: 'x', parent_id: 99 })).rejects.toMatchObject({ code: 'conflict' })
    await expect(insert(child, { thing_id: 99 })).rejects.toMatchObject({ code: 'conflict' })
    const parents = await tableNow(parent)
    await scene.adapter.delete(
      { table: parents, where: { op: '=', field: 'id', value: 1 }, returning: [] },
      calm,
    )
    expect((await rows(name, ['parent_id']))[0]).toEqual({ parent_id: null })
    const things = await tableNow(name)
    await scene.adapter.delete(
      { table: things, where: { op: '=', field: 'id', value: 1 }, returning: [] },
      calm,
    )
    expect(await rows(child, ['id'])).toEqual([])
  })

  test('numbers go on where they were, also after the last row went', async () => {
    const { name } = await family('count')
    const things = await tableNow(name)
    await scene.adapter.delete(
      { table: things, where: { op: '=', field: 'id', value: 3 }, returning: [] },
      calm,
    )
    await change(name, { drop: ['note'] })
    expect((await insert(name, { title: 'four' })).rows).toEqual([{ id: 4 }])
  })

  describe('a field', () => {
    test('takes null, and takes none', async () => {
      const { name } = await family('nulls')
      await change(name, { change: [{ ...(await fieldNamed(name, 'title')), allowNull: true }] })
      expect(await fieldNamed(name, 'title')).toMatchObject({ allowNull: true, length: 40 })
      await change(name, { change: [{ ...(await fieldNamed(name, 'title')), allowNull: false }] })
      expect(await fieldNamed(name, 'title')).toMatchObject({ allowNull: false })
      const refused = change(name, { change: [{ ...(await fieldNamed(name, 'note')), allowNull: false }] })
      await expect(refused).rejects.toMatchObject({ name: 'AppError' })
      expect(await fieldNamed(name, 'note')).toMatchObject({ allowNull: true })
    })

    test('gets a default, another one, and none', async () => {
      const { name } = await family('defaults')
      const amount = await fieldNamed(name, 'amount')
      await change(name, { change: [{ ...amount, default: 12 }] })
      expect(await fieldNamed(name, 'amount')).toMatchObject({ default: 12 })
      const { default: _, ...without } = amount
      await change(name, { change: [without] })
      expect((await fieldNamed(name, 'amount')).default).toBeUndefined()
      await insert(name, { title: 'later' })
      expect((await rows(name, ['amount'])).at(-1)).toEqual({ amount: null })
    })

    test('gets another type, and its values are of it', async () => {
      const { name } = await family('types')
      await change(name, { change: [field('amount', 'string', { length: 30, allowNull: true })] })
      expect(valueClassOf((await fieldNamed(name, 'amount')).type)).toBe('text')
      expect(await rows(name, ['amount'])).toEqual([{ amount: '7' }, { amount: '3' }, { amount: '3' }])
    })

    test('that computes its own number keeps doing so', async () => {
      const { name } = await family('automatic')
      const refused = change(name, { change: [field('amount', 'integer', { autoIncrement: true })] })
      await expect(refused).rejects.toMatchObject({ code: 'not_supported' })
    })
  })

  test('a foreign key comes and goes', async ({ skip }) => {
    requireRelations(scene, skip)
    const { parent, name } = await family('references')
    const [key] = (await tableNow(name)).foreignKeys
    await change(name, { dropForeignKeys: [present(key)] })
    expect((await tableNow(name)).foreignKeys).toEqual([])
    await insert(name, { title: 'loose', parent_id: 99 })
    const again = { addForeignKeys: [reference(['parent_id'], parent, ['id'])] }
    await expect(change(name, again)).rejects.toMatchObject({ code: 'conflict' })
    const things = await tableNow(name)
    await scene.adapter.delete(
      { table: things, where: { op: '=', field: 'title', value: 'loose' }, returning: [] },
      calm,
    )
    await change(name, again)
    expect((await tableNow(name)).foreignKeys).toMatchObject([{ refTable: parent, refFields: ['id'] }])
    await expect(insert(name, { title: 'x', parent_id: 99 })).rejects.toMatchObject({ code: 'conflict' })
  })

  test('a unique key comes, unless rows are in its way', async () => {
    const { name } = await family('unique')
    await expect(change(name, { addUniqueKeys: [['amount']] })).rejects.toMatchObject({ code: 'conflict' })
    expect((await tableNow(name)).uniqueKeys).toEqual([['title']])
    await change(name, { addUniqueKeys: [['note']] })
    expect((await tableNow(name)).uniqueKeys.toSorted()).toEqual([['note'], ['title']])
  })

  test('a change of which one part fails changes nothing', async () => {
    const { name } = await family('halves')
    const before = await tableNow(name)
    const refused = change(name, {
      add: [field('extra', 'integer', { allowNull: true })],
      drop: ['note'],
      addUniqueKeys: [['amount']],
    })
    await expect(refused).rejects.toMatchObject({ name: 'AppError' })
    expect((await tableNow(name)).fields).toEqual(before.fields)
    expect(await rows(name, ['note'])).toEqual([{ note: 'first' }, { note: null }, { note: null }])
  })

  test('the key of a table cannot be dropped while others refer to it', async () => {
    const { name } = await family('primary')
    await expect(change(name, { drop: ['id'] })).rejects.toMatchObject({ name: 'AppError' })
    expect((await tableNow(name)).primaryKey).toEqual(['id'])
  })

  test('a decimal that says no digits keeps those behind the point', async () => {
    const fields = [id(), field('amount', 'decimal', { allowNull: true })]
    const definition = table('plain_decimals', { fields, primaryKey: ['id'] })
    await scene.adapter.alter({ kind: 'create_table', table: asEngineHas(definition, scene.adapter) }, calm)
    await insert('plain_decimals', { id: 1, amount: 11.5 })
    expect(await rows('plain_decimals', ['amount'])).toEqual([{ amount: 11.5 }])
  })

  test('a table that is gone is not found', async () => {
    const { name, child } = await family('gone')
    const was = await tableNow(child)
    await scene.adapter.alter({ kind: 'drop_table', table: child }, calm)
    const late = scene.adapter.alter(
      { kind: 'change_table', table: was, ...NO_CHANGE, drop: ['thing_id'] },
      calm,
    )
    await expect(late).rejects.toMatchObject({ code: 'not_found' })
    expect((await tableNow(name)).name).toBe(name)
  })
}
