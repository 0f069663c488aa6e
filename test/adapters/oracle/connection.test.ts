import { beforeEach, describe, expect, test } from 'vitest'
import { OracleConnection } from '../../../adapters/database/oracle/connection.ts'
import { createDialect } from '../../../adapters/database/oracle/dialect.ts'
import { createOracleRecords } from '../../../adapters/database/oracle/records.ts'
import { serverFacts } from '../../../adapters/database/oracle/server-facts.ts'
import { createServerExecutor } from '../../../adapters/database/sql/server-executor.ts'
import { createStatements } from '../../../adapters/database/sql/statements.ts'
import { calm, present } from '../../contract/scene.ts'
import {
  type Answer,
  type DriverDouble,
  driverDouble,
  lob,
  type Sent,
  serverError,
  TYPES,
} from './driver-double.ts'
import { tableNamed } from './world.ts'

const dialect = createDialect({ hasRowLimit: true }, '+00:00')
const statements = createStatements(dialect)
const types = tableNamed('types')
const customers = tableNamed('customers')
const orders = tableNamed('orders')

let double: DriverDouble
let answer: (sent: Sent) => Answer | Promise<Answer>
beforeEach(() => {
  answer = () => ({})
  double = driverDouble((sent) => answer(sent))
})

async function open(mode: 'read' | 'write' = 'write'): Promise<OracleConnection> {
  const { driver } = double
  const connection = await driver.getConnection({ user: '', password: '', connectString: '' })
  const opened = new OracleConnection({ connection, driver, mode, prepare: async () => serverFacts('23.4') })
  await opened.prepare()
  return opened
}

/** The port's records over the double. */
function records() {
  const connector = { connect: () => open(), verify: () => true }
  const executor = createServerExecutor({
    read: connector,
    write: connector,
    poolSize: 2,
    connectTimeoutMs: 10_000,
    statementTimeoutMs: 10_000,
  })
  return { records: createOracleRecords(executor, statements, dialect), executor }
}

const selected = (...fields: string[]) => statements.select({ table: types, fields, limit: 10, as: 'rows' })
const texts = () => double.sent.map(({ sql }) => sql)

describe('a read', () => {
  test('gives rows by the names that callers know, numbers with every digit', async () => {
    answer = () => ({ rows: [['1', '9007199254740993', '0.10000']] })
    const connection = await open()
    expect(await connection.read(selected('id', 'big', 'exact'), 'rows')).toEqual({
      rows: [{ id: 1, big: '9007199254740993', exact: 0.1 }],
    })
    expect(double.open.size).toBe(0)
  })

  test('has numbers fetched as text', async () => {
    answer = () => ({ rows: [] })
    await (await open()).read(selected('id'), 'rows')
    const handler = double.sent[0]?.options.fetchTypeHandler
    const ask = typeof handler === 'function' ? handler : () => 'no handler'
    expect(ask({ dbType: TYPES.DB_TYPE_NUMBER })).toEqual({ type: TYPES.DB_TYPE_VARCHAR })
    expect(ask({ dbType: TYPES.DB_TYPE_CLOB })).toBeUndefined()
  })

  test('reads large objects, and closes them', async () => {
    const words = lob('Zwölf 🥊')
    const bytes = lob(Buffer.from([0, 255]))
    answer = () => ({ rows: [[words, bytes, lob('')]] })
    expect(await (await open()).read(selected('words', 'bytes', 'document'), 'rows')).toEqual({
      rows: [{ words: 'Zwölf 🥊', bytes: 'AP8=', document: null }],
    })
    expect([words.seen, bytes.seen]).toEqual([
      { isRead: true, isClosed: true },
      { isRead: true, isClosed: true },
    ])
  })

  test('reads no large object for which there is no room', async () => {
    const huge = lob('never', 65 * 1024 * 1024)
    answer = () => ({ rows: [[huge]] })
    await expect((await open()).read(selected('words'), 'rows')).rejects.toMatchObject({
      code: 'bad_request',
    })
    expect(huge.seen).toEqual({ isRead: false, isClosed: true })
    expect(double.open.size).toBe(0)
  })

  test('of a table that is gone leaves the connection usable', async () => {
    answer = () => {
      throw serverError('ORA-00942: table or view does not exist')
    }
    const connection = await open()
    await expect(connection.read(selected('id'), 'rows')).rejects.toMatchObject({ code: 'not_found' })
    expect(connection.isUsable).toBe(true)
  })

  test('that loses its session makes the connection unusable', async () => {
    answer = () => {
      throw serverError('ORA-03113: end-of-file on communication channel')
    }
    const connection = await open()
    await expect(connection.read(selected('id'), 'rows')).rejects.toMatchObject({ code: 'unavailable' })
    expect(connection.isUsable).toBe(false)
  })
})

