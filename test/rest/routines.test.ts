import { beforeAll, describe, expect, test } from 'vitest'
import { openMemory } from '../../adapters/database/memory/open.ts'
import type { DatabaseAdapter } from '../../src/core/database/adapter.ts'
import type { CallQuery, Routine } from '../../src/core/database/query.ts'
import { type Door, openDoor } from './door.ts'

const PARAMETERS = [
  { name: 'a', position: 1, mode: 'IN', type: 'integer', dbType: 'integer' },
  { name: 'b', position: 2, mode: 'IN', type: 'integer', dbType: 'integer', default: '1' },
] as const
const ROUTINES: readonly Routine[] = [
  {
    name: 'add_ints',
    key: 'add_ints',
    kind: 'function',
    parameters: PARAMETERS,
    returns: { type: 'integer', dbType: 'integer', isSet: false },
  },
  {
    name: 'bump',
    key: 'bump',
    kind: 'procedure',
    parameters: [
      ...PARAMETERS,
      { name: 'total', position: 3, mode: 'OUT', type: 'integer', dbType: 'integer' },
    ],
  },
]

let door: Door
beforeAll(async () => {
  door = await openDoor({}, withRoutines(openMemory()))
})

/** The memory engine has no routines: two are added that add their arguments. */
function withRoutines(memory: DatabaseAdapter): DatabaseAdapter {
  const sum = (query: CallQuery) =>
    Object.values(query.arguments).reduce<number>((total, value) => total + Number(value), 0)
  return {
    ...memory,
    capabilities: new Set([...memory.capabilities, 'procedures', 'functions'] as const),
    listRoutines: async (kind) => ROUTINES.filter((routine) => routine.kind === kind),
    call: async (query) =>
      query.routine.kind === 'function'
        ? { sets: [[{ add_ints: sum(query) }]], out: {} }
        : { sets: [[{ step: 1 }]], out: { total: sum(query) } },
  }
}

const bodyOf = async (address: string) => (await door.ask(`shop/${address}`)).body
const post = async (address: string, payload: object) =>
  (await door.ask(`shop/${address}`, { method: 'POST', payload })).body

test('the service lists them', async () => {
  expect(await bodyOf('?as_list=true')).toEqual({ resource: ['_schema', '_table', '_proc', '_func'] })
  expect(await bodyOf('_func')).toEqual({ resource: [{ name: 'add_ints' }] })
  expect(await bodyOf('_proc?as_list=true')).toEqual({ resource: ['bump'] })
  expect(await bodyOf('_func?ids=ADD_INTS')).toMatchObject({
    resource: [
      { alias: null, name: 'add_ints', return_type: 'integer', params: [{ name: 'a' }, { name: 'b' }] },
    ],
  })
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
  ])('%s', async (_how, payload) => {
    expect(await post('_func/add_ints', payload)).toBe(5)
  })
})

test('a procedure answers its rows and OUT values', async () => {
  expect(await post('_proc/bump', { params: [4, 5] })).toEqual({ resource: [{ step: 1 }], total: 9 })
  expect(await post('_proc/bump?wrapper=rows', { params: [4, 5] })).toEqual({ rows: [{ step: 1 }], total: 9 })
})

test('more arguments than parameters are refused', async () => {
  const answer = await door.ask('shop/_func/add_ints(1,2,3)')
  expect(answer.status).toBe(400)
  expect(answer.body).toMatchObject({
    error: { message: "'add_ints' takes 2 arguments, not 3.", hint: 'Its parameters: a, b.' },
  })
})

test('an unknown one is 404, another verb 400', async () => {
  expect((await door.ask('shop/_func/nosuch')).status).toBe(404)
  expect((await door.ask('shop/_proc/bump', { method: 'DELETE' })).status).toBe(400)
})
