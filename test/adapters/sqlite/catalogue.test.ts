import { expect, test } from 'vitest'
import type { Field, TableDefinition } from '../../../src/core/database/schema.ts'
import { calm, opened } from './database-file.ts'

async function schemaOf(sql: string): Promise<ReadonlyMap<string, TableDefinition>> {
  const adapter = await opened(sql)
  const tables = await adapter.readSchema(calm)
  return new Map(tables.map((table) => [table.name, table]))
}

async function tableOf(sql: string, name = 't'): Promise<TableDefinition> {
  const table = (await schemaOf(sql)).get(name)
  if (!table) throw new Error(`no table ${name}`)
  return table
}

async function fieldOf(declaration: string): Promise<Field | undefined> {
  return (await tableOf(`CREATE TABLE t (${declaration})`)).fields[0]
}

test.each([
  ['integer', { type: 'integer', dbType: 'integer' }],
  ['INT', { type: 'integer', dbType: 'int' }],
  ['BIGINT', { type: 'bigint' }],
  ['smallint', { type: 'integer' }],
  ['TINYINT(1)', { type: 'boolean', dbType: 'tinyint(1)', length: 1 }],
  ['tinyint(4)', { type: 'integer', length: 4 }],
  ['BOOLEAN', { type: 'boolean', dbType: 'boolean' }],
  ['bit', { type: 'boolean' }],
  ['DECIMAL(5,2)', { type: 'decimal', dbType: 'decimal(5,2)', length: 5, precision: 5, scale: 2 }],
  ['NUMERIC', { type: 'decimal', dbType: 'numeric' }],
  ['money', { type: 'money' }],
  ['REAL', { type: 'float', dbType: 'real' }],
  ['float(53)', { type: 'double' }],
  ['DOUBLE PRECISION', { type: 'double' }],
  ['VARCHAR(40)', { type: 'string', dbType: 'varchar(40)', length: 40 }],
  ['char(2)', { type: 'string', length: 2 }],
  ['TEXT', { type: 'text' }],
  ['mediumtext', { type: 'text' }],
  ['CLOB', { type: 'text' }],
  ['BLOB', { type: 'binary' }],
  ['varbinary(16)', { type: 'binary', length: 16 }],
  ['DATE', { type: 'date' }],
  ['TIME', { type: 'time' }],
  ['DATETIME', { type: 'datetime' }],
  ['TIMESTAMP', { type: 'timestamp' }],
  ['timestamp with time zone', { type: 'timestamptz' }],
  ['JSON', { type: 'json' }],
  ['uuid', { type: 'uuid' }],
  ['point', { type: 'string' }],
  ['', { type: 'string', dbType: '' }],
])('a column declared as %j', async (declared, expected) => {
  expect(await fieldOf(`x ${declared}`)).toMatchObject(expected)
})

test.each([
  [`x TEXT DEFAULT 'it''s'`, "it's"],
  [`x INTEGER DEFAULT 3`, 3],
  [`x INTEGER DEFAULT -3`, -3],
  [`x DECIMAL(5,2) DEFAULT 0.5`, 0.5],
  [`x DECIMAL(5,2) DEFAULT '0.50'`, 0.5],
  [`x BIGINT DEFAULT 9223372036854775807`, '9223372036854775807'],
  [`x BOOLEAN DEFAULT 1`, true],
  [`x BOOLEAN DEFAULT FALSE`, false],
  [`x TEXT DEFAULT 5`, '5'],
  [`x TEXT DEFAULT NULL`, undefined],
  [`x TEXT`, undefined],
  [`x TIMESTAMP DEFAULT CURRENT_TIMESTAMP`, { expression: 'CURRENT_TIMESTAMP' }],
  [`x TEXT DEFAULT (lower('A'))`, { expression: "lower('A')" }],
])('the default of %s', async (declaration, expected) => {
  expect((await fieldOf(declaration))?.default).toEqual(expected)
})

test('a single INTEGER key is numbered by SQLite; others are not', async () => {
  const tables = await schemaOf(`
    CREATE TABLE plain (id INTEGER PRIMARY KEY);
    CREATE TABLE short (id INT PRIMARY KEY);
    CREATE TABLE composite (a INTEGER, b INTEGER, PRIMARY KEY (b, a));
    CREATE TABLE without (id INTEGER PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE other (id INTEGER PRIMARY KEY REFERENCES plain(id))`)
  const first = (name: string) => tables.get(name)?.fields[0]
  expect(first('plain')).toMatchObject({ type: 'id', autoIncrement: true, allowNull: false })
  expect(first('short')).toMatchObject({ type: 'integer', autoIncrement: false })
  expect(first('composite')).toMatchObject({ type: 'integer', autoIncrement: false })
  expect(tables.get('composite')?.primaryKey).toEqual(['b', 'a'])
  expect(first('without')).toMatchObject({ type: 'integer', autoIncrement: false })
  expect(first('other')).toMatchObject({ type: 'reference', autoIncrement: false })
})

