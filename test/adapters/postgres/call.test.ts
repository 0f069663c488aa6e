import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { pgsql } from '../../../adapters/database/postgres/service-type.ts'
import { ownStatement } from '../../../adapters/database/sql/connection.ts'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import type { CallQuery, CallResult, RoutineKind } from '../../../src/core/database/query.ts'
import { calm, present, rowsOf } from '../../contract/scene.ts'
import { type Database, freshDatabase, isLeftOut, title } from './fresh-database.ts'

const ROUTINES = `
  CREATE SCHEMA other; CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TYPE pair AS (a int, b text);
  CREATE DOMAIN code AS varchar(3); CREATE DOMAIN couple AS pair;
  CREATE TABLE t (id int PRIMARY KEY, gone int, big bigint, price numeric, day timestamp, raw bytea, list bigint[], doc jsonb);
  ALTER TABLE t DROP COLUMN gone;
  INSERT INTO t VALUES (1, 9007199254740993, 1.50, '2024-02-29 12:30:45', '\\x00ff', '{1,9007199254740993}', '{"n": 1.5}'),
    (2, 5, 12345678901234567.25, null, null, '{}', 'null');
  CREATE TABLE log (word text);

  CREATE FUNCTION add(a int, b int DEFAULT 40 + 1) RETURNS int LANGUAGE sql AS 'SELECT a + b';
  CREATE FUNCTION add(a text, b text) RETURNS text LANGUAGE sql AS 'SELECT a || b';
  CREATE FUNCTION add(a bigint, b int) RETURNS text LANGUAGE sql AS $$SELECT 'long'$$;
  CREATE FUNCTION either(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE FUNCTION either(a int, b int DEFAULT 2) RETURNS int LANGUAGE sql AS 'SELECT 2';
  CREATE FUNCTION lower(text) RETURNS text LANGUAGE sql AS $$SELECT 'ours'$$;
  CREATE FUNCTION unnamed(int, text DEFAULT 'x') RETURNS text LANGUAGE sql AS 'SELECT $1 || $2';
  CREATE FUNCTION total(VARIADIC numbers int[]) RETURNS bigint LANGUAGE sql AS 'SELECT sum(n) FROM unnest(numbers) n';
  CREATE FUNCTION big() RETURNS bigint LANGUAGE sql AS 'SELECT 9007199254740993';
  CREATE FUNCTION exact(n numeric) RETURNS numeric LANGUAGE sql AS 'SELECT n';
  CREATE FUNCTION nothing() RETURNS void LANGUAGE plpgsql AS $$BEGIN INSERT INTO log VALUES ('nothing'); END$$;
  CREATE FUNCTION echo(doc jsonb) RETURNS jsonb LANGUAGE sql AS 'SELECT doc';
  CREATE FUNCTION bytes(raw bytea) RETURNS bytea LANGUAGE sql AS 'SELECT raw';
  CREATE FUNCTION feel(m mood, c code) RETURNS text LANGUAGE sql AS $$SELECT m || ':' || c$$;
  CREATE FUNCTION items(list int[]) RETURNS int[] LANGUAGE sql AS 'SELECT list || 9';
  CREATE FUNCTION swap(p pair) RETURNS pair LANGUAGE sql AS $$SELECT (p).a + 1, (p).b || '!'$$;
  CREATE FUNCTION coupled() RETURNS couple LANGUAGE sql AS $$SELECT ROW(1, 'x')::couple$$;
  CREATE FUNCTION list(low int) RETURNS TABLE (id int, "Big" bigint, price numeric) LANGUAGE sql
    AS 'SELECT id, big, price FROM t WHERE id >= low ORDER BY id';
  CREATE FUNCTION single() RETURNS TABLE (only_one numeric) LANGUAGE sql AS 'SELECT price FROM t ORDER BY id';
  CREATE FUNCTION rows() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t ORDER BY id';
  CREATE FUNCTION numbers() RETURNS SETOF int LANGUAGE sql AS 'SELECT generate_series(1, 3)';
  CREATE FUNCTION nobody() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t WHERE false';
  CREATE FUNCTION outs(INOUT a int, OUT b numeric, IN c text DEFAULT 'it''s') LANGUAGE sql AS 'SELECT a + 1, 2.5';
  CREATE FUNCTION record_word(word text) RETURNS int LANGUAGE sql AS 'INSERT INTO log VALUES (word) RETURNING 1';
  CREATE FUNCTION refuse(why text) RETURNS int LANGUAGE plpgsql
    AS $$BEGIN RAISE EXCEPTION 'Not on a %', why USING HINT = 'Come on Monday'; END$$;
  CREATE FUNCTION divide(a int) RETURNS int LANGUAGE sql AS 'SELECT 1 / a';
  CREATE FUNCTION secret() RETURNS int LANGUAGE plpgsql
    AS $$BEGIN RAISE EXCEPTION 'the password is 1234' USING ERRCODE = 'XX000'; END$$;
  CREATE FUNCTION open() RETURNS refcursor LANGUAGE plpgsql AS $$DECLARE c refcursor;
    BEGIN OPEN c FOR SELECT id, big, price, day, raw, list, doc, 1 AS id, ROW(1, 2) FROM t ORDER BY t.id; RETURN c; END$$;
  CREATE FUNCTION open_two() RETURNS SETOF refcursor LANGUAGE plpgsql AS $$DECLARE c refcursor := 'one "c"'; d refcursor := 'two';
    BEGIN OPEN c FOR SELECT n FROM generate_series(1, 2500) n; RETURN NEXT c;
    OPEN d FOR SELECT 1 AS n WHERE false; RETURN NEXT d; END$$;
  CREATE FUNCTION other."Näme ""x"""(p json) RETURNS json LANGUAGE sql AS 'SELECT p';

  CREATE PROCEDURE change(id int, INOUT delta numeric DEFAULT 1.5, INOUT big bigint DEFAULT null)
    LANGUAGE plpgsql AS 'BEGIN delta := delta * id; big := 9007199254740993; END';
  CREATE PROCEDURE put(word text) LANGUAGE plpgsql AS 'BEGIN INSERT INTO log VALUES (word); END';
  CREATE PROCEDURE in_steps() LANGUAGE plpgsql AS $$BEGIN INSERT INTO log VALUES ('first'); COMMIT;
    INSERT INTO log VALUES ('second'); ROLLBACK; INSERT INTO log VALUES ('third'); END$$;
  CREATE PROCEDURE escape() LANGUAGE plpgsql AS $$BEGIN COMMIT; SET TRANSACTION READ WRITE; INSERT INTO log VALUES ('out'); END$$;
  CREATE PROCEDURE wander() LANGUAGE plpgsql AS $$BEGIN PERFORM set_config('search_path', 'other', false);
    CREATE TEMPORARY TABLE log (word text); PERFORM pg_advisory_lock(42); END$$;
  CREATE PROCEDURE show_all(INOUT c refcursor DEFAULT null, INOUT how_many int DEFAULT null)
    LANGUAGE plpgsql AS $$BEGIN OPEN c FOR SELECT id FROM t ORDER BY id; how_many := 2; END$$`

