import { beforeAll, expect, test } from 'vitest'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import type { Value } from '../../../src/core/database/value.ts'
import { toJsonText } from '../../../src/core/exact-json.ts'
import { fromJsonText } from '../../../src/core/from-json-text.ts'
import { type ListRecordsInput, listRecords } from '../../../src/operations/database/list-records.ts'
import { serviceOn } from '../../helpers/shop.ts'
import { calm, type Engine, present, useScene } from '../scene.ts'
import { definitionIn, field, id, reference, rowIn, table } from '../world.ts'

const BIG = 9_007_199_254_740_993n

const TABLES = [
  table('boxes', {
    fields: [
      field('place', 'string', { length: 60 }),
      field('number', 'bigint'),
      field('Ünïcode "key"', 'string', { length: 40, allowNull: true }),
    ],
    primaryKey: ['place', 'number'],
  }),
  table('things', {
    fields: [
      field('words', 'text', { allowNull: true }),
      id(),
      field('document', 'json', { allowNull: true }),
      field('place', 'string', { length: 60, allowNull: true }),
      field('number', 'bigint', { allowNull: true }),
      field('exact', 'decimal', { precision: 20, scale: 5, allowNull: true }),
      field('approximate', 'double', { allowNull: true }),
      field('flag', 'boolean', { allowNull: true }),
      field('day', 'date', { allowNull: true }),
      field('moment', 'timestamp', { allowNull: true }),
      field('bytes', 'binary', { allowNull: true }),
    ],
    primaryKey: ['id'],
    foreignKeys: [reference(['place', 'number'], 'boxes', ['place', 'number'])],
  }),
  table('lids', {
    fields: [field('place', 'string', { length: 60 }), field('number', 'bigint'), field('size', 'integer')],
    primaryKey: ['place', 'number'],
    foreignKeys: [reference(['place', 'number'], 'boxes', ['place', 'number'])],
  }),
  table('marks', { fields: [field('code', 'string', { length: 40 })], primaryKey: ['code'] }),
  table('thing_marks', {
    fields: [field('thing_id', 'integer'), field('code', 'string', { length: 40 })],
    primaryKey: ['thing_id', 'code'],
    foreignKeys: [reference(['thing_id'], 'things', ['id']), reference(['code'], 'marks', ['code'])],
  }),
]

/** What ends a row, or begins one, when it stands outside of quotes. */
const TRICKY = `},{"words":1,"id":2},{"place":"\\"},{`
const PLACES = ['shelf "A"', 'Regal ü 😀', 'back\\slash', TRICKY]
const boxes = PLACES.map((place, at) => ({ place, number: BIG + BigInt(at), 'Ünïcode "key"': TRICKY }))
const documents = [
  {
    json: [
      { words: null, id: 1 },
      { words: 'x', id: 2 },
    ],
  },
  { json: { words: 1, list: [[{ place: TRICKY }]], deep: { id: 12345678901234567890n.toString() } } },
  { json: [] },
  null,
]
const things = Array.from({ length: 12 }, (_, at): Readonly<Record<string, Value>> => {
  const box = at % 5 === 4 ? undefined : boxes[at % 3]
  return {
    words: [TRICKY, null, '', 'Zwölf Boxkämpfer 🥊', 'line\nfeed\ttab'][at % 5] ?? null,
    document: documents[at % 4] ?? null,
    place: box?.place ?? null,
    number: box?.number ?? null,
    exact: ['12345.67891', '0.5', null, '-3'][at % 4] ?? null,
    approximate: [0.1, null, 1e21, -2.5][at % 4] ?? null,
    flag: [true, false, null][at % 3] ?? null,
    day: at % 2 ? '2024-02-29' : null,
    moment: at % 3 ? '2024-02-29 12:30:45' : null,
    bytes: at % 2 ? new Uint8Array([0, 34, 92, 255]) : null,
  }
})

