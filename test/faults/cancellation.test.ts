import { describe, expect, test } from 'vitest'
import { FAULT_ENGINES } from './engine.ts'
import { type Program, startFaultProgram } from './program.ts'
import { type FaultScene, outcome, SHORT_LIMITS, until, useFaultScene } from './scene.ts'
import { startStdio } from './stdio.ts'

/** A connection of ours that ends is listed for a moment more. */
const SOON = { timeout: 30_000 }

for (const engine of FAULT_ENGINES) {
  describe.skipIf(engine.isLeftOut)(`${engine.type}: a statement is stopped on the server`, () => {
    const scene = useFaultScene(engine)

    test('when the signal aborts; its connection serves the next call', async () => {
      const { read } = await scene.open({ pool_size: 1, statement_timeout: 60 })
      await read('accounts')
      const before = await idsOf(scene)
      const controller = new AbortController()
      const reading = outcome(read('slow', { signal: controller.signal }))
      await until('it runs', () => isRunning(scene))
      controller.abort()
      await untilStopped(scene)
      expect((await reading).error).toMatchObject({ code: 'timeout' })
      expect(await read('accounts')).toHaveLength(2)
      await expect.poll(() => idsOf(scene), SOON).toEqual(before)
    })

    test('when its time is over; its connection serves the next call', async () => {
      const { read } = await scene.open({ pool_size: 1, ...SHORT_LIMITS })
      await read('accounts')
      const before = await idsOf(scene)
      await expect(read('slow')).rejects.toMatchObject({ code: 'timeout' })
      await untilStopped(scene)
      expect(await read('accounts')).toHaveLength(2)
      await expect.poll(() => idsOf(scene), SOON).toEqual(before)
    })

    test('a write that waits for a lock, when the signal aborts: nothing is written', async () => {
      const { adapter, table } = await scene.open({ statement_timeout: 60 })
      const held = adapter.transaction(
        async (records) => {
          const controller = new AbortController()
          const change = (to: typeof records, amount: number, signal: AbortSignal) =>
            to.update(
              {
                table: table('accounts'),
                set: { amount },
                where: { op: '=', field: 'id', value: 1 },
                returning: [],
              },
              { signal },
            )
          await change(records, 1, new AbortController().signal)
          const waiting = outcome(change(adapter, 2, controller.signal))
          await until('it waits', async () => (await countRunning(scene, 'update')) > 0)
          controller.abort()
          expect((await waiting).error).toMatchObject({ code: 'timeout' })
          await until('it is stopped', async () => (await countRunning(scene, 'update')) === 0)
        },
        { signal: new AbortController().signal },
      )
      await held
      expect(await scene.query('select amount from accounts where id = 1')).toMatchObject([{ amount: 1 }])
    })

    test('when a client of REST or MCP over HTTP goes away, and when the time of the service is over', async () => {
      const program = await startFaultProgram(engine.type, {
        crm: { url: scene.url, statement_timeout: 60 },
        hasty: { url: scene.url, ...SHORT_LIMITS },
      })
      try {
        await expectHealthy(program, 'crm')
        await cutOff(scene, (signal) => program.rest('GET', '_table/slow', { signal }))
        await cutOff(scene, (signal) => program.tool('get_table_data', { table_name: 'slow' }, { signal }))
        await expectHealthy(program, 'crm')
        await expectHealthy(program, 'hasty')
        expect(await program.rest('GET', '_table/slow', { service: 'hasty' })).toMatchObject({ status: 504 })
        await untilStopped(scene)
        await expectHealthy(program, 'hasty')
      } finally {
        await program.stop()
      }
    })

    test('when a client goes away within a batch: nothing of the batch is kept', async () => {
      const program = await startFaultProgram(engine.type, { crm: { url: scene.url, statement_timeout: 60 } })
      try {
        await expectHealthy(program, 'crm')
        const { adapter, table } = await scene.open()
        const where = { op: '=', field: 'id', value: 2 } as const
        const { signal } = new AbortController()
        const held = adapter.transaction(
          async (records) => {
            const change = { table: table('accounts'), set: { amount: 7 }, where, returning: [] }
            await records.update(change, { signal })
            const resource = [1, 2].map((id) => ({ id, amount: 5 }))
            const controller = new AbortController()
            const sending = outcome(
              program.rest('PATCH', '_table/accounts?rollback=true', {
                body: { resource },
                signal: controller.signal,
              }),
            )
            await until('the batch waits', async () => (await countRunning(scene, 'update')) > 0)
            controller.abort()
            await sending
            await until('it is stopped', async () => (await countRunning(scene, 'update')) === 0)
          },
          { signal },
        )
        await held
        expect(await scene.query('select amount from accounts order by id')).toMatchObject([
          { amount: 100 },
          { amount: 7 },
        ])
        await expectHealthy(program, 'crm')
      } finally {
        await program.stop()
      }
    })

    test('when an MCP client on stdio cancels', async () => {
      const { send, answer, end } = await startStdio(scene.url)
      try {
        send({
          id: 1,
          method: 'tools/call',
          params: { name: 'get_table_data', arguments: { table_name: 'slow' } },
        })
        await until('it runs', () => isRunning(scene))
        send({ method: 'notifications/cancelled', params: { requestId: 1 } })
        await untilStopped(scene)
        send({
          id: 2,
          method: 'tools/call',
          params: { name: 'get_table_data', arguments: { table_name: 'accounts' } },
        })
        expect(await answer(2)).toMatchObject({ result: { structuredContent: { returned: 2 } } })
      } finally {
        await end()
      }
    })
  })
}

/** Goes away while `slow` is read. */
async function cutOff(scene: FaultScene, call: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const controller = new AbortController()
  const calling = outcome(call(controller.signal))
  await until('it runs', () => isRunning(scene))
  controller.abort()
  await untilStopped(scene)
  await calling
}

async function expectHealthy(program: Program, service: string): Promise<void> {
  const { status, text } = await program.rest('GET', '_table/accounts', { service })
  expect({ status, rows: JSON.parse(text).resource.length }).toEqual({ status: 200, rows: 2 })
}

/** Reading `slow` would take twice as long. */
const untilStopped = (scene: FaultScene) => until('it is stopped', async () => !(await isRunning(scene)))

const isRunning = async (scene: FaultScene) => (await countRunning(scene, 'slow')) > 0

async function countRunning(scene: FaultScene, text: string): Promise<number> {
  const sessions = await scene.sessions()
  return sessions.filter(({ statement }) => statement?.toLowerCase().includes(text)).length
}

const idsOf = async (scene: FaultScene) => (await scene.sessions()).map(({ id }) => id).toSorted()