test('foreign keys, with the spelling of the table they point at', async () => {
  const tables = await schemaOf(`
    CREATE TABLE Parent (Id INTEGER PRIMARY KEY, a INT, b INT, UNIQUE (a, b));
    CREATE TABLE t (p INTEGER REFERENCES parent(ID) ON DELETE CASCADE ON UPDATE SET NULL, q INT REFERENCES Parent,
      x INT, y INT, code TEXT REFERENCES Parent(id), FOREIGN KEY (x, y) REFERENCES PARENT (A, B))`)
  const keys = tables.get('t')?.foreignKeys
  expect(keys).toEqual([
    { fields: ['p'], refTable: 'Parent', refFields: ['Id'], onUpdate: 'SET NULL', onDelete: 'CASCADE' },
    { fields: ['q'], refTable: 'Parent', refFields: [], onUpdate: 'NO ACTION', onDelete: 'NO ACTION' },
    { fields: ['code'], refTable: 'Parent', refFields: ['Id'], onUpdate: 'NO ACTION', onDelete: 'NO ACTION' },
    {
      fields: ['x', 'y'],
      refTable: 'Parent',
      refFields: ['a', 'b'],
      onUpdate: 'NO ACTION',
      onDelete: 'NO ACTION',
    },
  ])
  expect(tables.get('t')?.fields.map(({ type }) => type)).toEqual([
    'reference',
    'reference',
    'integer',
    'integer',
    'text',
  ])
})

test('unique keys are those that hold for every row; indexes tell their first field', async () => {
  const table = await tableOf(`
    CREATE TABLE t (a TEXT UNIQUE, b INT, c INT, d TEXT, UNIQUE (b, c));
    CREATE UNIQUE INDEX whole ON t (d); CREATE UNIQUE INDEX part ON t (c) WHERE c > 0;
    CREATE UNIQUE INDEX lowered ON t (lower(a)); CREATE INDEX plain ON t (c, d); CREATE INDEX more ON t (c)`)
  expect(table.uniqueKeys).toEqual([['a'], ['b', 'c'], ['d']])
  expect(table.indexedFields).toEqual(['c'])
})

test('computed columns are readable only', async () => {
  const table = await tableOf(
    'CREATE TABLE t (a INT, b INT GENERATED ALWAYS AS (a * 2) STORED, c INT AS (a * 3) VIRTUAL)',
  )
  expect(table.fields.map(({ name, isGenerated }) => [name, isGenerated])).toEqual([
    ['a', false],
    ['b', true],
    ['c', true],
  ])
})

test('row estimates come from ANALYZE, or not at all', async () => {
  const sql = `CREATE TABLE t (a INT); CREATE INDEX i ON t (a); INSERT INTO t SELECT value FROM json_each('[1,2,3]')`
  expect((await tableOf(sql)).rowEstimate).toBeUndefined()
  expect((await tableOf(`${sql}; ANALYZE`)).rowEstimate).toBe(3)
})

test('types of a view: those of its columns, and of what it computes', async () => {
  const view = await tableOf(
    `CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(40), price DECIMAL(10,2), at DATE, "odd name" TEXT);
    CREATE TABLE other (id INT, note TEXT);
    CREATE VIEW v AS /* a comment, with from */ SELECT t.id, t.name AS label, count(*) AS n, SUM(t.price) AS total,
      avg(price) average, max(t.price) AS highest, max(at) latest, coalesce(t.name, 'none') AS known, price * 2 AS twice,
      name || '!' AS loud, 'x' AS letter, 5 AS five, CAST(price AS TEXT) AS shown, (SELECT count(*) FROM other) AS others,
      CASE WHEN price > 1 THEN 'dear' ELSE 'cheap' END AS class, "odd name" odd, upper("odd name"), t.price > 1 AS dear,
      round(price, 1) AS "rounded price"
    FROM t LEFT JOIN other ON other.id = t.id GROUP BY t.id`,
    'v',
  )
  expect(view.isView).toBe(true)
  expect(Object.fromEntries(view.fields.map(({ name, type }) => [name, type]))).toEqual({
    id: 'integer',
    label: 'string',
    n: 'integer',
    total: 'decimal',
    average: 'decimal',
    highest: 'decimal',
    latest: 'date',
    known: 'string',
    twice: 'decimal',
    loud: 'text',
    letter: 'text',
    five: 'integer',
    shown: 'text',
    others: 'integer',
    class: 'text',
    odd: 'text',
    'upper("odd name")': 'text',
    dear: 'string',
    'rounded price': 'decimal',
  })
})

test('types of a view with named columns, a star, or another view below', async () => {
  const tables = await schemaOf(`CREATE TABLE t (a INTEGER, b TEXT);
    CREATE VIEW named (x, y) AS SELECT count(*), b FROM t;
    CREATE VIEW starred AS SELECT t.*, a + 1 AS next FROM t;
    CREATE VIEW above AS SELECT max(x) AS most FROM named;
    CREATE VIEW cte AS WITH c AS (SELECT a FROM t) SELECT sum(a) AS s FROM c`)
  const types = (name: string) => tables.get(name)?.fields.map((field) => `${field.name} ${field.type}`)
  expect(types('named')).toEqual(['x integer', 'y text'])
  expect(types('starred')).toEqual(['a integer', 'b text', 'next decimal'])
  expect(types('above')).toEqual(['most integer'])
  expect(types('cte')).toEqual(['s decimal'])
})

test('a view whose table is gone is left out; the others are there', async () => {
  const tables = await schemaOf(`CREATE TABLE t (a INT); CREATE TABLE gone (a INT);
    CREATE VIEW good AS SELECT a FROM t; CREATE VIEW bad AS SELECT a FROM gone;
    PRAGMA legacy_alter_table = ON; DROP TABLE gone`)
  expect([...tables.keys()].toSorted()).toEqual(['good', 't'])
})

test("SQLite's own tables and those behind a virtual table are not shown", async () => {
  const tables =
    await schemaOf(`CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t DEFAULT VALUES;
    CREATE VIRTUAL TABLE search USING fts5(body); ANALYZE`)
  expect([...tables.keys()].toSorted()).toEqual(['search', 't'])
  expect(tables.get('search')?.fields.map(({ name }) => name)).toEqual(['body'])
})

test('an empty file is a database without tables', async () => {
  expect([...(await schemaOf(''))]).toEqual([])
})