/** Procedures have these since PostgreSQL 14. */
const OUT_PARAMETERS = `DO $do$ BEGIN IF current_setting('server_version_num')::int >= 140000 THEN
  CREATE PROCEDURE count_all(IN low int, OUT n bigint, OUT word text) LANGUAGE plpgsql
    AS $$BEGIN SELECT count(*), 'x' INTO n, word FROM t WHERE id >= low; END$$; END IF; END $do$`

describe.skipIf(isLeftOut)(title('calls of PostgreSQL routines'), () => {
  let database: Database
  let adapter: DatabaseAdapter
  beforeAll(async () => {
    database = await freshDatabase(`${ROUTINES}; ${OUT_PARAMETERS}`)
    const context = { baseDir: '.', statementTimeoutMs: 10_000 }
    adapter = await pgsql.open(pgsql.config.parse({ url: database.url }), context)
  })
  afterAll(async () => {
    await adapter.close()
    await database.close()
  })

  interface Call {
    readonly kind?: RoutineKind
    /** The types of its parameters, where there are several of one name. */
    readonly of?: string
    readonly readOnly?: boolean
  }
  const call = async (
    name: string,
    given: CallQuery['arguments'] = {},
    { kind = 'function', of, readOnly = false }: Call = {},
  ): Promise<CallResult> => {
    const routines = (await adapter.listRoutines(kind, calm)).filter((each) => each.name === name)
    const typesOf = (one: (typeof routines)[number]) => one.parameters.map(({ dbType }) => dbType).join()
    const routine = present(routines.find((one) => of === undefined || typesOf(one) === of))
    return adapter.call({ routine, arguments: given, readOnly }, calm)
  }
  const scalar = async (name: string, given?: CallQuery['arguments'], how?: Call) =>
    (await call(name, given, how)).sets[0]?.[0]?.[name]
  const logged = async () => {
    const result = await database.connection.read(LOG, 'rows', calm)
    return rowsOf(result).map(({ word }) => word)
  }
  const emptyLog = () => database.run('TRUNCATE log')

  test('what a routine sets for its session is gone for whoever comes after it', async () => {
    await call('wander', {}, { kind: 'procedure' })
    const log = present(buildSchema(await adapter.readSchema(calm)).tableByName.get('log'))
    await adapter.insert({ table: log, rows: [{ word: 'after' }], returning: [] }, calm)
    expect(await logged()).toEqual(['after'])
    await call('wander', {}, { kind: 'procedure' })
    await emptyLog()
  })

  test('a scalar is one row with one column named like the function', async () => {
    expect(await call('add', { a: 1, b: 2 }, { of: 'integer,integer' })).toEqual({
      sets: [[{ add: 3 }]],
      out: {},
    })
  })

  test('arguments that are absent take their default, else null', async () => {
    expect(await scalar('add', { a: 1 }, { of: 'integer,integer' })).toBe(42)
    expect(await scalar('add', {}, { of: 'integer,integer' })).toBeNull()
    expect(await scalar('unnamed', { p1: 5 })).toBe('5x')
    expect(await scalar('unnamed', { p1: 5, p2: 'y' })).toBe('5y')
    expect(await scalar('unnamed', { p1: 5, p2: null })).toBeNull()
  })

  test('the overload that was chosen is the one that runs', async () => {
    expect(await scalar('add', { a: '1', b: '2' }, { of: 'text,text' })).toBe('12')
    expect(await scalar('add', { a: 1, b: 2 }, { of: 'bigint,integer' })).toBe('long')
    expect(await scalar('either', { a: 1 }, { of: 'integer,integer' })).toBe(2)
    expect(await scalar('lower', { p1: 'ABC' })).toBe('ours')
  })

  test('an overload that the database cannot tell from another is a bad request', async () => {
    await expect(call('either', { a: 1 }, { of: 'integer' })).rejects.toMatchObject({ code: 'bad_request' })
  })

  test('all remaining arguments are a list', async () => {
    expect(await scalar('total', { numbers: { json: [1, 2, 3] } })).toBe(6)
    expect(await scalar('total')).toBeNull()
  })

  test('numbers keep every digit, both ways', async () => {
    expect(await scalar('big')).toBe('9007199254740993')
    expect(await scalar('exact', { n: '12345678901234567890.123456789' })).toBe(
      '12345678901234567890.123456789',
    )
    expect(await scalar('exact', { n: 1.5 })).toBe(1.5)
  })

  test('numbers that are none, as arguments and results', async () => {
    const exact = (await adapter.listRoutines('function', calm)).find(({ name }) => name === 'exact')
    expect(exact?.parameters[0]?.alsoTakes?.test('-Infinity')).toBe(true)
    expect(await scalar('exact', { n: 'NaN' })).toBe('NaN')
    expect(await scalar('exact', { n: '-Infinity' })).toBe('-Infinity')
  })

  test('documents, bytes, lists, enums and rows', async () => {
    expect(await scalar('echo', { doc: { json: { a: [1, null, 'x'] } } })).toEqual({ a: [1, null, 'x'] })
    expect(await scalar('bytes', { raw: new Uint8Array([0, 255]) })).toBe('AP8=')
    expect(await scalar('items', { list: { json: [1, null] } })).toEqual([1, null, 9])
    expect(await scalar('feel', { m: 'ok', c: 'abc' })).toBe('ok:abc')
    expect((await call('swap', { p: { json: { a: 1, b: 'x' } } })).sets).toEqual([[{ a: 2, b: 'x!' }]])
    expect((await call('coupled')).sets).toEqual([[{ a: 1, b: 'x' }]])
  })

  test('a text too long for its domain is refused, not cut', async () => {
    await expect(call('feel', { m: 'ok', c: 'abcd' })).rejects.toMatchObject({ code: 'bad_request' })
  })

  test('a function without a value gives null, and does what it does', async () => {
    await emptyLog()
    expect((await call('nothing')).sets).toEqual([[{ nothing: null }]])
    expect(await logged()).toEqual(['nothing'])
  })

  test('rows of a table function, a set and a table', async () => {
    expect((await call('list', { low: 2 })).sets).toEqual([
      [{ id: 2, Big: 5, price: '12345678901234567.25' }],
    ])
    expect((await call('single')).sets).toEqual([[{ only_one: 1.5 }, { only_one: '12345678901234567.25' }]])
    expect((await call('numbers')).sets).toEqual([[{ numbers: 1 }, { numbers: 2 }, { numbers: 3 }]])
    expect((await call('nobody')).sets).toEqual([[]])
    expect((await call('rows')).sets[0]).toEqual(T_ROWS)
  })

  test('OUT values of a function are the columns of its row', async () => {
    expect(await call('outs', { a: 1 })).toEqual({ sets: [[{ a: 2, b: 2.5 }]], out: {} })
  })

  test('a function of another schema, with an odd name', async () => {
    const { sets } = await call('other.Näme "x"', { p: { json: [1] } })
    expect(sets).toEqual([[{ 'Näme "x"': [1] }]])
  })

  test('cursors are read as they are returned', async () => {
    expect((await call('open')).sets).toEqual([T_ROWS.map((row) => ({ ...row, id_2: 1, row: '(1,2)' }))])
    const { sets } = await call('open_two')
    expect(sets.map((set) => set.length)).toEqual([2500, 0])
    expect(sets[0]?.at(-1)).toEqual({ n: 2500 })
  })

  test('INOUT values of a procedure', async () => {
    const how = { kind: 'procedure' } as const
    expect(await call('change', { id: 3 }, how)).toEqual({
      sets: [],
      out: { delta: 4.5, big: '9007199254740993' },
    })
    expect((await call('change', { id: 3, delta: '12345678901234567.5' }, how)).out.delta).toBe(
      '37037036703703702.5',
    )
  })

  test('OUT values of a procedure', async (context) => {
    const known = (await adapter.listRoutines('procedure', calm)).some(({ name }) => name === 'count_all')
    if (!known) context.skip('PostgreSQL before 14 has none')
    const { out } = await call('count_all', { low: 1 }, { kind: 'procedure' })
    expect(out).toEqual({ n: 2, word: 'x' })
  })

  test('cursors of a procedure are its sets, the others its OUT values', async () => {
    expect(await call('show_all', {}, { kind: 'procedure' })).toEqual({
      sets: [[{ id: 1 }, { id: 2 }]],
      out: { how_many: 2 },
    })
  })

  test('a procedure without values, and one that commits by itself', async () => {
    await emptyLog()
    const how = { kind: 'procedure' } as const
    expect(await call('put', { word: 'one' }, how)).toEqual({ sets: [], out: {} })
    expect(await call('in_steps', {}, how)).toEqual({ sets: [], out: {} })
    expect(await logged()).toEqual(['one', 'first', 'third'])
  })

  test('the database refuses what a read-only call would change', async () => {
    await emptyLog()
    const refused = { code: 'not_supported' }
    const readOnly = true
    await expect(call('record_word', { word: 'x' }, { readOnly })).rejects.toMatchObject(refused)
    await expect(call('put', { word: 'x' }, { kind: 'procedure', readOnly })).rejects.toMatchObject(refused)
    await expect(call('escape', {}, { kind: 'procedure', readOnly })).rejects.toMatchObject(refused)
    expect(await logged()).toEqual([])
    expect(await scalar('add', { a: 1 }, { of: 'integer,integer', readOnly })).toBe(42)
    expect((await call('open', {}, { readOnly })).sets[0]).toHaveLength(2)
    expect((await call('change', { id: 2 }, { kind: 'procedure', readOnly })).out.delta).toBe(3)
  })

  test('a service that is read-only calls no other way', async () => {
    const config = pgsql.config.parse({ url: database.url, read_only: true })
    const reader = await pgsql.open(config, { baseDir: '.', statementTimeoutMs: 10_000 })
    onTestFinished(() => reader.close())
    const routines = await reader.listRoutines('function', calm)
    const routine = present(routines.find(({ name }) => name === 'record_word'))
    const query = { routine, arguments: { word: 'x' }, readOnly: false }
    await expect(reader.call(query, calm)).rejects.toMatchObject({ code: 'not_supported' })
  })

  test('what a routine raises is told in its own words, other failures are not', async () => {
    await expect(call('refuse', { why: 'Sunday' })).rejects.toMatchObject({
      code: 'bad_request',
      message: 'Not on a Sunday',
      hint: 'Come on Monday',
    })
    await expect(call('divide', { a: 0 })).rejects.toMatchObject({ code: 'bad_request' })
    const secret = await call('secret').catch((error) => error)
    expect(secret).toMatchObject({ code: 'internal' })
    expect(`${secret.message} ${secret.hint}`).not.toContain('1234')
  })

  test('a value of the wrong type is a bad request, and the connection goes on', async () => {
    const wrong = call('add', { a: 'x' }, { of: 'integer,integer' })
    await expect(wrong).rejects.toMatchObject({ code: 'bad_request' })
    expect(await scalar('add', { a: 1 }, { of: 'integer,integer' })).toBe(42)
  })

  test('values never become SQL', async () => {
    const text = `x'); DROP TABLE t; --`
    expect(await scalar('add', { a: text, b: `"\\` }, { of: 'text,text' })).toBe(`${text}"\\`)
    await expect(call('items', { list: text })).rejects.toMatchObject({ code: 'bad_request' })
  })

  test('a routine that is gone is not found', async () => {
    await database.run('CREATE FUNCTION brief() RETURNS int LANGUAGE sql AS $$SELECT 1$$')
    const routines = await adapter.listRoutines('function', calm)
    const routine = present(routines.find(({ name }) => name === 'brief'))
    await database.run('DROP FUNCTION brief()')
    await expect(adapter.call({ routine, arguments: {}, readOnly: false }, calm)).rejects.toMatchObject({
      code: 'not_found',
    })
  })
})

const LOG = ownStatement<string>('SELECT word FROM log ORDER BY ctid', ['word'])

const T_ROWS = [
  {
    id: 1,
    big: '9007199254740993',
    price: 1.5,
    day: '2024-02-29 12:30:45',
    raw: 'AP8=',
    list: ['1', '9007199254740993'],
    doc: { n: 1.5 },
  },
  { id: 2, big: 5, price: '12345678901234567.25', day: null, raw: null, list: [], doc: null },
]
