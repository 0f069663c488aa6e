import { expect, test } from 'vitest'
import type { TableChange } from '../../../src/core/database/adapter.ts'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import { field } from '../../contract/world.ts'
import { calm } from './database-file.ts'
import { openedFile, type SqliteFile } from './sqlite-file.ts'

const NO_CHANGE: TableChange = {
  add: [],
  change: [],
  drop: [],
  addForeignKeys: [],
  dropForeignKeys: [],
  addUniqueKeys: [],
  addIndexes: [],
}

async function change({ adapter }: SqliteFile, name: string, parts: Partial<TableChange>): Promise<void> {
  const table = buildSchema(await adapter.readSchema(calm)).tableByName.get(name.toLowerCase())
  if (!table) throw new Error(`no ${name}`)
  await adapter.alter({ kind: 'change_table', table, ...NO_CHANGE, ...parts }, calm)
}

const EVERYTHING = `
  CREATE TABLE parent (id INTEGER PRIMARY KEY, code TEXT UNIQUE);
  INSERT INTO parent VALUES (1, 'a'), (2, 'b');
  CREATE TABLE "odd ""t"" (x)" ( -- a comment, with a ) and a '
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    "na,me" VARCHAR(20) COLLATE NOCASE NOT NULL DEFAULT 'it''s (x)', /* another , one */
    [amount] DECIMAL(10, 2) CONSTRAINT positive CHECK (amount >= 0 AND "na,me" <> 'CHECK'),
    twice GENERATED ALWAYS AS (amount * 2) VIRTUAL,
    thrice AS (amount * 3) STORED,
    parent_code TEXT REFERENCES parent (code) ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED,
    self_id INT REFERENCES "odd ""t"" (x)",
    \`drop me\` TEXT,
    "check" INT DEFAULT (1 + 1),
    CONSTRAINT both UNIQUE ("na,me", amount),
    CHECK (id > 0), FOREIGN KEY (self_id) REFERENCES "odd ""t"" (x)" (id) ON DELETE CASCADE
  );
  CREATE TABLE child (thing INTEGER NOT NULL REFERENCES "odd ""t"" (x)" (id) ON DELETE CASCADE);
  CREATE TABLE log (what TEXT);
  CREATE TABLE seen (a TEXT, b TEXT);
  CREATE VIEW of_seen AS SELECT a FROM seen;
  CREATE INDEX "ix (1)" ON "odd ""t"" (x)" (amount DESC) WHERE amount > 5;
  CREATE INDEX ix_expression ON "odd ""t"" (x)" (lower("na,me"));
  CREATE INDEX ix_drop ON "odd ""t"" (x)" ("drop me", amount);
  CREATE TRIGGER added AFTER INSERT ON "odd ""t"" (x)" BEGIN INSERT INTO log (what) VALUES ('added ' || NEW."na,me"); END;
  CREATE TRIGGER logged AFTER INSERT ON log WHEN (SELECT count(*) FROM "odd ""t"" (x)") > 100 BEGIN DELETE FROM log; END;
  CREATE VIEW shown AS SELECT id, "na,me" AS name, twice FROM "odd ""t"" (x)";
  CREATE TRIGGER through INSTEAD OF INSERT ON shown BEGIN INSERT INTO "odd ""t"" (x)" ("na,me") VALUES (NEW.name); END;
  INSERT INTO "odd ""t"" (x)" (id, "na,me", amount, parent_code, self_id, "drop me") VALUES (5, 'five', 7.5, 'a', NULL, 'x'), (9, 'nine', 1, 'b', 5, 'y');
  INSERT INTO child VALUES (5), (9);
  INSERT INTO "odd ""t"" (x)" (id, "na,me") VALUES (40, 'gone');
  DELETE FROM "odd ""t"" (x)" WHERE id = 40;
`
const ODD = 'odd "t" (x)'

