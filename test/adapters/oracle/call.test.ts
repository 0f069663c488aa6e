import { describe, expect, test } from 'vitest'
import { callRoutine } from '../../../adapters/database/oracle/call.ts'
import { OracleConnection } from '../../../adapters/database/oracle/connection.ts'
import type { Bind } from '../../../adapters/database/oracle/driver.ts'
import { serverFacts } from '../../../adapters/database/oracle/server-facts.ts'
import type { Routine } from '../../../src/core/database/query.ts'
import type { Value } from '../../../src/core/database/value.ts'
import { type Answer, driverDouble, lob, resultSet, type Sent, serverError, TYPES } from './driver-double.ts'
import { dialect, parameter, routine } from './session-statements.ts'

/** A call on a connection of the double, and what was sent for it. */
async function call(
  called: Routine,
  given: { readonly [parameter: string]: Value },
  answer: (sent: Sent) => Answer,
  readOnly = false,
) {
  const double = driverDouble((sent) => (sent.sql.startsWith('begin ') ? answer(sent) : {}))
  const connection = await double.driver.getConnection({ user: '', password: '', connectString: '' })
  const opened = new OracleConnection({
    connection,
    driver: double.driver,
    mode: readOnly ? 'read' : 'write',
    prepare: async () => serverFacts('23.4'),
  })
  const result = await callRoutine(opened, { routine: called, arguments: given, readOnly }, dialect).catch(
    (error: unknown) => error,
  )
  return {
    result,
    double,
    connection: opened,
    block: double.sent.find(({ sql }) => sql.startsWith('begin ')),
  }
}

const countOrders = routine('APP.COUNT_ORDERS', [
  parameter('wanted', 'IN', 'integer', 'NUMBER(10)'),
  parameter('total', 'OUT', 'decimal', 'NUMBER'),
  parameter('note', 'OUT', 'string', 'VARCHAR2'),
])

describe('a procedure', () => {
  test('gives OUT values, texts at full length', async () => {
    const { result, block, double } = await call(countOrders, { wanted: 1n }, () => ({
      outBinds: ['70.35', 'x'.repeat(32_767)],
    }))
    expect(result).toEqual({ sets: [], out: { total: 70.35, note: 'x'.repeat(32_767) } })
    expect(block?.sql).toBe('begin "APP"."COUNT_ORDERS"("WANTED" => :1, "TOTAL" => :2, "NOTE" => :3); end;')
    expect(block?.binds).toEqual([
      { dir: double.driver.BIND_IN, type: TYPES.DB_TYPE_NUMBER, val: 1n },
      { dir: double.driver.BIND_OUT, type: TYPES.DB_TYPE_VARCHAR, maxSize: 32_767 },
      { dir: double.driver.BIND_OUT, type: TYPES.DB_TYPE_VARCHAR, maxSize: 32_767 },
    ])
    expect(double.orders).toEqual(['commit'])
  })

  test('gives INOUT values with every digit', async () => {
    const doubled = routine('APP.DOUBLE_IT', [parameter('n', 'INOUT', 'bigint', 'NUMBER(19)')])
    const { result, block } = await call(doubled, { n: 4503599627370497n }, () => ({
      outBinds: ['9007199254740994'],
    }))
    expect(result).toEqual({ sets: [], out: { n: '9007199254740994' } })
    expect(block?.binds).toMatchObject([{ val: '4503599627370497' }])
  })

  test('gives cursors and implicit results as sets', async () => {
    const lists = routine('APP.LISTS', [
      parameter('first', 'OUT', 'object', 'REF CURSOR'),
      parameter('n', 'OUT', 'integer', 'NUMBER(10)'),
    ])
    const open = new Set<ReturnType<typeof resultSet>>()
    const columns = [
      { name: 'ID', dbType: TYPES.DB_TYPE_NUMBER, dbTypeName: 'NUMBER', scale: 0 },
      'LABEL',
      'LABEL',
    ]
    const { result } = await call(lists, {}, () => ({
      outBinds: [resultSet([['1', 'urgent', 'x']], columns, open), '3'],
      implicitResults: [resultSet([], ['NAME'], open)],
    }))
    expect(result).toEqual({ sets: [[{ id: 1, label: 'urgent', label_2: 'x' }], []], out: { n: 3 } })
    expect(open.size).toBe(0)
  })

  test('takes large texts and gives them', async () => {
    const echo = routine('APP.ECHO', [parameter('words', 'INOUT', 'text', 'CLOB')])
    const { result, block } = await call(echo, { words: 'y'.repeat(5000) }, () => ({ outBinds: [lob('z')] }))
    expect(result).toEqual({ sets: [], out: { words: 'z' } })
    expect(block?.binds).toMatchObject([{ type: TYPES.DB_TYPE_CLOB, val: 'y'.repeat(5000) }])
  })

  test('leaves out what has a default, and gives null for the rest', async () => {
    const pay = routine('APP.PAY', [
      { ...parameter('amount', 'IN', 'decimal', 'NUMBER'), default: 'default' },
      parameter('note', 'IN', 'string', 'VARCHAR2'),
    ])
    const { block } = await call(pay, {}, () => ({}))
    expect(block?.sql).toBe('begin "APP"."PAY"("NOTE" => :1); end;')
    expect(block?.binds).toMatchObject([{ val: null }])
  })

  test('that fails is undone, and heard in its own words', async () => {
    const { result, double } = await call(countOrders, { wanted: 1n }, () => {
      throw serverError('ORA-20001: Too late for this order.\nORA-06512: at "APP.COUNT_ORDERS", line 2')
    })
    expect(result).toMatchObject({
      code: 'bad_request',
      message: 'Too late for this order.',
      retryable: false,
    })
    expect(double.orders).toEqual(['rollback'])
  })

  test('that is gone is not found', async () => {
    const { result } = await call(countOrders, { wanted: 1n }, () => {
      throw serverError(
        "ORA-06550: line 1, column 7:\nPLS-00201: identifier 'APP.COUNT_ORDERS' must be declared",
      )
    })
    expect(result).toMatchObject({ code: 'not_found', retryable: true })
  })

  test('of which the connection is lost may have done something', async () => {
    const { result } = await call(countOrders, { wanted: 1n }, () => {
      throw serverError('ORA-03113: end-of-file on communication channel')
    })
    expect(result).toMatchObject({ code: 'unavailable', context: { reason: 'outcome_unknown' } })
  })

  test('of a name with several signatures has its numbers as numbers', async () => {
    const overloaded = {
      ...countOrders,
      key: countOrders.key.replace('\u00001\u0000\u0000', '\u00001\u00002\u0000'),
    }
    const { block } = await call(overloaded, { wanted: 1n }, () => ({ outBinds: [1.5, 'x'] }))
    const [, total] = (block?.binds ?? []) as readonly Bind[]
    expect(total?.type).toBe(TYPES.DB_TYPE_NUMBER)
  })
})

