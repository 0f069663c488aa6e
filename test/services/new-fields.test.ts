import { expect, test } from 'vitest'
import { openMemory } from '../../adapters/database/memory/open.ts'
import { buildSchema } from '../../src/core/database/build-schema.ts'
import { noticingNewFields } from '../../src/services/new-fields.ts'
import { calm, present } from '../contract/scene.ts'
import { field, id, table } from '../contract/world.ts'

const notes = table('notes', {
  fields: [id(), field('words', 'string', { allowNull: true })],
  primaryKey: ['id'],
})
const tableThat = (more: object) => present(buildSchema([{ ...notes, ...more }]).tables[0])
const OPEN = tableThat({ takesNewFields: true })

/** What the database holds is more than what the schema knows. */
const HELD = {
  ...notes,
  fields: [...notes.fields, ...['tone', 'pitch'].map((name) => field(name, 'string', { allowNull: true }))],
}

function noticed() {
  let times = 0
  const adapter = noticingNewFields(openMemory([HELD]), () => {
    times++
  })
  const insert = (row: object, into = OPEN, records: Pick<typeof adapter, 'insert'> = adapter) =>
    records.insert({ table: into, rows: [{ ...row }], returning: [] }, calm)
  return { adapter, insert, times: () => times }
}

test('a name is told of once', async () => {
  const { insert, times } = noticed()
  await insert({ words: 'a' })
  expect(times()).toBe(0)
  await insert({ words: 'b', tone: 'low' })
  await insert({ words: 'c', tone: 'low' })
  expect(times()).toBe(1)
})

test('a table that takes no new fields has none', async () => {
  const { insert, times } = noticed()
  await insert({ words: 'b', tone: 'low' }, tableThat({}))
  expect(times()).toBe(0)
})

test('what a transaction makes is told of when it is kept, and not when it is undone', async () => {
  const { adapter, insert, times } = noticed()
  const undone = adapter.transaction(async (records) => {
    await insert({ tone: 'low' }, OPEN, records)
    throw new Error('no')
  }, calm)
  await expect(undone).rejects.toThrow('no')
  expect(times()).toBe(0)
  await adapter.transaction((records) => insert({ pitch: 'high' }, OPEN, records), calm)
  expect(times()).toBe(1)
})
