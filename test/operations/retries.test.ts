import { expect, test } from 'vitest'
import { openMemory } from '../../adapters/database/memory/open.ts'
import type { DatabaseAdapter, Records } from '../../src/core/database/adapter.ts'
import { AppError } from '../../src/core/errors.ts'
import { createRecords } from '../../src/operations/database/create-records.ts'
import { deleteRecords } from '../../src/operations/database/delete-records.ts'
import { runSteps } from '../../src/operations/database/steps/run-steps.ts'
import { updateRecords } from '../../src/operations/database/update-records.ts'
import type { WriteAnswer } from '../../src/operations/database/write-answer.ts'
import { openShop } from '../helpers/shop.ts'

const gaveUp = () => new AppError('conflict', 'The database gave the transaction up.', { retryable: true })

/** The memory engine that gives up the `failing`-th write, and runs a transaction again as servers do. */
function engineGivingUp(failing: number): { adapter: DatabaseAdapter; runs: () => number; arm: () => void } {
  const memory = openMemory()
  let writes = Number.NEGATIVE_INFINITY
  let runs = 0
  const counted = (records: Records): Records => {
    const once =
      <Q, R>(write: (query: Q, options: { signal: AbortSignal }) => Promise<R>): typeof write =>
      async (query, options) => {
        if (++writes === failing) throw gaveUp()
        return write(query, options)
      }
    return {
      ...records,
      insert: once(records.insert),
      update: once(records.update),
      delete: once(records.delete),
    }
  }
  const adapter: DatabaseAdapter = {
    ...memory,
    async transaction(work, options) {
      for (;;) {
        runs++
        try {
          return await memory.transaction((records) => work(counted(records)), options)
        } catch (error) {
          if (!(error instanceof AppError && error.code === 'conflict' && error.retryable && options.retry))
            throw error
        }
      }
    },
  }
  const arm = () => {
    writes = 0
    runs = 0
  }
  return { adapter, runs: () => runs, arm }
}

const two = [
  { id: 1, status: 'late' },
  { id: 2, status: 'late' },
]
const late = [{ status: 'late' }]
type Run = Awaited<ReturnType<typeof openShop>>['run']
const table_name = 'orders'

test.each<[string, (run: Run) => Promise<WriteAnswer>, number]>([
  ['several updates', (run) => run(updateRecords, { table_name, records: two }), 2],
  ['an update by id', (run) => run(updateRecords, { table_name, id: '1', records: late }), 1],
  ['an update by filter', (run) => run(updateRecords, { table_name, filter: 'id < 3', records: late }), 2],
  [
    'several inserts',
    (run) => run(createRecords, { table_name, records: [{ customer_id: 1 }, { customer_id: 2 }] }),
    2,
  ],
  [
    'a delete by filter',
    (run) => run(deleteRecords, { table_name: 'order_items', filter: 'order_id = 1 and line_no = 1' }),
    1,
  ],
])('%s: all begins again when the database gives the transaction up', async (_what, write, rows) => {
  const engine = engineGivingUp(1)
  const { run } = await openShop(engine.adapter)
  engine.arm()
  expect((await write(run)).rows).toHaveLength(rows)
  expect(engine.runs()).toBe(2)
})

test('what a batch did before it began again is not told twice', async () => {
  const engine = engineGivingUp(2)
  const { run } = await openShop(engine.adapter)
  engine.arm()
  const answer = await run(updateRecords, { table_name, records: two })
  expect(answer.rows).toEqual([{ id: 1 }, { id: 2 }])
  expect(engine.runs()).toBe(2)
})

test('with continue, each record begins again by itself', async () => {
  const engine = engineGivingUp(2)
  const { run } = await openShop(engine.adapter)
  engine.arm()
  const answer = await run(updateRecords, { table_name, records: two, continue: true })
  expect(answer.rows).toHaveLength(2)
  expect(engine.runs()).toBe(3)
})

test('a confirmation that a step brings holds when all begins again, and for no second step', async () => {
  const engine = engineGivingUp(1)
  const { run, adapter } = await openShop(engine.adapter)
  const clear = { operation: 'delete', table: 'order_items', filter: 'order_id = 1' }
  const steps = (more: object) => run(runSteps, { steps: [{ ...clear, ...more }], by_agent: true })
  const refused: unknown = await steps({}).catch((error: unknown) => error)
  const code = /"confirmation":"([^"]+)"/.exec(JSON.stringify(Object(refused).context))?.[1] ?? ''
  expect(code).not.toBe('')
  const twice = { ...clear, confirmation: code }
  await expect(run(runSteps, { steps: [twice, twice], by_agent: true })).rejects.toMatchObject({
    code: 'conflict',
  })
  const again: unknown = await steps({}).catch((error: unknown) => error)
  const fresh = /"confirmation":"([^"]+)"/.exec(JSON.stringify(Object(again).context))?.[1] ?? ''
  engine.arm()
  expect(await steps({ confirmation: fresh })).toMatchObject({ steps: [{ affected: 2 }] })
  expect(engine.runs()).toBe(2)
  await adapter.close()
})