describe('a function', () => {
  const addUp = routine('APP.PKG.ADD_UP', [parameter('a', 'IN', 'decimal', 'NUMBER')], {
    kind: 'function',
    returns: { type: 'decimal', dbType: 'NUMBER', isSet: false },
  })

  test('gives one value, named like it', async () => {
    const { result, block } = await call(addUp, { a: '1.5' }, () => ({ outBinds: ['123456789012345.00002'] }))
    expect(result).toEqual({ sets: [[{ add_up: '123456789012345.00002' }]], out: {} })
    expect(block?.sql).toBe('begin :1 := "APP"."PKG"."ADD_UP"("A" => to_number(:2)); end;')
  })

  test('that gives a cursor gives its rows', async () => {
    const listing = { ...addUp, returns: { type: 'object', dbType: 'REF CURSOR', isSet: true } } as const
    const { result, block } = await call(listing, {}, () => ({ outBinds: [resultSet([['x']], ['NAME'])] }))
    expect(result).toEqual({ sets: [[{ name: 'x' }]], out: {} })
    expect(block?.binds).toMatchObject([{ type: TYPES.DB_TYPE_CURSOR }, {}])
  })
})

describe('read-only', () => {
  const words = (sent: readonly Sent[]) => sent.map(({ sql }) => sql)

  test('runs where nothing can be changed or committed, and keeps nothing', async () => {
    const { double } = await call(countOrders, { wanted: 1n }, () => ({ outBinds: ['1', 'x'] }), true)
    expect(words(double.sent)).toEqual([
      'alter session disable commit in procedure',
      'set transaction read only',
      expect.stringMatching(/^begin "APP"/),
      'alter session enable commit in procedure',
    ])
    expect(double.orders).toEqual(['rollback'])
  })

  test.each([
    'ORA-01456: may not perform insert/delete/update operation inside a READ ONLY transaction',
    'ORA-00034: cannot COMMIT in current PL/SQL session',
  ])('%s', async (message) => {
    const { result, connection } = await call(
      countOrders,
      { wanted: 1n },
      () => {
        throw serverError(message)
      },
      true,
    )
    expect(result).toMatchObject({
      code: 'not_supported',
      message: expect.stringMatching(/called read-only/),
    })
    expect(connection.isUsable).toBe(false)
  })
})
