import { beforeAll, describe, expect, test } from 'vitest'
import type { CallQuery, CallResult } from '../../src/core/database/query.ts'
import { openWithRoutines, routine } from '../helpers/routines.ts'
import { type Door, openDoor } from './door.ts'

const ROUTINES = [
  routine('function', 'add_ints', ['a integer', 'b integer = 1'], { type: 'integer' }),
  routine('procedure', 'bump', ['a integer', 'b integer = 1', 'OUT total integer']),
  routine('function', 'echo', ['words text', 'fields text'], { type: 'json' }),
]

let door: Door
beforeAll(async () => {
  door = await openDoor({}, openWithRoutines(ROUTINES, answer).adapter)
})

/** The routines add their arguments, or say them again. */
function answer({ routine: { kind, name }, arguments: given }: CallQuery): CallResult {
  const sum = Object.values(given).reduce<number>((total, value) => total + Number(value), 0)
  if (kind === 'procedure') return { sets: [[{ step: 1 }]], out: { total: sum } }
  return { sets: [[{ [name]: name === 'echo' ? JSON.stringify(given) : sum }]], out: {} }
}

const bodyOf = async (address: string) => (await door.ask(`shop/${address}`)).body
const post = async (address: string, payload: object) =>
  (await door.ask(`shop/${address}`, { method: 'POST', payload })).body

test('a bare list is the arguments in order', async () => {
  expect(await post('_func/add_ints', [2, 3])).toBe(5)
  expect(await post('_proc/bump', [2, 1])).toMatchObject({ total: 3 })
  const headers = { 'content-type': 'application/json', 'x-dreamfactory-api-key': 'admin-key' }
  const number = await door.ask('shop/_func/add_ints?a=1', { method: 'POST', headers, payload: '5' })
  expect(number.status).toBe(400)
})

test('the service lists them', async () => {
  expect(await bodyOf('?as_list=true')).toEqual({ resource: ['_schema', '_table', '_proc', '_func'] })
  expect(await bodyOf('_func')).toEqual({ resource: [{ name: 'add_ints' }, { name: 'echo' }] })
  expect(await bodyOf('_proc?as_list=true')).toEqual({ resource: ['bump'] })
  expect(await bodyOf('_func?ids=ADD_INTS')).toMatchObject({
    resource: [
      {
        alias: null,
        name: 'add_ints',
        access: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
        return_type: 'integer',
        params: [
          { name: 'a', param_type: 'IN', default: null },
          { name: 'b', default: '1' },
        ],
      },
    ],
  })
  expect((await door.ask('shop/_func?ids=nosuch')).status).toBe(404)
})

describe('a function is called with arguments', () => {
  test.each([
    ['in the query', '_func/add_ints?a=2&b=3&returns=integer&refresh=true'],
    ['in the address', '_func/add_ints(2,3)'],
  ])('%s', async (_how, address) => {
    expect(await bodyOf(address)).toBe(5)
  })

  test.each([
    [
      'by name',
      {
        params: [
          { name: 'a', value: 2 },
          { name: 'b', value: 3 },
        ],
      },
    ],
    ['as a map', { params: { a: 2, b: 3 } }],
    ['as a map of values', { params: { A: { value: 2 }, b: 3 } }],
    ['by position', { params: [2, 3] }],
    ['as text', { params: '2, 3' }],
    ['bare', { a: 2, b: 3 }],
    [
      'beside what is asked of the result',
      { params: [2, 3], returns: 'integer', schema: { add_ints: 'integer' } },
    ],
  ])('%s', async (_how, payload) => {
    expect(await post('_func/add_ints', payload)).toBe(5)
  })
})

test.each([
  ['words are quoted', '_func/echo("a, ""b""", c )', { words: 'a, "b"', fields: 'c' }],
  ['empty ones keep their place', '_func/echo(,c)', { words: '', fields: 'c' }],
  ['a slash is text', '_func/echo(a/b)', { words: 'a/b' }],
  [
    'what the query holds anyway is one where it is a parameter',
    '_func/echo?words=w&fields=f&wrap=true',
    { words: 'w', fields: 'f' },
  ],
  ['those in the address go before the query', '_func/echo(a)?words=w', { words: 'a' }],
])('arguments: %s', async (_what, address, expected) => {
  expect(JSON.parse(String(await bodyOf(encodeURI(address))))).toEqual(expected)
})

const twice = [
  { name: 'a', value: 1 },
  { name: 'A', value: 1 },
]
test.each([
  ['unknown in the query', '?a=1&bb=2', undefined, "'add_ints' has no parameter 'bb'."],
  ['unknown in the body', '', { prams: [1] }, "'add_ints' has no parameter 'prams'."],
  ['given twice', '', { params: twice }, "'params' names a parameter twice."],
  ['in a list that is too long', '', [1, 2, 3], "'add_ints' takes 2 arguments, not 3."],
  ['that are no list', '', { params: 5 }, "'params' is neither a list nor an object."],
  ['of the wrong type', '?a=x', undefined, "Parameter 'a' must be a valid integer."],
])('arguments %s are refused', async (_what, query, payload, message) => {
  const options = payload ? { method: 'POST' as const, payload } : {}
  const { status, body } = await door.ask(`shop/_func/add_ints${query}`, options)
  expect({ status, body }).toMatchObject({ status: 400, body: { error: { message } } })
})

test('a comma of an argument may be written in percents beside others that are not', async () => {
  expect(JSON.parse(String(await bodyOf('_func/echo(%22a%2Cb%22,c)')))).toEqual({ words: 'a,b', fields: 'c' })
})

test('credentials are never arguments', async () => {
  expect(await bodyOf('_func/add_ints?a=1&api_key=admin-key&session_token=')).toBe(1)
  expect(await post('_func/add_ints', { a: 1, api_key: 'admin-key' })).toBe(1)
})

test('a procedure answers its rows and OUT values', async () => {
  expect(await post('_proc/bump', { params: [4, 5] })).toEqual({ resource: [{ step: 1 }], total: 9 })
  expect(await post('_proc/bump?wrapper=rows', { params: [4, 5] })).toEqual({ rows: [{ step: 1 }], total: 9 })
  expect(await post('_proc/bump', { params: [4, 5], wrapper: 'rows' })).toEqual({
    rows: [{ step: 1 }],
    total: 9,
  })
})

test('more arguments than parameters are refused', async () => {
  const { status, body } = await door.ask('shop/_func/add_ints(1,2,3)')
  expect(status).toBe(400)
  expect(body).toMatchObject({
    error: {
      message: "'add_ints' takes 2 arguments, not 3.",
      hint: 'Write add_ints(a integer, b integer = 1).',
    },
  })
})

test('an unknown one is 404, another verb 400', async () => {
  expect(await door.ask('shop/_func/nosuch')).toMatchObject({
    status: 404,
    body: { error: { message: "Function 'nosuch' does not exist in the database." } },
  })
  expect(await door.ask('shop/_proc/bump', { method: 'DELETE' })).toMatchObject({
    status: 400,
    body: { error: { message: expect.stringContaining('not currently supported') } },
  })
})
