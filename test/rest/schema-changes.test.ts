import { describe, expect, test } from 'vitest'
import { keyOf } from '../helpers/house.ts'
import { ask, fieldsOf, freshTodo, house, message, TODO, useSchemaHouse } from './schema-house.ts'

useSchemaHouse()

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
    // Without an end to it, this would take days.
    expect((await write(`${'a'.repeat(60)}!`)).status).toBe(400)
  })

  test('rules that are none are refused', async () => {
    await freshTodo()
    expect((await ask('PATCH', '_schema/todo/title', { validation: { wibble: {} } })).status).toBe(400)
    expect(
      (await ask('PATCH', '_schema/todo/title', { validation: { match: { regexp: 'KA==' } } })).status,
    ).toBe(400)
  })
})
