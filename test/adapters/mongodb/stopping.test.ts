import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { toAppError } from '../../../src/core/errors.ts'
import { calm, rowsOf } from '../../contract/scene.ts'
import { people, useWire } from './wire-scene.ts'
import { type Command, cursorOf, failure, type WireServer } from './wire-server.ts'

const wire = useWire()
const there = cursorOf([{ name: 'people', type: 'collection' }])
const query = { table: people, fields: ['name'], limit: 5000, as: 'rows' } as const
const sent = (server: WireServer, name: string) =>
  server.heard.filter((command) => Object.keys(command)[0] === name)

async function untilSent(server: WireServer, name: string, times = 1): Promise<void> {
  while (sent(server, name).length < times) await sleep(5)
}

/** Answers nothing to the first so many reads. */
function silent(times: number) {
  let left = times
  return (_: Command, name: string) => {
    if (name === 'listCollections') return there
    if (name !== 'find') return undefined
    return left-- > 0 ? 'nothing' : cursorOf([{ _id: 'a', name: 'Ada' }])
  }
}

test('every command has the limit of the service', async () => {
  const server = await wire.serve({ answer: (_, name) => (name === 'listCollections' ? there : undefined) })
  const adapter = await wire.open(server.port, { statement_timeout: 3 })
  await adapter.select(query, calm).catch(() => {})
  await adapter.insert({ table: people, rows: [{ name: 'Ada' }], returning: [] }, calm)
  for (const name of ['find', 'insert']) expect(sent(server, name)[0]).toMatchObject({ maxTimeMS: 3000 })
})

test('a read whose time is over says so, and the connection serves the next', async () => {
  let left = 1
  const server = await wire.serve({
    answer: (_, name) =>
      name === 'find'
        ? left-- > 0
          ? failure(50, 'MaxTimeMSExpired')
          : cursorOf([{ name: 'Ada' }])
        : undefined,
  })
  const adapter = await wire.open(server.port, { pool_size: 1 })
  await expect(adapter.select(query, calm)).rejects.toMatchObject({
    code: 'timeout',
    message: 'The database took too long.',
  })
  expect(rowsOf(await adapter.select(query, calm))).toEqual([{ name: 'Ada' }])
})

test('a read that is cancelled is stopped on the server, though every connection is busy', async () => {
  const server = await wire.serve({ answer: silent(1) })
  const adapter = await wire.open(server.port, { pool_size: 1 })
  const controller = new AbortController()
  const reading = adapter.select(query, controller).catch((error: unknown) => error)
  await untilSent(server, 'find')
  controller.abort()
  expect(await reading).toMatchObject({ code: 'timeout', message: 'The request was cancelled.' })
  await untilSent(server, 'killSessions')
  expect(sent(server, 'killSessions')).toMatchObject([{ killSessions: [sent(server, 'find')[0]?.lsid] }])
  expect(rowsOf(await adapter.select(query, calm))).toHaveLength(1)
})

test('callers who get no connection in time are told so, and the connection comes back', async () => {
  const server = await wire.serve({ answer: silent(1) })
  const adapter = await wire.open(server.port, { pool_size: 1, connect_timeout: 3 })
  const controller = new AbortController()
  const slow = adapter.select(query, controller).catch((error: unknown) => error)
  await untilSent(server, 'find')
  const refused = await adapter.select(query, calm).catch((error: unknown) => toAppError(error))
  expect(refused).toMatchObject({
    code: 'unavailable',
    retryable: true,
    message: 'All connections of the service to the database are busy.',
  })
  controller.abort()
  await slow
  expect(rowsOf(await adapter.select(query, calm))).toHaveLength(1)
})

test('a long read that is left early closes its cursor on the server, and its session', async () => {
  const many = Array.from({ length: 1000 }, (_, n) => ({ _id: `${n}`, name: 'x' }))
  const server = await wire.serve({
    answer: (_, name) =>
      name === 'find' || name === 'aggregate'
        ? cursorOf(many, 77)
        : name === 'getMore'
          ? cursorOf(many, 77, 'nextBatch')
          : undefined,
  })
  const adapter = await wire.open(server.port)
  let parts = 0
  for await (const _ of adapter.stream?.({ table: people, fields: ['name'], limit: 1_000_000 }, calm) ?? []) {
    if (++parts === 3) break
  }
  await untilSent(server, 'killCursors')
  expect(sent(server, 'killCursors')[0]).toMatchObject({ killCursors: 'people' })
  expect(sent(server, 'getMore').length).toBeLessThanOrEqual(3)
})

test('a long read whose reader goes away while the server computes is stopped there', async () => {
  let interrupt = () => {}
  const interrupted = new Promise<Command>((resolve) => {
    interrupt = () => resolve(failure(11_601, 'Interrupted'))
  })
  const server = await wire.serve({
    answer: (_, name) => {
      if (name === 'killSessions') interrupt()
      if (name === 'getMore') return interrupted
      return READS.has(name) ? cursorOf([{ _id: 'a', name: 'x' }], 77) : undefined
    },
  })
  const adapter = await wire.open(server.port, { pool_size: 1 })
  const controller = new AbortController()
  const query = { table: people, fields: ['name'], limit: 1_000_000 }
  const parts = adapter.stream?.(query, controller)[Symbol.asyncIterator]()
  await parts?.next()
  const waiting = parts?.next().catch((error: unknown) => error)
  await untilSent(server, 'getMore')
  controller.abort()
  expect(await waiting).toMatchObject({ code: 'timeout' })
  await untilSent(server, 'killSessions')
  await adapter.ping(calm)
})

const READS: ReadonlySet<string> = new Set(['find', 'aggregate'])
