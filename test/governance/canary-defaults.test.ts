import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { databaseFile } from '../adapters/sqlite/database-file.ts'
import { mysqlDatabases } from '../contract/servers/mysql-databases.ts'
import { pgsqlDatabases } from '../contract/servers/pgsql-databases.ts'
import { type OwnDatabase, ownDatabase } from '../contract/servers/test-server.ts'
import { type House, keyOf, openHouseOn } from '../helpers/house.ts'
import { describeServers, type ServerType } from '../helpers/server-house.ts'
import { ALL, expectSilent } from './canaries.ts'

const DATABASES = { pgsql: pgsqlDatabases, mysql: mysqlDatabases } as const

/** A default that names what a role for some columns may not know: a function, another column. */
const STATEMENTS: Record<ServerType, readonly string[]> = {
  pgsql: [
    "create function canary_rate(a int) returns int language sql as 'select a'",
    'create table prices (id int primary key, canary_cost int, rate int default canary_rate(3), made timestamp default now(), note text default $$it is$$, code text)',
  ],
  mysql: [
    "create table prices (id int primary key, canary_cost int, rate int default (canary_cost * 2), made timestamp default now(), note varchar(9) default 'it is', code varchar(99) default (hex('it\\'' + canary_cost + '1')))",
  ],
}
const CANARIES = ['canary']

const ROLES = {
  clerk: [{ component: '_table/prices/*', verbs: ['GET'], fields: ['id', 'rate', 'made', 'note', 'code'] }],
  owner: [{ component: '*', verbs: ALL }],
}

await describeServers('defaults that name other things', (type) => {
  let database: OwnDatabase
  let house: House
  beforeAll(async () => {
    database = await ownDatabase(type)
    for (const text of STATEMENTS[type]) await DATABASES[type].query(database.url, text)
    house = await openHouseOn({ type, config: { url: database.url } }, ROLES)
  })
  afterAll(async () => {
    await house?.close()
    await database?.drop()
  })

  const fields = async (role: string) => {
    const { text } = await house.rest('GET', '/api/v2/shop/_schema/prices', { key: keyOf(role) })
    const defaults = new Map<string, unknown>()
    for (const field of JSON.parse(text).field) defaults.set(field.name, field.default)
    return { text, defaults }
  }

  test('are told to who may know them', async () => {
    const { defaults } = await fields('owner')
    expect(JSON.stringify(defaults.get('rate'))).toContain('canary_')
  })

  test('are not told to others, who see plain ones', async () => {
    const { text, defaults } = await fields('clerk')
    expectSilent(text, CANARIES, 'schema over REST')
    expect(defaults.get('rate')).toEqual({ expression: '…' })
    expect(defaults.get('note')).toBe('it is')
    expect(JSON.stringify(defaults.get('made'))).toMatch(/now|current_timestamp/i)
    const calls: [string, object][] = [
      ['get_table_schema', { table_name: 'prices' }],
      ['get_table_fields', { table_name: 'prices' }],
      ['get_table_data', { table_name: 'prices', include_schema: true }],
      ['get_data_model', { detail: 'full' }],
    ]
    for (const [tool, args] of calls)
      expectSilent((await house.tool(tool, args, keyOf('clerk'))).text, CANARIES, tool)
  })

  test('stay as they are when a description is sent back', async () => {
    const owner = keyOf('owner')
    const before = await house.rest('GET', '/api/v2/shop/_schema/prices', { key: owner })
    const body = { field: [{ name: 'rate', default: { expression: '…' } }] }
    const changed = await house.rest('PATCH', '/api/v2/shop/_schema/prices', { key: owner, body })
    expect(changed.status, changed.text).toBe(200)
    const after = await house.rest('GET', '/api/v2/shop/_schema/prices', { key: owner })
    expect(after.text).toBe(before.text)
  })
})

test('a quote in a comment hides no name in a default', async () => {
  const rate = "default (/* ' */ julianday('now') + sqlite_version() /* ' */)"
  const file = databaseFile(`create table prices (id integer primary key, canary_cost int, rate int ${rate})`)
  const clerk = [{ component: '_table/prices/*', verbs: ['GET'], fields: ['id', 'rate'] }]
  const house = await openHouseOn({ type: 'sqlite', config: { database: file } }, { clerk })
  onTestFinished(() => house.close())
  const { status, text } = await house.rest('GET', '/api/v2/shop/_schema/prices', { key: keyOf('clerk') })
  expect([status, text]).toEqual([200, expect.stringContaining('"name":"rate"')])
  expect(text).not.toContain('sqlite_version')
})
