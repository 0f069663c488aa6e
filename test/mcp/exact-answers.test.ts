import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  describeServers,
  openServerHouse,
  type ServerHouse,
  type ServerType,
} from '../helpers/server-house.ts'

const PNG = '89504e470d0a1a0a00'
const KEY = 'AAECAwQFBgcICQoLDA0ODw=='
const TOLD = '<image/png, 9 bytes>'

const STATEMENTS: Record<ServerType, readonly string[]> = {
  pgsql: [
    `create table sales (id int primary key, kind text, price numeric(38,10), amount bigint, picture bytea);
     insert into sales values (1, 'a', 12345678901234567891.0123456789, 9223372036854775801, decode('${PNG}', 'hex')),
       (2, 'a', 12345678901234567890.0123456789, 9223372036854775801, decode('${PNG}', 'hex')), (3, 'b', 0.25, 1, null);
     create table papers (id int primary key, paper json); insert into papers values (1, '{"n":[12345678901234567890]}'), (2, '{"n":[0.1234567890123456789]}');
     create table odd (id int primary key, "x,y" int); insert into odd values (1, 1), (2, 2);
     create table parcels (code bytea primary key, label text, seal bytea);
     insert into parcels values (decode('${hexOf(KEY)}', 'hex'), 'first', decode('${PNG}', 'hex'));`,
  ],
  mysql: [
    `create table sales (id int primary key, kind varchar(9), price decimal(38,10), amount bigint, picture longblob);
     insert into sales values (1, 'a', 12345678901234567891.0123456789, 9223372036854775801, x'${PNG}'),
       (2, 'a', 12345678901234567890.0123456789, 9223372036854775801, x'${PNG}'), (3, 'b', 0.25, 1, null);
     create table papers (id int primary key, paper json); insert into papers values (1, '{"n":[12345678901234567890]}'), (2, '{"n":[0.1234567890123456789]}');
     create table odd (id int primary key, \`x,y\` int); insert into odd values (1, 1), (2, 2);
     create table parcels (code binary(16) primary key, label varchar(9), seal longblob);
     insert into parcels values (x'${hexOf(KEY)}', 'first', x'${PNG}');`,
  ],
}

const sales = { table_name: 'sales' }

await describeServers('exact answers', (type) => {
  let house: ServerHouse
  beforeAll(async () => {
    house = await openServerHouse(type, STATEMENTS[type])
  })
  afterAll(() => house?.close())

  const aggregate = (args: object) => house.tool('aggregate_data', { ...sales, ...args })

  test('a group that is named twice is one', async () => {
    const aggregates = [{ function: 'COUNT', field: '*', alias: 'n' }]
    const rows = [
      { kind: 'a', n: 2 },
      { kind: 'b', n: 1 },
    ]
    expect(await aggregate({ aggregates, group_by: ['kind', 'KIND', 'kind'] })).toMatchObject({ rows })
    expect(JSON.parse((await house.table('GET', 'sales?fields=kind,kind&group=kind')).text)).toEqual({
      resource: [{ kind: 'a' }, { kind: 'b' }],
    })
  })

  test('averages of large numbers keep the digits that the database has', async () => {
    const aggregates = [
      { function: 'AVG', field: 'price', alias: 'price' },
      { function: 'AVG', field: 'amount', alias: 'amount' },
    ]
    expect(await aggregate({ aggregates, group_by: ['kind'] })).toMatchObject({
      rows: [
        { kind: 'a', price: '12345678901234567890.5123456789', amount: '9223372036854775801' },
        { kind: 'b', price: 0.25, amount: 1 },
      ],
    })
  })

  test('bytes are described in groups and extremes', async () => {
    const counted = await aggregate({
      aggregates: [{ function: 'COUNT', field: '*', alias: 'n' }],
      group_by: ['picture'],
      order: 'n',
    })
    expect(counted).toMatchObject({
      rows: [
        { picture: null, n: 1 },
        { picture: TOLD, n: 2 },
      ],
    })
    if (type !== 'mysql') return
    expect(
      await aggregate({ aggregates: [{ function: 'MAX', field: 'picture', alias: 'last' }] }),
    ).toMatchObject({
      rows: [{ last: TOLD }],
    })
  })

  test('bytes are described in what is written, would be written, and in steps, which take them as they are', async () => {
    const fields = ['id', 'picture']
    const written = { ...sales, records: [{ id: 1, kind: 'c' }], fields }
    expect(await house.tool('update_records', written)).toMatchObject({ rows: [{ id: 1, picture: TOLD }] })
    expect(await house.tool('delete_records', { ...sales, ids: [1], dry_run: true })).toMatchObject({
      sample_before: [{ id: 1, picture: TOLD }],
    })
    const steps = [
      { name: 'one', operation: 'get', table: 'sales', id: 1, fields },
      { operation: 'create', table: 'sales', record: { id: 4, picture: { $ref: 'one.picture' } }, fields },
    ]
    expect(await house.tool('run_batch', { steps })).toMatchObject({
      steps: [{ rows: [{ id: 1, picture: TOLD }] }, { rows: [{ id: 4, picture: TOLD }] }],
    })
  })

  test.each([
    [{ order: 'id' }],
    [{ order: 'id', format: 'json' }],
    [{ order: 'id', format: 'csv' }],
    [{ order: 'id', limit: 1 }],
    [{ order: 'id', cursor: '' }],
    [{ filter: 'id < 9' }],
    [{ ids: [1] }],
  ])('numbers in documents keep their digits, as text and as data: %o', async (more) => {
    const text = await house.toolText('get_table_data', { table_name: 'papers', ...more })
    expect(text.match(/12345678901234567890/g)).toHaveLength(2)
    expect(text).not.toMatch(/"\s*12345678901234567890/)
    expect(text).not.toMatch(/0\.12345678901234568/)
  })

  test('a quoted name in an order may hold a comma', async () => {
    const read = { table_name: 'odd', order: '"x,y" desc, id' }
    expect(await house.tool('get_table_data', read)).toMatchObject({ rows: [{ id: 2 }, { id: 1 }] })
  })

  test('keys of bytes are told, and name rows', async () => {
    const parcels = { table_name: 'parcels' }
    const rows = [{ code: KEY, label: 'first', seal: TOLD }]
    expect(await house.tool('get_table_data', parcels)).toMatchObject({ rows })
    expect(await house.tool('get_table_data', { ...parcels, ids: [KEY] })).toMatchObject({ rows })
  })
})

function hexOf(base64: string): string {
  return Buffer.from(base64, 'base64').toString('hex')
}
