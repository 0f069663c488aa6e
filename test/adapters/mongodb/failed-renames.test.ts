import { expect, test } from 'vitest'
import { calm } from '../../contract/scene.ts'
import { useWire } from './wire-scene.ts'
import { type Command, cursorOf } from './wire-server.ts'

const wire = useWire()

const VALIDATOR = {
  $jsonSchema: { bsonType: 'object', required: ['name'], properties: { name: { bsonType: 'string' } } },
}
const INDEX = { v: 2, key: { name: -1 }, name: 'by_name', unique: true }

/** A collection `people` with a validator and an index; a command of the name that fits is refused or cut off once. */
async function refusing(name: string, how: 'cut' | Command, more: object = {}) {
  let isRefused = false
  const info = { name: 'people', type: 'collection', options: { validator: VALIDATOR, ...more } }
  const server = await wire.serve({
    answer: (_, asked) => {
      if (asked === name && !isRefused) {
        isRefused = true
        return how
      }
      if (asked === 'listCollections') return cursorOf([info])
      if (asked === 'listIndexes') return cursorOf([{ v: 2, key: { _id: 1 }, name: '_id_' }, INDEX])
      if (asked === 'find') return cursorOf([])
      return undefined
    },
  })
  const adapter = await wire.open(server.port)
  const refused = adapter.rename?.({ table: 'people', field: 'name', to: 'title' }, calm)
  await expect(refused).rejects.toMatchObject({ name: 'AppError' })
  const wanted = new Set(['collMod', 'dropIndexes', 'update', 'createIndexes', 'renameCollection'])
  return server.heard.filter((command) => wanted.has(Object.keys(command)[0] ?? ''))
}

const NEW_VALIDATOR = {
  validator: { $jsonSchema: { required: ['title'], properties: { title: { bsonType: 'string' } } } },
}
const OLD_AGAIN = [
  { createIndexes: 'people', indexes: [INDEX] },
  { collMod: 'people', validator: VALIDATOR },
]

test('an index that cannot be made: everything is as before', async () => {
  const clash = { ok: 0, code: 11000, errmsg: 'E11000 duplicate key error', codeName: 'DuplicateKey' }
  const commands = await refusing('createIndexes', clash)
  expect(commands).toMatchObject([
    { collMod: 'people', ...NEW_VALIDATOR },
    { dropIndexes: 'people', index: 'by_name' },
    { update: 'people', updates: [{ q: { name: { $exists: true } }, u: { $rename: { name: 'title' } } }] },
    { createIndexes: 'people', indexes: [{ key: { title: -1 }, name: 'title_-1', unique: true }] },
    { update: 'people', updates: [{ q: { title: { $exists: true } }, u: { $rename: { title: 'name' } } }] },
    ...OLD_AGAIN,
  ])
})

test('documents that cannot be written: those that were are written back', async () => {
  const failed = {
    ok: 0,
    code: 121,
    errmsg: 'Document failed validation',
    codeName: 'DocumentValidationFailure',
  }
  const commands = await refusing('update', failed)
  expect(commands.slice(3)).toMatchObject([
    { update: 'people', updates: [{ u: { $rename: { title: 'name' } } }] },
    ...OLD_AGAIN,
  ])
})

test.each([
  ['$expr', { $jsonSchema: {}, $expr: { $gt: ['$name', ''] } }],
  ['a query', { name: { $ne: '' } }],
  ['a word inside', { $jsonSchema: { anyOf: [{ required: ['name'] }] } }],
])('a validator that names the field by %s is left alone, and so is the field', async (_what, validator) => {
  expect(await refusing('none', 'cut', { validator })).toEqual([])
})
