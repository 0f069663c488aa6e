import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { required } from '../contract/required.ts'
import { mysqlDatabases } from '../contract/servers/mysql-databases.ts'
import { pgsqlDatabases } from '../contract/servers/pgsql-databases.ts'
import { ownDatabase, reachServer } from '../contract/servers/test-server.ts'
import { type House, keyOf, openHouseOn } from '../helpers/house.ts'

const GOODS =
  'create table goods (id integer primary key, kind varchar(40) not null, price integer, sold date)'
const FILLED = [
  'delete from goods',
  "insert into goods values (1, 'a', 5, '2026-01-02'), (2, 'a', 7, '2026-02-03'), (3, 'b', 9, '2026-03-04')",
]
const ROUTINES = {
  pgsql: [
    `create function twice(n integer) returns integer language sql as 'select n * 2'`,
    `create procedure reprice(of_kind text, inout n integer) language plpgsql
       as 'begin update goods set price = price + 1 where kind = of_kind; get diagnostics n = row_count; end'`,
  ],
  mysql: [
    'create function twice(n int) returns int deterministic no sql return n * 2',
    `create procedure reprice(of_kind text, inout n int) modifies sql data
       begin update goods set price = price + 1 where kind = of_kind; set n = row_count(); end`,
  ],
}

const kind = { name: 'kind', type: 'string', description: 'Kind', max_length: 40 }
const inKind = { table_name: 'goods', filter: 'kind = {kind}' }
const TOOLS = [
  {
    name: 'sold_since',
    operation: 'get_table_data',
    parameters: [{ name: 'day', type: 'date', description: 'From' }],
    arguments: { table_name: 'goods', fields: ['id'], where: { column: 'sold', op: '>=', value: '{day}' } },
  },
  {
    name: 'worth',
    operation: 'aggregate_data',
    parameters: [kind],
    arguments: { ...inKind, aggregates: [{ function: 'SUM', field: 'price', alias: 'worth' }] },
  },
  {
    name: 'reprice_kind',
    operation: 'update_records',
    parameters: [kind, { name: 'price', type: 'integer', description: 'Price', minimum: 0 }],
    arguments: { ...inKind, records: [{ price: '{price}' }] },
  },
  { name: 'drop_kind', operation: 'delete_records', parameters: [kind], arguments: inKind },
  {
    name: 'double',
    operation: 'call_stored_function',
    parameters: [{ name: 'n', type: 'integer', description: 'N' }],
    arguments: { function_name: 'twice', parameters: { n: '{n}' } },
  },
  {
    name: 'raise_kind',
    operation: 'call_stored_procedure',
    parameters: [kind],
    arguments: { procedure_name: 'reprice', parameters: { of_kind: '{kind}', n: 0 } },
  },
].map((tool) => ({ ...tool, service: 'shop', description: `Does ${tool.name}.` }))

const ALL = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const ROLES = {
  full: [{ component: '*', verbs: ALL }],
  filtered: [
    { component: '_table/goods/*', verbs: ALL, filters: [{ name: 'price', operator: '<', value: 7 }] },
  ],
  limited: [{ component: '_table/goods/*', verbs: ALL, limits: { max_affected_rows: 1 }, confirm: 'never' }],
  free: [{ component: '_table/goods/*', verbs: ALL, confirm: 'never' }],
  asked: [{ component: '*', verbs: ALL, confirm: 'always' }],
  viewer: [{ component: '*', verbs: ['GET'] }],
}

interface World {
  readonly house: House
  run(sql: string): Promise<readonly object[]>
  close(): Promise<void>
}

async function openOnSqlite(): Promise<World> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-goods-'))
  const file = join(dir, 'goods.sqlite')
  const database = new Database(file)
  database.exec(GOODS)
  const house = await openHouseOn({ type: 'sqlite', config: { database: file } }, ROLES, { tools: TOOLS })
  return {
    house,
    async run(sql) {
      const statement = database.prepare(sql)
      if (statement.reader) return statement.all() as object[] // libsql types rows as unknown
      statement.run()
      return []
    },
    async close() {
      await house.close()
      database.close()
      await rm(dir, { recursive: true })
    },
  }
}

async function openOnServer(type: 'pgsql' | 'mysql'): Promise<World> {
  const own = await ownDatabase(type)
  const databases = { pgsql: pgsqlDatabases, mysql: mysqlDatabases }[type]
  const run: World['run'] = (sql) => databases.query(own.url, sql)
  for (const sql of [GOODS, ...ROUTINES[type]]) await run(sql)
  const house = await openHouseOn({ type, config: { url: own.url } }, ROLES, { tools: TOOLS })
  return { house, run, close: () => house.close().then(own.drop) }
}

const ENGINES = [
  { type: 'sqlite', open: openOnSqlite, state: 'reachable', hasRoutines: false },
  ...(await Promise.all(
    (['pgsql', 'mysql'] as const).map(async (type) => ({
      type,
      open: () => openOnServer(type),
      state: await reachServer(type),
      hasRoutines: true,
    })),
  )),
]

