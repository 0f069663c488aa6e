import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import type { DatabaseSchema, Table } from '../../../src/core/database/schema.ts'
import type { Value } from '../../../src/core/database/value.ts'
import { AppError } from '../../../src/core/errors.ts'
import { queryOf, rowsIn, tableNamed } from '../../contract/read-table.ts'
import { calm, present } from '../../contract/scene.ts'
import { connectForTest, type Database, freshDatabase, isLeftOut, title } from './fresh-database.ts'
import { openService, serviceForTest } from './service.ts'

const SETUP = `CREATE TYPE mood AS ENUM ('sad', 'ok');
  CREATE DOMAIN even AS int CHECK (value % 2 = 0);
  CREATE TABLE parents (id int PRIMARY KEY, "the name" text UNIQUE, "a,b" int, "c""d" int, UNIQUE ("a,b", "c""d"));
  CREATE TABLE things (
    id int PRIMARY KEY, parent_id int REFERENCES parents, next_id int REFERENCES things,
    small smallint, short varchar(3), exact numeric(4,2), day date, moment timestamptz, mood mood, key uuid, doc json,
    place point, twice int GENERATED ALWAYS AS (small * 2) STORED, at_least int CONSTRAINT at_least CHECK (at_least > 3),
    low int, high int, CHECK (low < high), during int4range, EXCLUDE USING gist (during WITH &&),
    lower_only text, even even);
  CREATE UNIQUE INDEX ON things (lower(lower_only));
  CREATE VIEW summary AS SELECT parent_id, min(id) AS id FROM things GROUP BY parent_id;
  CREATE VIEW lows AS SELECT id, low FROM things WHERE low < 5 WITH CHECK OPTION;
  CREATE TABLE guarded (id int PRIMARY KEY);
  CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'secret rule of the house'; END $$;
  CREATE TRIGGER refuse BEFORE INSERT ON guarded FOR EACH ROW EXECUTE FUNCTION refuse();
  CREATE TABLE logged (id int PRIMARY KEY);
  CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO parents (id) VALUES (1); RETURN NEW; END $$;
  CREATE TRIGGER log BEFORE INSERT ON logged FOR EACH ROW EXECUTE FUNCTION log();
  INSERT INTO parents VALUES (1, 'taken', 1, 1), (2, 'other', 2, 2);
  INSERT INTO things (id, parent_id, during, lower_only) VALUES (1, 1, '[1,5)', 'word'), (2, NULL, NULL, NULL);
  UPDATE things SET next_id = 1 WHERE id = 2`

