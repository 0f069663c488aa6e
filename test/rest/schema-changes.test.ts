import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

const ROLES = {
  /** May do everything to schemas, and reads orders. */
  builder: [
    { component: '_schema/*', verbs: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] },
    { component: '_schema/secret_salaries', verbs: [] },
    {
      component: '_table/orders',
      verbs: ['GET'],
      filters: [{ name: 'status', operator: '=', value: 'paid' }],
    },
    { component: '_table/customers', verbs: ['GET'] },
    { component: '_table/todo', verbs: ['GET', 'POST', 'PATCH', 'DELETE'] },
  ],
  /** Reads schemas. */
  reader: [
    { component: '_schema/*', verbs: ['GET'] },
    { component: '_table/*', verbs: ['GET'] },
  ],
}

let house: House
let admin: Record<string, string>
beforeAll(async () => {
  house = await openHouse(ROLES)
  const { body } = await house.rest('POST', '/api/v2/system/admin/session', {
    body: { email: 'admin@example.com', password: 'a-long-enough-password' },
  })
  admin = { 'x-dreamfactory-session-token': (body as { session_token: string }).session_token }
}, 60_000)
afterAll(() => house.close())

/** As the administrator, or with the key of a role. */
const ask = (method: string, path: string, body?: object, role?: keyof typeof ROLES) =>
  house.rest(method, `/api/v2/shop/${path}`, {
    ...(body && { body }),
    ...(role ? { key: keyOf(role) } : { headers: admin }),
  })
const message = ({ body }: { body: unknown }) => (body as { error: { message: string } }).error.message
const fieldsOf = async (table: string) => {
  const { body } = await ask('GET', `_schema/${table}`)
  return (body as { field: { name: string }[] }).field
}
const TODO = {
  name: 'todo',
  label: 'To do',
  field: [
    { name: 'id', type: 'id' },
    { name: 'title', type: 'string', size: 50 },
    { name: 'done', type: 'boolean', default: false },
    {
      name: 'customer_id',
      type: 'reference',
      ref_table: 'customers',
      ref_field: 'id',
      ref_on_delete: 'SET NULL',
      allow_null: true,
    },
    { name: 'made', type: 'timestamp_on_create' },
    { name: 'maker', type: 'user_id_on_create', allow_null: true },
    { name: 'points', type: 'integer', allow_null: true },
  ],
}
async function freshTodo(): Promise<void> {
  await ask('DELETE', '_schema/todo?force=true')
  expect(await ask('POST', '_schema', { resource: [TODO] })).toMatchObject({
    status: 200,
    body: { resource: [{ name: 'todo' }] },
  })
}

describe('tables', () => {
  test('are made, described, filled and dropped', async () => {
    await freshTodo()
    expect((await ask('GET', '_schema/todo')).body).toMatchObject({
      name: 'todo',
      label: 'To do',
      primary_key: ['id'],
      related: [{ name: 'customers_by_customer_id', ref_on_delete: 'SET NULL' }],
    })
    expect((await ask('POST', '_table/todo?fields=*', { resource: [{ title: 'a' }] })).body).toMatchObject({
      resource: [{ id: 1, title: 'a', done: false, made: expect.stringMatching(/^\d{4}-/), maker: 1 }],
    })
    expect(await ask('DELETE', '_schema/todo')).toMatchObject({ status: 400 })
    expect(await ask('DELETE', '_schema/todo?force=true')).toMatchObject({
      status: 200,
      body: { success: true },
    })
    expect(await ask('GET', '_schema/todo')).toMatchObject({ status: 404 })
  })

  test('that are there are changed, or refused with check_exist', async () => {
    await freshTodo()
    expect((await ask('POST', '_schema', { resource: [TODO] })).status).toBe(200)
    const refused = await ask('POST', '_schema?check_exist=true', { resource: [TODO] })
    expect(refused.status).toBe(409)
    expect(message(refused)).toBe("A table with name 'todo' already exist in the database.")
  })

  test('go by PUT with what is listed, and by PATCH with everything', async () => {
    await freshTodo()
    const less = {
      field: [
        { name: 'id', type: 'id' },
        { name: 'title', type: 'string', size: 50 },
      ],
    }
    expect(await ask('PUT', '_schema/todo', less)).toMatchObject({ status: 400 })
    expect(
      (await ask('PATCH', '_schema/todo', { field: [{ name: 'more', type: 'integer', allow_null: true }] }))
        .body,
    ).toEqual({
      name: 'todo',
    })
    expect((await fieldsOf('todo')).length).toBe(8)
    expect((await ask('PUT', '_schema/todo?force=true', less)).status).toBe(200)
    expect((await fieldsOf('todo')).map(({ name }) => name)).toEqual(['id', 'title'])
  })

  test('several go together or not at all', async () => {
    const tables = [
      { name: 'one', field: [{ name: 'id', type: 'id' }] },
      { name: 'one_more', field: [{ name: 'x', type: 'wibble' }] },
    ]
    expect((await ask('POST', '_schema', { resource: tables })).status).toBe(400)
    expect((await ask('GET', '_schema/one')).status).toBe(404)
  })

  test.each([
    ['without a name', { resource: [{ field: [] }] }, 'Table schema received does not have a valid name.'],
    ['without fields', { resource: [{ name: 'x' }] }, 'No valid fields exist in the received table schema.'],
    ['an empty request', {}, 'No data in schema create request.'],
    [
      'a field without a type',
      { resource: [{ name: 'x', field: [{ name: 'a' }] }] },
      'Invalid schema detected - no type or db_type element.',
    ],
    [
      'a reference to nothing',
      { resource: [{ name: 'x', field: [{ name: 'a', type: 'reference' }] }] },
      'Invalid schema detected - no table element for reference type of a.',
    ],
    [
      'an unknown attribute',
      { resource: [{ name: 'x', fields: [] }] },
      "Unknown attribute 'fields' of the table.",
    ],
    [
      'a name that is none',
      { resource: [{ name: 'x"; drop table orders; --', field: [{ name: 'id', type: 'id' }] }] },
      `'x"; drop table orders; --' cannot be the name of a table.`,
    ],
    [
      'a default that is SQL',
      {
        resource: [
          {
            name: 'x',
            field: [
              { name: 'id', type: 'id' },
              { name: 'a', type: 'string', default: { expression: '(select 1)' } },
            ],
          },
        ],
      },
      "Field 'a' has a default that cannot be used.",
    ],
  ])('%s is 400', async (_, body, text) => {
    const answer = await ask('POST', '_schema', body)
    expect(answer.status).toBe(400)
    expect(message(answer)).toBe(text)
  })
})

