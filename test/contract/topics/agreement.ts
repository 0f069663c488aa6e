import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { openMemory } from '../../../adapters/database/memory/open.ts'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import type { Filter, Order, SelectQuery } from '../../../src/core/database/query.ts'
import type { Value } from '../../../src/core/database/value.ts'
import { toAppError } from '../../../src/core/errors.ts'
import {
  asc,
  calm,
  type Engine,
  equals,
  linesOf,
  requireRelations,
  rowsOf,
  type Scene,
  useScene,
} from '../scene.ts'
import { createWorld, WORLD } from '../world.ts'

/** Queries and writes nobody thought of, the same for each run: every engine answers what the reference engine answers. */
export function agreement(engine: Engine): void {
  const scene = useScene(engine)
  const differs = engine.differs ?? {}
  const reference = openMemory()
  beforeAll(async () => {
    await createWorld(reference, differs)
  })

  test('on 300 reads', async () => {
    await fc.assert(
      fc.asyncProperty(reads, async (read) => {
        const query = scene.query('customers', read)
        const expected = rowsOf(await reference.select(query, calm))
        expect(rowsOf(await scene.adapter.select(query, calm))).toEqual(expected)
        expect(rowsOf(await scene.adapter.select({ ...query, as: 'json' }, calm))).toEqual(expected)
        const written = await scene.adapter.select({ ...query, as: 'json', lines: query.limit }, calm)
        const { told, ofRows } = linesOf(written)
        expect([rowsOf(written), told]).toEqual([expected, ofRows])
      }),
      { numRuns: 300, seed: 42 },
    )
  })

  test('on 300 writes and what they leave', async ({ skip }) => {
    requireRelations(scene, skip)
    for (const sampled of fc.sample(writes, { numRuns: 300, seed: 42 })) {
      const write = differs.keepsNumbers ? withoutNumber(sampled) : sampled
      const expected = await outcome(reference, scene, write)
      expect([write, await outcome(scene.adapter, scene, write)]).toEqual([write, expected])
    }
    for (const { name, primaryKey } of WORLD) {
      const query = scene.query(name, { orderBy: primaryKey.map(asc) })
      const expected = rowsOf(await reference.select(query, calm))
      expect(rowsOf(await scene.adapter.select(query, calm))).toEqual(expected)
    }
  })
}

const text = fc.constantFrom(
  'London',
  'london',
  'Paris',
  '',
  'Ada Lovelace',
  '李小龍',
  "Pat O'Brien",
  '%',
  'z',
  '😀',
)
const piece = fc.string({
  unit: fc.constantFrom('a', 'A', 'o', 'é', 'É', '%', '_', "'", ' ', '🦊', '\\'),
  maxLength: 3,
})
const texts = fc.constantFrom('name', 'email', 'city')
const values: fc.Arbitrary<{ readonly field: string; readonly value: Exclude<Value, null> }> = fc.oneof(
  fc.record({ field: texts, value: text }),
  fc.record({ field: fc.constantFrom('id', 'score'), value: fc.integer({ min: -1, max: 31 }) }),
  fc.record({
    field: fc.constant('credit'),
    value: fc.constantFrom('9', '19.99', '-5.25', 0, 1000, '100.5'),
  }),
  fc.record({ field: fc.constant('is_active'), value: fc.boolean() }),
  fc.record({
    field: fc.constant('created_at'),
    value: fc.constantFrom('2024-01-03 08:00:00', '2024-01-09 00:00:00'),
  }),
)
const field = fc.constantFrom('id', 'name', 'email', 'city', 'credit', 'is_active', 'score', 'created_at')

const { filter: filters } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc
      .tuple(fc.constantFrom('=', '!=', '<', '<=', '>', '>='), values)
      .map(([op, value]): Filter => ({ op, ...value })),
    fc.record({ op: fc.constant('like'), field: texts, pattern: piece }),
    fc.record({ op: fc.constantFrom('contains', 'starts_with', 'ends_with'), field: texts, value: piece }),
    fc.record({ op: fc.constant('in'), field: texts, values: fc.array(text, { maxLength: 4 }) }),
    fc.record({
      op: fc.constant('in'),
      field: fc.constant('score'),
      values: fc.array(fc.constantFrom(10, 20, 31)),
    }),
    fc.record({ op: fc.constant('is_null'), field }),
    fc.record({ op: fc.constantFrom('and', 'or'), all: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ op: fc.constant('not'), filter: tie('filter') }),
  ),
}))

