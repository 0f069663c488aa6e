import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeServers, openServerHouse, type ServerHouse } from '../helpers/server-house.ts'

await describeServers('a database that is changed by others', (type) => {
  let house: ServerHouse
  beforeAll(async () => {
    house = await openServerHouse(type, [
      'create table people (id integer primary key, name varchar(40))',
      "insert into people values (1, 'Ann')",
    ])
    expect(await house.table('GET', 'people/1')).toEqual({ status: 200, text: '{"id":1,"name":"Ann"}' })
  })
  afterAll(() => house.close())

  test('a read of a field that has another name now is answered with what is there', async () => {
    await house.query('alter table people rename column name to full_name')
    expect(await house.table('GET', 'people/1')).toEqual({ status: 200, text: '{"id":1,"full_name":"Ann"}' })
  })

  test('a read by a tool too', async () => {
    await house.query('alter table people rename column full_name to name')
    expect(await house.tool('get_table_data', { table_name: 'people' })).toMatchObject({
      rows: [{ id: 1, name: 'Ann' }],
    })
  })

  test.each([
    ['PATCH', 'people/1', ['name', 'given'], '{"id":1,"given":"Bea"}', '{"id":1,"name":"Bea"}'],
    ['PUT', 'people/1', ['given', 'name'], '{"id":1,"name":"Eve"}', '{"id":1,"given":"Eve"}'],
    ['POST', 'people', ['name', 'given'], '{"id":2,"given":"Bob"}', '{"id":2,"name":"Bob"}'],
  ])('a %s is refused, and the next one knows the new name', async (method, path, names, right, outdated) => {
    await house.query(`alter table people rename column ${names.join(' to ')}`)
    const wrapped = (record: string) => (method === 'POST' ? `{"resource":[${record}]}` : record)
    expect(await house.table(method, path, wrapped(outdated))).toMatchObject({ status: 404 })
    expect(await house.table(method, `${path}?fields=*`, wrapped(right))).toEqual({
      status: 200,
      text: wrapped(right),
    })
  })

  test('a new table is there after a refresh', async () => {
    await house.query('create table places (id integer primary key)')
    expect(await house.table('GET', '?as_list=true')).toMatchObject({ text: '{"resource":["people"]}' })
    expect(await house.table('GET', '?as_list=true&refresh=true')).toMatchObject({
      text: '{"resource":["people","places"]}',
    })
  })

  test('a table that is gone is not found, and not listed any more', async () => {
    await house.query('drop table places')
    expect(await house.table('GET', 'places')).toMatchObject({ status: 404 })
    expect(await house.table('GET', '?as_list=true')).toMatchObject({ text: '{"resource":["people"]}' })
  })
})