describe('fields', () => {
  test('come, change and go', async () => {
    await freshTodo()
    expect(
      (
        await ask('POST', '_schema/todo/_field', {
          resource: [{ name: 'prio', type: 'integer', default: 3 }],
        })
      ).body,
    ).toEqual({ resource: [{ name: 'prio' }] })
    expect((await ask('PATCH', '_schema/todo/prio', { label: 'Priority' })).body).toEqual({ name: 'prio' })
    expect((await ask('GET', '_schema/todo/prio')).body).toMatchObject({
      label: 'Priority',
      default: 3,
      type: 'integer',
    })
    expect((await ask('PATCH', '_schema/todo/_field/title?fields=name,length', { size: 90 })).body).toEqual({
      name: 'title',
      length: 90,
    })
    expect((await ask('DELETE', '_schema/todo/prio')).body).toEqual({ success: true })
    expect((await ask('DELETE', '_schema/todo/prio')).body).toEqual({ success: true })
    expect((await fieldsOf('todo')).map(({ name }) => name)).not.toContain('prio')
  })

  test('with values are dropped and narrowed only by force', async () => {
    await freshTodo()
    await ask('POST', '_table/todo', { resource: [{ title: 'a title of some length', points: 3 }] })
    for (const [method, path, body] of [
      ['DELETE', '_schema/todo/points', undefined],
      ['PATCH', '_schema/todo/title', { size: 5 }],
      ['PATCH', '_schema/todo/title', { type: 'integer' }],
    ] as const)
      expect((await ask(method, path, body)).status).toBe(400)
    expect((await ask('DELETE', '_schema/todo/points?force=true')).status).toBe(200)
    expect((await ask('GET', '_table/todo')).body).toMatchObject({
      resource: [{ title: 'a title of some length' }],
    })
  })

  test('have aliases, which are their names for records, and in the tools of models', async () => {
    await freshTodo()
    expect((await ask('PATCH', '_schema/todo/title', { alias: 'heading' })).status).toBe(200)
    expect((await ask('POST', '_table/todo?fields=heading', { resource: [{ heading: 'x' }] })).body).toEqual({
      resource: [{ heading: 'x' }],
    })
    expect(
      (await ask('GET', "_table/todo?filter=heading='x'&order=heading&fields=heading,done")).body,
    ).toEqual({ resource: [{ heading: 'x', done: false }] })
    expect((await ask('GET', '_schema/todo/heading')).body).toMatchObject({ name: 'title', alias: 'heading' })
    const described = await house.tool('get_table_schema', { table_name: 'todo' }, keyOf('builder'))
    expect(described.text).toContain('heading')
    expect((await ask('PATCH', '_schema/todo/done', { alias: 'TITLE' })).status).toBe(400)
    expect((await ask('PATCH', '_schema/todo/title', { alias: null })).status).toBe(200)
    expect((await ask('GET', '_table/todo?fields=title')).body).toEqual({ resource: [{ title: 'x' }] })
  })

  test('are computed by functions of the list, and by no other', async () => {
    await freshTodo()
    await ask('POST', '_table/todo', {
      resource: [
        { title: 'Ann', points: 4 },
        { title: 'Bob', points: 6 },
      ],
    })
    const virtual = (name: string, text: string, more: object = {}) =>
      ask('POST', '_schema/todo/_field', {
        resource: [
          {
            name,
            type: 'string',
            is_virtual: true,
            db_function: [{ use: ['SELECT'], function: text }],
            ...more,
          },
        ],
      })
    expect((await virtual('loud', "CONCAT(UPPER(title), '!')")).status).toBe(200)
    expect((await virtual('total', 'SUM(points)', { type: 'integer', is_aggregate: true })).status).toBe(200)
    expect((await ask('GET', '_table/todo?fields=id,loud')).body).toEqual({
      resource: [
        { id: 1, loud: 'ANN!' },
        { id: 2, loud: 'BOB!' },
      ],
    })
    expect((await ask('GET', '_table/todo/1')).text).not.toContain('total')
    expect((await ask('GET', '_table/todo?fields=total')).body).toEqual({ resource: [{ total: 10 }] })
    for (const text of [
      '(select 1)',
      'load_extension(title)',
      'UPPER(title); drop table todo',
      'UPPER(nowhere)',
      'randomblob(9)',
    ])
      expect((await virtual('bad', text)).status).toBe(400)
    expect((await ask('PATCH', '_table/todo/1?fields=loud', { loud: 'x', title: 'Cid' })).body).toEqual({
      loud: 'CID!',
    })
  })
})