describe('a stream', () => {
  test('fetches a part when the one before was taken, and closes what it leaves', async () => {
    answer = () => ({ rows: Array.from({ length: 25 }, (_, n) => [String(n)]) })
    const connection = await open('read')
    const sizes: number[] = []
    for await (const part of connection.stream(selected('id'), 10)) sizes.push(part.length)
    expect(sizes).toEqual([10, 10, 5])
    for await (const _ of connection.stream(selected('id'), 10)) break
    expect(double.open.size).toBe(0)
  })
})

describe('a write', () => {
  const insert = (
    rows: readonly { readonly [field: string]: string | bigint }[],
    returning: readonly string[],
  ) => statements.insert({ table: customers, rows, returning }, Object.keys(rows[0] ?? {}))

  test('commits by itself outside of a transaction, and not inside', async () => {
    answer = () => ({ rowsAffected: 1 })
    const connection = await open()
    const statement = insert([{ name: 'Ada' }], [])
    await connection.write(statement)
    await connection.begin()
    await connection.write(statement)
    await connection.commit()
    await connection.write(statement)
    expect(double.sent.map(({ options }) => options.autoCommit)).toEqual([true, undefined, false, true])
    expect(double.orders).toEqual(['commit'])
  })

  test('gives what is returned into its places', async () => {
    answer = () => ({ rowsAffected: 1, outBinds: [['7'], ['0.50'], [lob('x')]] })
    const statement = statements.insert(
      { table: types, rows: [{ words: 'x' }], returning: ['id', 'exact', 'words'] },
      ['words'],
    )
    expect(await (await open()).write(statement)).toEqual({
      affected: 1,
      rows: [{ id: 7, exact: 0.5, words: 'x' }],
    })
    expect(texts()).toEqual([
      'insert into "APP"."TYPES" ("WORDS") values (:1) returning "ID", "EXACT", "WORDS" into :o1, :o2, :o3',
    ])
    const [, id, , words] = double.sent[0]?.binds ?? []
    expect([id, words]).toMatchObject([
      { dir: double.driver.BIND_OUT, type: TYPES.DB_TYPE_VARCHAR, maxSize: 200 },
      { dir: double.driver.BIND_OUT, type: TYPES.DB_TYPE_CLOB },
    ])
  })

  test('has places no longer than what a text of SQL may have', async () => {
    answer = () => ({ rowsAffected: 0, outBinds: [[], []] })
    const wide = { ...present(customers.fieldByName.get('name')), dbType: 'VARCHAR2(2000 CHAR)' }
    const table = { ...customers, fieldByName: new Map([...customers.fieldByName, ['name', wide]]) }
    const where = { op: '=', field: 'id', value: 0n } as const
    const returning = ['name', 'email']
    await (await open()).write(statements.update({ table, set: { name: 'x' }, where, returning }))
    expect(double.sent[0]?.binds.slice(-2)).toMatchObject([{ maxSize: 4000 }, { maxSize: 480 }])
  })

  test('gives no rows where none was found', async () => {
    answer = () => ({ rowsAffected: 0, outBinds: [[], []] })
    const where = { op: '=', field: 'id', value: 0n } as const
    const statement = statements.update({
      table: customers,
      set: { name: 'x' },
      where,
      returning: ['id', 'name'],
    })
    expect(await (await open()).write(statement)).toEqual({ affected: 0, rows: [] })
  })

  test('of many rows is one round trip, and gives them in their order', async () => {
    answer = () => ({
      rowsAffected: 2,
      outBinds: [
        [['1'], ['Ada']],
        [['2'], ['Grace']],
      ],
    })
    const statement = insert(
      [
        { name: 'Ada', credit: '1.50' },
        { name: 'Grace', credit: '20' },
      ],
      ['id', 'name'],
    )
    expect(await (await open()).write(statement)).toEqual({
      affected: 2,
      rows: [
        { id: 1, name: 'Ada' },
        { id: 2, name: 'Grace' },
      ],
    })
    const [sent] = double.sent
    expect(sent?.sql).toMatch(/values \(:1, cast\(:2 as number\)\) returning "ID", "NAME" into :o1, :o2$/)
    expect(sent?.binds).toEqual([
      ['Ada', '1.50'],
      ['Grace', '20'],
    ])
    expect(sent?.options.bindDefs).toMatchObject([
      { type: TYPES.DB_TYPE_VARCHAR, maxSize: 5 },
      { type: TYPES.DB_TYPE_VARCHAR, maxSize: 4 },
      { dir: double.driver.BIND_OUT },
      { dir: double.driver.BIND_OUT },
    ])
  })

  test('binds values longer than a text as large objects', async () => {
    answer = () => ({ rowsAffected: 1 })
    const long = 'x'.repeat(5000)
    const statement = statements.insert({ table: types, rows: [{ words: long }], returning: [] }, ['words'])
    await (await open()).write(statement)
    expect(double.sent[0]?.binds).toMatchObject([{ type: TYPES.DB_TYPE_CLOB, val: long }])
  })

  test('names the fields of a key that clashed', async () => {
    answer = ({ sql }) => {
      if (sql.startsWith('select column_name from all_cons')) return { rows: [['EMAIL']] }
      throw serverError('ORA-00001: unique constraint (APP.CUSTOMERS_UK) violated')
    }
    await expect((await open()).write(insert([{ name: 'Ada' }], []))).rejects.toMatchObject({
      code: 'conflict',
      context: { table: 'customers', fields: ['email'] },
    })
    expect(double.sent[1]?.binds).toEqual(['APP', 'CUSTOMERS_UK'])
  })

  test('a key without a constraint is known by its index', async () => {
    answer = ({ sql }) => {
      if (sql.startsWith('select column_name from all_cons')) return { rows: [] }
      if (sql.startsWith('select column_name from all_ind')) return { rows: [['NAME'], ['EMAIL']] }
      throw serverError('ORA-00001: unique constraint (APP.CUSTOMERS_IX) violated')
    }
    await expect((await open()).write(insert([{ name: 'Ada' }], []))).rejects.toMatchObject({
      context: { fields: ['name', 'email'] },
    })
  })
})

