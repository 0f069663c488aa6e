import { afterEach, describe, expect, test } from 'vitest'
import { FAULT_ENGINES } from './engine.ts'
import { type FaultScene, outcome, SHORT_LIMITS, until, useFaultScene } from './scene.ts'
import { startProxy, type TcpProxy, through } from './tcp-proxy.ts'

const RETRYABLE = { code: 'unavailable', retryable: true }

for (const engine of FAULT_ENGINES) {
  describe.skipIf(engine.isLeftOut)(`${engine.type}: connections`, () => {
    const scene = useFaultScene(engine)
    let proxy: TcpProxy | undefined
    const openThroughProxy = async (limits: object = {}) => {
      const started = await startProxy(scene.server.port)
      proxy = started
      return { proxy: started, ...(await scene.open({ url: through(started, scene.url), ...limits })) }
    }
    afterEach(async () => {
      await proxy?.close()
      proxy = undefined
    })

    test('ended by the server within a transaction: nothing is kept, the next request works', async () => {
      const { adapter, insert } = await scene.open()
      const work = adapter.transaction(
        async (records) => {
          await insert('entries', [{ batch: 1, place: 1 }], records)
          const open = (await scene.sessions()).find(({ isOpen }) => isOpen)
          await scene.query(engine.kill(open?.id ?? ''))
          await insert('entries', [{ batch: 1, place: 2 }], records)
        },
        { signal: new AbortController().signal },
      )
      await expect(work).rejects.toMatchObject(RETRYABLE)
      await expectNothingWritten(scene)
      await insert('entries', [{ batch: 2, place: 1 }])
    })

    test('broken by the network within a transaction: nothing is kept, the next request works', async () => {
      const { adapter, insert, proxy: network } = await openThroughProxy()
      const work = adapter.transaction(
        async (records) => {
          await insert('entries', [{ batch: 1, place: 1 }], records)
          network.cut()
          await insert('entries', [{ batch: 1, place: 2 }], records)
        },
        { signal: new AbortController().signal },
      )
      await expect(work).rejects.toMatchObject(RETRYABLE)
      await expectNothingWritten(scene)
      await insert('entries', [{ batch: 2, place: 1 }])
    })

    test('broken while a read runs: it is done once more on another one, and the next request works', async () => {
      const { read, proxy: network } = await openThroughProxy({ statement_timeout: 60 })
      const controller = new AbortController()
      const reading = outcome(read('slow', { signal: controller.signal }))
      await until('it runs', async () => (await readersOfSlow(scene)).length > 0)
      const first = await readersOfSlow(scene)
      network.cut()
      await until('it runs again', async () => (await readersOfSlow(scene)).some((id) => !first.includes(id)))
      controller.abort()
      expect((await reading).error).toMatchObject({ code: 'timeout' })
      expect(await read('accounts')).toHaveLength(2)
    })

    test('broken again while the read is done once more: it ends, and the next request works', async () => {
      const { read, proxy: network } = await openThroughProxy({ statement_timeout: 60 })
      const reading = outcome(read('slow'))
      await until('it runs', async () => (await readersOfSlow(scene)).length > 0)
      const first = await readersOfSlow(scene)
      network.cut()
      await until('it runs again', async () => (await readersOfSlow(scene)).some((id) => !first.includes(id)))
      network.cut()
      expect((await reading).error).toMatchObject(RETRYABLE)
      expect(await read('accounts')).toHaveLength(2)
    })

    test('more callers than connections wait for their turn', async () => {
      const { read } = await scene.open({ pool_size: 2 })
      const results = await Promise.all([1, 2, 3, 4].map(() => outcome(read('brief'))))
      expect(results.filter(({ error }) => error !== undefined)).toEqual([])
      expect((await scene.sessions()).length).toBeLessThanOrEqual(4)
    })

    test('callers who get no connection in time are told so, and every connection comes back', async () => {
      const { read } = await scene.open({ ...SHORT_LIMITS, pool_size: 2, statement_timeout: 60 })
      const before = (await scene.sessions()).length
      const controller = new AbortController()
      const slow = [1, 2].map(() => outcome(read('slow', { signal: controller.signal })))
      await until('both connections are busy', async () => (await busy(scene)) === 2)
      const refused = await Promise.all([1, 2, 3, 4].map(() => outcome(read('accounts'))))
      for (const { error } of refused) expect(error).toMatchObject(RETRYABLE)
      expect(await busy(scene)).toBe(2)
      controller.abort()
      for (const { error } of await Promise.all(slow)) expect(error).toMatchObject({ code: 'timeout' })
      expect(await read('accounts')).toHaveLength(2)
      await until('no connection is busy', async () => (await busy(scene)) === 0)
      await until('none was left', async () => (await scene.sessions()).length <= Math.max(before, 4))
    })

    test('a server that refuses more connections: callers wait or are told to try again', async () => {
      for (const statement of engine.narrowUser) await scene.query(statement)
      const url = new URL(scene.url)
      url.username = 'narrow'
      url.password = 'narrow'
      const { read } = await scene.open({ url: url.href, pool_size: 5 })
      const results = await Promise.all([1, 2, 3, 4, 5, 6].map(() => outcome(read('brief'))))
      const errors = results.map(({ error }) => error).filter((error) => error !== undefined)
      for (const error of errors) expect(error).toMatchObject(RETRYABLE)
      expect(errors.length).toBeLessThan(6)
      expect(await read('accounts')).toHaveLength(2)
    })

    test('a slow network makes answers late, not wrong', async () => {
      const { read, insert, proxy: network } = await openThroughProxy()
      network.slow(60)
      await insert('entries', [{ batch: 1, place: 1 }])
      expect(await read('entries')).toHaveLength(1)
    })

    test('a network that stands still: time-out, the connection is given up, afterwards all is well', async () => {
      const { read, insert, proxy: network } = await openThroughProxy(SHORT_LIMITS)
      await read('accounts')
      network.stall()
      const [reading, writing] = await Promise.all([
        outcome(read('accounts')),
        outcome(insert('entries', [{ batch: 1, place: 1 }])),
      ])
      for (const { error } of [reading, writing])
        expect(['timeout', 'unavailable']).toContain((error as { code?: string }).code)
      network.heal()
      expect(await read('accounts')).toHaveLength(2)
      await insert('entries', [{ batch: 2, place: 1 }])
    })
  })
}

const busy = async (scene: FaultScene) =>
  (await scene.sessions()).filter(({ statement }) => statement !== undefined).length

/** The connections that read `slow`. */
const readersOfSlow = async (scene: FaultScene) =>
  (await scene.sessions()).filter(({ statement }) => statement?.includes('slow')).map(({ id }) => id)

/** The server may need a moment to undo. */
async function expectNothingWritten(scene: FaultScene): Promise<void> {
  await until('the transaction is undone', async () => !(await scene.sessions()).some(({ isOpen }) => isOpen))
  expect(await scene.query('select * from entries')).toEqual([])
}
