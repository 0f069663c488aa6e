import { describe, expect, test } from 'vitest'
import { columnDefault } from '../../../adapters/database/mysql/column-default.ts'
import { columnType } from '../../../adapters/database/mysql/column-type.ts'
import { quotedTexts } from '../../../adapters/database/mysql/quoted-text.ts'
import type { SimpleType } from '../../../src/core/database/schema.ts'

// MySQL 8 gives a literal without quotes and says DEFAULT_GENERATED of an expression (manual, "The INFORMATION_SCHEMA COLUMNS Table").
describe('a default as MySQL writes it', () => {
  const literal = (text: string | null, type: SimpleType) =>
    columnDefault({ text, type, isMariaDb: false, isExpression: false })
  const expression = (text: string, type: SimpleType) =>
    columnDefault({ text, type, isMariaDb: false, isExpression: true })

  test('is a bare literal', () => {
    expect(literal(null, 'string')).toBeUndefined()
    expect(literal('', 'string')).toBe('')
    expect(literal('NULL', 'string')).toBe('NULL')
    expect(literal("it's", 'string')).toBe("it's")
    expect(literal("'quoted'", 'string')).toBe("'quoted'")
    expect(literal('current_timestamp', 'string')).toBe('current_timestamp')
    expect(literal('007', 'string')).toBe('007')
    expect(literal('-5', 'integer')).toBe(-5)
    expect(literal('18446744073709551615', 'bigint')).toBe('18446744073709551615')
    expect(literal('0.00', 'decimal')).toBe(0)
    expect(literal('123456789012345.67890', 'decimal')).toBe('123456789012345.67890')
    expect(literal('1e-05', 'double')).toBe(0.00001)
    expect(literal('0', 'boolean')).toBe(false)
    expect(literal("b'1'", 'boolean')).toBe(true)
    expect(literal("b'101'", 'integer')).toBe(5)
    expect(literal("b'1'", 'string')).toBe("b'1'")
    expect(literal('2020-01-31 00:00:00', 'datetime')).toBe('2020-01-31 00:00:00')
  })

  test('is an expression where it says so', () => {
    expect(expression('CURRENT_TIMESTAMP', 'timestamp')).toEqual({ expression: 'CURRENT_TIMESTAMP' })
    expect(expression('CURRENT_TIMESTAMP(6)', 'datetime')).toEqual({ expression: 'CURRENT_TIMESTAMP(6)' })
    expect(expression('now()', 'datetime')).toEqual({ expression: 'CURRENT_TIMESTAMP' })
    expect(expression('curdate()', 'date')).toEqual({ expression: 'CURRENT_DATE' })
    expect(expression('uuid()', 'string')).toEqual({ expression: 'uuid()' })
    expect(expression('5', 'integer')).toEqual({ expression: '5' })
  })

  test('of bytes is an expression: what it shows of them is SQL', () => {
    expect(literal('0x6162', 'binary')).toEqual({ expression: '0x6162' })
  })
})

describe('a native type as the catalogue writes it', () => {
  test('is the same without display widths, which MySQL 8 leaves out', () => {
    expect(columnType('int').type).toBe('integer')
    expect(columnType('bigint unsigned').type).toBe('bigint')
    expect(columnType('tinyint unsigned').type).toBe('integer')
    expect(columnType('tinyint(1)').type).toBe('boolean')
    expect(columnType('year').type).toBe('integer')
    expect(columnType('json').type).toBe('json')
    expect(columnType('decimal(12,2) unsigned')).toMatchObject({ precision: 12, scale: 2 })
    expect(columnType('decimal(12)')).toMatchObject({ precision: 12, scale: 0 })
    expect(columnType('float(7,4)')).toEqual({ type: 'float', dbType: 'float(7,4)' })
  })

  test('that nobody knows is text', () => {
    expect(columnType('something new')).toEqual({ type: 'string', dbType: 'something new' })
  })
})

test('reads quoted texts with both ways of escaping', () => {
  expect(quotedTexts(String.raw`enum('a','it''s','c,d','','b\\c','line\nend',')')`)).toEqual([
    'a',
    "it's",
    'c,d',
    '',
    'b\\c',
    'line\nend',
    ')',
  ])
})
