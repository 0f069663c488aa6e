import { expect, test } from 'vitest'
import type { Records } from '../../../src/core/database/adapter.ts'
import { calm, type Engine, equals, useScene } from '../scene.ts'

const cancelled = { name: 'AppError', code: 'timeout' }

export function cancellation(engine: Engine): void {
  const scene = useScene(engine)
  const insert = (records: Records, body: string, signal: AbortSignal) =>
    records.insert({ table: scene.table('texts'), rows: [{ body }], returning: [] }, { signal })
  const rename = (records: Records, label: string, signal: AbortSignal) => {
    const where = equals('id', 1)
    return records.update({ table: scene.table('tags'), set: { label }, where, returning: [] }, { signal })
  }

  test('a call that is cancelled before it starts does nothing', async () => {
    const signal = AbortSignal.abort()
    const drop = { kind: 'drop_table', table: 'tags' } as const
    await expect(scene.adapter.select(scene.query('customers'), { signal })).rejects.toMatchObject(cancelled)
    await expect(insert(scene.adapter, 'never', signal)).rejects.toMatchObject(cancelled)
    await expect(scene.adapter.readSchema({ signal })).rejects.toMatchObject(cancelled)
    await expect(scene.adapter.ping({ signal })).rejects.toMatchObject(cancelled)
    await expect(scene.adapter.alter(drop, { signal })).rejects.toMatchObject(cancelled)
    expect(await scene.count('texts', equals('body', 'never'))).toBe(0)
    expect(await scene.count('tags')).toBe(3)
  })

  test('the work of a transaction that is cancelled before it starts is not called', async () => {
    const calls: string[] = []
    const work = scene.adapter.transaction(async () => calls.push('called'), { signal: AbortSignal.abort() })
    await expect(work).rejects.toMatchObject(cancelled)
    expect(calls).toEqual([])
  })

  test('a read that is cancelled while it runs answers timeout', async () => {
    const controller = new AbortController()
    const reading = scene.adapter.select(scene.query('customers'), { signal: controller.signal })
    controller.abort()
    await expect(reading).rejects.toMatchObject(cancelled)
  })

  test('a write that is cancelled while it waits for another writer is not done', async () => {
    const controller = new AbortController()
    const outcome = await scene.adapter.transaction(async (records) => {
      await rename(records, 'first', calm.signal)
      const waiting = rename(scene.adapter, 'second', controller.signal).catch((error: unknown) => error)
      setTimeout(() => controller.abort(), 30)
      return waiting
    }, calm)
    expect(outcome).toMatchObject(cancelled)
    expect(await scene.count('tags', equals('label', 'first'))).toBe(1)
    expect(await scene.count('tags', equals('label', 'second'))).toBe(0)
  })

  test('a write that is cancelled already does not wait for another writer', async () => {
    const outcome = await scene.adapter.transaction(async (records) => {
      await insert(records, 'holds on', calm.signal)
      return insert(scene.adapter, 'never', AbortSignal.abort()).catch((error: unknown) => error)
    }, calm)
    expect(outcome).toMatchObject(cancelled)
  })

  test('a transaction that is cancelled while it waits for another one changes nothing', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const outcome = await scene.adapter.transaction(async (records) => {
      await rename(records, 'held', calm.signal)
      const waiting = scene.adapter.transaction((others) => rename(others, 'waited', signal), { signal })
      setTimeout(() => controller.abort(), 30)
      return waiting.catch((error: unknown) => error)
    }, calm)
    expect(outcome).toMatchObject(cancelled)
    expect(await scene.count('tags', equals('label', 'held'))).toBe(1)
  })

  test('a transaction that is cancelled between its statements is undone', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const work = scene.adapter.transaction(
      async (records) => {
        await insert(records, 'half', signal)
        controller.abort()
        await insert(records, 'done', signal)
      },
      { signal },
    )
    await expect(work).rejects.toMatchObject(cancelled)
    expect(await scene.count('texts', equals('body', 'half'))).toBe(0)
  })

  test('a transaction that is cancelled after its last statement is undone', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const work = scene.adapter.transaction(
      async (records) => {
        await insert(records, 'last', signal)
        controller.abort()
      },
      { signal },
    )
    await expect(work).rejects.toMatchObject(cancelled)
    expect(await scene.count('texts', equals('body', 'last'))).toBe(0)
  })

  test('other calls go on', async () => {
    const controller = new AbortController()
    const doomed = Array.from({ length: 5 }, () =>
      scene.adapter
        .select(scene.query('orders'), { signal: controller.signal })
        .catch((error: unknown) => error),
    )
    const calmReads = Array.from({ length: 5 }, () => scene.count('orders'))
    controller.abort()
    expect(await Promise.all(doomed)).toMatchObject(Array.from({ length: 5 }, () => cancelled))
    expect(await Promise.all(calmReads)).toEqual([8, 8, 8, 8, 8])
    await insert(scene.adapter, 'afterwards', calm.signal)
    expect(await scene.count('texts', equals('body', 'afterwards'))).toBe(1)
  })

  test('a signal that fires after the answer changes nothing', async () => {
    const controller = new AbortController()
    await insert(scene.adapter, 'settled', controller.signal)
    controller.abort()
    expect(await scene.count('texts', equals('body', 'settled'))).toBe(1)
  })
}
