import { afterEach, describe, expect, test } from 'vitest'
import type { Row } from '../../src/core/database/value.ts'
import { present } from '../contract/scene.ts'
import { FAULT_ENGINES } from './engine.ts'
import { startFaultProgram } from './program.ts'
import { type FaultScene, type Opened, outcome, SHORT_LIMITS, until, useFaultScene } from './scene.ts'
import { startProxy, type TcpProxy, through } from './tcp-proxy.ts'

/** Several parts. */
const SOME_ROWS = 5_000
/** More than all buffers on the way hold. */
const ROWS = 40_000

for (const engine of FAULT_ENGINES) {
  describe.skipIf(engine.isLeftOut)(`${engine.type}: long reads in parts`, () => {
    const scene = useFaultScene(engine)
    let proxy: TcpProxy | undefined
    const openThroughProxy = async () => {
      const started = await startProxy(scene.server.port)
      proxy = started
      await scene.query(engine.fill(SOME_ROWS))
      const config = { url: through(started, scene.url), pool_size: 1, ...SHORT_LIMITS }
      return { network: started, ...(await scene.open(config)) }
    }
    afterEach(async () => {
      await proxy?.close()
      proxy = undefined
    })

    test('the network stands still, and the reader goes away: the connection is given up', async () => {
      const { network, read, ...opened } = await openThroughProxy()
      const { parts, leave } = begin({ read, ...opened })
      await parts.next()
      network.stall()
      const waiting = outcome(drain(parts))
      leave()
      expect((await waiting).error).toMatchObject({ code: 'timeout' })
      network.heal()
      expect(await read('accounts')).toHaveLength(2)
    })

    test('the network stands still, and the reader has enough: the connection is given up', async () => {
      const { network, read, ...opened } = await openThroughProxy()
      const { parts } = begin({ read, ...opened })
      await parts.next()
      network.stall()
      await present(parts.return).call(parts)
      network.heal()
      expect(await read('accounts')).toHaveLength(2)
    })

    test('the network stands still: closing comes to an end', async () => {
      const { network, read, adapter } = await openThroughProxy()
      await read('accounts')
      network.stall()
      await adapter.close()
    })

    test('over HTTP: a reader who leaves ends the read on the server', async () => {
      const program = await startFaultProgram(engine.type, {
        crm: { url: scene.url, max_records: ROWS, pool_size: 1 },
      })
      try {
        await scene.query(engine.fill(ROWS))
        const controller = new AbortController()
        const reader = await program.download(`_table/entries?limit=${ROWS}`, controller.signal)
        await reader.read()
        await until('only the read is open', async () => (await openSessions(scene)) === 1)
        controller.abort()
        await until('the read is over', async () => (await openSessions(scene)) === 0)
        expect(await program.rest('GET', '_table/accounts')).toMatchObject({ status: 200 })
      } finally {
        await program.stop()
      }
    })

    test('over HTTP: what the death of the server cuts off is not taken for the whole', async () => {
      // It is the loss of the connection that ends the read, and not the time limit.
      const program = await startFaultProgram(engine.type, {
        crm: { url: scene.url, max_records: ROWS, statement_timeout: 3_600 },
      })
      try {
        await scene.query(engine.fill(ROWS))
        const reader = await program.download(`_table/entries?limit=${ROWS}`)
        await reader.read()
        await scene.server.kill()
        await expect(untilDone(reader)).rejects.toBeDefined()
        await scene.server.start()
        const works = async () => (await program.rest('GET', '_table/accounts')).status === 200
        await until('it works again', works)
      } finally {
        await program.stop()
      }
    })
  })
}

/** All entries in parts. */
function begin({ adapter, table }: Opened) {
  const controller = new AbortController()
  const entries = table('entries')
  const query = { table: entries, fields: entries.fields.map(({ name }) => name), limit: SOME_ROWS }
  const parts = present(adapter.stream?.(query, { signal: controller.signal }))[Symbol.asyncIterator]()
  return { parts, leave: () => controller.abort() }
}

async function drain(parts: AsyncIterator<readonly Row[]>): Promise<void> {
  while (!(await parts.next()).done);
}

async function untilDone(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}

/** Transactions that are open: a long read has one. */
const openSessions = async (scene: FaultScene) =>
  (await scene.sessions()).filter(({ isOpen, statement }) => isOpen || statement !== undefined).length