const THING = ['place', 'number', 'id']
const CASES: readonly (readonly [string, Omit<ListRecordsInput, 'table_name'>])[] = [
  ['things', { related: ['boxes_by_place_number', 'marks_by_thing_marks'] }],
  ['things', { related: ['*'] }],
  ['things', { fields: ['document'], related: ['boxes_by_place_number'] }],
  [
    'things',
    { fields: ['flag', 'number', 'bytes'], related: ['boxes_by_place_number.lids_by_place_number'] },
  ],
  ['boxes', { related: ['things_by_place_number', 'lids_by_place_number'] }],
  [
    'boxes',
    { related: ['things_by_place_number'], related_options: { things_by_place_number: { limit: 2 } } },
  ],
  [
    'boxes',
    {
      related: ['things_by_place_number'],
      related_options: {
        things_by_place_number: { limit: 1, offset: 1, order: 'words desc', fields: ['day'] },
      },
    },
  ],
  [
    'boxes',
    {
      related: ['things_by_place_number.marks_by_thing_marks.thing_marks_by_code', 'lids_by_place_number'],
      related_options: {
        things_by_place_number: { fields: ['words', 'exact'], order: 'id desc' },
        'things_by_place_number.marks_by_thing_marks': { order: 'code desc' },
      },
    },
  ],
  [
    'boxes',
    {
      related: ['things_by_place_number'],
      related_options: {
        things_by_place_number: { fields: ['COUNT(*)', 'MAX(id)', 'flag'], group: ['flag'] },
      },
    },
  ],
  ['marks', { related: ['things_by_thing_marks', 'thing_marks_by_code'], order: 'code desc' }],
  ['lids', { related: ['boxes_by_place_number.things_by_place_number'], filter: 'size > 1' }],
  ['things', { fields: THING, order: 'id', limit: 5, offset: 3, related: ['boxes_by_place_number'] }],
  ['things', { filter: 'id < 0', related: ['boxes_by_place_number'] }],
  ['things', { group: ['place', 'number'], fields: THING.slice(0, 2), related: ['boxes_by_place_number'] }],
]

/** Related records that are put together as the text an engine wrote are those that are put together as rows. */
export function relatedTexts(engine: Engine): void {
  const scene = useScene(engine)
  const differs = engine.differs ?? {}
  beforeAll(async () => {
    for (const definition of TABLES)
      await scene.adapter.alter({ kind: 'create_table', table: definitionIn(differs, definition) }, calm)
    const { tableByName } = buildSchema(await scene.adapter.readSchema(calm))
    const insert = (name: string, rows: readonly Readonly<Record<string, Value>>[]) =>
      scene.adapter.insert({ table: present(tableByName.get(name)), rows, returning: [] }, calm)
    await insert(
      'boxes',
      boxes.map((box) => rowIn<Value>(differs, box)),
    )
    await insert('things', things)
    await insert(
      'lids',
      boxes.slice(1).map(({ place, number }, size) => ({ place, number, size })),
    )
    await insert(
      'marks',
      PLACES.map((place) => ({ code: place.slice(0, 40) })),
    )
    const links = [1, 2, 3, 5, 8].flatMap((thing_id) =>
      PLACES.slice(0, 1 + (thing_id % 4)).map((place) => ({ thing_id, code: place.slice(0, 40) })),
    )
    await insert('thing_marks', links)
  })

  test.each(CASES)('of %s: %j', async (name, input) => {
    const { run } = serviceOn(scene.adapter)
    const asked = { table_name: name, include_count: true, ...input }
    const asRows = await run(listRecords, { ...asked, as: 'rows' })
    const asText = await run(listRecords, { ...asked, as: 'json' })
    expect(toJsonText(fromJsonText(present(asText.json)))).toBe(toJsonText(asRows.rows))
    expect(asText).toMatchObject({ returned: asRows.returned, total: asRows.total })
    const { bytes, json, ...page } = await run(listRecords, { ...asked, as: 'bytes' })
    expect({ json: bytes ? Buffer.concat(bytes).toString('utf8') : json, ...page }).toEqual(asText)
  })
}
