import { expect, test } from 'vitest'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import type { TableDefinition } from '../../../src/core/database/schema.ts'
import { field, id as idField } from '../../contract/world.ts'
import { calm, opened, query, rowsOf, tableOf } from './database-file.ts'

const id = idField()

function table(name: string, more: Partial<TableDefinition> = {}): TableDefinition {
  return { name, isView: false, fields: [id], primaryKey: ['id'], uniqueKeys: [], foreignKeys: [], ...more }
}

function create(adapter: DatabaseAdapter, definition: TableDefinition): Promise<void> {
  return adapter.alter({ kind: 'create_table', table: definition }, calm)
}

test('a table is made as it was defined', async () => {
  const adapter = await opened('')
  await create(adapter, table('customer'))
  const definition = table('order', {
    fields: [
      id,
      field('customer_id', 'reference'),
      field('number', 'integer'),
      field('status', 'string', { length: 20, default: "it's new" }),
      field('total', 'decimal', { precision: 12, scale: 2, default: 0.5, allowNull: true }),
      field('paid', 'boolean', { default: false }),
      field('created_at', 'timestamp', { default: { expression: 'current_timestamp' } }),
      field('data', 'json', { allowNull: true }),
    ],
    uniqueKeys: [['customer_id', 'number']],
    foreignKeys: [
      {
        fields: ['customer_id'],
        refTable: 'customer',
        refFields: ['id'],
        onUpdate: 'NO ACTION',
        onDelete: 'cascade',
      },
    ],
    indexedFields: ['status'],
  })
  await create(adapter, definition)
  const made = await tableOf(adapter, 'order')
  expect(made).toMatchObject({
    primaryKey: ['id'],
    uniqueKeys: [['customer_id', 'number']],
    foreignKeys: [{ fields: ['customer_id'], refTable: 'customer', refFields: ['id'], onDelete: 'CASCADE' }],
    indexedFields: ['status'],
  })
  expect(made.fields.map(({ type, dbType }) => [type, dbType])).toEqual([
    ['id', 'integer'],
    ['reference', 'integer'],
    ['integer', 'integer'],
    ['string', 'varchar(20)'],
    ['decimal', 'decimal(12,2)'],
    ['boolean', 'tinyint(1)'],
    ['timestamp', 'timestamp'],
    ['json', 'json'],
  ])
  expect(made.fields.map((one) => one.default)).toEqual([
    undefined,
    undefined,
    undefined,
    "it's new",
    0.5,
    false,
    { expression: 'CURRENT_TIMESTAMP' },
    undefined,
  ])
})

test('a composite key, and a single key that is not automatic', async () => {
  const adapter = await opened('')
  await create(
    adapter,
    table('pair', { fields: [field('a', 'integer'), field('b', 'string')], primaryKey: ['b', 'a'] }),
  )
  await create(adapter, table('code', { fields: [field('number', 'integer')], primaryKey: ['number'] }))
  expect((await tableOf(adapter, 'pair')).primaryKey).toEqual(['b', 'a'])
  expect((await tableOf(adapter, 'code')).fields[0]).toMatchObject({ type: 'integer', autoIncrement: false })
})

test('an automatic key never takes the number of a deleted row again', async () => {
  const adapter = await opened('')
  await create(adapter, table('t'))
  const made = await tableOf(adapter, 't')
  await adapter.insert({ table: made, rows: [{}, {}], returning: [] }, calm)
  await adapter.delete({ table: made, where: { op: '=', field: 'id', value: 2 }, returning: [] }, calm)
  expect(await adapter.insert({ table: made, rows: [{}], returning: ['id'] }, calm)).toMatchObject({
    rows: [{ id: 3 }],
  })
})

test('a field is added, and a table dropped', async () => {
  const adapter = await opened('CREATE TABLE t (a TEXT); INSERT INTO t VALUES (1)')
  const added = field('prio "x"', 'integer', { default: 3 })
  await adapter.alter({ kind: 'add_field', table: 't', field: added }, calm)
  expect(await rowsOf(adapter, query(await tableOf(adapter, 't')))).toEqual([{ a: '1', 'prio "x"': 3 }])
  await adapter.alter({ kind: 'drop_table', table: 't' }, calm)
  expect(await adapter.readSchema(calm)).toEqual([])
})

test('a table of which one part fails is not made at all', async () => {
  const adapter = await opened('CREATE TABLE other (a INT); CREATE INDEX ndx_t_id ON other (a)')
  await expect(create(adapter, table('t', { indexedFields: ['id'] }))).rejects.toMatchObject({
    code: 'conflict',
  })
  expect((await adapter.readSchema(calm)).map(({ name }) => name)).toEqual(['other'])
})

test.each([
  'text) ; drop table t; --',
  'text default (1)',
  'integer primary key',
  'text references t',
  "text check (x > '')",
  'varchar(1',
  'text collate nocase',
  'int generated always',
  'a b c d e',
])('the database type %j is refused', async (dbType) => {
  const adapter = await opened('')
  const fields = [field('x', 'string', { dbType })]
  await expect(create(adapter, table('t', { fields, primaryKey: [] }))).rejects.toMatchObject({
    code: 'bad_request',
  })
})

test.each([[{ expression: '(select 1)' }], [{ expression: "'a'); drop table t" }], [[1]]])(
  'the default %j is refused',
  async (value) => {
    const adapter = await opened('')
    const fields = [field('x', 'string', { default: value })]
    await expect(create(adapter, table('t', { fields, primaryKey: [] }))).rejects.toMatchObject({
      code: 'bad_request',
    })
  },
)

test.each([
  ['a table that exists', { kind: 'create_table', table: table('t') }, 'conflict'],
  ['a table without fields', { kind: 'create_table', table: table('u', { fields: [] }) }, 'bad_request'],
  [
    'two automatic keys',
    { kind: 'create_table', table: table('u', { fields: [id, { ...id, name: 'b' }] }) },
    'bad_request',
  ],
  [
    'a field that exists',
    { kind: 'add_field', table: 't', field: field('a', 'text', { allowNull: true }) },
    'conflict',
  ],
  [
    'a required field without a default',
    { kind: 'add_field', table: 't', field: field('b', 'text') },
    'bad_request',
  ],
  ['dropping a missing table', { kind: 'drop_table', table: 'nowhere' }, 'not_found'],
  ['dropping a view', { kind: 'drop_table', table: 'v' }, 'bad_request'],
  ['dropping a table that others refer to', { kind: 'drop_table', table: 'p' }, 'conflict'],
] as const)('%s is refused', async (_, change, code) => {
  const adapter =
    await opened(`CREATE TABLE t (a TEXT); INSERT INTO t VALUES (1); CREATE VIEW v AS SELECT a FROM t;
    CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p INT REFERENCES p(id)); INSERT INTO p VALUES (1); INSERT INTO c VALUES (1)`)
  await expect(adapter.alter(change, calm)).rejects.toMatchObject({ name: 'AppError', code })
})
