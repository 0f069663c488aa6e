import mysql from 'mysql2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callRoutine } from '../../../adapters/database/mysql/call.ts'
import type { MysqlConnection } from '../../../adapters/database/mysql/connection.ts'
import { createConnector } from '../../../adapters/database/mysql/connector.ts'
import { createDialect } from '../../../adapters/database/mysql/dialect.ts'
import { readRoutines } from '../../../adapters/database/mysql/routines.ts'
import type { Mode } from '../../../adapters/database/mysql/server-options.ts'
import type { CallResult, RoutineKind } from '../../../src/core/database/query.ts'
import type { Value } from '../../../src/core/database/value.ts'
import { reachServer } from '../../contract/servers/test-server.ts'
import { createDatabase } from './server.ts'

const calm = { signal: new AbortController().signal }
const reach = await reachServer('mysql')

describe.skipIf(reach !== 'reachable')(`calls of routines on a MySQL server (${reach})`, async () => {
  if (reach !== 'reachable') return
  const database = await createDatabase()
  const other = await createDatabase()
  const { run } = database
  const open = (mode: Mode) => createConnector(mysql, serverOptions(database.url), mode).connect(calm.signal)
  const writer = await open('write')
  const reader = await open('read')
  const dialect = (otherDatabase?: string) =>
    createDialect({ returning: writer.server.returning, timezone: '+00:00', otherDatabase })

  /** As a request does it: on a connection that is checked first. */
  async function call(
    kind: RoutineKind,
    name: string,
    given: { readonly [parameter: string]: Value } = {},
    connection: MysqlConnection = writer,
  ): Promise<CallResult> {
    await connection.verify()
    const routines = await readRoutines(database.connection, kind, { schema: '' }, calm)
    const routine = routines.find((each) => each.name === name)
    if (!routine) throw new Error(`there is no ${kind} ${name}`)
    const query = { routine, arguments: given, readOnly: connection === reader }
    return callRoutine(connection, query, dialect())
  }

  const logged = async () => {
    const { sets } = await call('procedure', 'show_log')
    return sets[0]?.map(({ word }) => word)
  }

  beforeAll(async () => {
    await run(...WORLD)
    if (database.isMariaDb) await run(...MARIADB_WORLD)
    await run(
      `create function ${other.name}.elsewhere(a int) returns int deterministic return a + 1`,
      `create procedure ${other.name}.beyond(out a int) begin set a = 7; select 'far' as place; end`,
    )
  })

  afterAll(async () => {
    await Promise.all([writer.end(), reader.end()])
    await database.drop()
    await other.drop()
  })

  test('binds IN values of every type', async () => {
    const given = {
      small: 5,
      big: 18446744073709551615n,
      exact: '12345678901234567890.12345',
      rough: 0.1,
      flag: true,
      bits: 5,
      words: "it's; drop table log; -- 😀 \\",
      day: '2024-02-29',
      moment: '2024-02-29T12:30:45.500Z',
      bytes: new Uint8Array([0, 255, 39]),
      document: { json: { a: [1, 'ä'] } },
      choice: 'b,c',
    }
    const { sets, out } = await call('procedure', 'echo', given)
    expect(out).toEqual({})
    expect(sets).toEqual([
      [
        {
          small: 5,
          big: '18446744073709551615',
          exact: '12345678901234567890.12345',
          rough: 0.1,
          flag: true,
          bits: 5,
          words: "it's; drop table log; -- 😀 \\",
          day: '2024-02-29',
          moment: '2024-02-29 12:30:45.500',
          bytes: 'AP8n',
          // MariaDB has no JSON but long text.
          document: database.isMariaDb ? '{"a":[1,"ä"]}' : { a: [1, 'ä'] },
          choice: 'b,c',
        },
      ],
    ])
  })

  test('takes null for an argument that is missing', async () => {
    const { sets } = await call('procedure', 'echo', { small: 1 })
    expect(sets[0]).toMatchObject([{ small: 1, big: null, words: null, document: null }])
  })

  test('converts OUT values by the types of their parameters', async () => {
    const { out, sets } = await call('procedure', 'give')
    expect(sets).toEqual([])
    expect(out).toEqual({
      small: -5,
      big: '18446744073709551615',
      exact: '12345678901234567890.12345',
      price: 12.5,
      rough: 0.1,
      double_one: 0.1,
      flag: true,
      bit_one: true,
      bits: 5,
      words: "it's 😀",
      day: '2024-02-29',
      clock: '12:30:45.500',
      moment: '2024-02-29 12:30:45.000000',
      year_of: 2024,
      bytes: 'AP8=',
      choice: 'b,c',
      place: 'POINT(1 2)',
      nothing: null,
    })
  })

  // MariaDB has no type JSON: a parameter declared so is long text, and its value too.
  const document = database.isMariaDb ? '{"a": [1, 2]}' : { a: [1, 2] }
  test('gives JSON of OUT parameters as what the server says they are', async () => {
    expect((await call('procedure', 'give_json')).out).toEqual({ document })
  })

  test('changes INOUT values and keeps those of another call apart', async () => {
    expect((await call('procedure', 'add_to', { amount: 5, total: '10.25' })).out).toEqual({ total: 15.25 })
    expect((await call('procedure', 'add_to', { amount: 5 })).out).toEqual({ total: null })
  })

  test('gives several sets in order, and OUT values besides', async () => {
    const { sets, out } = await call('procedure', 'three_sets', { limit_of: 2 })
    expect(sets).toEqual([[{ n: 1 }, { n: 2 }], [], [{ id: 1, id_2: 'second', 'odd "name"': null }]])
    expect(out).toEqual({ total: 3 })
    expect(writer.isUsable).toBe(true)
    expect((await call('procedure', 'three_sets', { limit_of: 1 })).out).toEqual({ total: 3 })
  })

  test('reads rows as reads of the table do', async () => {
    const { sets } = await call('procedure', 'all_types')
    expect(sets[0]).toEqual([
      {
        tiny: -1,
        flag: true,
        bit_one: false,
        bits: 258,
        big: '9223372036854775807',
        exact: '12345678901234567890.12345',
        price: 12.5,
        rough: 0.1,
        day: '2024-02-29',
        clock: '-12:30:45.500',
        moment: '2024-02-29 12:30:45.000000',
        instant: '2024-02-29 12:30:45',
        year_of: 2024,
        choice: 'b,c',
        words: 'ä😀',
        hash: 'AP8=',
        document: { a: 1, b: [null] },
        nothing: null,
      },
    ])
  })

  test.runIf(database.isMariaDb)('reads the types that only MariaDB has', async () => {
    const { sets } = await call('procedure', 'maria')
    expect(sets[0]).toEqual([{ u: '12345678-1234-1234-1234-123456789abc', i: '::1' }])
  })

  test('keeps columns of any name, and shapes as their coordinates', async () => {
    const { sets } = await call('procedure', 'odd_columns')
    expect(JSON.stringify(sets)).toBe('[[{"__proto__":1,"constructor":"c","spot":{"x":1,"y":2}}]]')
  })

  test('calls routines whose names need quoting', async () => {
    expect((await call('procedure', 'a`b.c "d"', { 'p 1': 3 })).sets).toEqual([[{ 'the `one`': 3 }]])
    expect((await call('function', 'f`x', { a: 1 })).sets).toEqual([[{ 'f`x': 2 }]])
  })

  test('gives what a function returns in a column of its name', async () => {
    expect((await call('function', 'twice', { amount: 9007199254740993n })).sets).toEqual([
      [{ twice: '18014398509481986' }],
    ])
    expect((await call('function', 'is_even', { n: 4 })).sets).toEqual([[{ is_even: true }]])
    expect((await call('function', 'nothing')).sets).toEqual([[{ nothing: null }]])
  })

  test('calls a function that has the name of one of the server', async () => {
    expect((await call('function', 'upper', { word: 'a' })).sets).toEqual([[{ upper: 'own a' }]])
  })

  test('calls a function once, whatever its value needs to be read', async () => {
    expect((await call('function', 'spot')).sets).toEqual([[{ spot: 'POINT(3 4)' }]])
    expect(await logged()).toEqual(['spot'])
    await run('delete from log')
  })

  test('calls the routines of a database that is named', async () => {
    const scope = { schema: other.name }
    const [procedure] = await readRoutines(database.connection, 'procedure', scope, calm)
    const [routine] = await readRoutines(database.connection, 'function', scope, calm)
    if (!procedure || !routine) throw new Error('no routines')
    await writer.verify()
    const far = dialect(other.name)
    const query = { arguments: { a: 1 }, readOnly: false }
    expect((await callRoutine(writer, { ...query, routine }, far)).sets).toEqual([[{ elsewhere: 2 }]])
    expect(await callRoutine(writer, { ...query, routine: procedure }, far)).toEqual({
      sets: [[{ place: 'far' }]],
      out: { a: 7 },
    })
  })

  test('shows what a routine raises on purpose', async () => {
    const raised = { code: 'bad_request', message: 'Only 3 left in stock' }
    await expect(call('procedure', 'raise_after_set')).rejects.toMatchObject(raised)
    await expect(call('function', 'raise')).rejects.toMatchObject(raised)
    await expect(call('procedure', 'raise_number')).rejects.toMatchObject({ message: 'With a number' })
  })

  test('shows nothing of other errors of a routine', async () => {
    const failed = await call('procedure', 'broken').catch((error: unknown) => error)
    expect(failed).toMatchObject({ code: 'not_found' })
    expect(String(failed)).not.toMatch(/no_such_table|select/i)
  })

  test('refuses a value that does not fit its parameter', async () => {
    await expect(call('procedure', 'add_to', { amount: 'many' })).rejects.toMatchObject({
      code: 'bad_request',
    })
    await expect(call('procedure', 'echo', { day: 'no day' })).rejects.toMatchObject({ code: 'bad_request' })
    await expect(call('procedure', 'echo', { small: 3_000_000_000 })).rejects.toMatchObject({
      code: 'bad_request',
    })
  })

  test('leaves the connection healthy when a call fails after its first set', async () => {
    await expect(call('procedure', 'raise_after_set')).rejects.toThrow()
    expect(writer.isUsable).toBe(true)
    expect((await call('procedure', 'three_sets', { limit_of: 1 })).sets).toHaveLength(3)
  })

  test('ends the transaction that a procedure leaves open', async () => {
    await call('procedure', 'begin_and_stop')
    await expect(call('procedure', 'begin_and_fail')).rejects.toThrow()
    expect(await logged()).toEqual([])
  })

  test('keeps what a procedure committed', async () => {
    await call('procedure', 'write_log', { word: 'kept' })
    expect(await logged()).toEqual(['kept'])
    await run('delete from log')
  })

  test('leaves nothing of a call in the session of the next one', async () => {
    await call('procedure', 'leave_traces', { secret: 'secret' })
    expect((await call('procedure', 'look_for_traces')).sets).toEqual([[{ a: null, b: null, isFree: 1 }]])
  })

  describe('called read-only', () => {
    test('reads', async () => {
      expect((await call('procedure', 'three_sets', { limit_of: 1 }, reader)).out).toEqual({ total: 3 })
      expect((await call('function', 'count_log', {}, reader)).sets).toEqual([[{ count_log: 0 }]])
    })

    test.each([
      'write_log',
      'write_in_transaction',
      'write_after_mode',
      'write_after_session_mode',
      'write_after_commit',
      'make_table',
    ])('the database refuses what %s does', async (name) => {
      await expect(call('procedure', name, { word: 'sneaked in' }, reader)).rejects.toMatchObject(REFUSED)
      expect(await logged()).toEqual([])
      expect(reader.isUsable).toBe(true)
      expect((await call('function', 'count_log', {}, reader)).sets).toEqual([[{ count_log: 0 }]])
    })

    test('the database refuses a function with side effects', async () => {
      await expect(call('function', 'log_and_count', {}, reader)).rejects.toMatchObject(REFUSED)
      expect(await logged()).toEqual([])
      expect((await call('function', 'log_and_count')).sets).toEqual([[{ log_and_count: 1 }]])
      await run('delete from log')
    })
  })
})

