import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeServers, openServerHouse, type ServerHouse } from '../helpers/server-house.ts'

const STATEMENTS = [
  'create table people (id int primary key)',
  'create table log_lines (message varchar(9))',
  'create view adults as select id from people',
]

await describeServers('listed tables', (type) => {
  let house: ServerHouse
  beforeAll(async () => {
    house = await openServerHouse(type, STATEMENTS)
  })
  afterAll(() => house?.close())

  test('have the verbs that there are tools for', async () => {
    const { tables } = Object(await house.tool('get_tables', {}))
    expect(tables.map(({ name, access }: Record<string, unknown>) => [name, access])).toEqual([
      ['adults', 'GET'],
      ['log_lines', 'GET POST'],
      ['people', 'GET POST PUT PATCH DELETE'],
    ])
  })

  test('say what goes where rows have no key', async () => {
    const { text } = await house.table('GET', 'log_lines?ids=1')
    expect(text).toContain("'log_lines' has no primary key: read its records by a filter.")
  })
})