for (const { type, open, state, hasRoutines } of ENGINES) {
  const isLeftOut = state !== 'reachable' && !required.some((name) => name === type)
  describe.skipIf(isLeftOut)(`declared tools on ${isLeftOut ? `${type} (${state})` : type}`, () => {
    let world: World
    beforeAll(async () => {
      world = await open()
    })
    beforeEach(async () => {
      for (const sql of FILLED) await world.run(sql)
    })
    afterAll(() => world.close())

    const call = async (name: string, args: object, role = 'full') =>
      Object((await world.house.tool(name, args, keyOf(role))).body).result
    const goods = async () => {
      const rows = await world.run('select id, price from goods order by id')
      return rows.map((row) => Object.values(row).map(Number))
    }
    const before = [
      [1, 5],
      [2, 7],
      [3, 9],
    ]
    const names = async (role: string) => {
      const { structuredContent } = await call('list_tools', { names_only: true }, role)
      const own = new Set(TOOLS.map(({ name }) => name))
      return structuredContent.tools
        .map(({ name }: { name: string }) => name)
        .filter((name: string) => own.has(name))
    }

    test('are those whose operation the role may use', async () => {
      const tables = ['sold_since', 'worth', 'reprice_kind', 'drop_kind']
      const routines = hasRoutines ? ['double', 'raise_kind'] : []
      expect(await names('full')).toEqual([...tables, ...routines])
      expect(await names('limited')).toEqual(tables)
      expect(await names('viewer')).toEqual(['sold_since', 'worth', ...routines])
    })

    test('read and aggregate with values of their types, in rows of the role', async () => {
      expect((await call('sold_since', { day: '2026-02-03' })).structuredContent.rows).toEqual([
        { id: 2 },
        { id: 3 },
      ])
      const worth = async (value: string, role?: string) =>
        Number((await call('worth', { kind: value }, role)).structuredContent.rows[0]?.worth ?? 0)
      expect(await worth('a')).toBe(12)
      expect(await worth('a', 'filtered')).toBe(5)
      for (const value of ["a' or '1'='1", '{user.id}', ':kind', '%', "b'; drop table goods; --"])
        expect(await worth(value)).toBe(0)
    })

    test.each([
      ['reprice_kind', { kind: 'a', price: 1 }],
      ['drop_kind', { kind: 'a' }],
    ])('%s is tried without doing it, confirmed by its own code, and done once', async (name, args) => {
      const tried = await call(name, { ...args, dry_run: true })
      expect(tried.structuredContent).toMatchObject({ affected: 2, dry_run: true })
      const first = await call(name, args)
      expect(first.isError).toBe(true)
      const confirmation = /confirmation: (\S+)/.exec(first.content[0].text)?.[1]
      expect(confirmation).toBeDefined()
      expect((await call(name, { ...args, kind: 'b', confirmation })).isError).toBe(true)
      expect((await call(name, { ...args, confirmation }, 'free')).isError).toBe(true)
      expect(await goods()).toEqual(before)
      expect((await call(name, { ...args, confirmation })).structuredContent).toMatchObject({ affected: 2 })
      expect((await call(name, { ...args, confirmation })).isError).toBe(true)
      expect(await goods()).not.toEqual(before)
    })

    test('write no more rows than the rule allows, and only those of the role', async () => {
      for (const [name, args] of [
        ['reprice_kind', { kind: 'a', price: 1 }],
        ['drop_kind', { kind: 'a' }],
      ] as const)
        for (const more of [{}, { dry_run: true }])
          expect((await call(name, { ...args, ...more }, 'limited')).isError).toBe(true)
      expect(await goods()).toEqual(before)
      const tried = await call('drop_kind', { kind: 'a', dry_run: true }, 'filtered')
      expect(tried.structuredContent).toMatchObject({ affected: 1 })
      const done = await call('drop_kind', { kind: 'b' }, 'limited')
      expect(done.structuredContent).toMatchObject({ affected: 1 })
    })

    test('take no argument of the tool below that they do not pass on', async () => {
      for (const more of [
        { filter: "kind = 'a' or 1 = 1" },
        { ids: [1, 2, 3] },
        { table_name: 'goods' },
        { records: [{ price: 0 }] },
        { force: true },
        { confirm: true },
        { service: 'shop' },
      ])
        for (const name of ['reprice_kind', 'drop_kind']) {
          const { isError, content } = await call(name, { kind: 'b', price: 1, ...more }, 'free')
          expect([isError, content[0].text]).toEqual([true, expect.stringContaining('unknown argument')])
        }
      expect(await goods()).toEqual(before)
    })

    test.runIf(hasRoutines)('call functions and procedures, which only their own right allows', async () => {
      expect(JSON.stringify((await call('double', { n: 21 })).structuredContent)).toContain('42')
      expect((await call('double', { n: '1); drop table goods' })).isError).toBe(true)
      expect((await call('raise_kind', { kind: "a' or true" })).isError).toBeUndefined()
      expect(await goods()).toEqual(before)
      expect(await call('raise_kind', { kind: 'a' }, 'limited')).toBeUndefined()
      const asked = await call('raise_kind', { kind: 'a' }, 'asked')
      expect([asked.isError, asked.content[0].text]).toEqual([
        true,
        expect.stringContaining('confirmation: '),
      ])
      expect((await call('raise_kind', { kind: 'a' }, 'viewer')).isError).toBe(true)
      expect(await goods()).toEqual(before)
      expect((await call('raise_kind', { kind: 'a' })).isError).toBeUndefined()
      expect(await goods()).toEqual([
        [1, 6],
        [2, 8],
        [3, 9],
      ])
    })
  })
}
