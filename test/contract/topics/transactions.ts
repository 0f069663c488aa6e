import { expect, test } from 'vitest'
import type { Records } from '../../../src/core/database/adapter.ts'
import { calm, type Engine, equals, useScene } from '../scene.ts'

export function transactions(engine: Engine): void {
  const scene = useScene(engine)
  const body = (text: string) => equals('body', text)
  const write = (records: Records, ...texts: string[]) =>
    records.insert(
      { table: scene.table('texts'), rows: texts.map((text) => ({ body: text })), returning: ['id'] },
      calm,
    )

  test('keeps everything when the work is done, and gives what the work gives', async () => {
    const result = await scene.adapter.transaction(async (records) => {
      await write(records, 'kept 1')
      await write(records, 'kept 2')
      return { done: true }
    }, calm)
    expect(result).toEqual({ done: true })
    expect(await scene.count('texts', { op: 'starts_with', field: 'body', value: 'kept' })).toBe(2)
  })

  test('sees its own writes', async () => {
    const seen = await scene.adapter.transaction(async (records) => {
      await write(records, 'mine')
      await records.update(
        { table: scene.table('texts'), set: { body: 'mine 2' }, where: body('mine'), returning: [] },
        calm,
      )
      return [
        await scene.count('texts', body('mine'), records),
        await scene.count('texts', body('mine 2'), records),
      ]
    }, calm)
    expect(seen).toEqual([0, 1])
  })

  test('undoes everything when the work throws, and passes the error on as it is', async () => {
    const failure = new Error('changed my mind')
    const before = await scene.read('customers')
    const work = scene.adapter.transaction(async (records) => {
      await write(records, 'undone')
      await records.update(
        { table: scene.table('customers'), set: { score: 0 }, where: { op: 'and', all: [] }, returning: [] },
        calm,
      )
      await records.delete({ table: scene.table('orders'), returning: [] }, calm)
      throw failure
    }, calm)
    await expect(work).rejects.toBe(failure)
    expect(await scene.count('texts', body('undone'))).toBe(0)
    expect(await scene.read('customers')).toEqual(before)
    expect([await scene.count('orders'), await scene.count('order_items')]).toEqual([8, 5])
  })

  test('undoes everything when a statement is refused', async () => {
    const work = scene.adapter.transaction(async (records) => {
      await write(records, 'before the clash')
      await scene.insert('tags', [{ label: 'urgent' }], records)
    }, calm)
    await expect(work).rejects.toMatchObject({ code: 'conflict' })
    expect(await scene.count('texts', body('before the clash'))).toBe(0)
  })

  test('hides its writes from others until it is done, and lets them read', async () => {
    const seen = await scene.adapter.transaction(async (records) => {
      await write(records, 'hidden')
      return scene.count('texts', body('hidden'))
    }, calm)
    expect(seen).toBe(0)
    expect(await scene.count('texts', body('hidden'))).toBe(1)
  })

  test('runs after one that failed', async () => {
    await expect(scene.adapter.transaction(() => Promise.reject(new Error('no')), calm)).rejects.toThrow('no')
    await scene.adapter.transaction((records) => write(records, 'after failure'), calm)
    expect(await scene.count('texts', body('after failure'))).toBe(1)
  })

  test('several in sequence see what the ones before them wrote', async () => {
    const add = () =>
      scene.adapter.transaction(async (records) => {
        const n = Number(
          await scene.count('texts', { op: 'starts_with', field: 'body', value: 'step ' }, records),
        )
        await write(records, `step ${n + 1}`)
        return n
      }, calm)
    expect([await add(), await add(), await add()]).toEqual([0, 1, 2])
  })

  test('many at once all come through', async () => {
    const works = Array.from({ length: 20 }, (_, n) =>
      scene.adapter.transaction(async (records) => {
        await write(records, `parallel ${n}`, `parallel ${n}`)
        return scene.count('texts', body(`parallel ${n}`), records)
      }, calm),
    )
    expect(new Set(await Promise.all(works))).toEqual(new Set([2]))
    expect(await scene.count('texts', { op: 'starts_with', field: 'body', value: 'parallel' })).toBe(40)
  })

  test('an empty one is nothing', async () => {
    await expect(scene.adapter.transaction(async () => 'nothing', calm)).resolves.toBe('nothing')
  })

  test('gives its rows to nobody after it has ended', async () => {
    const kept = await scene.adapter.transaction(async (records) => ({ records }), calm)
    await expect(write(kept.records, 'too late')).rejects.toMatchObject({ name: 'AppError' })
    expect(await scene.count('texts', body('too late'))).toBe(0)
  })

  test('a statement that is refused alone changes nothing, without a transaction around it', async () => {
    const query = {
      table: scene.table('tags'),
      set: { label: 'all the same' },
      where: { op: 'and', all: [] },
      returning: [],
    } as const
    await expect(scene.adapter.update(query, calm)).rejects.toMatchObject({ code: 'conflict' })
    expect(await scene.count('tags', equals('label', 'all the same'))).toBe(0)
  })
}