const REFUSED = {
  code: 'not_supported',
  message: 'The routine changes something or controls transactions, and it was called read-only.',
}

function serverOptions(url: string) {
  const { hostname: host, port, username, password, pathname } = new URL(url)
  return {
    host,
    port: Number(port || 3306),
    database: pathname.slice(1),
    username,
    password: decodeURIComponent(password),
    unixSocket: undefined,
    sslmode: 'prefer' as const,
    pem: {},
    timezone: '+00:00',
    modes: ['STRICT_TRANS_TABLES'],
    statements: [],
    connectTimeoutMs: 5000,
    statementTimeoutMs: 10_000,
  }
}

const WORLD = [
  'create table log (id int auto_increment primary key, word varchar(40))',
  'create procedure show_log() begin select word from log order by id; end',
  `create procedure echo(in small int, in big bigint unsigned, in exact decimal(30,5), in rough double, in flag tinyint(1),
    in bits bit(8), in words varchar(80) character set utf8mb4, in day date, in moment datetime(3), in bytes varbinary(10),
    in document json, in choice enum('a', 'b,c'))
    begin select small, big, exact, rough, flag, bits, words, day, moment, bytes, document, choice; end`,
  `create procedure give(out small smallint, out big bigint unsigned, out exact decimal(30,5), out price decimal(10,2),
    out rough float, out double_one double, out flag tinyint(1), out bit_one bit(1), out bits bit(8),
    out words varchar(20) character set utf8mb4, out day date, out clock time(3), out moment datetime(6), out year_of year,
    out bytes varbinary(4), out choice enum('a', 'b,c'), out place point, out nothing int)
    begin set small = -5, big = 18446744073709551615, exact = 12345678901234567890.12345, price = 12.50, rough = 0.1,
      double_one = 0.1, flag = 1, bit_one = b'1', bits = b'101', words = 'it''s 😀', day = '2024-02-29',
      clock = '12:30:45.5', moment = '2024-02-29 12:30:45', year_of = 2024, bytes = x'00ff', choice = 'b,c',
      place = point(1, 2); end`,
  `create procedure give_json(out document json) begin set document = '{"a": [1, 2]}'; end`,
  `create procedure add_to(in amount int, inout total decimal(10,2)) begin set total = total + amount; end`,
  `create procedure three_sets(in limit_of int, out total int)
    begin
      select n from (select 1 as n union select 2 union select 3) numbers limit limit_of;
      select 1 as gone from log where 1 = 0;
      set total = 3;
      select 1 as id, 'second' as id, null as \`odd "name"\`;
    end`,
  `create table types (tiny tinyint, flag tinyint(1), bit_one bit(1), bits bit(12), big bigint, exact decimal(30,5),
    price decimal(10,2), rough float, day date, clock time(3), moment datetime(6), instant timestamp null, year_of year,
    choice enum('a', 'b,c'), words text character set utf8mb4, hash varbinary(4), document json, nothing int)`,
  `insert into types values (-1, 1, b'0', 258, 9223372036854775807, 12345678901234567890.12345, 12.50, 0.1, '2024-02-29',
    '-12:30:45.5', '2024-02-29 12:30:45', null, 2024, 'b,c', 'ä😀', x'00ff', '{"a": 1, "b": [null]}', null)`,
  `set time_zone = '+00:00'`,
  `update types set instant = '2024-02-29 12:30:45'`,
  "create procedure odd_columns() begin select 1 as `__proto__`, 'c' as constructor, point(1, 2) as spot; end",
  'create procedure all_types() begin select * from types; end',
  'create procedure `a``b.c "d"`(in `p 1` int) begin select `p 1` as `the ``one```; end',
  'create function `f``x`(a int) returns int deterministic return a + 1',
  'create function twice(amount bigint) returns bigint deterministic return amount * 2',
  'create function is_even(n int) returns tinyint(1) deterministic return n % 2 = 0',
  `create function upper (word varchar(9)) returns varchar(20) deterministic return concat('own ', word)`,
  'create function nothing() returns varchar(10) deterministic return null',
  `create function spot() returns point modifies sql data begin insert into log (word) values ('spot'); return point(3, 4); end`,
  'create function count_log() returns int reads sql data return (select count(*) from log)',
  `create function log_and_count() returns int modifies sql data
    begin insert into log (word) values ('counted'); return (select count(*) from log); end`,
  `create function raise() returns int deterministic
    begin signal sqlstate '45000' set message_text = 'Only 3 left in stock'; return 1; end`,
  `create procedure raise_after_set()
    begin select 1 as one; signal sqlstate '45000' set message_text = 'Only 3 left in stock'; select 2 as two; end`,
  `create procedure raise_number() begin signal sqlstate '45001' set message_text = 'With a number', mysql_errno = 1146; end`,
  'create procedure broken() begin select 1 as one; select * from no_such_table; end',
  "create procedure begin_and_stop() begin start transaction; insert into log (word) values ('open'); end",
  `create procedure begin_and_fail()
    begin start transaction; insert into log (word) values ('open'); signal sqlstate '45000' set message_text = 'x'; end`,
  'create procedure write_log(in word varchar(40)) begin insert into log (word) values (word); end',
  `create procedure write_in_transaction(in word varchar(40))
    begin start transaction read write; insert into log (word) values (word); commit; end`,
  `create procedure write_after_mode(in word varchar(40))
    begin set transaction read write; insert into log (word) values (word); end`,
  `create procedure write_after_session_mode(in word varchar(40))
    begin set session transaction read write; insert into log (word) values (word); end`,
  `create procedure write_after_commit(in word varchar(40))
    begin commit; set session transaction read write; insert into log (word) values (word); end`,
  'create procedure make_table(in word varchar(40)) begin create table made (id int); end',
  `create procedure leave_traces(in secret varchar(20))
    begin set @trace = secret, @sluice_1 = secret; do get_lock('sluice trace', 0); end`,
  `create procedure look_for_traces() begin select @trace as a, @sluice_1 as b, is_free_lock('sluice trace') as isFree; end`,
]

const MARIADB_WORLD = [
  'create table maria_types (u uuid, i inet6)',
  `insert into maria_types values ('12345678-1234-1234-1234-123456789abc', '::1')`,
  'create procedure maria() begin select u, i from maria_types; end',
]
