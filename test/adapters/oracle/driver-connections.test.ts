import driver from 'oracledb'
import { describe, expect, test } from 'vitest'
import { longestText } from '../../../adapters/database/oracle/driver.ts'
import { oracle } from '../../../adapters/database/oracle/service-type.ts'
import { OUTCOME_UNKNOWN } from '../../../src/core/errors.ts'
import { calm, present } from '../../contract/scene.ts'
import { customers, first, rename, useDriver, usual } from './driver-scene.ts'
import { startTns, TNS_PASSWORD } from './tns/tns-server.ts'

const { start, servers } = useDriver()
const waits = (sql: RegExp) => (text: string) => (sql.test(text) ? 'waits' : undefined)

describe('a stream', () => {
  const many = 100_000

  test('of 100 000 rows holds a part at a time, and asks for the next when it is wanted', async () => {
    let made = 0
    const rows = {
      *[Symbol.iterator]() {
        for (; made < many; made++) yield [String(made), 'x'.repeat(200)]
      },
    }
    const { adapter } = await start((sql) =>
      sql.includes('"CUSTOMERS"')
        ? {
            columns: [
              { name: 'id', type: 'NUMBER' },
              { name: 'name', type: 'VARCHAR2' },
            ],
            rows,
          }
        : undefined,
    )
    const query = { table: customers, fields: ['id', 'name'], limit: many, as: 'rows' } as const
    let taken = 0
    let mostAhead = 0
    for await (const part of present(adapter.stream)(query, calm)) {
      expect(part[0]?.id).toBe(taken)
      taken += part.length
      mostAhead = Math.max(mostAhead, made - taken)
    }
    expect(taken).toBe(many)
    // What the server was asked for before it was taken: two parts at most.
    expect(mostAhead).toBeLessThanOrEqual(2002)
  })

  test('that is left asks for nothing more, and gives its connection back', async () => {
    let made = 0
    const { adapter, server } = await start((sql) =>
      sql.includes('"CUSTOMERS"')
        ? {
            columns: [{ name: 'id', type: 'NUMBER' }],
            rows: {
              *[Symbol.iterator]() {
                for (;;) yield [String(made++)]
              },
            },
          }
        : undefined,
    )
    const query = { table: customers, fields: ['id'], limit: many, as: 'rows' } as const
    for await (const _ of present(adapter.stream)(query, calm)) break
    expect(made).toBeLessThanOrEqual(2002)
    const before = server.sessions()
    await adapter.ping(calm)
    expect(server.sessions()).toBe(before)
    expect(server.seen).toContain('rollback')
  })
})

describe('a request that is cancelled', () => {
  test('is broken, and its session goes on', async () => {
    const sessions: number[] = []
    const { adapter, seen } = await start((sql, session) => {
      if (!sql.includes('"APP"')) return undefined
      sessions.push(session)
      return sessions.length === 1 ? 'waits' : undefined
    })
    const controller = new AbortController()
    const reading = first(adapter, controller.signal)
    await expect.poll(() => sessions.length).toBe(1)
    controller.abort()
    await expect(reading).rejects.toMatchObject({ code: 'timeout' })
    expect(seen).toEqual(expect.arrayContaining(['break', 'reset']))
    expect(await first(adapter)).toBe(7)
    expect(sessions[1]).toBe(sessions[0])
  })

  test('ends though the server hears no break, and its session is closed', async () => {
    const { adapter, server } = await start((sql) =>
      sql === 'break' || sql.includes('"CUSTOMERS"') ? 'waits' : undefined,
    )
    const controller = new AbortController()
    const reading = first(adapter, controller.signal)
    await expect.poll(() => server.seen.join(' ')).toContain('"CUSTOMERS"')
    controller.abort()
    await expect(reading).rejects.toMatchObject({ code: 'timeout' })
    await expect.poll(() => server.sessions()).toBe(0)
    await expect(adapter.ping(calm)).resolves.toBeUndefined()
  })

  test('in a transaction keeps nothing of it', async () => {
    const { adapter, seen } = await start(waits(/^delete/))
    const controller = new AbortController()
    const changing = adapter.transaction(
      async (records) => {
        await records.update(rename, { signal: controller.signal })
        await records.delete({ table: customers, returning: [] }, { signal: controller.signal })
      },
      { signal: controller.signal },
    )
    await expect.poll(() => seen.at(-1)).toMatch(/^delete/)
    controller.abort()
    await expect(changing).rejects.toMatchObject({ code: 'timeout' })
    await expect.poll(() => seen).toContain('rollback')
    expect(seen).not.toContain('commit')
  })
})

