import { beforeAll, expect, test } from 'vitest'
import type { Row } from '../../../src/core/database/value.ts'
import { asc, calm, desc, type Engine, present, rowsOf, useScene } from '../scene.ts'

const ROWS = 5_000

export function streams(engine: Engine): void {
  const scene = useScene(engine)
  beforeAll(async () => {
    await scene.insert(
      'types',
      Array.from({ length: ROWS }, (_, index) => ({
        big: BigInt(index % 10),
        exact: index % 3 === 0 ? null : '1.5',
        words: 'é'.repeat(index % 50),
        document: { json: { index } },
      })),
    )
  })

  const streamed = (options: Parameters<typeof scene.query>[1], signal = calm.signal) => {
    const { as: _, ...query } = scene.query('types', options)
    return present(scene.adapter.stream?.(query, { signal }))
  }

  test('gives the rows of a select in its order, in parts', async () => {
    const query = {
      limit: ROWS,
      orderBy: [desc('big'), asc('id')],
      where: { op: '>', field: 'big', value: 2 },
    } as const
    const parts: (readonly Row[])[] = []
    for await (const part of streamed(query)) parts.push(part)
    expect(parts.length).toBeGreaterThan(1)
    expect(parts.flat()).toEqual(rowsOf(await scene.adapter.select(scene.query('types', query), calm)))
  })

  test('keeps to limit and offset, and to groups', async () => {
    const query = { fields: ['id'], orderBy: [asc('id')], offset: 10, limit: 3 }
    expect(await all(streamed(query))).toEqual(await scene.read('types', query))
    const count = { function: 'COUNT', field: '*', alias: 'n' } as const
    const groups = { groupBy: ['big'], aggregates: [count], orderBy: [asc('big')] }
    expect(await all(streamed(groups))).toEqual(await scene.read('types', groups))
  })

  test('gives nothing when there is nothing', async () => {
    expect(await all(streamed({ where: { op: '=', field: 'id', value: -1 } }))).toEqual([])
  })

  test('shows one moment, whatever is written meanwhile', async () => {
    const seen: Row[] = []
    for await (const part of streamed({ fields: ['id'], limit: ROWS * 2, orderBy: [asc('id')] })) {
      if (seen.length === 0) await scene.insert('types', [{ words: 'late' }])
      seen.push(...part)
    }
    expect(seen).toHaveLength(ROWS)
  })

  test('lets go of its connection when it is left early, time and again', async () => {
    for (let round = 0; round < 30; round++) {
      for await (const part of streamed({ limit: ROWS })) if (part.length > 0) break
    }
    expect(await scene.read('types', { limit: 1 })).toHaveLength(1)
  })

  test('ends when it is aborted', async () => {
    const aborter = new AbortController()
    const reading = (async () => {
      for await (const part of streamed({ limit: ROWS }, aborter.signal)) if (part.length > 0) aborter.abort()
    })()
    await expect(reading).rejects.toMatchObject({ code: 'timeout' })
  })
}

async function all(parts: AsyncIterable<readonly Row[]>): Promise<readonly Row[]> {
  const rows: Row[] = []
  for await (const part of parts) rows.push(...part)
  return rows
}
