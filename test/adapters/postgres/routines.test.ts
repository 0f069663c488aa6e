import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { readRoutines } from '../../../adapters/database/postgres/routines.ts'
import type { Routine, RoutineKind } from '../../../src/core/database/query.ts'
import { calm, present } from '../../contract/scene.ts'
import { connectForTest, type Database, freshDatabase, isLeftOut, title } from './fresh-database.ts'

const ROUTINES = `
  CREATE SCHEMA other; CREATE EXTENSION IF NOT EXISTS citext;
  CREATE TYPE pair AS (a int, b text); CREATE DOMAIN price AS numeric(10,2); CREATE TABLE t (id int, day date);
  CREATE FUNCTION add(a int, b int DEFAULT 1 + 1) RETURNS int LANGUAGE sql AS 'SELECT a + b';
  CREATE FUNCTION add(a text, VARIADIC rest text[]) RETURNS text LANGUAGE sql AS 'SELECT a';
  COMMENT ON FUNCTION add(int, int) IS 'Adds "two"';
  CREATE FUNCTION unnamed(int, price) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
  CREATE FUNCTION list(low int) RETURNS TABLE (id int, name text) LANGUAGE sql AS $$SELECT 1, 'x'$$;
  CREATE FUNCTION rows() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t';
  CREATE FUNCTION one() RETURNS pair LANGUAGE sql AS $$SELECT 1, 'x'$$;
  CREATE FUNCTION outs(INOUT a int, OUT b numeric, IN c text DEFAULT 'it''s') LANGUAGE sql AS 'SELECT 1, 2.5';
  CREATE FUNCTION nothing() RETURNS void LANGUAGE sql AS 'SELECT 1';
  CREATE FUNCTION numbers() RETURNS SETOF numeric LANGUAGE sql AS 'SELECT 1.5';
  CREATE FUNCTION open() RETURNS refcursor LANGUAGE plpgsql AS $$BEGIN RETURN 'c'; END$$;
  CREATE FUNCTION other."Näme ""x"" . y"(p json) RETURNS json LANGUAGE sql AS 'SELECT p';
  CREATE FUNCTION "a.b"() RETURNS uuid LANGUAGE sql AS 'SELECT null::uuid';
  CREATE FUNCTION fired() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
  CREATE FUNCTION anything(a anyelement) RETURNS anyelement LANGUAGE sql AS 'SELECT a';
  CREATE FUNCTION anonymous() RETURNS SETOF record LANGUAGE sql AS 'SELECT 1, 2';
  CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int);
  CREATE PROCEDURE change(id int, INOUT delta numeric(10,2) DEFAULT 1.5) LANGUAGE plpgsql AS 'BEGIN END';
  CREATE PROCEDURE other.act() LANGUAGE plpgsql AS 'BEGIN END'`