describe('an upsert', () => {
  const row = { id: 1n, name: 'Ada' }
  const upsert = () =>
    records().records.insert({ table: customers, rows: [row], onConflict: ['id'], returning: ['id'] }, calm)
  const updatedOnce = { rowsAffected: 1, outBinds: [['1']] }

  test('updates what is there', async () => {
    answer = ({ sql }) => (sql.startsWith('update') ? updatedOnce : {})
    expect(await upsert()).toEqual({ affected: 1, rows: [{ id: 1 }] })
    expect(texts().map((text) => text.split(' ')[0])).toEqual(['set', 'update'])
    expect(double.orders).toEqual(['commit'])
  })

  test('inserts where there is nothing', async () => {
    answer = ({ sql }) => (sql.startsWith('update') ? { rowsAffected: 0, outBinds: [[]] } : updatedOnce)
    expect(await upsert()).toEqual({ affected: 1, rows: [{ id: 1 }] })
    expect(texts().map((text) => text.split(' ')[0])).toEqual(['set', 'update', 'insert'])
  })

  test('updates after all what somebody else inserted meanwhile', async () => {
    let updates = 0
    answer = ({ sql }) => {
      if (sql.startsWith('update')) return updates++ === 0 ? { rowsAffected: 0, outBinds: [[]] } : updatedOnce
      if (sql.startsWith('insert'))
        throw serverError('ORA-00001: unique constraint (APP.CUSTOMERS_PK) violated')
      return sql.startsWith('select') ? { rows: [['ID']] } : { rowsAffected: 0 }
    }
    expect(await upsert()).toEqual({ affected: 1, rows: [{ id: 1 }] })
    expect(updates).toBe(2)
  })

  test('tells of another key that clashes', async () => {
    answer = ({ sql }) => {
      if (sql.startsWith('update')) return { rowsAffected: 0, outBinds: [[]] }
      if (sql.startsWith('insert'))
        throw serverError('ORA-00001: unique constraint (APP.CUSTOMERS_UK) violated')
      return sql.startsWith('select') ? { rows: [['EMAIL']] } : { rowsAffected: 0 }
    }
    await expect(upsert()).rejects.toMatchObject({ code: 'conflict', context: { fields: ['email'] } })
    expect(double.orders).toEqual(['rollback'])
  })

  test('uses no statement that other sessions could disturb', async () => {
    answer = ({ sql }) => (sql.startsWith('update') ? updatedOnce : {})
    await upsert()
    expect(texts().join(' ')).not.toMatch(/merge/i)
  })
})

