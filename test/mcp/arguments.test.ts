import { describe, expect, test } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import { readArguments } from '../../src/mcp/arguments.ts'
import { aggregateData } from '../../tools/aggregate-data.ts'
import { createRecords } from '../../tools/create-records.ts'
import { getTableData } from '../../tools/get-table-data.ts'

function refused(given: object, tool = getTableData): AppError {
  try {
    readArguments(tool, { ...given })
  } catch (error) {
    if (error instanceof AppError) return error
  }
  throw new Error('was accepted')
}

describe('argument names', () => {
  test.each(['tableName', 'TableName', 'table-name', 'TABLE_NAME', 'table name', 'tablename'])(
    '%s is table_name',
    (spelling) => {
      expect(readArguments(getTableData, { [spelling]: 'orders' })).toMatchObject({ table_name: 'orders' })
    },
  )

  test('a misspelt one names the nearest and lists the valid ones', () => {
    const error = refused({ table_name: 'orders', fitler: 'a=1' })
    expect(error.message).toContain("unknown argument 'fitler', did you mean 'filter'")
    expect(error.hint).toContain('table_name, fields, filter')
    expect(error.didYouMean).toEqual(['filter'])
  })

  test('one that is like nothing is named all the same', () => {
    expect(refused({ table_name: 'orders', zzzzzzzzz: 1 }).message).toContain("unknown argument 'zzzzzzzzz'")
  })

  test('two spellings of one are refused', () => {
    const error = refused({ table_name: 'orders', tableName: 'customers' })
    expect(error.message).toContain("argument 'table_name' given twice (as 'table_name' and 'tableName')")
  })

  test('names of the prototype are unknown', () => {
    expect(refused({ table_name: 'orders', constructor: 1 }).message).toContain(
      "unknown argument 'constructor'",
    )
    expect(refused(JSON.parse('{"table_name":"orders","__proto__":{}}')).message).toContain(
      "unknown argument '__proto__'",
    )
  })

  test('a list that is too long is told as that, and not as missing', () => {
    const { message } = refused({ table_name: 'orders', ids: Array(10_001).fill(1), fields: 5 })
    expect(message).toContain("argument 'ids' has more than 10000 items; 'fields' ")
    const tooMany = { table_name: 'orders', records: Array(10_001).fill({}) }
    expect(refused(tooMany, createRecords).message).toBe(
      "Invalid arguments for create_records: argument 'records' has more than 10000 items.",
    )
  })

  test('a flood of unknown ones is told in part', () => {
    const flood = Object.fromEntries(
      Array.from({ length: 100_000 }, (_, index) => [`wrong_${index}_${'x'.repeat(50)}`, 1]),
    )
    const { message } = refused({ table_name: 'orders', ...flood })
    expect(message.match(/unknown argument/g)).toHaveLength(10)
    expect(refused({ table_name: 'orders', ['y'.repeat(1_000_000)]: 1 }).message.length).toBeLessThan(1_000)
  })

  test('everything wrong is told at once', () => {
    const { message } = refused({ fitler: 1, limit: 0, offset: 'x' })
    expect(message).toContain("'fitler'")
    expect(message).toContain("'limit'")
    expect(message).toContain("'offset'")
    expect(message).toContain("'table_name' is required")
  })
})

describe('argument values', () => {
  test('null is not given', () => {
    expect(readArguments(getTableData, { table_name: 'orders', filter: null })).not.toHaveProperty('filter')
    expect(refused({ table_name: null }).message).toContain("'table_name' is required")
  })

  test('limit is 50 unless given, and from 1 to 1000', () => {
    const inputOf = (given: object) =>
      getTableData.toInput?.(readArguments(getTableData, { table_name: 'orders', ...given }))
    expect(inputOf({})).toMatchObject({ limit: 50, offset: 0 })
    expect(inputOf({ ids: [1] })).toMatchObject({ limit: undefined })
    expect(inputOf({ ids: [1], limit: 50 })).toMatchObject({ limit: undefined })
    expect(inputOf({ ids: Array.from({ length: 51 }, (_, id) => id), limit: 50 })).toMatchObject({
      limit: 50,
    })
    expect(readArguments(getTableData, { table_name: 'orders', limit: 1000 })).toMatchObject({ limit: 1000 })
    for (const limit of [0, 1001, -5, 2.5, '10']) {
      expect(refused({ table_name: 'orders', limit }).message).toContain("'limit'")
    }
  })

  test('a wrong type names the argument and what is expected', () => {
    expect(refused({ table_name: 7 }).message).toContain("'table_name' expected string, received number")
    expect(refused({ table_name: 'orders', fields: 'id' }).message).toContain(
      "'fields' expected array, received string",
    )
  })

  test('a mistake inside a list names its place', () => {
    const { message } = refused(
      { table_name: 'orders', aggregates: [{ fn: 'SUM', field: 'total' }] },
      aggregateData,
    )
    expect(message).toContain("'aggregates[0]")
  })
})
