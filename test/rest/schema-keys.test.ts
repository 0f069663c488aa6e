import { describe, expect, test } from 'vitest'
import { ask, fieldsOf, freshTodo, message, useSchemaHouse } from './schema-house.ts'

useSchemaHouse()

describe('relationships', () => {
  const VIRTUAL = {
    type: 'has_many',
    field: 'region',
    ref_table: 'todo',
    ref_field: 'title',
    is_virtual: true,
  }

  test('are declared, named, read along and taken away', async () => {
    await freshTodo()
    expect((await ask('POST', '_schema/customers/_related', { resource: [VIRTUAL] })).body).toEqual({
      resource: [{ name: 'todo_by_title' }],
    })
    await ask('POST', '_table/todo', { resource: [{ title: 'north' }] })
    expect((await ask('GET', '_table/customers/1?fields=id&related=todo_by_title')).body).toMatchObject({
      todo_by_title: [{ title: 'north' }],
    })
    expect(
      (await ask('PATCH', '_schema/customers/_related/todo_by_title', { alias: 'tasks', always_fetch: true }))
        .status,
    ).toBe(200)
    expect((await ask('GET', '_schema/customers/_related/tasks')).body).toMatchObject({
      name: 'todo_by_title',
      alias: 'tasks',
      is_virtual: true,
      always_fetch: true,
    })
    expect((await ask('GET', '_table/customers/1')).body).toMatchObject({ tasks: [{ title: 'north' }] })
    expect((await ask('DELETE', '_schema/customers/_related/todo_by_title')).body).toEqual({ success: true })
    expect((await ask('GET', '_schema/customers/_related')).text).not.toContain('todo_by_title')
    expect((await ask('DELETE', '_schema/orders/_related/customers_by_customer_id')).status).toBe(400)
  })

  test('lead to no table that is unknown or hidden, which is told alike', async () => {
    const to = (ref_table: string) =>
      ask(
        'POST',
        '_schema/customers/_related',
        { resource: [{ ...VIRTUAL, ref_table, ref_field: 'id' }] },
        'builder',
      )
    const [hidden, unknown] = [await to('secret_salaries'), await to('nowhere')]
    expect(hidden.status).toBe(400)
    expect(hidden.text.replaceAll('secret_salaries', 'nowhere')).toBe(unknown.text)
  })
})

describe('roles', () => {
  test('decide table by table', async () => {
    await freshTodo()
    for (const [method, path, body] of [
      ['POST', '_schema', { resource: [{ name: 'mine', field: [{ name: 'id', type: 'id' }] }] }],
      ['PATCH', '_schema/todo', { label: 'x' }],
      ['DELETE', '_schema/todo', undefined],
      ['POST', '_schema/todo/_field', { resource: [{ name: 'x', type: 'integer' }] }],
      ['DELETE', '_schema/todo/points', undefined],
      ['POST', '_schema/customers/_related', { resource: [] }],
    ] as const)
      expect([path, (await ask(method, path, body, 'reader')).status]).toEqual([path, 403])
    expect((await fieldsOf('todo')).length).toBe(7)
  })

  test('a hidden table is refused as one that is not there', async () => {
    const told = async (method: string, table: string, body?: object) => {
      const { status, text } = await ask(method, `_schema/${table}`, body, 'builder')
      return [status, text.replaceAll(table, 'T')]
    }
    for (const method of ['PATCH', 'DELETE'])
      expect(await told(method, 'secret_salaries', { label: 'x' })).toEqual([403, expect.any(String)])
    const drop = await ask('DELETE', '_schema?ids=secret_salaries,todo', undefined, 'builder')
    expect(drop.status).toBe(403)
    expect((await ask('GET', '_table/secret_salaries')).status).toBe(200)
  })

  test('refer to no table that they do not read whole', async () => {
    const refer = (ref_table: string) =>
      ask(
        'POST',
        '_schema',
        {
          resource: [
            {
              name: 'spy',
              field: [
                { name: 'id', type: 'id' },
                { name: 'x', type: 'reference', ref_table },
              ],
            },
          ],
        },
        'builder',
      )
    const [hidden, unknown, cut] = [
      await refer('secret_salaries'),
      await refer('nowhere'),
      await refer('orders'),
    ]
    expect(hidden.status).toBe(400)
    expect(hidden.text.replaceAll('secret_salaries', 'nowhere')).toBe(unknown.text)
    expect(cut.status).toBe(403)
    expect((await refer('customers')).status).toBe(200)
    // A hidden table that refers to this one is not named.
    const drop = await ask('DELETE', '_schema/customers?force=true', undefined, 'builder')
    expect(drop.status).toBe(409)
    expect(drop.text).not.toContain('secret_salaries')
    await ask('DELETE', '_schema/spy?force=true')
  })

  test('cannot change what their own filters compare, nor open a table by an alias', async () => {
    const filter = [{ use: ['FILTER'], function: "'paid'" }]
    expect((await ask('PATCH', '_schema/orders/status', { db_function: filter }, 'builder')).status).toBe(403)
    const rows = async () => (await ask('GET', '_table/orders?fields=id', undefined, 'builder')).text
    const before = await rows()
    expect((await ask('PATCH', '_schema/orders/status', { alias: 'state' }, 'builder')).status).toBe(200)
    expect(await rows()).toBe(before)
    expect((await ask('PATCH', '_schema/orders/status', { db_function: filter })).status).toBe(200)
    await ask('PATCH', '_schema/orders/status', { alias: null, db_function: null })
    expect((await ask('PATCH', '_schema/secret_salaries', { alias: 'todo_list' })).status).toBe(200)
    expect((await ask('GET', '_table/todo_list', undefined, 'builder')).status).toBe(403)
    expect((await ask('GET', '_table/todo_list')).status).toBe(200)
    await ask('PATCH', '_schema/secret_salaries', { alias: null })
  })

  test('speak no words of the engine', async () => {
    const words = {
      resource: [
        {
          name: 'own',
          field: [
            { name: 'id', type: 'id' },
            { name: 'x', db_type: 'varchar(7)', allow_null: true },
          ],
        },
      ],
    }
    expect((await ask('POST', '_schema', words, 'builder')).status).toBe(403)
    expect((await ask('POST', '_schema', words)).status).toBe(200)
    expect((await ask('GET', '_schema/own/x')).body).toMatchObject({ db_type: 'varchar(7)' })
    await ask('DELETE', '_schema/own')
  })
})

