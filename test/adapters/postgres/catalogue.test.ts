import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { readCatalogue } from '../../../adapters/database/postgres/catalogue.ts'
import type { Field, TableDefinition } from '../../../src/core/database/schema.ts'
import { calm, present } from '../../contract/scene.ts'
import {
  connectForTest,
  type Database,
  databaseForTest,
  freshDatabase,
  isLeftOut,
  title,
} from './fresh-database.ts'

type Tables = ReadonlyMap<string, TableDefinition>

async function tablesOf({ connection }: Database, schema = ''): Promise<Tables> {
  const tables = await readCatalogue(connection, { schema }, calm)
  return new Map(tables.map((table) => [table.name, table]))
}

async function tableOf(database: Database, name = 't'): Promise<TableDefinition> {
  return present((await tablesOf(database)).get(name))
}

describe.skipIf(isLeftOut)(title('the PostgreSQL catalogue'), () => {
  describe('columns', () => {
    let database: Database
    beforeAll(async () => {
      database = await freshDatabase(`CREATE SCHEMA other; CREATE EXTENSION IF NOT EXISTS citext;
        CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s "fine"'); CREATE TYPE other."Size" AS ENUM ('S', 'L');
        CREATE TYPE pair AS (a int, b text); CREATE TYPE span AS RANGE (subtype = float8);
        CREATE DOMAIN price AS numeric(10,2) DEFAULT 1.5 NOT NULL; CREATE DOMAIN fee AS price;
        CREATE DOMAIN label AS mood`)
    })
    afterAll(() => database.close())

    const fieldOf = async (declaration: string): Promise<Field | undefined> => {
      await database.run(`DROP TABLE IF EXISTS t; CREATE TABLE t (${declaration})`)
      return (await tableOf(database)).fields[0]
    }

    test.each([
      ['integer', { type: 'integer', dbType: 'integer' }],
      ['smallint', { type: 'integer', dbType: 'smallint' }],
      ['bigint', { type: 'bigint', dbType: 'bigint' }],
      ['boolean', { type: 'boolean', dbType: 'boolean' }],
      ['numeric(5,2)', { type: 'decimal', dbType: 'numeric(5,2)', precision: 5, scale: 2 }],
      ['numeric(5)', { type: 'decimal', dbType: 'numeric(5,0)', precision: 5, scale: 0 }],
      ['numeric', { type: 'decimal', dbType: 'numeric' }],
      ['money', { type: 'money' }],
      ['real', { type: 'float' }],
      ['float', { type: 'double', dbType: 'double precision' }],
      ['varchar(40)', { type: 'string', dbType: 'character varying(40)', length: 40 }],
      ['char(3)', { type: 'string', dbType: 'character(3)', length: 3 }],
      ['varchar', { type: 'string', dbType: 'character varying' }],
      ['text', { type: 'text', dbType: 'text' }],
      ['citext', { type: 'text', dbType: 'citext' }],
      ['bytea', { type: 'binary' }],
      ['date', { type: 'date' }],
      ['time', { type: 'time' }],
      ['timetz', { type: 'timetz' }],
      ['timestamp(3)', { type: 'timestamp', dbType: 'timestamp(3) without time zone' }],
      ['timestamptz', { type: 'timestamptz' }],
      ['interval', { type: 'string', dbType: 'interval' }],
      ['uuid', { type: 'uuid' }],
      ['json', { type: 'json' }],
      ['jsonb', { type: 'jsonb' }],
      ['inet', { type: 'string' }],
      ['bit(8)', { type: 'string', dbType: 'bit(8)', length: 8 }],
      ['int4range', { type: 'string', dbType: 'int4range' }],
      ['span', { type: 'string', dbType: 'span' }],
      ['point', { type: 'string' }],
      ['integer[]', { type: 'array', dbType: 'integer[]' }],
      ['varchar(10)[][]', { type: 'array', dbType: 'character varying(10)[]' }],
      ['mood[]', { type: 'array', dbType: 'mood[]' }],
      ['pair', { type: 'object', dbType: 'pair' }],
      ['mood', { type: 'string', dbType: 'mood', values: ['sad', 'ok', `it's "fine"`] }],
      ['other."Size"', { type: 'string', dbType: 'other."Size"', values: ['S', 'L'] }],
      ['fee', { type: 'decimal', dbType: 'numeric(10,2)', precision: 10, allowNull: false, default: 1.5 }],
      ['label', { type: 'string', dbType: 'mood', values: ['sad', 'ok', `it's "fine"`], allowNull: true }],
    ])('%s', async (declared, expected) => {
      expect(await fieldOf(`x ${declared}`)).toMatchObject(expected)
    })

    test.each([
      [`varchar(10) DEFAULT 'open'`, 'open'],
      [`text DEFAULT 'it''s \\ "so" :: x'`, `it's \\ "so" :: x`],
      [`text DEFAULT ''`, ''],
      [`numeric(5,2) DEFAULT 0`, 0],
      [`numeric DEFAULT 0.50`, 0.5],
      [`integer DEFAULT -1`, -1],
      [`bigint DEFAULT 9223372036854775807`, '9223372036854775807'],
      [`numeric DEFAULT 12345678901234567.25`, '12345678901234567.25'],
      [`boolean DEFAULT true`, true],
      [`boolean DEFAULT 'f'`, false],
      [`mood DEFAULT 'ok'`, 'ok'],
      [`other."Size" DEFAULT 'L'`, 'L'],
      [`date DEFAULT '2024-02-29'`, '2024-02-29'],
      [`timestamp DEFAULT '2024-02-29 10:00'`, '2024-02-29 10:00:00'],
      [`interval DEFAULT '1 day'`, '1 day'],
      [`price DEFAULT 3`, 3],
      [`text DEFAULT NULL`, undefined],
      [`varchar(5) DEFAULT NULL::varchar`, undefined],
      ['text', undefined],
      [`timestamp DEFAULT CURRENT_TIMESTAMP`, { expression: 'CURRENT_TIMESTAMP' }],
      [`timestamptz DEFAULT now()`, { expression: 'now()' }],
      [`double precision DEFAULT 'NaN'`, { expression: `'NaN'::double precision` }],
      [`date DEFAULT 'today'::text::date`, { expression: `('today'::text)::date` }],
      [`text DEFAULT 'a' || 'b'`, { expression: `('a'::text || 'b'::text)` }],
      [`varchar(3) DEFAULT 'abcd'::varchar(3)`, { expression: `'abcd'::character varying(3)` }],
      [`jsonb DEFAULT '{}'`, { expression: `'{}'::jsonb` }],
      [`integer[] DEFAULT '{}'`, { expression: `'{}'::integer[]` }],
      [`bytea DEFAULT '\\x00'`, { expression: `'\\x00'::bytea` }],
      [`text DEFAULT current_user`, { expression: 'CURRENT_USER' }],
    ])('the default of %s', async (declared, expected) => {
      expect((await fieldOf(`x ${declared}`))?.default).toEqual(expected)
    })

    test.each([
      ['x serial PRIMARY KEY', { type: 'id', autoIncrement: true, isGenerated: false, allowNull: false }],
      ['x bigserial PRIMARY KEY', { type: 'bigid', autoIncrement: true }],
      ['x int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY', { type: 'id', isGenerated: false }],
      ['x int GENERATED ALWAYS AS IDENTITY PRIMARY KEY', { type: 'id', isGenerated: true }],
      ['x serial', { type: 'integer', autoIncrement: true }],
      ['x int PRIMARY KEY', { type: 'integer', autoIncrement: false, allowNull: false }],
      ['x int GENERATED ALWAYS AS (1 + 1) STORED', { type: 'integer', isGenerated: true }],
    ])('%s', async (declaration, expected) => {
      const field = await fieldOf(declaration)
      expect(field).toMatchObject(expected)
      expect(field).not.toHaveProperty('default')
    })
  })

  test('keys of several columns, in their own order, with names and rules', async () => {
    const tables = await tablesOf(
      await databaseForTest(`
      CREATE TABLE parent (id int, "Left" int, "right" int, PRIMARY KEY ("right", id), UNIQUE ("Left", id));
      CREATE TABLE t (a int REFERENCES t (b) ON DELETE SET NULL, b int UNIQUE, c int, d int, e int,
        CONSTRAINT first FOREIGN KEY (d, c) REFERENCES parent ON UPDATE CASCADE ON DELETE RESTRICT,
        CONSTRAINT "Second" FOREIGN KEY (e, a) REFERENCES parent ("Left", id) ON DELETE SET DEFAULT)`),
    )
    expect(tables.get('parent')).toMatchObject({ primaryKey: ['right', 'id'], uniqueKeys: [['Left', 'id']] })
    expect(tables.get('t')).toMatchObject({ primaryKey: [], uniqueKeys: [['b']] })
    expect(
      tables.get('t')?.foreignKeys.toSorted((x, y) => String(x.name).localeCompare(String(y.name))),
    ).toEqual([
      key('first', ['d', 'c'], 'parent', ['right', 'id'], 'CASCADE', 'RESTRICT'),
      key('Second', ['e', 'a'], 'parent', ['Left', 'id'], 'NO ACTION', 'SET DEFAULT'),
      key('t_a_fkey', ['a'], 't', ['b'], 'NO ACTION', 'SET NULL'),
    ])
    expect(tables.get('t')?.fields.map(({ type }) => type)).toEqual([
      'reference',
      ...Array(4).fill('integer'),
    ])
  })

  test('unique keys are those that hold for every row; indexes tell their first field', async () => {
    const table = await tableOf(
      await databaseForTest(`CREATE TABLE t (a text UNIQUE, b int, c int, d text, e int, UNIQUE (b, c));
      CREATE UNIQUE INDEX whole ON t (d) INCLUDE (e); CREATE UNIQUE INDEX part ON t (c) WHERE c > 0;
      CREATE UNIQUE INDEX lowered ON t (lower(a)); CREATE INDEX plain ON t (c, d); CREATE INDEX more ON t (c);
      CREATE INDEX expression ON t (lower(d), b)`),
    )
    expect(table.uniqueKeys).toEqual([['a'], ['b', 'c'], ['d']])
    expect(table.indexedFields).toEqual(['c'])
  })

  test('checks with the fields they are about', async () => {
    const table = await tableOf(
      await databaseForTest(`CREATE TABLE t (a int CONSTRAINT positive CHECK (a > 0), b int, c int,
        CONSTRAINT "Order" CHECK (c > b), CONSTRAINT never CHECK (true))`),
    )
    expect(table.checks?.toSorted((x, y) => x.name.localeCompare(y.name))).toEqual([
      { name: 'never', fields: [] },
      { name: 'Order', fields: ['b', 'c'] },
      { name: 'positive', fields: ['a'] },
    ])
  })

  test('tables of other schemas are qualified, also where keys point at them', async () => {
    const database = await databaseForTest(`CREATE SCHEMA sales; CREATE SCHEMA "a.b"; CREATE SCHEMA a;
      CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE sales.t (id int PRIMARY KEY REFERENCES public.t);
      CREATE TABLE u (id int REFERENCES sales.t); CREATE TABLE "a.b"."c.d" (id int);
      CREATE TABLE "a.b" (here int); CREATE TABLE a.b (there int); CREATE TABLE pg_class (id int)`)
    const tables = await tablesOf(database)
    expect([...tables.keys()].toSorted()).toEqual([
      '"a.b".c.d',
      'a.b',
      'public.a.b',
      'public.pg_class',
      'sales.t',
      't',
      'u',
    ])
    expect(tables.get('a.b')?.fields[0]?.name).toBe('there')
    expect(tables.get('sales.t')?.foreignKeys[0]?.refTable).toBe('t')
    expect(tables.get('u')?.foreignKeys[0]?.refTable).toBe('sales.t')
  })

  test('a scope shows one schema; keys that lead out of it are not told', async () => {
    const database = await databaseForTest(`CREATE SCHEMA sales; CREATE TABLE t (id int PRIMARY KEY);
      CREATE TABLE sales.u (id int REFERENCES public.t)`)
    expect([...(await tablesOf(database, 'default')).keys()]).toEqual(['t'])
    const sales = await tablesOf(database, 'sales')
    expect([...sales.keys()]).toEqual(['sales.u'])
    expect(sales.get('sales.u')).toMatchObject({ foreignKeys: [], fields: [{ type: 'integer' }] })
    expect([...(await tablesOf(database, 'none')).keys()]).toEqual([])
    await database.run('SET search_path = missing, sales, public')
    expect([...(await tablesOf(database)).keys()].toSorted()).toEqual(['public.t', 'u'])
    expect([...(await tablesOf(database, 'default')).keys()]).toEqual(['u'])
  })

  test('names with quotes, capitals, blanks and other scripts are as they are', async () => {
    const table = await tableOf(
      await databaseForTest(`CREATE TABLE "Order ""Log""" ("näme 名前" int PRIMARY KEY, "it's" text DEFAULT 'x',
        "__proto__" int, "select" int)`),
      'Order "Log"',
    )
    expect(table.fields.map(({ name }) => name)).toEqual(['näme 名前', "it's", '__proto__', 'select'])
    expect(table.primaryKey).toEqual(['näme 名前'])
  })

  test('names that differ in case only stay apart', async () => {
    const database = await databaseForTest(`CREATE TABLE "Orders" (upper int PRIMARY KEY);
      CREATE TABLE orders (lower int PRIMARY KEY, "Name" int, name int REFERENCES "Orders")`)
    const tables = await tablesOf(database)
    expect(tables.get('Orders')?.fields.map(({ name }) => name)).toEqual(['upper'])
    expect(tables.get('orders')?.fields.map(({ name }) => name)).toEqual(['lower', 'Name', 'name'])
    expect(tables.get('orders')?.foreignKeys).toMatchObject([{ fields: ['name'], refTable: 'Orders' }])
  })

  test('views, materialised views, foreign and partitioned tables; partitions are not shown', async () => {
    const tables = await tablesOf(
      await databaseForTest(`CREATE TABLE t (id int PRIMARY KEY, name text);
      CREATE VIEW v AS SELECT id, count(*) AS n, sum(id)::numeric(10,2) AS total FROM t GROUP BY id;
      CREATE MATERIALIZED VIEW m AS SELECT id, name FROM t; CREATE UNIQUE INDEX ON m (id);
      CREATE TABLE parts (id int, day date, PRIMARY KEY (id, day), t int REFERENCES t) PARTITION BY RANGE (day);
      CREATE TABLE part_1 PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
      CREATE TABLE rest PARTITION OF parts DEFAULT PARTITION BY HASH (id);
      CREATE TABLE rest_0 PARTITION OF rest FOR VALUES WITH (MODULUS 1, REMAINDER 0);
      CREATE TABLE child (id int, day date, FOREIGN KEY (id, day) REFERENCES parts);
      CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE f (id int) SERVER s;
      CREATE TEMP TABLE gone (id int)`),
    )
    expect([...tables].map(([name, { isView }]) => [name, isView]).toSorted()).toEqual([
      ['child', false],
      ['f', false],
      ['m', true],
      ['parts', false],
      ['t', false],
      ['v', true],
    ])
    expect(tables.get('v')?.fields).toMatchObject([
      { name: 'id', type: 'integer', allowNull: true },
      { name: 'n', type: 'bigint' },
      { name: 'total', type: 'decimal', precision: 10, scale: 2 },
    ])
    expect(tables.get('m')?.uniqueKeys).toEqual([['id']])
    expect(tables.get('parts')).toMatchObject({ primaryKey: ['id', 'day'], foreignKeys: [{ refTable: 't' }] })
    expect(tables.get('child')?.foreignKeys).toHaveLength(1)
  })

  test('row estimates come from ANALYZE, or not at all', async () => {
    const database =
      await databaseForTest(`CREATE TABLE t (id int); INSERT INTO t SELECT generate_series(1, 30);
      CREATE VIEW v AS SELECT * FROM t; CREATE TABLE parts (id int) PARTITION BY HASH (id);
      CREATE TABLE p0 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
      CREATE TABLE p1 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 1) PARTITION BY HASH (id);
      CREATE TABLE p1_0 PARTITION OF p1 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
      INSERT INTO parts SELECT generate_series(1, 40)`)
    const estimates = async () =>
      Object.fromEntries(
        [...(await tablesOf(database))].map(([name, { rowEstimate }]) => [name, rowEstimate]),
      )
    expect(await estimates()).toEqual({ t: undefined, v: undefined, parts: undefined })
    await database.run('ANALYZE')
    expect(await estimates()).toEqual({ t: 30, v: undefined, parts: 40 })
  })

  test('comments describe tables, views and columns', async () => {
    const database =
      await databaseForTest(`CREATE TABLE t (id int, name text); CREATE VIEW v AS SELECT 1 AS one;
      COMMENT ON TABLE t IS 'What "people" buy'; COMMENT ON COLUMN t.name IS 'Their name'; COMMENT ON VIEW v IS 'One'`)
    expect(await tableOf(database)).toMatchObject({
      description: 'What "people" buy',
      fields: [{ name: 'id' }, { name: 'name', description: 'Their name' }],
    })
    expect((await tableOf(database)).fields[0]).not.toHaveProperty('description')
    expect((await tableOf(database, 'v')).description).toBe('One')
  })

  test('dropped columns are gone and keys still name the right ones', async () => {
    const table = await tableOf(
      await databaseForTest(
        `CREATE TABLE t (gone int, a int, b int, UNIQUE (b, a)); ALTER TABLE t DROP COLUMN gone`,
      ),
    )
    expect(table.fields.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(table.uniqueKeys).toEqual([['b', 'a']])
  })

  test('a login sees what it has a right to, and no more', async () => {
    const role = `sluice_test_reader_${process.pid}`
    const database = await databaseForTest(`CREATE ROLE ${role} LOGIN; CREATE SCHEMA closed;
      CREATE TABLE open (id int PRIMARY KEY, name text); CREATE TABLE hidden (id int PRIMARY KEY);
      CREATE TABLE partly (id int PRIMARY KEY, secret text, shown text);
      CREATE TABLE filled (id int); CREATE TABLE closed.t (id int);
      GRANT SELECT ON open, closed.t TO ${role}; GRANT SELECT (id, shown), UPDATE (shown) ON partly TO ${role};
      GRANT INSERT ON filled TO ${role}`)
    onTestFinished(() => database.run(`DROP OWNED BY ${role}; DROP ROLE ${role}`))
    const reader = await connectForTest(database.url, role)
    const tables = await tablesOf(reader)
    expect(
      [...tables].map(([name, { fields }]) => [name, fields.map((field) => field.name)]).toSorted(),
    ).toEqual([
      ['filled', ['id']],
      ['open', ['id', 'name']],
      ['partly', ['id', 'shown']],
    ])
  })
})

function key(
  name: string,
  fields: string[],
  refTable: string,
  refFields: string[],
  onUpdate: string,
  onDelete: string,
) {
  return { name, fields, refTable, refFields, onUpdate, onDelete }
}