describe.skipIf(isLeftOut)(title('errors of PostgreSQL'), () => {
  let database: Database
  let adapter: DatabaseAdapter
  let schema: DatabaseSchema
  beforeAll(async () => {
    database = await freshDatabase(SETUP)
    adapter = await openService(database.url)
    schema = buildSchema(await adapter.readSchema(calm))
  })
  afterAll(async () => {
    await adapter.close()
    await database.close()
  })
  const table = (name: string): Table => present(schema.tableByName.get(name))
  type Values = { readonly [field: string]: Value }
  const insert = (name: string, row: Values) =>
    adapter.insert({ table: table(name), rows: [row], returning: [] }, calm)
  const insertTwo = (name: string, row: Values) =>
    adapter.insert({ table: table(name), rows: [{ ...row, id: 98 }, row], returning: [] }, calm)
  const update = (name: string, id: number, set: Values) => {
    const where = { op: '=', field: 'id', value: id } as const
    return adapter.update({ table: table(name), set, where, returning: [] }, calm)
  }

  const limit = (field: string, message: RegExp) => ({
    code: 'bad_request',
    message: expect.stringMatching(message),
    context: { table: 'things', field, fields: [field] },
  })

  test.each<[string, string, Values, object]>([
    ['a key', 'parents', { id: 1 }, { code: 'conflict', context: { table: 'parents', fields: ['id'] } }],
    [
      'a unique field with a space',
      'parents',
      { id: 9, 'the name': 'taken' },
      {
        code: 'conflict',
        message: 'A record with this the name already exists.',
        context: { fields: ['the name'] },
      },
    ],
    [
      'fields with a comma and a quote',
      'parents',
      { id: 9, 'a,b': 1, 'c"d': 1 },
      { code: 'conflict', context: { fields: ['a,b', 'c"d'] } },
    ],
    [
      'a unique expression',
      'things',
      { id: 9, lower_only: 'WORD' },
      { code: 'conflict', message: 'A record with these values already exists.', context: { fields: [] } },
    ],
    [
      'an exclusion',
      'things',
      { id: 9, during: '[4,9)' },
      { code: 'conflict', context: { fields: ['during'] } },
    ],
    [
      'a check with a name',
      'things',
      { id: 9, at_least: 1 },
      {
        code: 'conflict',
        message: 'The value of at_least is not allowed.',
        context: { fields: ['at_least'] },
      },
    ],
    [
      'a check of two fields',
      'things',
      { id: 9, low: 2, high: 1 },
      { code: 'conflict', context: { fields: ['low', 'high'] } },
    ],
    [
      'a missing parent',
      'things',
      { id: 9, parent_id: 404 },
      {
        code: 'conflict',
        message: 'The record that parent_id refers to does not exist.',
        context: { fields: ['parent_id'] },
      },
    ],
    ['a missing key', 'parents', { 'the name': 'x' }, { code: 'bad_request', context: { field: 'id' } }],
    [
      'a number out of range',
      'things',
      { id: 9, small: 70_000 },
      limit('small', /out of range \(smallint\)/),
    ],
    ['a long text', 'things', { id: 9, small: 1, short: 'abcd' }, limit('short', /too long \(character/)],
    ['a decimal out of range', 'things', { id: 9, exact: '100' }, limit('exact', /out of range \(numeric/)],
    ['no day', 'things', { id: 9, day: '2024-02-30' }, limit('day', /does not fit its type \(date\)/)],
    ['no moment', 'things', { id: 9, moment: 'now and then' }, limit('moment', /does not fit its type/)],
    ['no label', 'things', { id: 9, mood: 'happy' }, limit('mood', /does not fit its type/)],
    ['no uuid', 'things', { id: 9, key: 'x"y' }, limit('key', /does not fit its type \(uuid\)/)],
    ['no number', 'things', { id: 9, small: 'x' }, limit('small', /does not fit its type \(smallint\)/)],
    ['two of one kind', 'things', { id: 9, key: 'x', mood: 'x' }, { code: 'bad_request' }],
    ['a computed field', 'things', { id: 9, twice: 4 }, { code: 'bad_request' }],
    ['U+0000', 'things', { id: 9, lower_only: 'a\u0000b' }, { code: 'bad_request' }],
    ['U+0000 in JSON text', 'things', { id: 9, doc: 'a\u0000b' }, { code: 'bad_request' }],
    ['text that is no JSON', 'things', { id: 9, doc: 'x", "small": "1' }, { code: 'bad_request' }],
    ['a view of groups', 'summary', { parent_id: 1 }, { code: 'bad_request' }],
    ['a view with a check', 'lows', { id: 9, low: 50 }, { code: 'conflict' }],
    ['a trigger', 'guarded', { id: 1 }, { code: 'conflict' }],
    [
      'a trigger on another table',
      'logged',
      { id: 1 },
      {
        code: 'conflict',
        message: 'A record with these values already exists.',
        context: { table: null, fields: [] },
      },
    ],
  ])('%s is refused in words, alone and among many', async (_what, name, row, refusal) => {
    const expected = { name: 'AppError', retryable: false, ...refusal }
    for (const write of [insert, insertTwo]) {
      const error: unknown = await write(name, row).catch((e: unknown) => e)
      expect(error).toMatchObject(expected)
      const shown = error instanceof AppError ? `${error.message} ${error.hint}` : ''
      expect(shown).not.toMatch(/insert|null value|constraint|syntax|taken|secret|happy|70000|violates/)
    }
  })

  test('a value that a domain refuses', async () => {
    const refusal = { code: 'conflict', message: expect.stringContaining("'even' is not allowed") }
    await expect(insert('things', { id: 9, even: 3 })).rejects.toMatchObject(refusal)
    await expect(update('things', 1, { small: 1, even: 3 })).rejects.toMatchObject(refusal)
  })

  test('a record that others refer to keeps its key, in its own table too', async () => {
    const refusal = {
      code: 'conflict',
      message: 'Other records refer to this record.',
      context: { fields: ['id'] },
    }
    const where = { op: '=', field: 'id', value: 1 } as const
    for (const name of ['parents', 'things']) {
      const gone = adapter.delete({ table: table(name), where, returning: [] }, calm)
      await expect(gone).rejects.toMatchObject(refusal)
      await expect(update(name, 1, { id: 50 })).rejects.toMatchObject(refusal)
    }
  })

  test('a reference to nothing in its own table is told as one', async () => {
    await expect(update('things', 1, { next_id: 404 })).rejects.toMatchObject({
      message: 'The record that next_id refers to does not exist.',
      context: { fields: ['next_id'] },
    })
  })

  test('the cause names the rule and holds no value', async () => {
    const error: unknown = await insert('parents', { id: 9, 'the name': 'taken' }).catch((e: unknown) => e)
    const { cause } = error instanceof AppError ? error : {}
    expect(String(cause)).toContain('23505')
    expect(String(cause)).toContain('parents_the name_key')
    expect(String(cause)).not.toContain('taken')
  })

  test('what is no JSON is compared with none', async () => {
    const where = { op: '=', field: 'doc', value: '(1,1)' } as const
    const read = adapter.select(queryOf(table('things'), { where }), calm)
    await expect(read).rejects.toMatchObject({ code: 'bad_request', retryable: false })
  })

  test('numbers that fit no integer are compared all the same', async () => {
    const where = { op: '<', field: 'small', value: 10n ** 30n } as const
    expect(await rowsIn(adapter, table('things'), { where })).toEqual([])
    const equal = { op: '=', field: 'id', value: 5_000_000_000 } as const
    expect(await rowsIn(adapter, table('things'), { where: equal })).toEqual([])
    const groups = await rowsIn(adapter, table('things'), {
      fields: [],
      aggregates: [{ function: 'COUNT', field: '*', alias: 'n' }],
      having: { op: '>', field: 'n', value: 1.5 },
    })
    expect(groups).toEqual([{ n: 2 }])
  })

  test('what is gone is not found, and worth another try', async () => {
    await database.run('CREATE TABLE going (id int PRIMARY KEY, a int)')
    const before = await tableNamed(adapter, 'going')
    await database.run('ALTER TABLE going DROP COLUMN a')
    const gone = { code: 'not_found', retryable: true }
    await expect(adapter.select(queryOf(before), calm)).rejects.toMatchObject(gone)
    await database.run('DROP TABLE going')
    await expect(adapter.select(queryOf(before), calm)).rejects.toMatchObject(gone)
  })

  test('a column that changes its type meanwhile is read as it is now', async () => {
    await database.run(
      'CREATE TABLE changing (id int PRIMARY KEY, a int); INSERT INTO changing VALUES (1, 5)',
    )
    const before = await tableNamed(adapter, 'changing')
    expect(await rowsIn(adapter, before)).toEqual([{ id: 1, a: 5 }])
    await database.run(`ALTER TABLE changing ALTER a TYPE text USING a || ' pieces'`)
    expect(await rowsIn(adapter, before)).toEqual([{ id: 1, a: '5 pieces' }])
    await database.run('DROP TABLE changing')
  })

  test('a right that the user has not is told as one', async () => {
    await database.run(`DROP ROLE IF EXISTS sluice_test_reader; CREATE ROLE sluice_test_reader LOGIN PASSWORD 'x';
      GRANT SELECT ON parents TO sluice_test_reader`)
    const url = new URL(database.url)
    url.username = 'sluice_test_reader'
    url.password = 'x'
    const reader = await serviceForTest(url.href)
    const write = reader.insert({ table: table('parents'), rows: [{ id: 7 }], returning: [] }, calm)
    await expect(write).rejects.toMatchObject({ code: 'forbidden' })
    await reader.close()
    await database.run('DROP OWNED BY sluice_test_reader; DROP ROLE sluice_test_reader')
  })

  test('an answer of more than 64 MB is refused, and the connection lives', async () => {
    await database.run(
      `CREATE TABLE large (id int PRIMARY KEY, body text); INSERT INTO large SELECT n, repeat('x', 9000000) FROM generate_series(1, 8) n`,
    )
    const large = await tableNamed(adapter, 'large')
    await expect(adapter.select(queryOf(large), calm)).rejects.toMatchObject({ code: 'bad_request' })
    expect(await rowsIn(adapter, large, { fields: ['id'], limit: 1 })).toHaveLength(1)
    await database.run('DROP TABLE large')
  })

  test('victims of a deadlock are tried again, those that say no get a conflict', async () => {
    const one = async (first: number, second: number, bothHold: () => Promise<void>, retry: boolean) =>
      adapter.transaction(
        async (records) => {
          const change = (id: number) =>
            records.update(
              {
                table: table('parents'),
                set: { 'the name': `n${id}` },
                where: { op: '=', field: 'id', value: id },
                returning: [],
              },
              calm,
            )
          await change(first)
          await bothHold()
          await change(second)
        },
        { ...calm, retry },
      )
    const both = (retry: boolean) => {
      const bothHold = whenAll(2)
      return [one(1, 2, bothHold, retry), one(2, 1, bothHold, retry)]
    }
    const outcomes = await Promise.allSettled(both(false))
    const failed = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
    expect(failed).toMatchObject([{ code: 'conflict', retryable: true }])
    await expect(Promise.all(both(true))).resolves.toBeDefined()
  })

  test('a transaction that passes over a failure is not kept, and says so', async () => {
    const work = adapter.transaction(async (records) => {
      await records.insert({ table: table('parents'), rows: [{ id: 77 }], returning: [] }, calm)
      const again = records.insert({ table: table('parents'), rows: [{ id: 77 }], returning: [] }, calm)
      await again.catch(() => {})
    }, calm)
    await expect(work).rejects.toMatchObject({ code: 'conflict' })
    const where = { op: '=', field: 'id', value: 77 } as const
    expect(await rowsIn(adapter, table('parents'), { where })).toEqual([])
  })

  test('a lock that the database waits for too long is a timeout', async () => {
    const other = await connectForTest(database.url)
    await other.run('BEGIN; UPDATE parents SET "a,b" = 5 WHERE id = 1')
    const hasty = await serviceForTest(database.url, { statements: [`SET lock_timeout TO '50ms'`] })
    const where = { op: '=', field: 'id', value: 1 } as const
    const write = hasty.update({ table: table('parents'), set: { 'a,b': 6 }, where, returning: [] }, calm)
    await expect(write).rejects.toMatchObject({ code: 'timeout' })
    await other.run('ROLLBACK')
  })
})

/** Each waits until so many have come; those that come later do not wait. */
function whenAll(expected: number): () => Promise<void> {
  let arrived = 0
  let open = () => {}
  const all = new Promise<void>((resolve) => {
    open = resolve
  })
  return () => {
    arrived += 1
    if (arrived === expected) open()
    return all
  }
}
