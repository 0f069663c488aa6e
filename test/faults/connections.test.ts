import { afterEach, describe, expect, test } from 'vitest'
import { FAULT_ENGINES } from './engine.ts'
import { type FaultScene, outcome, pause, until, useFaultScene } from './scene.ts'
import { startProxy, type TcpProxy, through } from './tcp-proxy.ts'

const RETRYABLE = { code: 'unavailable', retryable: true }

for (const engine of FAULT_ENGINES) {
  describe.skipIf(engine.isLeftOut)(`${engine.type}: connections`, () => {
    const scene = useFaultScene(engine)
    let proxy: TcpProxy | undefined
    const openThroughProxy = async () => {
      const started = await startProxy(scene.server.port)
      proxy = started
      return { proxy: started, ...(await scene.open({ url: through(started, scene.url) })) }
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

    test('broken while a statement runs: the statement ends, the next request works', async () => {
      const { read, proxy: network } = await openThroughProxy()
      const reading = outcome(read('brief'))
      await until('the statement runs', () => runs(scene, 'brief'))
      network.cut()
      // A read may be done again by the adapter, so it may succeed; it must not hang.
      const { error, ms } = await reading
      if (error !== undefined) expect(error).toMatchObject(RETRYABLE)
      expect(ms).toBeLessThan(3_000)
      expect(await read('accounts')).toHaveLength(2)
    })

    test('more callers than connections wait for their turn', async () => {
      const { read } = await scene.open({ pool_size: 2 })
      const results = await Promise.all([1, 2, 3, 4].map(() => outcome(read('brief'))))
      expect(results.filter(({ error }) => error !== undefined)).toEqual([])
      expect((await scene.sessions()).length).toBeLessThanOrEqual(4)
    })

    test('callers who get no connection in time are told so, and every connection comes back', async () => {
      const { read } = await scene.open({ pool_size: 2, connect_timeout: 0.5, statement_timeout: 2 })
      const before = (await scene.sessions()).length
      const slow = [1, 2].map(() => outcome(read('slow')))
      await until('both connections are busy', async () => (await busy(scene)) === 2)
      const refused = await Promise.all([1, 2, 3, 4].map(() => outcome(read('accounts'))))
      for (const { error, ms } of refused) {
        expect(error).toMatchObject(RETRYABLE)
        expect(ms).toBeLessThan(2_500)
      }
      for (const { error, ms } of await Promise.all(slow)) {
        expect(error).toMatchObject({ code: 'timeout' })
        expect(ms).toBeLessThan(4_000)
      }
      expect(await read('accounts')).toHaveLength(2)
      expect(await busy(scene)).toBe(0)
      expect((await scene.sessions()).length).toBeLessThanOrEqual(Math.max(before, 4))
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
      for (const { ms } of results) expect(ms).toBeLessThan(4_500)
      expect(await read('accounts')).toHaveLength(2)
    })

    test('a slow network makes answers late, not wrong', async () => {
      const { read, insert, proxy: network } = await openThroughProxy()
      network.slow(60)
      await insert('entries', [{ batch: 1, place: 1 }])
      expect(await read('entries')).toHaveLength(1)
    })

    test('a network that stands still: time-out, the connection is given up, afterwards all is well', async () => {
      const { read, insert, proxy: network } = await openThroughProxy()
      await read('accounts')
      network.stall()
      const [reading, writing] = await Promise.all([
        outcome(read('accounts')),
        outcome(insert('entries', [{ batch: 1, place: 1 }])),
      ])
      for (const { error, ms } of [reading, writing]) {
        expect(['timeout', 'unavailable']).toContain((error as { code?: string }).code)
        expect(ms).toBeLessThan(2_000 + 2_000 + 500)
      }
      network.heal()
      const { error, ms } = await outcome(read('accounts'))
      expect(error).toBeUndefined()
      expect(ms).toBeLessThan(2_000)
      await insert('entries', [{ batch: 2, place: 1 }])
    })
  })
}

const busy = async (scene: FaultScene) =>
  (await scene.sessions()).filter(({ statement }) => statement !== undefined).length

const runs = async (scene: FaultScene, text: string) =>
  (await scene.sessions()).some(({ statement }) => statement?.includes(text))

/** The server may need a moment to undo. */
async function expectNothingWritten(scene: FaultScene): Promise<void> {
  await until('the transaction is undone', async () => !(await scene.sessions()).some(({ isOpen }) => isOpen))
  await pause(50)
  expect(await scene.query('select * from entries')).toEqual([])
}
