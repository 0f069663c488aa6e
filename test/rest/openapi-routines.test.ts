import { expect, test } from 'vitest'
import { openMemory } from '../../adapters/database/memory/open.ts'
import { field, table } from '../contract/world.ts'
import { openWithRoutines, routine } from '../helpers/routines.ts'
import { callsIn, type Described, problemsOf } from './document.ts'
import { as, openDoor, READER_KEY } from './door.ts'

const ROUTINES = [
  routine('function', 'add', ['a integer', 'b integer = 1'], { type: 'integer' }),
  routine('function', 'add', ['a string'], { type: 'string' }),
  routine('function', 'best', ['most integer'], { type: 'object', isSet: true }),
  routine('procedure', 'close', ['day date', 'OUT total integer']),
]

/** A value or rows, as the function promises. */
async function openDoorWithRoutines() {
  const { adapter } = openWithRoutines(ROUTINES, ({ routine: { name, parameters } }) => {
    if (name === 'best') return { sets: [[{ id: 1 }, { id: 2 }]] }
    if (name === 'close') return { out: { total: 3 } }
    return { sets: [[{ add: parameters.length === 2 ? 3 : 'abc' }]] }
  })
  return openDoor({}, adapter)
}

test('every documented call of a routine answers as its document says', async () => {
  const door = await openDoorWithRoutines()
  const document = (await door.ask('api_docs/shop')).body as Described // looked at below
  const calls = callsIn(document).filter(({ path }) => /^\/_(proc|func)/.test(path))
  expect(calls.map(({ path, verb }) => `${verb} ${path}`)).toEqual([
    'GET /_proc',
    'GET /_func',
    'GET /_proc/close',
    'GET /_func/add',
    'GET /_func/best',
    'POST /_proc/close',
    'POST /_func/add',
    'POST /_func/best',
  ])
  const given: Readonly<Record<string, object>> = {
    add: { a: 1, b: 2 },
    best: { most: 2 },
    close: { day: '2025-01-01' },
  }
  for (const call of calls) {
    const params = given[call.path.split('/')[2] ?? ''] ?? {}
    const { status, body } =
      call.verb === 'GET'
        ? await door.ask(`shop${call.path}?${new URLSearchParams({ ...params })}`)
        : await door.ask(`shop${call.path}`, { method: 'POST', payload: { params } })
    expect(status, call.path).toBe(200)
    expect(problemsOf(document, call, status, body), call.path).toEqual([])
  }
})

test('the forms of a routine are told with their parameters', async () => {
  const door = await openDoorWithRoutines()
  const { paths } = (await door.ask('api_docs/shop')).body as Described // looked at below
  expect(paths['/_func/add']?.post).toMatchObject({
    description: 'add(a integer, b integer = 1)\n\nadd(a string)',
    requestBody: {
      content: {
        'application/json': {
          schema: {
            properties: {
              params: {
                anyOf: [
                  { properties: { a: { type: ['integer', 'null'] }, b: { type: ['integer', 'null'] } } },
                  { properties: { a: { type: ['string', 'null'] } } },
                ],
              },
            },
          },
        },
      },
    },
  })
})

test('a routine that may not be called is in no document', async () => {
  const door = await openDoorWithRoutines()
  const { body } = await door.ask('api_docs/shop', as(READER_KEY))
  expect(JSON.stringify(body)).not.toMatch(/\/add|best|close/)
})

test('the listed values of a field are told to who may see its table alone', async () => {
  const adapter = openMemory()
  const door = await openDoor({}, adapter)
  const mood = field('mood', 'string', { values: ['canary-glum', 'glad'] })
  const moods = table('moods', { fields: [mood], primaryKey: ['mood'] })
  await adapter.alter({ kind: 'create_table', table: moods }, { signal: new AbortController().signal })
  const all = await door.ask('api_docs/shop?refresh=true')
  expect(all.body).toHaveProperty('components.schemas.shop_moods.properties.mood.enum', [
    'canary-glum',
    'glad',
  ])
  for (const address of ['api_docs', 'api_docs/shop', 'api_docs/shop?format=yaml', 'api_docs?compact=true']) {
    const { status, body } = await door.ask(address, as(READER_KEY))
    expect(status).toBe(200)
    expect(JSON.stringify(body)).not.toMatch(/moods?|canary-glum/)
  }
})
