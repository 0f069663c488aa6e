import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ownDatabase } from '../contract/servers/test-server.ts'
import { type House, keyOf, openHouseOn } from '../helpers/house.ts'
import { DATABASES, describeServers } from '../helpers/server-house.ts'

const TABLES = {
  pgsql: ['create table pets (id serial primary key, name varchar(40) unique, age integer)'],
  mysql: ['create table pets (id integer auto_increment primary key, name varchar(40) unique, age integer)'],
}
const ALL = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const ROLES = {
  always: [{ component: '_table/*', verbs: ALL, confirm: 'always' }],
  limited: [{ component: '_table/*', verbs: ALL, confirm: 'over:1', limits: { max_affected_rows: 2 } }],
}

await describeServers('steps that are confirmed together', (type) => {
  let house: House
  let query: (sql: string) => Promise<readonly object[]>
  let drop: () => Promise<unknown>
  beforeAll(async () => {
    const database = await ownDatabase(type)
    query = (sql) => DATABASES[type].query(database.url, sql)
    drop = database.drop
    for (const sql of TABLES[type]) await query(sql)
    house = await openHouseOn({ type, config: { url: database.url } }, ROLES)
  })
  beforeEach(async () => {
    await query('delete from pets')
    await query("insert into pets (name, age) values ('Rex', 1), ('Tom', 2)")
  })
  afterAll(async () => {
    await house.close()
    await drop()
  })

  const pets = () => query('select name, age from pets order by name')
  const batch = async (role: keyof typeof ROLES, args: object) => {
    const { text } = await house.tool('run_batch', args, keyOf(role))
    const { result } = JSON.parse(text)
    const told = String(result.content[0].text)
    return {
      isError: result.isError === true,
      told,
      data: result.structuredContent,
      code: result.structuredContent?.confirmation ?? /^confirmation: (\S+)$/m.exec(told)?.[1],
    }
  }
  /** The key of the new one is another one each time: numbers are used up by what is rolled back. */
  const STEPS = [
    { operation: 'update', table: 'pets', filter: "name = 'Rex'", record: { age: 7 } },
    { name: 'new', operation: 'create', table: 'pets', record: { name: 'Ida', age: 0 } },
    { operation: 'update', table: 'pets', id: { $ref: 'new.id' }, record: { age: 9 } },
  ]
  const DONE = [
    { name: 'Ida', age: 9 },
    { name: 'Rex', age: 7 },
    { name: 'Tom', age: 2 },
  ]

  test('are refused with a code for all of them, which carries them out once', async () => {
    const before = await pets()
    const first = await batch('always', { steps: STEPS })
    expect(first).toMatchObject({ isError: true, told: expect.stringContaining('Step 1 changes 1 row') })
    expect(await pets()).toEqual(before)
    const done = await batch('always', { steps: STEPS, confirmation: first.code })
    expect([done.isError, await pets()]).toEqual([false, DONE])
    expect((await batch('always', { steps: STEPS, confirmation: first.code })).isError).toBe(true)
    expect(await pets()).toEqual(DONE)
  })

  test('are tried, and carried out with the code of that', async () => {
    const before = await pets()
    const tried = await batch('always', { steps: STEPS, dry_run: true })
    expect(tried).toMatchObject({ isError: false, data: { dry_run: true, affected: 3 } })
    expect(await pets()).toEqual(before)
    expect((await batch('always', { steps: STEPS, confirmation: tried.code })).isError).toBe(false)
    expect(await pets()).toEqual(DONE)
  })

  test('may select by a filter what an earlier step made', async () => {
    const steps = [
      { name: 'new', operation: 'create', table: 'pets', record: { name: 'Ida', age: 0 } },
      {
        operation: 'update',
        table: 'pets',
        filter: 'id = :id or age = 1',
        params: { id: { $ref: 'new.id' } },
        record: { age: 9 },
      },
    ]
    const { code } = await batch('always', { steps })
    expect((await batch('always', { steps, confirmation: code })).told).toContain('steps 2')
    expect(await pets()).toMatchObject([{ age: 9 }, { age: 9 }, { age: 2 }])
  })

  test('of many who bring one code at once, one gets through', async () => {
    const { code } = await batch('always', { steps: STEPS })
    const all = await Promise.all(
      Array.from({ length: 4 }, () => batch('always', { steps: STEPS, confirmation: code })),
    )
    expect(all.filter(({ isError }) => !isError)).toHaveLength(1)
    expect(await pets()).toEqual(DONE)
  })

  test('change nothing where others were selected meanwhile, or more than a role may write', async () => {
    const steps = [
      { operation: 'update', table: 'pets', filter: 'age > 1', record: { age: 5 } },
      { operation: 'update', table: 'pets', filter: "name = 'Rex'", record: { age: 6 } },
    ]
    const { code } = await batch('limited', { steps })
    expect(code).toBeDefined()
    await query("update pets set age = 3 where name = 'Rex'")
    const before = await pets()
    expect(await batch('limited', { steps, confirmation: code })).toMatchObject({ isError: true })
    await query("insert into pets (name, age) values ('Uwe', 4)")
    expect((await batch('limited', { steps })).told).toContain('at most 2 rows')
    expect(await pets()).toEqual([...before, { name: 'Uwe', age: 4 }])
  })
})
