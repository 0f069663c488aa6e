import { describe, expect, test } from 'vitest'
import type { Records } from '../../src/core/database/adapter.ts'
import { FAULT_ENGINES } from './engine.ts'
import { type Opened, outcome, useFaultScene } from './scene.ts'

for (const engine of FAULT_ENGINES) {
  describe.skipIf(engine.isLeftOut)(`${engine.type}: two transactions in each other's way`, () => {
    const scene = useFaultScene(engine)
    const signal = new AbortController().signal
    const amounts = async () =>
      (await scene.query('select amount from accounts order by id')).map(({ amount }) => Number(amount))

    test('a deadlock: the work that may be run again is, and both succeed', async () => {
      const opened = await scene.open()
      const meet = meeting(2)
      const add = (first: number, second: number) =>
        opened.adapter.transaction(
          async (records) => {
            await addTen(opened, records, first)
            await meet()
            await addTen(opened, records, second)
          },
          { signal, retry: true },
        )
      const results = await Promise.all([outcome(add(1, 2)), outcome(add(2, 1))])
      expect(results.map(({ error }) => error)).toEqual([undefined, undefined])
      expect(await amounts()).toEqual([120, 120])
    })

    test('a deadlock: the work that may not is undone with a conflict to be tried again', async () => {
      const opened = await scene.open()
      const meet = meeting(2)
      const add = (first: number, second: number) =>
        opened.adapter.transaction(
          async (records) => {
            await addTen(opened, records, first)
            await meet()
            await addTen(opened, records, second)
          },
          { signal },
        )
      const results = await Promise.all([outcome(add(1, 2)), outcome(add(2, 1))])
      const errors = results.map(({ error }) => error).filter((error) => error !== undefined)
      expect(errors).toMatchObject([{ code: 'conflict', retryable: true }])
      expect(await amounts()).toEqual([110, 110])
    })

    test('serializable transactions that cannot be put in an order: run again, both succeed', async () => {
      const opened = await scene.open({ statements: [engine.serializable] })
      const meet = meeting(2)
      const addSum = (id: number) =>
        opened.adapter.transaction(
          async (records) => {
            const rows = await opened.read('accounts', { records })
            const sum = rows.reduce((total, { amount }) => total + Number(amount), 0)
            await meet()
            await setAmount(opened, records, id, sum)
          },
          { signal, retry: true },
        )
      const results = await Promise.all([outcome(addSum(1)), outcome(addSum(2))])
      expect(results.map(({ error }) => error)).toEqual([undefined, undefined])
      // One after the other: 200 and 300, in either order.
      expect((await amounts()).toSorted()).toEqual([200, 300])
    })
  })
}

async function addTen({ read, table }: Opened, records: Records, id: number): Promise<void> {
  const where = { op: '=', field: 'id', value: id } as const
  // Locks the row first, so that the amount read is the last one.
  await records.update({ table: table('accounts'), set: { id }, where, returning: [] }, calmOptions())
  const [row] = await read('accounts', { where, records })
  await records.update(
    { table: table('accounts'), set: { amount: Number(row?.amount) + 10 }, where, returning: [] },
    calmOptions(),
  )
}

async function setAmount({ table }: Opened, records: Records, id: number, amount: number): Promise<void> {
  const where = { op: '=', field: 'id', value: id } as const
  await records.update({ table: table('accounts'), set: { amount }, where, returning: [] }, calmOptions())
}

const calmOptions = () => ({ signal: new AbortController().signal })

/** Lets the first so many pass together; later ones at once. */
function meeting(count: number): () => Promise<void> {
  let here = 0
  let open = () => {}
  const all = new Promise<void>((resolve) => {
    open = resolve
  })
  return () => {
    if (++here >= count) open()
    return all
  }
}
