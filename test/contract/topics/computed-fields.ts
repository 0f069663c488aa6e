import { beforeAll, describe, expect, test } from 'vitest'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import { NO_EXTRAS, NO_TABLE_EXTRAS, type TableExtras } from '../../../src/core/database/extras.ts'
import type { Filter } from '../../../src/core/database/query.ts'
import type { Table } from '../../../src/core/database/schema.ts'
import type { Value } from '../../../src/core/database/value.ts'
import { asc, calm, desc, type Engine, equals, present, rowsOf, useScene } from '../scene.ts'
import { field, id, table } from '../world.ts'

const THINGS = table('named_things', {
  fields: [
    id(),
    field('first name', 'string', { length: 40 }),
    field('last', 'string', { length: 40, allowNull: true }),
    field('amount', 'integer', { allowNull: true }),
    field('price', 'decimal', { precision: 10, scale: 2, allowNull: true }),
    field('day', 'date', { allowNull: true }),
  ],
  primaryKey: ['id'],
  uniqueKeys: [['first name']],
})

/** A text that would end a literal, were it not written as one. */
const EVIL = `a'b\\'c"d; drop table named_things; --`

const EXTRAS: TableExtras = {
  ...NO_TABLE_EXTRAS,
  fields: {
    id: { alias: 'number' },
    'first name': { alias: 'given' },
    last: {
      functions: [
        { uses: ['SELECT'], text: 'UPPER({value})' },
        { uses: ['FILTER'], text: 'LOWER({value})' },
        { uses: ['INSERT'], text: `CONCAT({value}, '!')` },
        { uses: ['UPDATE'], text: `REPLACE({value}, 'x', 'y')` },
      ],
    },
    whole: {
      virtual: { type: 'string' },
      functions: [{ uses: ['SELECT'], text: `CONCAT("first name", ' ', last)` }],
    },
    twice: { virtual: { type: 'integer' }, functions: [{ uses: ['SELECT'], text: '(amount + 1) * 2' }] },
    year: { virtual: { type: 'integer' }, functions: [{ uses: ['SELECT'], text: 'YEAR(day)' }] },
    evil: {
      virtual: { type: 'string' },
      functions: [{ uses: ['SELECT'], text: `'${EVIL.replaceAll("'", "''")}'` }],
    },
    round: { virtual: { type: 'decimal' }, functions: [{ uses: ['SELECT'], text: 'ROUND(price, 1)' }] },
    short: {
      virtual: { type: 'string' },
      functions: [
        {
          uses: ['SELECT'],
          text: `SUBSTR(TRIM("first name"), 1, 2) || LENGTH(last) || COALESCE(NULLIF(last, 'Lee'), '-')`,
        },
      ],
    },
  },
}

