import { describe, expect, test } from 'vitest'
import { calm, type Engine, rowsOf, useScene } from '../scene.ts'

const closed = { name: 'AppError', code: 'unavailable' }

export function lifecycle(engine: Engine): void {
  describe('while it is open', () => {
    const scene = useScene(engine)

    test('answers a ping', async () => {
      await expect(scene.adapter.ping(calm)).resolves.toBeUndefined()
    })

    test('lists the routines of a kind, or says that it has none', async () => {
      const { adapter } = scene
      const routines = adapter.listRoutines('procedure', calm).then(Array.isArray, (error) => error.code)
      expect(await routines).toBe(adapter.capabilities.has('procedures') ? true : 'not_supported')
    })

    test('starts with a database of its own each time', async () => {
      const other = await engine.start()
      expect(await other.adapter.readSchema(calm)).toEqual([])
      await other.stop()
      expect(await scene.count('customers')).toBe(6)
    })
  })

  describe('when it is closed', () => {
    const scene = useScene(engine)

    test('finishes what was begun', async () => {
      const reading = scene.adapter.select(scene.query('customers'), calm)
      const writing = scene.adapter.insert(
        { table: scene.table('tags'), rows: [{ label: 'last' }], returning: ['label'] },
        calm,
      )
      await scene.adapter.close()
      expect(rowsOf(await reading)).toHaveLength(6)
      expect((await writing).rows).toEqual([{ label: 'last' }])
    })

    test('can be closed again', async () => {
      await expect(scene.adapter.close()).resolves.toBeUndefined()
      await expect(Promise.all([scene.adapter.close(), scene.adapter.close()])).resolves.toBeDefined()
    })

    test('answers unavailable to everything', async () => {
      const { adapter } = scene
      const table = scene.table('tags')
      await expect(adapter.ping(calm)).rejects.toMatchObject(closed)
      await expect(adapter.readSchema(calm)).rejects.toMatchObject(closed)
      await expect(adapter.select(scene.query('tags'), calm)).rejects.toMatchObject(closed)
      await expect(
        adapter.insert({ table, rows: [{ label: 'x' }], returning: [] }, calm),
      ).rejects.toMatchObject(closed)
      await expect(adapter.delete({ table, returning: [] }, calm)).rejects.toMatchObject(closed)
      await expect(adapter.transaction(async () => 'x', calm)).rejects.toMatchObject(closed)
      await expect(adapter.alter({ kind: 'drop_table', table: 'tags' }, calm)).rejects.toMatchObject(closed)
    })
  })
}