describe('a session', () => {
  test('reads in a transaction that the database keeps from writing', async () => {
    const connection = await open('read')
    await connection.begin()
    expect(texts()).toEqual(['set transaction read only'])
  })

  test('is broken, and has a round trip of its own before it is used again', async () => {
    const connection = await open()
    await connection.cancel()
    expect(double.orders).toEqual(['break', 'ping'])
    expect(connection.isUsable).toBe(true)
  })

  test('after a routine is made as it was, packages included', async () => {
    const connection = await open()
    expect(connection.verify()).toBe(true)
    await connection.callBlock('begin "P"; end;', [])
    expect(await connection.verify()).toBe(true)
    expect(texts()).toContain('begin dbms_session.reset_package; end;')
  })

  test('of which the socket is gone is found out without asking the server', async () => {
    let isHealthy = true
    double = driverDouble(() => ({}), { isHealthy: () => isHealthy })
    const connection = await open()
    isHealthy = false
    expect([connection.verify(), connection.isUsable]).toEqual([false, false])
    expect(double.sent).toEqual([])
  })
})

describe('a request that is cancelled', () => {
  test('breaks what runs, and the connection goes on', async () => {
    const controller = new AbortController()
    let stop = (_error: Error) => {}
    answer = ({ sql }) =>
      sql.includes('ORDERS')
        ? new Promise<Answer>((_, reject) => {
            stop = reject
            controller.abort()
          })
        : { rows: [['1']] }
    const { records: port } = records()
    const reading = port.select({ table: orders, fields: ['id'], limit: 1, as: 'rows' }, controller)
    const ended = expect(reading).rejects.toMatchObject({ code: 'timeout' })
    await expect.poll(() => double.orders).toContain('break')
    stop(serverError('ORA-01013: user requested cancel of current operation'))
    await ended
    const after = await port.select({ table: customers, fields: ['id'], limit: 1, as: 'rows' }, calm)
    expect(after).toEqual({ rows: [{ id: 1 }] })
    expect(double.orders).not.toContain('close')
  })
})

test('every value is bound with its type', () => {
  const where = {
    op: 'and',
    all: [
      { op: '=', field: 'exact', value: '1.5' },
      { op: '=', field: 'approximate', value: 0.5 },
      { op: '=', field: 'big', value: 1n },
    ],
  } as const
  const { text, parameters } = statements.select({
    table: types,
    fields: ['id'],
    where,
    limit: 1,
    as: 'rows',
  })
  expect(text.sql).toMatch(/"EXACT" = cast\(:1 as number\) and "t"."APPROXIMATE" = :2 and "t"."BIG" = :3/)
  expect(parameters).toEqual(['1.5', { double: 0.5 }, 1n])
})
