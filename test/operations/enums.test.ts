import { expect, test } from 'vitest'
import { openMemory } from '../../adapters/database/memory/open.ts'
import { createRecords } from '../../src/operations/database/create-records.ts'
import { getDataModel } from '../../src/operations/database/get-data-model.ts'
import { listFields } from '../../src/operations/database/list-fields.ts'
import { field, id, table } from '../contract/world.ts'
import { openShop } from '../helpers/shop.ts'

const many = Array.from({ length: 15 }, (_, index) => `v${index}`)
const MOODS = table('moods', {
  fields: [
    id(),
    field('mood', 'string', { allowNull: true, dbType: 'mood', values: ['sad', 'ok', 'Happy'] }),
    field('colors', 'string', { allowNull: true, dbType: "set('red','blue')", values: ['red', 'blue'] }),
    field('code', 'string', { allowNull: true, dbType: 'code', values: many }),
  ],
  primaryKey: ['id'],
})

async function openMoods() {
  const memory = openMemory()
  await memory.alter({ kind: 'create_table', table: MOODS }, { signal: new AbortController().signal })
  return openShop(memory)
}

test('the values of an enum are told', async () => {
  const { run } = await openMoods()
  const { fields } = await run(listFields, { table_name: 'moods', field_name: 'mood' })
  expect(fields[0]?.picklist).toEqual(['sad', 'ok', 'Happy'])
  const { tables } = await run(getDataModel, { tables: ['moods'], detail: 'full' })
  expect(tables[0]?.columns?.map(({ values }) => values)).toEqual([
    undefined,
    'sad|ok|Happy',
    'red|blue',
    `${many.slice(0, 12).join('|')}|…`,
  ])
  const short = await run(getDataModel, { tables: ['moods'] })
  expect(JSON.stringify(short)).toContain('sad|ok|Happy')
  expect(JSON.stringify(short)).not.toContain('v0')
})

test('another value is refused with those it may have', async () => {
  const { run } = await openMoods()
  const create = (record: object) => run(createRecords, { table_name: 'moods', records: [record] })
  await expect(create({ mood: 'angry' })).rejects.toMatchObject({
    context: { resource: [{ message: "Field 'mood' must be one of sad, ok, Happy.", status_code: 400 }] },
  })
  await expect(create({ mood: 'happy', colors: 'red,blue', code: null })).resolves.toMatchObject({
    affected: 1,
  })
})
