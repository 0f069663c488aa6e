import { describe, expect, test } from 'vitest'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import { calm, equals, present } from '../../contract/scene.ts'
import { type Answer, tags, useTds } from './tds-scene.ts'
import { startTdsServer } from './tds-server.ts'
import { columnsOf, rowsOf } from './tds-tokens.ts'

/** A server that fails in all the ways a server can. */
const tds = useTds()

async function open(
  answer: (sql: string) => ReturnType<Answer> | undefined,
  { stopsInOne = false, ...config }: { readonly stopsInOne?: boolean; readonly [key: string]: unknown } = {},
) {
  const { server, adapter, whole } = await tds.open(answer, config, { stopsInOne })
  const heard = (words: RegExp) => server.heard.some((sql) => words.test(sql))
  /** The first of them learns what the server can. */
  const logins = () => server.heard.filter((sql) => /set quoted_identifier/.test(sql)).length
  const restart = () => startTdsServer({ answer: whole, port: server.port })
  return { server, adapter, heard, logins, restart }
}

const insert = (adapter: Pick<DatabaseAdapter, 'insert'>, labels: readonly string[]) =>
  adapter.insert({ table: tags, rows: labels.map((label) => ({ label })), returning: [] }, calm)

describe('a server', () => {
  test('that is killed and comes back is used again, by reads, writes and transactions', async () => {
    const { server, adapter, restart } = await open(() => undefined)
    await adapter.ping(calm)
    await insert(adapter, ['a'])
    await server.close()
    await expect(adapter.ping(calm)).rejects.toMatchObject({ code: 'unavailable', retryable: true })
    await expect(insert(adapter, ['b'])).rejects.toMatchObject({ code: 'unavailable' })
    const again = await restart()
    tds.after(() => again.close())
    await adapter.ping(calm)
    await insert(adapter, ['c'])
    await adapter.transaction((records) => insert(records, ['d']), calm)
    expect(again.heard).toContain('commit transaction')
  })

  test('that is cut off in the middle of a change leaves its outcome unknown, and nothing is sent twice', async () => {
    const { server, adapter } = await open((sql) => (/insert into/.test(sql) ? 'cut' : undefined))
    await expect(insert(adapter, ['a'])).rejects.toMatchObject({
      code: 'unavailable',
      context: { reason: 'outcome_unknown' },
    })
    expect(server.heard.filter((sql) => /insert into/.test(sql))).toHaveLength(1)
    await adapter.ping(calm)
  })

  test('that is cut off in the middle of a transaction keeps nothing of it', async () => {
    const { adapter, heard } = await open((sql) => (/update/.test(sql) ? 'cut' : undefined))
    const work = adapter.transaction(async (records) => {
      await insert(records, ['a'])
      await records.update({ table: tags, set: { label: 'b' }, where: equals('id', 1), returning: [] }, calm)
    }, calm)
    await expect(work).rejects.toMatchObject({ code: 'unavailable', retryable: true })
    expect(heard(/insert into/)).toBe(true)
    expect(heard(/commit transaction/)).toBe(false)
  })

  test('that is cut off at the commit leaves the outcome unknown', async () => {
    const { adapter } = await open((sql) => (/commit transaction/.test(sql) ? 'cut' : undefined))
    await expect(adapter.transaction((records) => insert(records, ['a']), calm)).rejects.toMatchObject({
      code: 'unavailable',
      context: { reason: 'outcome_unknown' },
    })
  })

  test('that is slow is told to stop at the time limit, and the connection is used again', async () => {
    let isSlow = true
    const { server, adapter, logins } = await open(
      (sql) => (/select 1/.test(sql) && isSlow ? 'nothing' : undefined),
      { pool_size: 1, statement_timeout: 2 },
    )
    await expect(adapter.ping(calm)).rejects.toMatchObject({ code: 'timeout', message: /after 2000 ms/ })
    expect(server.stops).toBe(1)
    isSlow = false
    await adapter.ping(calm)
    expect(logins()).toBe(2)
  })

  test('that says it has stopped in the same breath hangs nobody; its connection is another one', async () => {
    let isSlow = true
    const { server, adapter, logins } = await open(
      (sql) => (/select 1/.test(sql) && isSlow ? 'nothing' : undefined),
      { pool_size: 1, statement_timeout: 2, stopsInOne: true },
    )
    await expect(adapter.ping(calm)).rejects.toMatchObject({ code: 'timeout' })
    expect(server.stops).toBe(1)
    isSlow = false
    await adapter.ping(calm)
    expect(logins()).toBe(3)
  })

  test('whose connections are all in use says so, in the time that was set', async () => {
    const { adapter, heard } = await open((sql) => (/select 1/.test(sql) ? 'nothing' : undefined), {
      pool_size: 1,
      connect_timeout: 3,
    })
    const aborter = new AbortController()
    const first = adapter.ping({ signal: aborter.signal })
    await expect.poll(() => heard(/select 1/)).toBe(true)
    await expect(adapter.ping(calm)).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
      message: /No connection to the database was free within 3000 ms/,
    })
    aborter.abort()
    await expect(first).rejects.toMatchObject({ code: 'timeout' })
  })
})

