import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { required } from '../contract/required.ts'
import type { Databases } from '../contract/servers/databases.ts'
import type { ServerName } from '../contract/servers/find-server.ts'
import { mysqlDatabases } from '../contract/servers/mysql-databases.ts'
import { pgsqlDatabases } from '../contract/servers/pgsql-databases.ts'
import { type OwnDatabase, ownDatabase, reachServer } from '../contract/servers/test-server.ts'
import { type House, keyOf, openHouseOn } from '../helpers/house.ts'

interface RoutineEngine {
  readonly type: string
  readonly server: ServerName
  readonly databases: Databases
  readonly statements: readonly string[]
  /** Gives `add` a third parameter. */
  readonly change: readonly string[]
}

const TABLES = [
  'create table acc (id integer primary key, name varchar(40) not null unique)',
  "insert into acc values (1, 'Ann'), (2, 'Bob'), (3, 'Canary-Cid')",
]

const ENGINES: readonly RoutineEngine[] = [
  {
    type: 'pgsql',
    server: 'pgsql',
    databases: pgsqlDatabases,
    statements: [
      ...TABLES,
      `create function "add"(a integer, b integer) returns integer language sql as 'select a + b'`,
      `create function add_acc(wanted text) returns integer language sql
         as 'insert into acc values ((select max(id) + 1 from acc), wanted); select count(*)::integer from acc'`,
      `create function secret_bonus(of_acc integer) returns integer language sql as 'select 987654'`,
      `create procedure list_acc(inout result refcursor) language plpgsql
         as 'begin open result for select id, name from acc where id < 3 order by id; end'`,
      `create procedure cnt(out n integer) language plpgsql as 'begin select 3 into n; end'`,
      `create procedure secret_purge() language sql as 'delete from acc'`,
    ],
    change: [
      'drop function "add"',
      `create function "add"(a integer, b integer, c integer) returns integer language sql
         as 'select a + b + coalesce(c, 10)'`,
    ],
  },
  {
    type: 'mysql',
    server: 'mysql',
    databases: mysqlDatabases,
    statements: [
      ...TABLES,
      'create function `add`(a int, b int) returns int deterministic no sql return a + b',
      `create function add_acc(wanted text) returns int deterministic modifies sql data
         begin insert into acc select max(id) + 1, wanted from acc; return (select count(*) from acc); end`,
      'create function secret_bonus(of_acc int) returns int deterministic no sql return 987654',
      'create procedure list_acc() reads sql data select id, name from acc where id < 3 order by id',
      'create procedure cnt(out n int) no sql set n = 3',
      'create procedure secret_purge() modifies sql data delete from acc',
    ],
    change: [
      'drop function `add`',
      'create function `add`(a int, b int, c int) returns int deterministic no sql return a + b + coalesce(c, 10)',
    ],
  },
]

const READS = ['GET']
const CALLS = ['GET', 'POST']

/** What each role is given, and what must then stand in no byte of any answer to it. */
const ROLES = {
  caller: {
    rules: ['_func/add', '_func/add_acc', '_proc/list_acc', '_proc/cnt'].map((component) => ({
      component,
      verbs: CALLS,
    })),
    canaries: ['secret_bonus', 'secret_purge', 'Canary-Cid', '987654'],
  },
  viewer: {
    rules: ['_func/add', '_func/add_acc', '_proc/list_acc'].map((component) => ({ component, verbs: READS })),
    canaries: ['secret_bonus', 'secret_purge', 'cnt', 'Canary-Cid', '987654'],
  },
  'all-but-secrets': {
    rules: [
      { component: '_func/*', verbs: CALLS },
      { component: '_func/secret_bonus', verbs: [] },
      { component: '_proc/*', verbs: CALLS },
      { component: '_proc/secret_purge', verbs: [] },
    ],
    canaries: ['secret_bonus', 'secret_purge', 'Canary-Cid', '987654'],
  },
  stranger: {
    rules: [{ component: '_table/nothing', verbs: READS }],
    canaries: ['add_acc', 'list_acc', 'cnt', 'secret_bonus', 'secret_purge', 'Canary-Cid', '987654'],
  },
} as const
type RoleName = keyof typeof ROLES
const NAMES = Object.keys(ROLES) as RoleName[]

for (const engine of ENGINES) {
  const reached = await reachServer(engine.server)
  const isLeftOut = reached !== 'reachable' && !required.includes(engine.server)
  const title = isLeftOut ? `${engine.type} (${reached})` : engine.type
  describe.skipIf(isLeftOut)(title, () => throughBothDoors(engine))
}