const orders: fc.Arbitrary<Order> = fc.record(
  { by: field, direction: fc.constantFrom('asc', 'desc'), nulls: fc.constantFrom('first', 'last') },
  { requiredKeys: ['by', 'direction'] },
)
const page = { limit: fc.integer({ min: 1, max: 7 }), offset: fc.integer({ min: 0, max: 4 }) }
const plain = fc
  .record({
    fields: fc.uniqueArray(field, { minLength: 1 }),
    where: filters,
    orderBy: fc.array(orders, { maxLength: 3 }),
    ...page,
  })
  .map((read) => ({ ...read, orderBy: [...read.orderBy, asc('id')] }))
const grouped = fc
  .record({
    groupBy: fc.uniqueArray(field, { maxLength: 2 }),
    where: filters,
    least: fc.integer({ min: 0, max: 3 }),
    ...page,
  })
  .map(({ least, groupBy, ...read }) => ({
    ...read,
    groupBy,
    fields: groupBy,
    orderBy: groupBy.map(asc),
    having: { op: '>=', field: 'n', value: least } as const,
    aggregates: [
      { function: 'COUNT', field: '*', alias: 'n' },
      { function: 'COUNT_DISTINCT', field: 'city', alias: 'cities' },
      { function: 'SUM', field: 'score', alias: 'score sum' },
      { function: 'SUM', field: 'credit', alias: 'credit sum' },
      { function: 'MIN', field: 'name', alias: 'least' },
      { function: 'MAX', field: 'email', alias: 'most' },
    ] as const,
  }))
const reads: fc.Arbitrary<Partial<SelectQuery>> = fc.oneof({ weight: 2, arbitrary: plain }, grouped)

type Write =
  | { readonly verb: 'insert'; readonly table: string; readonly row: { readonly [field: string]: Value } }
  | {
      readonly verb: 'update'
      readonly table: string
      readonly id: number
      readonly set: { readonly [field: string]: Value }
    }
  | { readonly verb: 'delete'; readonly table: string; readonly id: number }

const key = fc.integer({ min: 1, max: 9 })
const parent = fc.option(key)
const label = fc.constantFrom('urgent', 'gift', 'fragile', 'new', 'old')
const moment = fc.constant('2024-05-05 05:05:05')
const rows = fc.oneof(
  fc.record({
    table: fc.constant('customers'),
    row: fc.record({ id: key, name: text, email: fc.option(label), created_at: moment }),
  }),
  fc.record({
    table: fc.constant('orders'),
    row: fc.record({ id: key, customer_id: key, number: fc.integer({ min: 1, max: 3 }) }),
  }),
  fc.record({ table: fc.constant('categories'), row: fc.record({ id: key, name: text, parent_id: parent }) }),
  fc.record({ table: fc.constant('tags'), row: fc.record({ id: key, label }) }),
)
const writes: fc.Arbitrary<Write> = fc.oneof(
  { weight: 3, arbitrary: rows.map((each): Write => ({ verb: 'insert', ...each })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(rows, key)
      .map(([{ table, row }, id]): Write => ({ verb: 'update', table, id, set: row })),
  },
  fc.record({
    verb: fc.constant('delete'),
    table: fc.constantFrom('customers', 'orders', 'categories', 'tags'),
    id: key,
  }),
)

/** The same, for a database that changes no number that it gave. */
function withoutNumber(write: Write): Write {
  if (write.verb !== 'update') return write
  const { id: _id, ...set } = write.set
  return { ...write, set }
}

/** What came back, or the code of the refusal. */
async function outcome(adapter: DatabaseAdapter, scene: Scene, write: Write): Promise<unknown> {
  const table = scene.table(write.table)
  const returning = table.fields.map(({ name }) => name)
  try {
    if (write.verb === 'insert') return await adapter.insert({ table, rows: [write.row], returning }, calm)
    const where = equals('id', write.id)
    if (write.verb === 'delete') return await adapter.delete({ table, where, returning }, calm)
    return await adapter.update({ table, set: write.set, where, returning }, calm)
  } catch (error) {
    return toAppError(error).code
  }
}
