import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import type { Order } from '../../../src/core/database/query.ts'
import type { Row } from '../../../src/core/database/value.ts'
import { afterRow } from '../../../src/operations/database/cursor.ts'
import { seekOrder } from '../../../src/operations/database/plan-after.ts'
import { type Engine, present, type Scene, useScene } from '../scene.ts'

/** Every row is found again by the values it was read with: pages behind the last row of the one before make up the whole list. */
export function places(engine: Engine): void {
  const scene = useScene(engine)
  beforeAll(async () => {
    await scene.insert('types', MANY)
  })

  const orders = (fields: readonly string[]) =>
    fc.uniqueArray(
      fc.record(
        {
          by: fc.constantFrom(...fields),
          direction: fc.constantFrom('asc', 'desc'),
          nulls: fc.constantFrom('first', 'last'),
        },
        { requiredKeys: ['by', 'direction'] },
      ),
      { minLength: 1, maxLength: 3, selector: ({ by }) => by },
    )

  test.each(TYPED)('by %s', async (by) => {
    for (const direction of ['asc', 'desc'] as const) {
      await expectPages(scene, 'types', [{ by, direction }], 4)
      await expectPages(scene, 'types', [{ by, direction, nulls: direction === 'asc' ? 'last' : 'first' }], 1)
    }
  })

  test('by any fields of rows of all types', async () => {
    await fc.assert(
      fc.asyncProperty(orders(TYPED), fc.integer({ min: 1, max: 30 }), (orderBy, size) =>
        expectPages(scene, 'types', orderBy, size),
      ),
      { numRuns: 40, seed: 42 },
    )
  })

  test('by any fields of customers', async () => {
    const fields = ['id', 'name', 'email', 'city', 'credit', 'is_active', 'score', 'created_at']
    await fc.assert(
      fc.asyncProperty(orders(fields), fc.integer({ min: 1, max: 4 }), (orderBy, size) =>
        expectPages(scene, 'customers', orderBy, size),
      ),
      { numRuns: 40, seed: 42 },
    )
  })
}

const TYPED = ['big', 'exact', 'approximate', 'flag', 'day', 'clock', 'moment', 'bytes', 'words', 'unique_id']

/** Values that ties, digits beyond a double, other alphabets and nulls make hard. */
const MANY = Array.from({ length: 24 }, (_, index) => ({
  big: [null, 9007199254740993n, 9007199254740992n, -9223372036854775808n, 0n][index % 5] ?? null,
  exact: [null, '0.1', '0.3', '123456789.12345', '-0.00001'][index % 5] ?? null,
  approximate: [null, 0.1, 0.1 + 0.2, 1 / 3, -1e300, 5e-324][index % 6] ?? null,
  flag: [null, true, false][index % 3] ?? null,
  day: [null, '2024-02-29', '1999-12-31'][index % 3] ?? null,
  clock: [null, '23:59:59', '00:00:00'][index % 3] ?? null,
  moment: [null, '2024-02-29 12:30:45', '2024-02-29 12:30:46'][index % 3] ?? null,
  bytes: [null, new Uint8Array([0, 255]), new Uint8Array([1]), new Uint8Array()][index % 4] ?? null,
  words: [null, '', 'a', 'A', 'á', 'ß', '😀', "it's", 'a '][index % 9] ?? null,
  unique_id:
    [null, '00000000-0000-4000-8000-000000000001', 'ffffffff-ffff-4fff-8fff-ffffffffffff'][index % 3] ?? null,
}))

async function expectPages(scene: Scene, name: string, asked: readonly Order[], size: number): Promise<void> {
  const table = scene.table(name)
  const orderBy = present(seekOrder(table, asked))
  const whole = await scene.read(name, { orderBy })
  const rows: Row[] = []
  for (let page = await scene.read(name, { orderBy, limit: size }); page.length > 0; ) {
    rows.push(...page)
    if (rows.length > whole.length) break
    const where = present(afterRow(present(page.at(-1)), table, orderBy))
    page = await scene.read(name, { orderBy, limit: size, where })
  }
  expect(rows).toEqual(whole)
}
