import { Decimal128, ObjectId } from 'mongodb'
import { describe, expect, test } from 'vitest'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import { calm, present } from '../../contract/scene.ts'
import { useWire } from './wire-scene.ts'
import { type Command, cursorOf, failure } from './wire-server.ts'

const wire = useWire()

/** https://www.mongodb.com/docs/manual/core/schema-validation/specify-json-schema/: the collection `students`, with a field of documents. */
const VALIDATOR = {
  $jsonSchema: {
    bsonType: 'object',
    title: 'Student Object Validation',
    required: ['address', 'major', 'name', 'year'],
    properties: {
      name: { bsonType: 'string', description: "'name' must be a string and is required" },
      year: { bsonType: 'int', minimum: 2017, maximum: 3017 },
      gpa: { bsonType: ['double'] },
      major: { enum: ['Math', 'English', null] },
      address: {
        bsonType: 'object',
        required: ['city'],
        properties: { city: { bsonType: 'string', maxLength: 40 }, zip: { bsonType: ['string', 'null'] } },
      },
    },
  },
}

/** https://www.mongodb.com/docs/manual/reference/command/listCollections/#output */
const LISTED = [
  {
    name: 'students',
    type: 'collection',
    options: { validator: VALIDATOR, validationLevel: 'strict' },
    info: { readOnly: false },
    idIndex: { v: 2, key: { _id: 1 }, name: '_id_' },
  },
  {
    name: 'seniors',
    type: 'view',
    options: { viewOn: 'students', pipeline: [{ $match: { year: { $lt: 2019 } } }] },
    info: { readOnly: true },
  },
  { name: 'system.views', type: 'collection', options: {}, info: { readOnly: false } },
  {
    name: 'metrics',
    type: 'timeseries',
    options: { timeseries: { timeField: 'at' } },
    info: { readOnly: false },
  },
]

/** https://www.mongodb.com/docs/manual/reference/command/listIndexes/#output */
const INDEXES = [
  { v: 2, key: { _id: 1 }, name: '_id_' },
  { v: 2, key: { name: 1, year: -1 }, name: 'name_1_year_-1', unique: true },
  { v: 2, key: { gpa: 1 }, name: 'gpa_1' },
  { v: 2, key: { 'address.city': 1 }, name: 'address.city_1' },
  { v: 2, key: { _fts: 'text', _ftsx: 1 }, name: 'name_text', weights: { name: 1 } },
  { v: 2, key: { '$**': 1 }, name: '$**_1' },
]

const STUDENT = {
  _id: new ObjectId(),
  name: 'Ada',
  year: 2018,
  major: 'Math',
  address: { city: 'London', zip: null, street: 'High St' },
  nickname: 'countess',
  fees: Decimal128.fromString('12.50'),
}

function answer(command: Command, name: string): Command | undefined {
  if (name === 'listCollections') return cursorOf(LISTED)
  if (name === 'listIndexes') return cursorOf(INDEXES)
  if (name === 'count') return { n: 1, ok: 1 }
  if (name === 'find') return cursorOf(command.find === 'metrics' ? [] : [STUDENT])
  if (name === 'insert' && command.insert === 'seniors') return failure(166, 'CommandNotSupportedOnView')
  return undefined
}

async function opened() {
  const server = await wire.serve({ answer })
  const adapter = await wire.open(server.port)
  return { adapter, server, schema: buildSchema(await adapter.readSchema(calm)) }
}

describe('the catalogue of a database', () => {
  test('a validator says what a field is, documents what else there is, and indexes which are unique', async () => {
    const { schema } = await opened()
    const students = present(schema.tableByName.get('students'))
    const field = (name: string) => students.fields.find((one) => one.name === name)
    expect(students).toMatchObject({ isView: false, primaryKey: ['_id'], takesNewFields: true })
    expect(field('name')).toMatchObject({
      type: 'string',
      allowNull: false,
      description: "'name' must be a string and is required",
    })
    expect(field('year')).toMatchObject({ type: 'integer', dbType: 'int', allowNull: false })
    expect(field('gpa')).toMatchObject({ dbType: 'double', allowNull: true })
    expect(field('major')).toMatchObject({ values: ['Math', 'English'] })
    expect(field('address.city')).toMatchObject({ dbType: 'string', length: 40, isNested: true })
    expect(field('address.street')).toMatchObject({ dbType: 'string', isNested: true })
    expect(field('nickname')).toMatchObject({ dbType: 'string', types: [{ type: 'string', share: 1 }] })
    expect(field('fees')).toMatchObject({ type: 'decimal' })
    expect(students.uniqueKeys).toEqual([['name', 'year']])
    expect(students.indexedFields).toEqual(['gpa', 'address.city'])
  })

  test('a view is a table that is only read, and nothing of the server is listed', async () => {
    const { schema, server } = await opened()
    expect(schema.tables.map(({ name }) => name).toSorted()).toEqual(['metrics', 'seniors', 'students'])
    const seniors = present(schema.tableByName.get('seniors'))
    expect(seniors).toMatchObject({ isView: true })
    expect(seniors.takesNewFields).toBeUndefined()
    const asked = server.heard.filter((command) => 'listIndexes' in command || 'count' in command)
    expect(JSON.stringify(asked)).not.toContain('seniors')
  })

  test('writing to a view is refused with a sentence', async () => {
    const { schema, adapter } = await opened()
    const table = present(schema.tableByName.get('seniors'))
    const rows = [{ name: 'Ada', year: 2018, major: 'Math', address: { json: {} } }]
    const refused = adapter.insert({ table, rows, returning: [] }, calm)
    await expect(refused).rejects.toMatchObject({ code: 'bad_request', message: 'A view cannot be written.' })
  })

  test('the sample of a collection is bounded, whatever its size', async () => {
    const { server } = await opened()
    const samples = server.heard.filter(({ find }) => find === 'students')
    expect(samples).toHaveLength(1)
    expect(samples[0]).toMatchObject({ limit: 50, sort: { _id: 1 }, maxTimeMS: 20_000 })
  })
})
