import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { describeServers, openServerHouse, type ServerHouse } from '../helpers/server-house.ts'

const TABLES = [
  'create table owners (id integer primary key, name varchar(40) not null unique)',
  `create table pets (id integer primary key, owner_id integer not null references owners (id), age integer,
     constraint young check (age < 30), constraint owned foreign key (owner_id) references owners (id))`,
  'create table log (at integer)',
]
const LOGGED = {
  pgsql: [
    `create function logged() returns trigger language plpgsql
       as 'begin insert into log values (1); return new; end'`,
    'create trigger logs after insert on owners for each row execute function logged()',
  ],
  mysql: ['create trigger logs after insert on owners for each row insert into log values (1)'],
}
const list = (...resource: object[]) => ({ resource })
const FILLED = [
  'delete from pets',
  'delete from owners',
  "insert into owners values (1, 'Ann'), (2, 'Bob')",
  'insert into pets values (1, 1, 3)',
  'delete from log',
]

await describeServers('a write that is tried', (type) => {
  let house: ServerHouse
  beforeAll(async () => {
    house = await openServerHouse(type, [...TABLES, ...LOGGED[type]])
  })
  beforeEach(async () => {
    for (const sql of FILLED) await house.query(sql)
  })
  afterAll(() => house.close())

  const all = async () => [
    await house.query('select * from owners order by id'),
    await house.query('select * from pets order by id'),
    await house.query('select count(*) as n from log'),
  ]
  const send = (method: string, path: string, body?: object) =>
    house.table(method, path, body && JSON.stringify(body))

  test.each([
    [
      'a key that is taken',
      'POST',
      'owners',
      list({ id: 3, name: 'Cid' }, { id: 1, name: 'D' }),
      'Batch Error',
    ],
    ['a name that is taken', 'POST', 'owners', list({ id: 3, name: 'Bob' }), 'already'],
    ['a check', 'PATCH', 'pets/1', { age: 31 }, 'age'],
    ['an owner there is not', 'PUT', 'pets/1', { owner_id: 9 }, 'refers to'],
    ['a record that others refer to', 'DELETE', 'owners/1', undefined, 'Other records refer'],
    ['some that others refer to', 'DELETE', 'owners?filter=id%3E0', undefined, 'Other records refer'],
    [
      'a record in a record',
      'POST',
      'owners',
      list({ id: 3, name: 'Cid', pets_by_owner_id: [{ id: 9, age: 40 }] }),
      'age',
    ],
  ])('tells of %s as the write would, and changes nothing', async (_, method, path, body, told) => {
    const before = await all()
    const tried = await send(method, `${path}${path.includes('?') ? '&' : '?'}dry_run=true`, body)
    expect(await all()).toEqual(before)
    const done = await send(method, path, body)
    expect(tried.status).toBeGreaterThanOrEqual(400)
    expect(tried.text).toContain(told)
    expect(tried).toEqual(done)
    expect(await all()).toEqual(before)
  })

  test.each([
    ['POST', 'owners', list({ id: 3, name: 'Cid' }, { id: 4, name: 'Dan' }), 2],
    ['PATCH', 'pets/1', { age: 4 }, 1],
    ['DELETE', 'pets?filter=id%3E0', undefined, 1],
  ])(
    '%s %s that nothing is against leaves no trace, not that of a trigger',
    async (method, path, body, n) => {
      const before = await all()
      const tried = await send(method, `${path}${path.includes('?') ? '&' : '?'}dry_run=true`, body)
      expect([tried.status, JSON.parse(tried.text)]).toEqual([200, expect.objectContaining({ affected: n })])
      expect(await all()).toEqual(before)
      expect((await send(method, path, body)).status).toBe(200)
      expect(await all()).not.toEqual(before)
    },
  )
})

await describeServers('a write that is tried beside a table without transactions', (type) => {
  let house: ServerHouse
  beforeAll(async () => {
    const loose = 'create table loose (id integer primary key)'
    const engine = type === 'mysql' ? ' engine = MyISAM' : ''
    const logs = 'create trigger logs after insert on owners for each row insert into loose values (new.id)'
    house = await openServerHouse(type, [...TABLES, `${loose}${engine}`, ...(type === 'mysql' ? [logs] : [])])
  })
  afterAll(() => house.close())

  test('leaves nothing behind in it', async () => {
    for (const table of ['loose', 'owners']) {
      const record = { id: 1, ...(table === 'owners' && { name: 'Ann' }) }
      const tried = await house.table('POST', `${table}?dry_run=true`, JSON.stringify(list(record)))
      expect(JSON.parse(tried.text)).toMatchObject({ dry_run: true, affected: 1 })
    }
    expect(await house.query('select * from loose')).toEqual([])
    expect(await house.query('select * from owners')).toEqual([])
  })
})