function throughBothDoors({ type, server, databases, statements, change }: RoutineEngine): void {
  let database: OwnDatabase
  let house: House
  beforeAll(async () => {
    database = await ownDatabase(server)
    for (const text of statements) await databases.query(database.url, text)
    const rules = Object.fromEntries(NAMES.map((name) => [name, ROLES[name].rules]))
    house = await openHouseOn({ type, config: { url: database.url } }, rules)
  })
  afterAll(async () => {
    await house.close()
    await database.drop()
  })

  const rest = async (method: string, path: string, body?: object, role: RoleName = 'caller') => {
    const answer = await house.rest(method, `/api/v2/shop/${path}`, { key: keyOf(role), body })
    return { status: answer.status, body: answer.body }
  }
  const tool = async (name: string, args: object, role: RoleName = 'caller') => {
    const { body } = await house.tool(name, args, keyOf(role))
    return (body as { result?: { structuredContent?: unknown; isError?: boolean } }).result // JSON-RPC
  }
  const accounts = async () =>
    Number((await databases.query(database.url, 'select count(*) as n from acc'))[0]?.n)

  const LIST = [
    { id: 1, name: 'Ann' },
    { id: 2, name: 'Bob' },
  ]

  describe('over REST', () => {
    test.each<[string, string, object | undefined, unknown]>([
      ['GET', '_proc', undefined, { resource: [{ name: 'cnt' }, { name: 'list_acc' }] }],
      ['GET', '_func?as_list=true', undefined, { resource: ['add', 'add_acc'] }],
      ['GET', '_func/add?a=1&b=2', undefined, 3],
      ['GET', '_func/ADD(1,2)', undefined, 3],
      [
        'POST',
        '_func/add',
        {
          params: [
            { name: 'a', value: 1 },
            { name: 'b', value: 2 },
          ],
        },
        3,
      ],
      ['POST', '_func/add', { params: { a: 1, b: 2 } }, 3],
      ['POST', '_func/add', { params: [1, 2] }, 3],
      ['POST', '_func/add', { params: [1] }, null],
      ['POST', '_func/add', { params: [1, 2], returns: 'string' }, '3'],
      ['GET', '_proc/list_acc', undefined, LIST],
      ['POST', '_proc/list_acc', { wrapper: 'accounts' }, { accounts: LIST }],
      [
        'POST',
        '_proc/list_acc',
        { schema: { ID: 'string' }, params: {} },
        [
          { id: '1', name: 'Ann' },
          { id: '2', name: 'Bob' },
        ],
      ],
      ['POST', '_proc/cnt', {}, { n: 3 }],
    ])('%s %s with %o', async (method, path, body, expected) => {
      expect(await rest(method, path, body)).toEqual({ status: 200, body: expected })
    })

    test.each<[string, string, number, string]>([
      [
        'PUT',
        '_proc/cnt',
        400,
        "PUT requests for resource '_proc/cnt' are not currently supported by the 'shop' service.",
      ],
      ['GET', '_func/add?a=x&b=1', 400, "Parameter 'a' must be a valid integer."],
    ])('%s %s is refused', async (method, path, status, message) => {
      expect(await rest(method, path)).toMatchObject({ status, body: { error: { message } } })
    })

    test('one that is not there is 404 to a role that may call any', async () => {
      expect(await rest('GET', '_proc/nope', undefined, 'all-but-secrets')).toMatchObject({
        status: 404,
        body: { error: { message: "Procedure 'nope' does not exist in the database." } },
      })
    })
  })

  describe('over MCP', () => {
    test.each<[string, object, unknown]>([
      ['call_stored_function', { function_name: 'add', parameters: { a: 1, b: 2 } }, 3],
      ['call_stored_function', { function_name: 'add', parameters: { a: 1, b: null } }, null],
      ['call_stored_function', { function_name: 'add', parameters: { a: 1, b: 2 }, returns: 'string' }, '3'],
      ['call_stored_procedure', { procedure_name: 'list_acc' }, LIST],
      ['call_stored_procedure', { procedure_name: 'list_acc', wrapper: 'accounts' }, { accounts: LIST }],
      ['call_stored_procedure', { procedure_name: 'cnt', parameters: {} }, { n: 3 }],
    ])('%s %o', async (name, args, expected) => {
      expect((await tool(name, args))?.structuredContent).toEqual({ service: 'shop', result: expected })
    })

    test('the lists tell how to call them', async () => {
      expect((await tool('get_stored_functions', {}))?.structuredContent).toMatchObject({
        functions: [{ name: 'add', parameters: 'a integer, b integer' }, { name: 'add_acc' }],
      })
      expect((await tool('get_stored_procedures', {}))?.structuredContent).toMatchObject({
        procedures: [{ name: 'cnt', parameters: 'OUT n integer' }, { name: 'list_acc' }],
      })
    })

    test('a call without a value for every parameter is refused', async () => {
      const answer = await tool('call_stored_function', { function_name: 'add', parameters: { a: 1 } })
      expect(answer?.isError).toBe(true)
      expect(JSON.stringify(answer)).toContain("'add' needs b.")
    })

    test('the tools are those that the role has a use for', async () => {
      const listed = async (role: RoleName) => {
        const { body } = await house.rpc('tools/list', {}, keyOf(role))
        const { tools } = (body as { result: { tools: { name: string; annotations: object }[] } }).result // JSON-RPC
        return Object.fromEntries(
          tools
            .filter(({ name }) => name.startsWith('call_'))
            .map(({ name, annotations }) => [name, annotations]),
        )
      }
      const reads = { readOnlyHint: true, openWorldHint: false }
      expect(await listed('caller')).toMatchObject({ call_stored_function: { destructiveHint: true } })
      expect(await listed('viewer')).toEqual({ call_stored_function: reads, call_stored_procedure: reads })
      expect(await listed('stranger')).toEqual({})
    })
  })

  describe('a role that may only GET', () => {
    test('calls what reads', async () => {
      expect(await rest('GET', '_func/add(1,2)', undefined, 'viewer')).toEqual({ status: 200, body: 3 })
      expect(await rest('POST', '_proc/list_acc', {}, 'viewer')).toEqual({ status: 200, body: LIST })
      const answer = await tool(
        'call_stored_function',
        { function_name: 'add', parameters: { a: 1, b: 2 } },
        'viewer',
      )
      expect(answer?.structuredContent).toEqual({ service: 'shop', result: 3 })
    })

    test.each(['GET', 'POST'])('has a change by %s refused in the database', async (method) => {
      const before = await accounts()
      const answer = await rest(method, '_func/add_acc(never)', undefined, 'viewer')
      expect(answer).toMatchObject({
        status: 403,
        body: {
          error: {
            message: "The function 'add_acc' changes something or may do so, and your role may only GET it.",
          },
        },
      })
      expect(await accounts()).toBe(before)
    })

    test('has a change by a tool refused in the database', async () => {
      const before = await accounts()
      const answer = await tool(
        'call_stored_function',
        { function_name: 'add_acc', parameters: { wanted: 'never' } },
        'viewer',
      )
      expect(answer?.isError).toBe(true)
      expect(await accounts()).toBe(before)
    })

    test('who may POST changes it, by GET too', async () => {
      const before = await accounts()
      expect(await rest('GET', '_func/add_acc(Dora)')).toEqual({ status: 200, body: before + 1 })
      expect(await rest('POST', '_func/add_acc', { params: ['Eve'] })).toEqual({
        status: 200,
        body: before + 2,
      })
    })
  })

  test('what fails inside tells nothing of the inside', async () => {
    const { status, body } = await rest('POST', '_func/add_acc', { params: ['Ann'] })
    expect(status).toBe(409)
    expect(JSON.stringify(body)).not.toMatch(/acc_|\bname\b|\bacc\b|insert|select/i)
  })

  describe.each(NAMES)('role %s', (role) => {
    const { canaries } = ROLES[role]
    const paths = [
      '',
      '?as_access_list=true',
      '_proc',
      '_func',
      '_proc?fields=*&refresh=true',
      '_func?fields=*&ids=add',
      '_func/ad(1,2)',
      '_func/secret_bonu(1)',
      '_proc/secret_purg',
      '_func/add(1)',
      '_func/add(1,2,3)',
      '_func/add?c=1',
    ]
    const calls: [string, object][] = [
      ['get_stored_functions', {}],
      ['get_stored_procedures', {}],
      ['get_database_resources', { as_access_list: true, include_access: true }],
      ['call_stored_function', { function_name: 'secret_bonu' }],
      ['call_stored_procedure', { procedure_name: 'secret_purg' }],
      ['call_stored_function', { function_name: 'add', parameters: { c: 1 } }],
    ]

    test('is told nothing of a forbidden routine', async () => {
      const answers = [
        ...(await Promise.all(
          paths.map((path) => house.rest('GET', `/api/v2/shop/${path}`, { key: keyOf(role) })),
        )),
        ...(await Promise.all(calls.map(([name, args]) => house.tool(name, args, keyOf(role))))),
        await house.rpc('tools/list', {}, keyOf(role)),
      ]
      const told = answers.map(({ text }) => text.replaceAll(/secret_bonu\b|secret_purg\b/g, '')).join('\n')
      expect(canaries.filter((canary) => told.includes(canary))).toEqual([])
    })

    test('hears of a forbidden routine what it hears of one that does not exist', async () => {
      const before = await accounts()
      const pairs = [
        ['_func/secret_bonus', '_func/zzzzzz_zzzzz'],
        ['_proc/secret_purge', '_proc/zzzzzz_zzzzz'],
      ] as const
      const answer = async (method: string, path: string) => {
        const { status, text } = await house.rest(method, `/api/v2/shop/${path}`, { key: keyOf(role) })
        return { status, text: text.replaceAll(path.slice(6), 'X') }
      }
      for (const [hidden, unknown] of pairs) {
        for (const method of ['GET', 'POST', 'PUT'])
          expect(await answer(method, hidden)).toEqual(await answer(method, unknown))
      }
      const call = async (name: string) => {
        const { status, text } = await house.tool(
          'call_stored_procedure',
          { procedure_name: name },
          keyOf(role),
        )
        return { status, text: text.replaceAll(name, 'X') }
      }
      expect(await call('secret_purge')).toEqual(await call('zzzzzz_zzzzz'))
      expect(await accounts()).toBe(before)
    })
  })

  test('a routine that was changed meanwhile is called in its new form', async () => {
    expect(await rest('GET', '_func/add(1,2)')).toEqual({ status: 200, body: 3 })
    for (const text of change) await databases.query(database.url, text)
    expect(await rest('GET', '_func/add(1,2)')).toEqual({ status: 200, body: 13 })
  })
}