describe('rules of fields', () => {
  const rule = async (validation: object, more: object = {}) => {
    await freshTodo()
    expect((await ask('PATCH', '_schema/todo/title', { validation, ...more })).status).toBe(200)
  }
  const write = async (title: unknown) => ask('POST', '_table/todo', { resource: [{ title }] })

  test.each([
    [{ not_empty: {} }, '', "Field 'title' value can not be empty.", 'x'],
    [{ email: {} }, 'nobody', "Field 'title' value must be a valid email address.", 'a@b.example'],
    [
      { url: { sections: ['path'] } },
      'https://a.example',
      "Field 'title' value must be a valid URL.",
      'https://a.example/b',
    ],
    [{ int: { range: { min: 1, max: 5 } } }, '6', "Field 'title' value is not in the valid range.", '5'],
    [{ float: {} }, 'x', "Field 'title' value is not an acceptable float value.", '0'],
    [{ boolean: {} }, 'perhaps', "Field 'title' value is not an acceptable boolean value.", 'false'],
    [
      { match: { regexp: Buffer.from('/^A+$/').toString('base64') } },
      'B',
      "Field 'title' value is invalid.",
      'AA',
    ],
    [{ picklist: {} }, 'c', "Field 'title' value is invalid.", 'b'],
    [{ multi_picklist: { max: 1 } }, 'a,b', "Field 'title' value contains too many selections.", 'a'],
    [{ multi_picklist: { min: 2 } }, 'a', "Field 'title' value does not contain enough selections.", 'a,b'],
    [{ email: { on_fail: 'No address.' } }, 'nobody', 'No address.', 'a@b.example'],
  ])('%j refuses %j', async (validation, wrong, text, right) => {
    await rule(validation, { picklist: 'a,b' })
    const refused = await write(wrong)
    expect(refused.status).toBe(400)
    expect(refused.text).toContain(text)
    expect((await write(right)).status).toBe(200)
  })

  test('a field may be made once, or never, and is then left out', async () => {
    await rule({ create_only: {} })
    await write('first')
    expect(
      (await ask('PATCH', '_table/todo/1?fields=title,points', { title: 'second', points: 1 })).body,
    ).toEqual({ title: 'first', points: 1 })
    await ask('PATCH', '_schema/todo/points', { validation: { api_read_only: {} } })
    await ask('PATCH', '_table/todo/1', { points: 5, done: true })
    expect((await ask('GET', '_table/todo/1?fields=points,done')).body).toEqual({ points: 1, done: true })
  })

  test('a pattern that never ends is stopped', async () => {
    await rule({ match: { regexp: Buffer.from('^(a+)+$').toString('base64') } })
    const started = performance.now()
    expect((await write(`${'a'.repeat(40)}!`)).status).toBe(400)
    expect(performance.now() - started).toBeLessThan(3000)
  })

  test('rules that are none are refused', async () => {
    await freshTodo()
    expect((await ask('PATCH', '_schema/todo/title', { validation: { wibble: {} } })).status).toBe(400)
    expect(
      (await ask('PATCH', '_schema/todo/title', { validation: { match: { regexp: 'KA==' } } })).status,
    ).toBe(400)
  })
})

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