test('everything that hangs on a table is there again', async () => {
  await using file = await openedFile(EVERYTHING)
  const objects = `SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' AND name NOT IN ('${ODD}', 'ix_drop') ORDER BY name`
  const before = file.query(objects)
  const rows = file.query(
    `SELECT id, "na,me", amount, twice, thrice, parent_code, self_id, "check" FROM "odd ""t"" (x)"`,
  )
  await change(file, ODD, { drop: ['drop me'], add: [field('more', 'integer', { default: 1 })] })
  expect(file.query(objects)).toEqual(before)
  expect(
    file.query(
      `SELECT id, "na,me", amount, twice, thrice, parent_code, self_id, "check" FROM "odd ""t"" (x)"`,
    ),
  ).toEqual(rows)
  expect(file.query('SELECT thing FROM child ORDER BY 1')).toEqual([{ thing: 5 }, { thing: 9 }])
  expect(file.query(`SELECT name FROM sqlite_schema WHERE name = 'ix_drop' OR name LIKE 'sluice%'`)).toEqual(
    [],
  )
  expect(file.query(`SELECT name, seq FROM sqlite_sequence`)).toEqual([{ name: ODD, seq: 40 }])
  const [{ sql }] = file.query(`SELECT sql FROM sqlite_schema WHERE name = '${ODD}'`) as [{ sql: string }]
  for (const kept of [
    'COLLATE NOCASE',
    "DEFAULT 'it''s (x)'",
    `CONSTRAINT positive CHECK (amount >= 0 AND "na,me" <> 'CHECK')`,
    'GENERATED ALWAYS AS (amount * 2) VIRTUAL',
    'REFERENCES parent (code) ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED',
    'DEFAULT (1 + 1)',
    'CONSTRAINT both UNIQUE ("na,me", amount)',
    'CHECK (id > 0)',
  ])
    expect(sql).toContain(kept)
  file.run(`INSERT INTO shown (name) VALUES ('six')`)
  expect(file.query('SELECT max(id) AS id FROM shown')).toEqual([{ id: 41 }])
  expect(file.query('SELECT what FROM log')).toContainEqual({ what: 'added six' })
  file.run(`DELETE FROM "odd ""t"" (x)" WHERE id = 5`)
  expect(file.query('SELECT thing FROM child')).toEqual([])
  expect(() => file.run(`INSERT INTO "odd ""t"" (x)" ("na,me", amount) VALUES ('x', -1)`)).toThrow(/CHECK/)
  expect(file.query('PRAGMA foreign_key_check')).toEqual([])
  expect(file.query('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
})

test('a change of a column keeps its rules', async () => {
  await using file = await openedFile(EVERYTHING)
  await change(file, ODD, {
    change: [field('amount', 'decimal', { precision: 14, scale: 3, allowNull: true })],
  })
  const [{ sql }] = file.query(`SELECT sql FROM sqlite_schema WHERE name = '${ODD}'`) as [{ sql: string }]
  expect(sql).toContain('"amount" DECIMAL(14,3) CONSTRAINT positive CHECK')
})

test.each([
  ['a column that a view reads', 'seen', { drop: ['a'] }, 'conflict'],
  ['a column that a trigger writes', 'log', { drop: ['what'] }, 'conflict'],
  ['a column that others refer to', 'parent', { drop: ['code'] }, 'conflict'],
  ['a column that is computed from', ODD, { drop: ['amount'] }, 'conflict'],
  ['a key', ODD, { drop: ['id'] }, 'bad_request'],
  ['a computed column', ODD, { change: [field('twice', 'integer')] }, 'not_supported'],
])('%s is kept, and nothing else is changed', async (_, table, parts, code) => {
  await using file = await openedFile(EVERYTHING)
  const dump = () => file.query('SELECT type, name, sql FROM sqlite_schema ORDER BY name')
  const before = dump()
  await expect(
    change(file, table, { add: [field('more', 'integer', { allowNull: true })], ...parts }),
  ).rejects.toMatchObject({
    code,
  })
  expect(dump()).toEqual(before)
  expect(file.query(`SELECT count(*) AS n FROM "odd ""t"" (x)"`)).toEqual([{ n: 2 }])
  // The connection enforces foreign keys again.
  const children = { table: 'child', row: { thing: 77 } }
  await expect(file.insert(children.table, children.row)).rejects.toMatchObject({ code: 'conflict' })
})

test('row numbers without a column of their own stay, and so do tables without them', async () => {
  await using file = await openedFile(`
    CREATE TABLE plain (a TEXT, rowid TEXT, b TEXT); INSERT INTO plain (_rowid_, a) VALUES (3, 'x'), (11, 'y');
    CREATE TABLE keyed (k TEXT PRIMARY KEY, v TEXT, w TEXT) WITHOUT ROWID, STRICT; INSERT INTO keyed VALUES ('k', 'v', 'w');
    CREATE TABLE down (id INTEGER PRIMARY KEY DESC, v TEXT, w TEXT); INSERT INTO down (_rowid_, id, v) VALUES (8, 2, 'v');`)
  for (const [name, drop] of [
    ['plain', 'b'],
    ['keyed', 'w'],
    ['down', 'w'],
  ] as const)
    await change(file, name, { drop: [drop] })
  expect(file.query('SELECT _rowid_ AS n, a FROM plain')).toEqual([
    { n: 3, a: 'x' },
    { n: 11, a: 'y' },
  ])
  expect(file.query('SELECT * FROM keyed')).toEqual([{ k: 'k', v: 'v' }])
  expect(file.query(`SELECT sql FROM sqlite_schema WHERE name = 'keyed'`)).toEqual([
    { sql: expect.stringContaining('WITHOUT ROWID, STRICT') },
  ])
  expect(file.query('SELECT _rowid_ AS n, id, v FROM down')).toEqual([{ n: 8, id: 2, v: 'v' }])
})

test('what was broken before does not stand in the way', async () => {
  await using file = await openedFile(`
    CREATE TABLE t (a TEXT, b TEXT); CREATE TABLE p (id INTEGER PRIMARY KEY);
    CREATE TABLE c (p INT REFERENCES p, t TEXT); PRAGMA foreign_keys = OFF; INSERT INTO c VALUES (5, 'x');
    CREATE VIEW v AS SELECT a FROM t; CREATE TABLE gone (a); CREATE VIEW w AS SELECT a FROM gone; DROP TABLE gone;`)
  await change(file, 'c', { drop: ['t'] })
  expect(file.query('SELECT * FROM c')).toEqual([{ p: 5 }])
})

test('a STRICT table gets fields of the types that it has, and no others', async () => {
  await using file = await openedFile(
    `CREATE TABLE exact (id INTEGER PRIMARY KEY, n INT NOT NULL) STRICT; INSERT INTO exact VALUES (1, 5);`,
  )
  const added = [
    field('words', 'text', { allowNull: true }),
    field('large', 'bigint', { default: 3 }),
    field('part', 'double', { allowNull: true }),
    field('bytes', 'binary', { allowNull: true }),
  ]
  await change(file, 'exact', { add: added, change: [field('n', 'integer', { default: 8 })] })
  expect(file.query('SELECT * FROM exact')).toEqual([
    { id: 1, n: 5, words: null, large: 3, part: null, bytes: null },
  ])
  expect(() => file.run(`UPDATE exact SET large = 'x'`)).toThrow(/cannot store TEXT/)
  for (const type of ['string', 'date', 'decimal', 'boolean'] as const)
    await expect(
      change(file, 'exact', { add: [field('more', type, { allowNull: true })] }),
    ).rejects.toMatchObject({ code: 'bad_request', message: expect.stringContaining('STRICT') })
})

test('a table that a view reads is not dropped, and a view that is broken is told of', async () => {
  await using file = await openedFile(
    `CREATE TABLE base (id INTEGER PRIMARY KEY, a TEXT); CREATE TABLE other (id INTEGER PRIMARY KEY);
     CREATE VIEW reads AS SELECT a FROM base; INSERT INTO base VALUES (1, 'x');`,
  )
  const dropped = file.adapter.alter({ kind: 'drop_table', table: 'base' }, calm)
  await expect(dropped).rejects.toMatchObject({ code: 'conflict' })
  expect(file.query('SELECT a FROM reads')).toEqual([{ a: 'x' }])
  file.run('DROP TABLE base')
  const renamed = file.adapter.rename?.({ table: 'other', to: 'another' }, calm)
  await expect(renamed).rejects.toMatchObject({ code: 'conflict' })
  await file.adapter.alter({ kind: 'drop_table', table: 'other' }, calm)
  expect(file.query(`SELECT name FROM sqlite_schema WHERE type = 'table'`)).toEqual([])
})
