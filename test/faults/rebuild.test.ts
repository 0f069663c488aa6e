import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'libsql'
import { expect, test } from 'vitest'
import { buildSchema } from '../../src/core/database/build-schema.ts'
import { calm, databaseFile, openedSeat } from '../adapters/sqlite/database-file.ts'
import { field } from '../contract/world.ts'

const POINTS = 20
const ROWS = 20_000

/** Rows enough for the rebuild to take a while, with an index, a trigger and rows that refer to them. */
const SQL = `
  CREATE TABLE parent (id INTEGER PRIMARY KEY);
  INSERT INTO parent VALUES (1);
  CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT NOT NULL, b TEXT, p INT REFERENCES parent(id) ON DELETE CASCADE);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS})
    INSERT INTO t (a, b, p) SELECT 'row ' || i, hex(randomblob(40)), 1 FROM n;
  CREATE INDEX t_a ON t (a);
  CREATE TABLE child (t INT REFERENCES t(id) ON DELETE CASCADE);
  INSERT INTO child SELECT id FROM t WHERE id % 1000 = 0;
  CREATE TRIGGER tr AFTER DELETE ON t BEGIN DELETE FROM child WHERE t = OLD.id; END;
  CREATE VIEW v AS SELECT id, a FROM t;
`

interface Rebuilt {
  readonly how: 'done' | 'killed'
  /** Milliseconds from asking for the change to its end: kill points are drawn from them. */
  readonly tookMs: number
}

async function rebuild(file: string, killAfterMs?: number): Promise<Rebuilt> {
  const { adapter, seat } = openedSeat(file)
  const table = buildSchema(await adapter.readSchema(calm)).tableByName.get('t')
  if (!table) throw new Error('no t')
  // The process that writes is there before the clock runs.
  await adapter.transaction(async () => {}, calm)
  const change = {
    kind: 'change_table',
    table,
    add: [field('c', 'integer', { default: 7 })],
    change: [],
    drop: ['b'],
    addForeignKeys: [],
    dropForeignKeys: [],
    addUniqueKeys: [],
    addIndexes: [],
  } as const
  const started = performance.now()
  const ended = adapter.alter(change, calm).then(
    () => 'done' as const,
    () => 'killed' as const,
  )
  if (killAfterMs !== undefined) {
    await sleep(killAfterMs)
    for (const pid of seat.pids.writer) process.kill(pid, 'SIGKILL')
  }
  const how = await ended
  const tookMs = performance.now() - started
  await adapter.close()
  return { how, tookMs }
}

function stateOf(file: string) {
  const database = new Database(file)
  const rows = (sql: string) => database.prepare(sql).all() as Record<string, unknown>[]
  const state = {
    columns: rows("SELECT name FROM pragma_table_xinfo('t')").map(({ name }) => name),
    objects: rows(`SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name`).map(
      ({ name }) => name,
    ),
    counts: rows(
      'SELECT (SELECT count(*) FROM t) AS t, (SELECT count(*) FROM child) AS child, (SELECT sum(id) FROM t) AS ids',
    )[0],
    sequence: rows(`SELECT name, seq FROM sqlite_sequence`),
    integrity: rows('PRAGMA integrity_check'),
    dangling: rows('PRAGMA foreign_key_check'),
  }
  database.close()
  return state
}

const OLD = ['id', 'a', 'b', 'p']
const NEW = ['id', 'a', 'p', 'c']

test(`a database process killed at ${POINTS} random points of a rebuild leaves the old table or the new one`, async () => {
  const whole = databaseFile(SQL)
  const { how: first, tookMs } = await rebuild(whole)
  expect(first).toBe('done')
  expect(stateOf(whole).columns).toEqual(NEW)

  const before = stateOf(databaseFile(SQL))
  const seen = new Set<string>()
  for (let point = 0; point < POINTS; point++) {
    const file = databaseFile(SQL)
    // The first is killed as soon as the change is asked for, whatever the machine is busy with.
    const { how } = await rebuild(file, point === 0 ? 0 : randomInt(0, Math.ceil(tookMs)))
    const { columns, ...rest } = stateOf(file)
    const { columns: _, ...same } = before
    expect(rest).toEqual(same)
    expect([OLD, NEW]).toContainEqual(columns)
    if (how === 'done') expect(columns).toEqual(NEW)
    seen.add(how)
    // What is there can be changed and read as any table.
    expect(await rebuildAgain(file, columns)).toBe(true)
  }
  expect(seen).toContain('killed')
}, 600_000)

async function rebuildAgain(file: string, columns: readonly unknown[]): Promise<boolean> {
  if (columns.includes('c')) return true
  return (await rebuild(file)).how === 'done'
}