/** Fields with other names than their columns, and fields that are computed. */
export function computedFields(engine: Engine): void {
  const scene = useScene(engine)
  let things: Table
  beforeAll(async () => {
    await scene.adapter.alter({ kind: 'create_table', table: THINGS }, calm)
    const tables = new Map([[THINGS.name, EXTRAS]])
    const schema = buildSchema(await scene.adapter.readSchema(calm), {
      extras: { ...NO_EXTRAS, version: '1', tables },
      serviceName: () => undefined,
    })
    things = present(schema.tableByName.get(THINGS.name))
    await insert([
      { given: 'Ann', last: 'Lee', amount: 4, price: 12.34, day: '2024-02-29' },
      { given: ' Bob ', last: 'Day', amount: 1, price: 5, day: '1999-12-31' },
    ])
  })

  const insert = (rows: readonly Readonly<Record<string, Value>>[], returning: readonly string[] = []) =>
    scene.adapter.insert({ table: things, rows, returning }, calm)
  async function read(fields: readonly string[], where?: Filter) {
    const query = { table: things, fields, limit: 100, as: 'rows', orderBy: [asc('number')] } as const
    return rowsOf(await scene.adapter.select(where ? { ...query, where } : query, calm))
  }

  test('an alias is the name of its field in rows', async () => {
    expect(await read(['number', 'given'])).toEqual([
      { number: 1, given: 'Ann' },
      { number: 2, given: ' Bob ' },
    ])
  })

  test('and as JSON text', async () => {
    const query = {
      table: things,
      fields: ['given', 'whole'],
      limit: 1,
      as: 'json',
      orderBy: [desc('given')],
    } as const
    expect(rowsOf(await scene.adapter.select(query, calm))).toEqual([{ given: 'Ann', whole: 'Ann Lee!' }])
  })

  test('in filters, and in what a write gives back', async () => {
    expect(await read(['number'], equals('given', 'Ann'))).toEqual([{ number: 1 }])
    const { rows } = await insert([{ given: 'Cid', last: 'Ray' }], ['number', 'given', 'whole'])
    expect(rows).toEqual([{ number: 3, given: 'Cid', whole: 'Cid Ray!' }])
    const set = { given: 'Cyd', last: 'xx' }
    const where = equals('number', 3)
    const updated = await scene.adapter.update(
      { table: things, set, where, returning: ['given', 'last'] },
      calm,
    )
    expect(updated.rows).toEqual([{ given: 'Cyd', last: 'YY' }])
    const deleted = await scene.adapter.delete({ table: things, where, returning: ['number', 'given'] }, calm)
    expect(deleted.rows).toEqual([{ number: 3, given: 'Cyd' }])
  })

  test('in aggregates and groups', async () => {
    const aggregates = [{ function: 'MAX', field: 'given', alias: 'most' }] as const
    const query = {
      table: things,
      fields: ['year'],
      groupBy: ['year'],
      aggregates,
      limit: 10,
      as: 'rows',
    } as const
    const rows = rowsOf(await scene.adapter.select({ ...query, orderBy: [asc('year')] }, calm))
    expect(rows).toEqual([
      { year: 1999, most: ' Bob ' },
      { year: 2024, most: 'Ann' },
    ])
  })

  test('in errors', async () => {
    await expect(insert([{ given: 'Ann' }])).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/given|these values|the same first name/),
    })
  })

  test('an upsert knows its key by the alias', async () => {
    const rows = [{ number: 1, given: 'Ann', last: 'Lee', amount: 4, price: 12.34, day: '2024-02-29' }]
    await scene.adapter.insert({ table: things, rows, onConflict: ['number'], returning: [] }, calm)
    expect(await read(['given'], equals('number', 1))).toEqual([{ given: 'Ann' }])
  })

  describe('functions', () => {
    test('compute what is read', async () => {
      expect(await read(['last', 'whole', 'twice', 'year', 'evil', 'round'], equals('number', 1))).toEqual([
        { last: 'LEE!', whole: 'Ann Lee!', twice: 10, year: 2024, evil: EVIL, round: 12.3 },
      ])
    })

    test('cut, measure and choose', async () => {
      expect(await read(['short'], equals('number', 2))).toEqual([{ short: 'Bo4Day!' }])
    })

    test('change what is compared, and what is stored', async () => {
      expect(await read(['number'], equals('last', 'lee!'))).toEqual([{ number: 1 }])
      expect(await read(['number'], equals('last', 'Lee!'))).toEqual([])
    })

    test('of virtual fields are compared and ordered by', async () => {
      expect(await read(['number'], equals('whole', 'Ann Lee!'))).toEqual([{ number: 1 }])
      const query = {
        table: things,
        fields: ['number'],
        limit: 9,
        as: 'rows',
        orderBy: [asc('twice')],
      } as const
      expect(rowsOf(await scene.adapter.select(query, calm))).toEqual([{ number: 2 }, { number: 1 }])
    })

    test('hold for many rows at once', async () => {
      const rows = Array.from({ length: 30 }, (_, at) => ({ given: `many ${at}`, last: 'm' }))
      const written = await insert(rows, ['given', 'last'])
      expect(written.rows).toEqual(rows.map(({ given }) => ({ given, last: 'M!' })))
    })
  })
}
