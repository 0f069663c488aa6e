import { describe, expect, test } from 'vitest'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import { type TableDefinition, valueClassOf } from '../../../src/core/database/schema.ts'
import { tableNamed } from '../read-table.ts'
import { asc, calm, type Engine, present, requireRelations, useScene } from '../scene.ts'
import { asEngineHas, field, id, reference, table, WORLD, worldOf } from '../world.ts'

export function schema(engine: Engine): void {
  const scene = useScene(engine)
  const world = worldOf(engine.differs ?? {})
  const readTable = (name: string) => tableNamed(scene.adapter, name)
  const relationsOf = (name: string) =>
    scene
      .table(name)
      .relations.map(({ name, type, refTable }) => `${name}: ${type} ${refTable}`)
      .toSorted()

  test('lists the tables that were made and nothing else', () => {
    expect(scene.schema.tables.map(({ name }) => name)).toEqual(world.map(({ name }) => name).toSorted())
    expect(scene.schema.tables.some(({ isView }) => isView)).toBe(false)
  })

  describe.each(world.map((definition) => ({ name: definition.name, definition })))(
    '$name',
    ({ name, definition }) => {
      test('has its fields, in order, of the right kind', () => {
        expect(scene.table(name).fields.map(factsOf)).toEqual(definition.fields.map(factsOf))
      })

      test('has its keys', () => {
        expect(keysOf(scene.table(name))).toEqual(keysOf(asEngineHas(definition, scene.adapter)))
      })

      test('names the type of every field as the engine does', () => {
        expect(scene.table(name).fields.map(({ dbType }) => dbType)).not.toContain('')
      })
    },
  )

  test('tells what a field defaults to', () => {
    const defaultOf = (name: string, field: string) => scene.table(name).fieldByName.get(field)?.default
    expect(defaultOf('orders', 'status')).toBe('open')
    expect(defaultOf('customers', 'is_active')).toBe(true)
    expect(defaultOf('customers', 'credit')).toBe(0)
    expect(defaultOf('order_items', 'quantity')).toBe(1)
    expect(defaultOf('customers', 'created_at')).toEqual({ expression: 'CURRENT_TIMESTAMP' })
    expect(defaultOf('customers', 'name')).toBeUndefined()
  })

  test('tells how long text may be and how exact a decimal is', () => {
    expect(scene.table('customers').fieldByName.get('email')).toMatchObject({ length: 120 })
    expect(scene.table('types').fieldByName.get('exact')).toMatchObject({ precision: 20, scale: 5 })
  })

  test('relates tables in both directions', ({ skip }) => {
    requireRelations(scene, skip)
    expect(relationsOf('customers')).toEqual([
      'customer_notes_by_customer_id: has_one customer_notes',
      'orders_by_customer_id: has_many orders',
    ])
    expect(relationsOf('order_items')).toEqual(['orders_by_order_id: belongs_to orders'])
  })

  test('relates tables through a junction', ({ skip }) => {
    requireRelations(scene, skip)
    expect(relationsOf('tags')).toEqual([
      'order_tags_by_tag_id: has_many order_tags',
      'orders_by_order_tags: many_many orders',
    ])
  })

  test('relates a table with itself at both ends', ({ skip }) => {
    requireRelations(scene, skip)
    const types = scene.table('categories').relations.map(({ type }) => type)
    expect(types.toSorted()).toEqual(['belongs_to', 'has_many'])
  })

  test('describes the tables the same way while only rows change', async () => {
    await scene.insert('texts', [{ body: 'rows are not schema' }])
    const again = buildSchema((await scene.adapter.readSchema(calm)).map(withoutEstimate))
    const first = buildSchema(scene.schema.tables.map(withoutEstimate))
    expect(again.tables.map(keysOf)).toEqual(first.tables.map(keysOf))
    expect(again.tables.map(({ fields }) => fields)).toEqual(first.tables.map(({ fields }) => fields))
  })

  test('makes a table with everything in it', async () => {
    const whole = table('invoices', {
      fields: [
        id('number'),
        field('customer_id', 'integer'),
        field('code', 'string', { length: 10, default: "it's" }),
      ],
      primaryKey: ['number'],
      uniqueKeys: [['customer_id', 'code']],
      foreignKeys: [
        reference(['customer_id'], 'customers', ['id'], { onDelete: 'CASCADE', onUpdate: 'CASCADE' }),
      ],
    })
    const made = asEngineHas(whole, scene.adapter)
    await scene.adapter.alter({ kind: 'create_table', table: made }, calm)
    const found = await readTable('invoices')
    expect(found.fields.map(factsOf)).toEqual(made.fields.map(factsOf))
    expect(keysOf(found)).toEqual(keysOf(made))
    const query = { table: found, rows: [{ customer_id: 1 }], returning: ['number', 'code'] }
    expect((await scene.adapter.insert(query, calm)).rows).toEqual([{ number: 1, code: "it's" }])
  })

  test('does not make a table twice', async () => {
    const again = scene.adapter.alter({ kind: 'create_table', table: present(WORLD[0]) }, calm)
    await expect(again).rejects.toMatchObject({ code: 'conflict' })
    expect(await scene.count('customers')).toBe(6)
  })

  test('adds a field: the rows that are there get its default', async () => {
    const color = field('color', 'string', { length: 20, default: 'blue' })
    await scene.adapter.alter({ kind: 'add_field', table: 'tags', field: color }, calm)
    const found = await readTable('tags')
    expect(found.fields.map(({ name }) => name)).toEqual(['id', 'label', 'color'])
    const query = {
      ...scene.query('tags', { orderBy: [asc('id')] }),
      table: found,
      fields: ['label', 'color'],
      limit: 1,
    }
    expect(await scene.adapter.select(query, calm)).toMatchObject({
      rows: [{ label: 'urgent', color: 'blue' }],
    })
  })

  test('adds a nullable field without default', async () => {
    await scene.adapter.alter(
      { kind: 'add_field', table: 'texts', field: field('note', 'text', { allowNull: true }) },
      calm,
    )
    const found = await readTable('texts')
    const query = { ...scene.query('texts'), table: found, fields: ['note'], limit: 1 }
    expect(await scene.adapter.select(query, calm)).toMatchObject({ rows: [{ note: null }] })
  })

  test('does not add a field twice', async () => {
    const again = {
      kind: 'add_field',
      table: 'customers',
      field: field('city', 'string', { allowNull: true }),
    } as const
    await expect(scene.adapter.alter(again, calm)).rejects.toMatchObject({ code: 'conflict' })
  })

  test('drops a table', async () => {
    await scene.adapter.alter({ kind: 'drop_table', table: 'types' }, calm)
    const left = (await scene.adapter.readSchema(calm)).map(({ name }) => name)
    expect(left).not.toContain('types')
    expect(left).toContain('customers')
  })

  test('answers not_found when the table to change is missing', async () => {
    const drop = scene.adapter.alter({ kind: 'drop_table', table: 'missing' }, calm)
    await expect(drop).rejects.toMatchObject({ code: 'not_found' })
    const add = scene.adapter.alter({ kind: 'add_field', table: 'missing', field: id() }, calm)
    await expect(add).rejects.toMatchObject({ code: 'not_found' })
  })
}

function factsOf({ name, type, allowNull, autoIncrement, isGenerated }: TableDefinition['fields'][number]) {
  return { name, class: valueClassOf(type), allowNull, autoIncrement, isGenerated }
}

function keysOf({ primaryKey, uniqueKeys, foreignKeys }: TableDefinition) {
  return {
    primaryKey,
    uniqueKeys: uniqueKeys.toSorted(),
    foreignKeys: foreignKeys
      .map(({ name: _name, ...key }) => key)
      .toSorted((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1)),
  }
}

/** Statistics may change with the rows. */
function withoutEstimate({ rowEstimate: _rows, ...definition }: TableDefinition): TableDefinition {
  return definition
}
