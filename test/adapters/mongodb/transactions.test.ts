import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Records } from '../../../src/core/database/adapter.ts'
import { calm } from '../../contract/scene.ts'
import { people, useWire } from './wire-scene.ts'
import { type Command, cursorOf, failure, type WireServer } from './wire-server.ts'

const wire = useWire()
/** https://www.mongodb.com/docs/manual/core/transactions-in-applications/#transaction-error-handling */
const TRANSIENT = ['TransientTransactionError']
const UNKNOWN = ['UnknownTransactionCommitResult']
const conflict = failure(112, 'WriteConflict', TRANSIENT)

const there: Command = cursorOf([{ name: 'people', type: 'collection' }])
const named = (name: string) => (name === 'listCollections' ? there : undefined)
const add = (records: Records, ...names: string[]) =>
  records.insert({ table: people, rows: names.map((name) => ({ name })), returning: [] }, calm)
const sent = (server: WireServer, name: string) => server.heard.filter((command) => name in command)

describe('a server with transactions', () => {
  test.each([
    ['a replica set', {}, true],
    ['a sharded cluster', { setName: undefined, hosts: undefined, msg: 'isdbgrid' }, true],
    ['a server that stands alone', { setName: undefined, hosts: undefined, primary: undefined }, false],
    ['a replica set without sessions', { logicalSessionTimeoutMinutes: undefined }, false],
  ])('%s is known by its greeting', async (_, hello, has) => {
    const server = await wire.serve({ hello })
    const { capabilities } = await wire.open(server.port)
    expect(capabilities.has('transactions')).toBe(has)
  })

  test.each([
    ['4.4.29', false],
    ['5.0.0', true],
  ])('version %s counts within groups: %s', async (version, has) => {
    const server = await wire.serve({ version })
    expect((await wire.open(server.port)).capabilities.has('partitions')).toBe(has)
  })

  test('several documents are one transaction, kept by a majority', async () => {
    const server = await wire.serve({ answer: (_, name) => named(name) })
    const adapter = await wire.open(server.port)
    await add(adapter, 'Ada', 'Grace')
    expect(server.names).toEqual(['insert', 'commitTransaction'])
    const [first] = server.heard.filter(({ startTransaction }) => startTransaction)
    expect(first).toMatchObject({ autocommit: false, readConcern: { level: 'snapshot' } })
    expect(sent(server, 'commitTransaction')).toMatchObject([
      { $db: 'admin', autocommit: false, writeConcern: { w: 'majority' }, txnNumber: first?.txnNumber },
    ])
    expect(sent(server, 'insert')[0]).not.toHaveProperty('writeConcern')
  })

  test('work that fails is undone by the server', async () => {
    const server = await wire.serve({ answer: (_, name) => named(name) })
    const adapter = await wire.open(server.port)
    const work = adapter.transaction(async (records) => {
      await add(records, 'Ada')
      throw new Error('enough')
    }, calm)
    await expect(work).rejects.toThrow('enough')
    expect(server.names).toEqual(['insert', 'abortTransaction'])
  })

  test('a read within it goes to the same session, and nothing else may', async () => {
    const server = await wire.serve({
      answer: (_, name) => (name === 'find' ? cursorOf([{ _id: 'a', name: 'Ada' }]) : named(name)),
    })
    const adapter = await wire.open(server.port)
    await adapter.transaction(async (records) => {
      await add(records, 'Ada')
      await records.select({ table: people, fields: ['name'], limit: 5, as: 'rows' }, calm)
    }, calm)
    const [insert] = sent(server, 'insert')
    const [find] = sent(server, 'find')
    expect(find).toMatchObject({ lsid: insert?.lsid, txnNumber: insert?.txnNumber, autocommit: false })
  })
})