describe('a stream of 100 000 rows', () => {
  const ROWS = 100_000
  const PER_PART = 100
  const label = 'x'.repeat(150)

  /** `given` rows have left the server's hands so far. */
  const streamed = async () => {
    const told = { given: 0 }
    function* parts() {
      yield columnsOf(['id', 'label'])
      while (told.given < ROWS) {
        const all = Array.from({ length: PER_PART }, (_, at) => [String(told.given + at + 1), label])
        told.given += PER_PART
        yield rowsOf(all)
      }
    }
    const opened = await open((sql) => (/from "tags"/.test(sql) ? parts() : undefined), { pool_size: 2 })
    const stream = (signal = calm.signal) =>
      present(opened.adapter.stream)({ table: tags, fields: ['id', 'label'], limit: ROWS }, { signal })
    return { ...opened, told, stream }
  }

  test('comes whole, in order', async () => {
    const { stream } = await streamed()
    let count = 0
    let last = 0
    for await (const part of stream()) {
      expect(part.length).toBeLessThanOrEqual(1000)
      for (const row of part) {
        if (Number(row.id) !== last + 1) throw new Error(`${row.id} came after ${last}.`)
        last = Number(row.id)
        count++
      }
    }
    expect(count).toBe(ROWS)
  })

  test('waits in the server while nobody takes its rows', async () => {
    const { stream, told } = await streamed()
    const rowsIn = stream()[Symbol.asyncIterator]()
    await rowsIn.next()
    // What the network holds has a limit; from there on the server waits.
    let before = -1
    await expect
      .poll(
        () => {
          const isStill = before === told.given
          before = told.given
          return isStill
        },
        { interval: 500 },
      )
      .toBe(true)
    expect(told.given).toBeLessThan(ROWS * 0.8)
    await rowsIn.return?.()
  })

  test('that is left early is stopped by an attention, and its connection is used again', async () => {
    const { stream, told, server, adapter, logins } = await streamed()
    for await (const part of stream()) {
      expect(part.length).toBeGreaterThan(0)
      break
    }
    expect(server.stops).toBe(1)
    expect(told.given).toBeLessThan(ROWS)
    await adapter.ping(calm)
    expect(logins()).toBe(2)
  })

  test('whose caller gives up is stopped, and hangs nobody', async () => {
    const { stream, server, adapter } = await streamed()
    const aborter = new AbortController()
    const reading = (async () => {
      for await (const part of stream(aborter.signal)) if (part.length > 0) aborter.abort()
    })()
    await expect(reading).rejects.toMatchObject({ code: 'timeout' })
    expect(server.stops).toBe(1)
    await adapter.ping(calm)
  })

  test('that is cut off in the middle fails as lost', async () => {
    const { stream, server, adapter, restart } = await streamed()
    const reading = (async () => {
      for await (const part of stream()) if (part.length > 0) await server.close()
    })()
    await expect(reading).rejects.toMatchObject({ code: 'unavailable' })
    const again = await restart()
    tds.after(() => again.close())
    await adapter.ping(calm)
  })
})