describe.skipIf(isLeftOut)(title('PostgreSQL routines'), () => {
  let database: Database
  beforeAll(async () => {
    database = await freshDatabase(ROUTINES)
  })
  afterAll(() => database.close())

  const list = (kind: RoutineKind, schema = '', from = database) =>
    readRoutines(from.connection, kind, { schema }, calm)
  const routine = async (kind: RoutineKind, name: string): Promise<Routine> =>
    present((await list(kind)).find((one) => one.name === name))
  const signatures = (routines: readonly Routine[]) =>
    routines
      .map(({ name, parameters }) => `${name}(${parameters.map((each) => each.dbType).join(', ')})`)
      .toSorted()

  test('functions that can be called, and no others', async () => {
    expect(signatures(await list('function'))).toEqual([
      'add(integer, integer)',
      'add(text, text[])',
      'list(integer)',
      'nothing()',
      'numbers()',
      'one()',
      'open()',
      'other.Näme "x" . y(json)',
      'outs(integer, numeric, text)',
      'public.a.b()',
      'rows()',
      'unnamed(integer, numeric(10,2))',
    ])
  })

  test('procedures', async () => {
    expect(signatures(await list('procedure'))).toEqual(['change(integer, numeric)', 'other.act()'])
  })

  test('a scope shows one schema', async () => {
    expect(signatures(await list('procedure', 'default'))).toEqual(['change(integer, numeric)'])
    expect(signatures(await list('procedure', 'other'))).toEqual(['other.act()'])
    expect(await list('function', 'none')).toEqual([])
  })

  test('overloads are routines of one name, each with a key of its own', async () => {
    const adds = (await list('function')).filter(({ name }) => name === 'add')
    expect(new Set(adds.map(({ key }) => key)).size).toBe(2)
    expect(adds).toMatchObject([
      {
        kind: 'function',
        description: 'Adds "two"',
        returns: { type: 'integer', dbType: 'integer', isSet: false },
        parameters: [
          { name: 'a', position: 1, mode: 'IN', type: 'integer', dbType: 'integer' },
          { name: 'b', position: 2, mode: 'IN', default: '(1 + 1)' },
        ],
      },
      { parameters: [{ name: 'a' }, { name: 'rest', type: 'array', dbType: 'text[]', isVariadic: true }] },
    ])
    expect(adds[0]?.parameters[0]).not.toHaveProperty('default')
    expect(adds[1]).not.toHaveProperty('description')
  })

  test('parameters without a name are numbered; a domain is what it stands for', async () => {
    expect(await routine('function', 'unnamed')).toMatchObject({
      returns: { type: 'bigint' },
      parameters: [
        { name: 'p1', type: 'integer' },
        { name: 'p2', type: 'decimal', dbType: 'numeric(10,2)' },
      ],
    })
  })

  test('columns of a table are what a function returns, not its parameters', async () => {
    expect(await routine('function', 'list')).toMatchObject({
      parameters: [{ name: 'low' }],
      returns: { type: 'object', dbType: 'record', isSet: true },
    })
  })

  test('OUT and INOUT parameters', async () => {
    expect((await routine('function', 'outs')).parameters).toEqual([
      { name: 'a', position: 1, mode: 'INOUT', type: 'integer', dbType: 'integer' },
      { name: 'b', position: 2, mode: 'OUT', type: 'decimal', dbType: 'numeric' },
      { name: 'c', position: 3, mode: 'IN', type: 'text', dbType: 'text', default: "'it''s'::text" },
    ])
    const change = await routine('procedure', 'change')
    expect(change).not.toHaveProperty('returns')
    expect(change.parameters).toMatchObject([
      { mode: 'IN' },
      { mode: 'INOUT', type: 'decimal', default: '1.5' },
    ])
  })

  test.each([
    ['rows', { type: 'object', dbType: 't', isSet: true }],
    ['one', { type: 'object', dbType: 'pair', isSet: false }],
    ['outs', { type: 'object', dbType: 'record', isSet: false }],
    ['nothing', { type: 'string', dbType: 'void', isSet: false }],
    ['numbers', { type: 'decimal', dbType: 'numeric', isSet: true }],
    ['open', { type: 'string', dbType: 'refcursor', isSet: false }],
    ['other.Näme "x" . y', { type: 'json', dbType: 'json', isSet: false }],
    ['public.a.b', { type: 'uuid' }],
  ])('what %s returns', async (name, returns) => {
    expect((await routine('function', name)).returns).toMatchObject(returns)
  })

  test('only what the login may execute', async () => {
    const role = `sluice_test_caller_${process.pid}`
    await database.run(`CREATE ROLE ${role} LOGIN; REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM public;
      GRANT EXECUTE ON FUNCTION add(int, int) TO ${role}`)
    onTestFinished(() =>
      database.run(`DROP OWNED BY ${role}; DROP ROLE ${role};
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO public`),
    )
    const caller = await connectForTest(database.url, role)
    expect(signatures(await list('function', '', caller))).toEqual(['add(integer, integer)'])
  })
})