describe('a connection that is cut', () => {
  test('in a read: it is done once more on another one', async () => {
    let cuts = 0
    const { adapter } = await start((sql) =>
      sql.includes('"CUSTOMERS"') && cuts++ === 0 ? 'cut' : undefined,
    )
    expect(await first(adapter)).toBe(7)
    expect(cuts).toBe(2)
  })

  test('in every read: it is told, as one to try again', async () => {
    const { adapter } = await start((sql) => (sql.includes('"CUSTOMERS"') ? 'cut' : undefined))
    await expect(first(adapter)).rejects.toMatchObject({ code: 'unavailable', retryable: true })
  })

  test('in a write by itself: nobody knows what became of it', async () => {
    const { adapter, seen } = await start((sql) => (sql.startsWith('update') ? 'cut' : undefined))
    await expect(adapter.update(rename, calm)).rejects.toMatchObject({
      code: 'unavailable',
      retryable: false,
      context: { reason: OUTCOME_UNKNOWN },
    })
    expect(seen.filter((sql) => sql.startsWith('update'))).toHaveLength(1)
  })

  test('in the middle of a transaction: nothing of it is kept, and it may be tried again', async () => {
    const { adapter, seen } = await start((sql) => (sql.startsWith('delete') ? 'cut' : undefined))
    const changing = adapter.transaction(async (records) => {
      await records.update(rename, calm)
      await records.delete({ table: customers, returning: [] }, calm)
    }, calm)
    await expect(changing).rejects.toMatchObject({ code: 'unavailable', retryable: true })
    expect(seen).not.toContain('commit')
  })

  test('in the commit: nobody knows what became of it', async () => {
    const { adapter } = await start((sql) => (sql === 'commit' ? 'cut' : undefined))
    const changing = adapter.transaction((records) => records.update(rename, calm), calm)
    await expect(changing).rejects.toMatchObject({ context: { reason: OUTCOME_UNKNOWN } })
  })

  test('while it was idle is not noticed by who comes next', async () => {
    const { adapter, server } = await start(() => undefined)
    expect(await first(adapter)).toBe(7)
    await adapter.update(rename, calm)
    await server.stop()
    await server.start()
    expect(await first(adapter)).toBe(7)
    await expect(adapter.transaction((records) => records.update(rename, calm), calm)).resolves.toMatchObject(
      { affected: 0 },
    )
  })
})

test('a server that is gone is told at once, and found again at the first call after its return', async () => {
  const { adapter, server } = await start(() => undefined)
  expect(await first(adapter)).toBe(7)
  await server.stop()
  await expect(first(adapter)).rejects.toMatchObject({ code: 'unavailable', retryable: true })
  await expect(adapter.update(rename, calm)).rejects.toMatchObject({ code: 'unavailable' })
  await server.start()
  expect(await first(adapter)).toBe(7)
  await expect(adapter.update(rename, calm)).resolves.toMatchObject({ affected: 0 })
})

test('with all connections busy one waits, and hears why there was none', async () => {
  const { adapter, server } = await start(waits(/"CUSTOMERS"/), { pool_size: 1, connect_timeout: 3 })
  const controller = new AbortController()
  const busy = first(adapter, controller.signal)
  await expect.poll(() => server.seen.join(' ')).toContain('"CUSTOMERS"')
  await expect(adapter.ping(calm)).rejects.toMatchObject({
    code: 'unavailable',
    message: 'No connection to the database was free within 3000 ms.',
    hint: expect.stringMatching(/pool_size/),
    retryable: true,
  })
  controller.abort()
  await expect(busy).rejects.toMatchObject({ code: 'timeout' })
  await expect(adapter.ping(calm)).resolves.toBeUndefined()
})

test('a statement that takes longer than it may is broken', async () => {
  const { adapter, seen } = await start(waits(/"CUSTOMERS"/), { statement_timeout: 3 })
  await expect(first(adapter)).rejects.toMatchObject({
    code: 'timeout',
    message: 'The statement was stopped after 3000 ms.',
  })
  expect(seen).toContain('break')
})

test('how long a text of SQL may be is known of the session', async () => {
  const server = await startTns(usual)
  servers.push(server)
  const connection = await driver.getConnection({
    user: 'u',
    password: TNS_PASSWORD,
    connectString: `127.0.0.1:${server.port}/FREE`,
  })
  expect(longestText(connection)).toBe(32_767)
  await connection.close()
})

test('the password is checked by the server, and no other word of it is told', async () => {
  const server = await startTns(usual)
  servers.push(server)
  const url = `oracle://u:wrong9@127.0.0.1:${server.port}/FREE`
  const opened = oracle.open(oracle.config.parse({ url }), { baseDir: '.', statementTimeoutMs: 20_000 })
  await expect(opened).rejects.toMatchObject({
    code: 'unavailable',
    message: 'The database refused the username or the password.',
  })
})