test('the key of a table stays', async () => {
  expect((await ask('DELETE', '_schema/customers/id?force=true')).status).toBe(400)
})

describe('keys and indexes', () => {
  const KEYED = {
    name: 'keyed',
    field: [
      { name: 'id', type: 'id' },
      { name: 'code', type: 'string', length: 20, is_unique: true },
      { name: 'place', type: 'string', length: 20, is_index: true },
    ],
  }

  test('are dropped by their fields, and answers tell so', async () => {
    expect((await ask('POST', '_schema', { resource: [KEYED] })).status).toBe(200)
    await ask('POST', '_table/keyed', { resource: [{ code: 'a', place: 'x' }] })
    expect((await ask('POST', '_table/keyed', { resource: [{ code: 'a', place: 'y' }] })).status).toBe(400)
    const field = [
      { name: 'code', is_unique: false },
      { name: 'place', is_index: false },
    ]
    expect((await ask('PATCH', '_schema/keyed', { field })).body).toEqual({ name: 'keyed' })
    expect((await ask('GET', '_schema/keyed/code')).body).toMatchObject({ is_unique: false })
    expect((await ask('GET', '_schema/keyed/place')).body).toMatchObject({ is_index: false })
    expect((await ask('POST', '_table/keyed', { resource: [{ code: 'a', place: 'y' }] })).status).toBe(200)
    expect((await ask('GET', '_table/keyed?count_only=true')).body).toBe(2)
    // Two rows have the same code now: the key cannot come back.
    const again = await ask('PATCH', '_schema/keyed', { field: [{ name: 'code', is_unique: true }] })
    expect(again.status).toBe(409)
    expect((await ask('PATCH', '_schema/keyed', { field })).status).toBe(200)
  })

  test('a key that a foreign key refers to stays', async () => {
    const target = {
      name: 'target',
      field: [
        { name: 'id', type: 'id' },
        { name: 'code', type: 'string', length: 9, is_unique: true },
      ],
    }
    const source = {
      name: 'source',
      field: [
        { name: 'id', type: 'id' },
        { name: 'code', type: 'reference', ref_table: 'target', ref_field: 'code' },
      ],
    }
    expect((await ask('POST', '_schema', { resource: [target, source] })).status).toBe(200)
    const { status } = await ask('PATCH', '_schema/target', { field: [{ name: 'code', is_unique: false }] })
    expect(status).toBe(409)
    expect((await ask('GET', '_schema/target/code')).body).toMatchObject({ is_unique: true })
  })
})

describe('a db_type beside a type', () => {
  test('is that of the new field, and changes one that has another', async () => {
    const table = {
      name: 'beside',
      field: [
        { name: 'id', type: 'id', db_type: 'integer' },
        { name: 'x', type: 'string', db_type: 'char(7)', allow_null: true },
      ],
    }
    expect((await ask('POST', '_schema', { resource: [table] })).status).toBe(200)
    const described = (await ask('GET', '_schema/beside/x')).body
    expect(described).toMatchObject({ db_type: 'char(7)', type: 'string' })
    expect((await ask('PATCH', '_schema/beside/x', { ...Object(described), label: 'Ex' })).status).toBe(200)
    expect((await ask('PATCH', '_schema/beside/x', { type: 'string', db_type: 'varchar(9)' })).status).toBe(
      200,
    )
    expect((await ask('GET', '_schema/beside/x')).body).toMatchObject({ db_type: 'varchar(9)', label: 'Ex' })
    const both = await ask('PATCH', '_schema/beside/x', { type: 'integer', db_type: 'varchar(5)' })
    expect([both.status, message(both)]).toEqual([400, expect.stringContaining("'x'")])
  })

  test('is for administrators alone, unless it is what the field has', async () => {
    const field = (await ask('GET', '_schema/todo/title', undefined, 'builder')).body
    expect((await ask('PATCH', '_schema/todo/title', Object(field), 'builder')).status).toBe(200)
    const other = { ...Object(field), db_type: 'varchar(51) collate nocase' }
    expect((await ask('PATCH', '_schema/todo/title', other, 'builder')).status).toBe(403)
  })
})

test('values that are too long for what a field becomes are cut where that is forced', async () => {
  const table = {
    name: 'narrow',
    field: [
      { name: 'id', type: 'id' },
      { name: 'word', type: 'string', length: 20 },
    ],
  }
  expect((await ask('POST', '_schema', { resource: [table] })).status).toBe(200)
  await ask('POST', '_table/narrow', { resource: [{ word: 'abcdefgh' }] })
  const field = [{ name: 'word', length: 3 }]
  expect((await ask('PATCH', '_schema/narrow', { field })).status).toBe(400)
  expect((await ask('PATCH', '_schema/narrow?force=true', { field })).status).toBe(200)
  expect((await ask('GET', '_table/narrow/1')).body).toEqual({ id: 1, word: 'abc' })
})
