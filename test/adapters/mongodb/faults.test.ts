import { MongoClient } from 'mongodb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { mongodb } from '../../../adapters/database/mongodb/service-type.ts'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import { toAppError } from '../../../src/core/errors.ts'
import { required } from '../../contract/required.ts'
import { calm, present, rowsOf } from '../../contract/scene.ts'
import { ferretdbFile, startOwnFerretdb } from '../../contract/servers/own-ferretdb.ts'
import type { OwnServer } from '../../contract/servers/own-server.ts'
import { startLoad } from '../../faults/load.ts'
import { startFaultProgram } from '../../faults/program.ts'
import { LIMITS, outcome, pause, SHORT_LIMITS, until } from '../../faults/scene.ts'
import { startProxy, type TcpProxy, through } from '../../faults/tcp-proxy.ts'

const isLeftOut = ferretdbFile() === '' && !required.includes('ferretdb')

/** FerretDB keeps what it acknowledged in files, so that it can be killed. It stands alone: there are no transactions. */
describe.skipIf(isLeftOut)('a server of documents that fails', () => {
  let server: OwnServer
  let url = ''
  let count = 0
  let proxy: TcpProxy
  const ends: (() => Promise<unknown>)[] = []
  beforeAll(async () => {
    server = await startOwnFerretdb()
    proxy = await startProxy(server.port)
  })
  beforeEach(async () => {
    url = new URL(`/faults_${++count}`, server.url).href
    await past((client) => client.db().collection('entries').insertOne({ batch: 0, place: 0 }))
  })
  afterEach(async () => {
    proxy.heal()
    proxy.slow(0)
    for (const end of ends.splice(0)) await end()
  })
  afterAll(async () => {
    await proxy?.close()
    await server?.stop()
  })

  async function past<T>(work: (client: MongoClient) => Promise<T>): Promise<T> {
    const client = new MongoClient(url)
    try {
      return await work(client)
    } finally {
      await client.close()
    }
  }
  async function open(to: string, more: object = {}) {
    const config = mongodb.config.parse({ url: to, ...LIMITS, ...more })
    const adapter = await mongodb.open(config, { baseDir: '.', statementTimeoutMs: 10_000 })
    ends.push(() => adapter.close())
    const table = present(buildSchema(await adapter.readSchema(calm)).tableByName.get('entries'))
    return {
      adapter,
      insert: async (batch: number) => {
        const rows = [1, 2, 3].map((place) => ({ batch, place }))
        await adapter.insert({ table, rows, returning: [] }, calm)
      },
      read: async (from: DatabaseAdapter = adapter) =>
        rowsOf(await from.select({ table, fields: ['batch', 'place'], limit: 5, as: 'rows' }, calm)),
    }
  }
  const sizes = () =>
    past(async (client) => {
      const found = new Map<number, number>()
      for await (const { batch } of client.db().collection('entries').find())
        found.set(batch, (found.get(batch) ?? 0) + 1)
      return found
    })

  test('killed under load: what was acknowledged is there, what is torn was told so, and it works again', async () => {
    const { insert, read } = await open(url)
    const told = new Map<number, string>()
    const write = (batch: number) =>
      insert(batch).catch((error: unknown) => {
        told.set(batch, JSON.stringify(toAppError(error).context ?? null))
        throw error
      })
    const load = startLoad({ write, read: async () => void (await read()) })
    await load.busy()
    await server.kill()
    await load.failing()
    await server.start()
    await until('it reads and writes', async () => {
      const [reading, writing] = [await outcome(read()), await outcome(insert(1_000_000))]
      return reading.error === undefined && writing.error === undefined
    })
    await load.working()
    const { acknowledged, failures } = await load.end()
    const found = await sizes()
    expect([...acknowledged].filter((batch) => found.get(batch) !== 3)).toEqual([])
    const torn = [...found].filter(([batch, size]) => batch > 0 && batch < 1_000_000 && size !== 3)
    expect(torn.filter(([batch]) => !told.get(batch)?.includes('outcome_unknown'))).toEqual([])
    expect(new Set(failures.map(({ code }) => code))).toEqual(new Set(['unavailable']))
  })

  test('broken by the network within a request: it ends, and the next one works', async () => {
    const { insert, read } = await open(through(proxy, url))
    proxy.slow(50)
    const requests = [outcome(insert(1)), outcome(read())]
    await pause(20)
    proxy.cut()
    for (const { error } of await Promise.all(requests))
      if (error !== undefined) expect(['unavailable', 'timeout']).toContain(toAppError(error).code)
    proxy.slow(0)
    await insert(2)
    const found = await sizes()
    expect([undefined, 3]).toContain(found.get(1))
    expect(found.get(2)).toBe(3)
  })

  test('a slow network makes answers late, not wrong', async () => {
    const { insert, read } = await open(through(proxy, url))
    proxy.slow(60)
    await insert(1)
    expect(await read()).toHaveLength(4)
  })

  test('a network that stands still: requests come to an end, and afterwards all is well', async () => {
    const { insert, read } = await open(through(proxy, url), SHORT_LIMITS)
    await read()
    proxy.stall()
    const ended = await Promise.all([outcome(read()), outcome(insert(1))])
    for (const { error } of ended) expect(['timeout', 'unavailable']).toContain(toAppError(error).code)
    proxy.heal()
    await until('it reads', async () => (await outcome(read())).error === undefined)
    await insert(2)
    expect((await sizes()).get(2)).toBe(3)
  })

  test('a program that was started while it was away serves when it is there', async () => {
    await server.kill()
    const program = await startFaultProgram('mongodb', { crm: { url } })
    try {
      const read = () => program.rest('GET', '_table/entries?limit=1')
      expect(await read()).toMatchObject({ status: 503 })
      await server.start()
      await until('it reads', async () => (await read()).status === 200)
    } finally {
      await program.stop()
    }
  })
})