describe('a transaction that the server gives up', () => {
  const givenUp = (times: number, at: string, answer = conflict) => {
    let left = times
    return (_: Command, name: string) => (name === at && left-- > 0 ? answer : named(name))
  }

  test('is run again where the work may be, with a number of its own', async () => {
    const server = await wire.serve({ answer: givenUp(2, 'insert') })
    const adapter = await wire.open(server.port)
    await add(adapter, 'Ada', 'Grace')
    expect(server.names).toEqual([
      'insert',
      'abortTransaction',
      'insert',
      'abortTransaction',
      'insert',
      'commitTransaction',
    ])
    const of = (one: Command) => `${JSON.stringify(one.lsid)} ${one.txnNumber}`
    expect(new Set(sent(server, 'insert').map(of)).size).toBe(3)
  })

  test('is a conflict to be tried again where it may not', async () => {
    const server = await wire.serve({ answer: givenUp(1, 'insert') })
    const adapter = await wire.open(server.port)
    let runs = 0
    const work = adapter.transaction((records) => {
      runs++
      return add(records, 'Ada')
    }, calm)
    await expect(work).rejects.toMatchObject({ code: 'conflict', retryable: true })
    expect([runs, server.names]).toEqual([1, ['insert', 'abortTransaction']])
  })

  test('again and again ends in a conflict, with the last words of the house', async () => {
    const server = await wire.serve({ answer: givenUp(100, 'insert') })
    const adapter = await wire.open(server.port)
    const refused = await add(adapter, 'Ada', 'Grace').catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'conflict', retryable: true })
    expect(JSON.stringify(refused)).not.toMatch(/secret|user:pw|internal:/)
    expect(sent(server, 'insert').length).toBeLessThan(10)
  })

  test('while it is kept is run again as well: none of it is there', async () => {
    const gone = failure(251, 'NoSuchTransaction', TRANSIENT)
    const server = await wire.serve({ answer: givenUp(1, 'commitTransaction', gone) })
    const adapter = await wire.open(server.port)
    await add(adapter, 'Ada', 'Grace')
    expect(server.names.filter((name) => name !== 'abortTransaction')).toEqual([
      'insert',
      'commitTransaction',
      'insert',
      'commitTransaction',
    ])
  })
})

describe('the end of a transaction that nobody knows', () => {
  test.each([
    ['the server says so', failure(64, 'WriteConcernFailed', UNKNOWN)],
    ['the connection is lost', 'cut' as const],
    ['the primary steps down', failure(189, 'PrimarySteppedDown', ['RetryableWriteError'])],
  ])('%s once: it is asked to keep it again, and the work is not done twice', async (_, answer) => {
    let left = 1
    const server = await wire.serve({
      answer: (_command, name) => (name === 'commitTransaction' && left-- > 0 ? answer : named(name)),
    })
    const adapter = await wire.open(server.port)
    await add(adapter, 'Ada', 'Grace')
    expect(sent(server, 'insert')).toHaveLength(1)
    const commits = sent(server, 'commitTransaction')
    expect(commits).toHaveLength(2)
    expect(commits[1]).toMatchObject({ txnNumber: commits[0]?.txnNumber, writeConcern: { w: 'majority' } })
  })

  test('stays unknown: the caller is told to look before trying again', async () => {
    const answer = (_: Command, name: string) =>
      name === 'commitTransaction' ? failure(64, 'WriteConcernFailed', UNKNOWN) : named(name)
    const server = await wire.serve({ answer })
    const adapter = await wire.open(server.port)
    const refused = await add(adapter, 'Ada', 'Grace').catch((error: unknown) => error)
    expect(refused).toMatchObject({
      code: 'unavailable',
      hint: expect.stringContaining('Read the records'),
      context: { reason: 'outcome_unknown' },
    })
    expect(sent(server, 'insert')).toHaveLength(1)
  })

  test('the connection is lost before it: nothing is kept, and it is run again', async () => {
    let left = 1
    const server = await wire.serve({
      answer: (_, name) => (name === 'insert' && left-- > 0 ? 'cut' : named(name)),
    })
    const adapter = await wire.open(server.port)
    const done = await add(adapter, 'Ada', 'Grace').then(
      () => 'done',
      (error: { code?: string; retryable?: boolean }) => `${error.code} ${error.retryable}`,
    )
    expect(['done', 'unavailable true']).toContain(done)
    expect(sent(server, 'commitTransaction')).toHaveLength(done === 'done' ? 1 : 0)
  })
})

describe('a transaction that is cancelled', () => {
  test('its session is killed on the server, it is undone, and the next call works', async () => {
    let interrupt = () => {}
    const interrupted = new Promise<Command>((resolve) => {
      interrupt = () => resolve(failure(11_601, 'Interrupted', TRANSIENT))
    })
    const server = await wire.serve({
      answer: (_, name) => {
        if (name === 'killSessions') interrupt()
        return name === 'insert' ? interrupted : named(name)
      },
    })
    const adapter = await wire.open(server.port, { pool_size: 1 })
    const controller = new AbortController()
    const work = adapter
      .transaction(
        (records) => records.insert({ table: people, rows: [{ name: 'Ada' }], returning: [] }, controller),
        { signal: controller.signal },
      )
      .catch((error: unknown) => error)
    while (sent(server, 'insert').length === 0) await sleep(5)
    controller.abort()
    while (sent(server, 'killSessions').length === 0) await sleep(5)
    const [insert] = sent(server, 'insert')
    expect(sent(server, 'killSessions')).toMatchObject([{ killSessions: [insert?.lsid] }])
    expect(sent(server, 'commitTransaction')).toEqual([])
    expect(await work).toMatchObject({ code: 'timeout' })
    await adapter.ping(calm)
  })
})
